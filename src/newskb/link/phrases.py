"""Phrases and pronouns without a name become links ("the US president", "police", "we" of an official)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from newskb.link import local, roles, tables
from newskb.link.authority import Known
from newskb.link.links import NOTHING, Target, to_holder, to_local
from newskb.link.memory import PLACES, Memory
from newskb.link.names import plain
from newskb.link.offices import Body
from newskb.link.reading import Chain, Reading
from newskb.link.roles import Said
from newskb.model import Link, Mention, MentionForm, Span

UNLINKED = frozenset(("EVENT", "LAW", "LANGUAGE", "WORK_OF_ART", "PRODUCT"))
"""Labels of what is neither actor nor place."""

_COUNTRY_NOUNS = frozenset(("country", "nation", "state", "republic", "kingdom"))
_FIRST_PLURAL = frozenset(("we", "us", "our", "ours", "ourselves"))
_ISSUED = re.compile(
    r"\s+(?:(?:issued|released|published|written|posted|read out)\s+)?(?:from|by|of)\s+(?:[\w'’-]+\s+){0,3}$"
)
_OF = re.compile(r"\s+of\s+(?:the\s+|a\s+|an\s+)?")
_REFERRING = re.compile(r"\b(?:referring|alluding|in (?:an apparent |a )?reference) to (?:the )?$")


class Phrases:
    """Links the chains of one article that have no name, from what its named chains were linked to."""

    def __init__(self, reading: Reading, memory: Memory) -> None:
        self.reading = reading
        self.authority = reading.authority
        self.memory = memory

    def links(self, chain: Chain) -> Iterator[Link]:
        """The link of a chain without a name; none for a pronoun that stands for nobody known."""
        mention = self.reading.facts.mentions[chain.mentions[0]]
        if mention.form is MentionForm.PRONOUN:
            if (link := self._first_person(chain, mention)) is not None:
                yield link
            return
        if chain.members:
            members = [
                link for number in chain.members if (link := self.memory.actor_of(number)) is not None and link.key
            ]
            if len(members) == len(chain.members):
                yield to_local(chain.mentions, local.several(members), NOTHING)
            return
        if mention.label in PLACES:
            if (link := self._the_country(chain, mention)) is not None:
                yield link
            return
        if mention.label in UNLINKED:
            return
        same = self._referred(chain) or self._issuer(mention)
        if same is not None:
            yield replace(same, mentions=tuple(chain.mentions))
        elif (link := self._role_phrase(chain)).key is not None or link.sector is not None or mention.label != "OTHER":
            yield link

    def _role_phrase(self, chain: Chain) -> Link:
        """ "The US president", "the Venezuelan opposition", "police", "a gunman"."""
        said = roles.said_of(chain, self.authority)
        known = self._known_phrase(local.phrase_of(chain, self.reading), chain)
        if known is not None:
            return known
        mention = self.reading.facts.mentions[chain.mentions[0]]
        body = local.body_of(chain, self.reading) if mention.label in ("ORG", "GROUP") else None
        owner = self._owner(chain)
        if (
            body is not None
            and body.is_one_of_a_kind
            and owner is None
            and (institution := self._institution(chain, body)) is not None
        ):
            return self._found(chain, institution, said, "full name")
        if body is not None and body.is_government and not _is_plural(mention.head.of(self.reading.text)):
            government = self.authority.government(self._country_of_phrase(chain))
            if government is not None:
                return self._found(chain, government, said, "full name")
        if mention.label == "PERSON" and not self._is_indefinite(chain):
            for item in said:
                country = item.country or self.reading.country_near(chain.mentions[0])
                if (named := self.memory.holder(item, country)) is not None:
                    return replace(named, mentions=tuple(chain.mentions))
                held = roles.holder(item, country, self.reading) if country is not None else None
                if held is not None:
                    where = "country said" if item.country is not None else "country in article"
                    return self._found(chain, held[0], said, "office held", where)
        local_actor = local.phrase(chain, said, self.reading, owner)
        return to_local(chain.mentions, local_actor, Target(None, (), said))

    def _owner(self, chain: Chain) -> Link | None:
        """The body or person whose name stands before the head of a phrase, or behind its "of".

        "NATO troops", "supporters of Ana Lima".
        """
        mentions = self.reading.facts.mentions
        phrase = mentions[chain.mentions[0]]
        for index in self.reading.inside(phrase.span):
            inner = mentions[index]
            if inner.form is not MentionForm.NAME or inner.label not in ("ORG", "PERSON"):
                continue
            between = self.reading.text[phrase.head.end : (inner.title or inner.span).start]
            if inner.span.end <= phrase.head.start or _OF.fullmatch(between):
                return self.memory.actor_of(inner.chain)
        return None

    def _issuer(self, mention: Mention) -> Link | None:
        """ "A statement from the ministry" speaks for the ministry, a delegation for those who sent it."""
        head = mention.head.of(self.reading.text).lower()
        if mention.label != "OTHER" and head not in tables.words("stand_ins.txt"):
            return None
        for index in self.reading.inside(mention.span):
            inner = self.reading.facts.mentions[index]
            if inner.span.start <= mention.head.end or inner.label == "NORP":
                continue
            if _ISSUED.match(self.reading.text[mention.head.end : inner.span.start]):
                if inner.label == "PERSON" and mention.label == "GROUP":
                    return None  # "supporters of Ana Lima" are not Ana Lima
                return self.memory.actor_of(inner.chain)
        return None

    def _known_phrase(self, words: str, chain: Chain) -> Link | None:
        """An actor that the file knows by just these words ("the Venezuelan opposition")."""
        found = [
            item
            for item in self.authority.named(plain(words))
            if isinstance(item, Known) and item.kind in ("organisation", "group", "government")
        ]
        if len(found) != 1 or len(words.split()) < 2:
            return None
        return self._found(chain, found[0], (), "full name")

    def _institution(self, chain: Chain, body: Body) -> Known | None:
        """The body that a country has one of, as the file knows it ("the army" in an article about France)."""
        code = next(iter(chain.countries), None) or self.reading.country_near(chain.mentions[0])
        country = self.authority.countries.get(code) if code else None
        found = {
            item.key: item
            for demonym in (country.demonyms if country else ())
            for item in self.authority.named(plain(f"{demonym} {body.words}"))
            if isinstance(item, Known) and item.kind != "person"
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def _is_indefinite(self, chain: Chain) -> bool:
        return self.reading.words(chain.mentions[0]).lower().startswith(("a ", "an ", "another ", "any ", "some "))

    def _country_of_phrase(self, chain: Chain) -> str | None:
        """The country that a phrase names, or that of a person named in it ("the government of Nicolas Maduro")."""
        if chain.countries:
            return chain.countries[0]
        mentions = self.reading.facts.mentions
        for index in chain.mentions:
            for inner in self.reading.inside(mentions[index].span):
                link = self.memory.actor_of(mentions[inner].chain) if mentions[inner].form is MentionForm.NAME else None
                if link is not None and link.country is not None:
                    return link.country
        return self.reading.country_near(chain.mentions[0])

    def _the_country(self, chain: Chain, mention: Mention) -> Link | None:
        """ "The country" is the one that the article is about."""
        words = self.reading.words(chain.mentions[0]).lower()
        noun = mention.head.of(self.reading.text).lower()
        if noun not in _COUNTRY_NOUNS or words not in (f"the {noun}", f"this {noun}"):
            return None
        country = self.authority.countries.get(self.reading.main_country or "")
        entity = self.authority.actor(country.key) if country else None
        return self._found(chain, entity, (), "country in article") if entity is not None else None

    def _first_person(self, chain: Chain, mention: Mention) -> Link | None:
        """ "We" in the words of an official is his government."""
        words = mention.span.of(self.reading.text).lower()
        if words not in _FIRST_PLURAL or len(chain.members) != 1:
            return None
        speaker = self.memory.actor_of(chain.members[0])
        if speaker is None or speaker.sector != "GOV" or speaker.country is None:
            return None
        government = self.authority.government(speaker.country)
        return self._found(chain, government, (), "office held") if government is not None else None

    def _referred(self, chain: Chain) -> Link | None:
        """ "This imperialist government", he said, referring to Washington."""
        mentions = self.reading.facts.mentions
        for index in chain.mentions:
            if not self.reading.words(index).lower().startswith(("this ", "that ", "these ", "those ")):
                continue
            span = mentions[index].span
            quote = next((q for q in self.reading.facts.quotes if _holds(q.content, span)), None)
            if quote is None:
                continue
            end = self.reading.text.find("\n", quote.content.end)
            rest = Span(start=quote.content.end, end=end if end >= 0 else len(self.reading.text))
            for other in self.reading.inside(rest):
                named = mentions[other]
                between = self.reading.text[quote.content.end : named.span.start]
                if named.form is MentionForm.NAME and _REFERRING.search(between):
                    return self.memory.actor_of(named.chain)
        return None

    def _found(self, chain: Chain, entity: Known, said: Sequence[Said], *features: str) -> Link:
        return to_holder(chain.mentions, entity, features, said, self.reading.day)


def _is_plural(noun: str) -> bool:
    """Whether a noun means several governments; "authorities" are one."""
    return noun.lower().endswith("s") and not noun.lower().endswith("authorities")


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
