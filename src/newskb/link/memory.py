"""What the links of an article so far tell of its later chains: parts of names, holders of offices."""

from __future__ import annotations

from collections.abc import Iterator

from newskb.link import roles
from newskb.link.authority import EXECUTIVE
from newskb.link.names import plain
from newskb.link.reading import Chain, Reading
from newskb.link.roles import Said
from newskb.model import Link

MIN_PART_CHARS = 3
"""Letters of the shortest word by which a longer name is taken up again; shorter ones are particles ("al", "de")."""

PLACES = frozenset(("GPE", "LOC", "FAC"))
"""Labels of the names of places."""


class Memory:
    """The actors of one article, as its chains are linked one after another."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._actor_of: dict[int, Link] = {}
        self._part_of: dict[tuple[str, str], dict[str | None, Link]] = {}
        self._holders: dict[tuple[str, str | None], dict[str | None, Link]] = {}

    def remember(self, chain: Chain, link: Link) -> None:
        """Take note of a link; of several for one chain the first is the chain's actor."""
        if link.kind != "actor":
            return
        self._actor_of.setdefault(chain.number, link)
        for part in _parts(chain):
            self._part_of.setdefault(part, {}).setdefault(link.key, link)
        if chain.label == "PERSON" and chain.names:
            for said in roles.said_of(chain, self._reading.authority):
                if _is_held_by_one(said):
                    country = said.country or self._reading.country_near(chain.mentions[0])
                    self._holders.setdefault((said.office.kind or "", country), {})[link.key] = link

    def actor_of(self, chain: int) -> Link | None:
        """The actor that a chain was linked to."""
        return self._actor_of.get(chain)

    def whole_name(self, chain: Chain) -> Link | None:
        """The only actor whose name holds this one ("Quispe" of "Rosa Quispe Llerena", "the Front")."""
        form = plain(chain.surfaces[0])
        if " " in form or len(chain.surfaces) > 1 or len(form) < MIN_PART_CHARS or chain.label in PLACES:
            return None
        return _only(self._part_of.get(("PERSON", form), {}) | self._part_of.get((chain.label, form), {}))

    def holder(self, said: Said, country: str | None) -> Link | None:
        """The only person to whom the article gives an office by name, whatever the authority says of that day."""
        if not _is_held_by_one(said):
            return None
        return _only(self._holders.get((said.office.kind or "", country), {}))


def _only(found: dict[str | None, Link]) -> Link | None:
    return next(iter(found.values())) if len(found) == 1 else None


def _parts(chain: Chain) -> Iterator[tuple[str, str]]:
    """The words by which a longer name is taken up again: a person's family names, the first or last of a body's."""
    words = plain(chain.surfaces[0]).split() if chain.names else []
    if len(words) > 1 and chain.label not in PLACES:
        for word in words[1:] if chain.label == "PERSON" else {words[0], words[-1]}:
            yield chain.label, word


def _is_held_by_one(said: Said) -> bool:
    """Whether a phrase gives an office of a state that one person holds at a time; there are many ministers."""
    is_one = said.office.kind in EXECUTIVE - {"minister", "leader"}
    return is_one and said.is_national and said.office.names_holder and not said.office.is_past
