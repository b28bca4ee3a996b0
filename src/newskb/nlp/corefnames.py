"""Names of one thing become one chain: surname and full name, acronym and long form."""

from __future__ import annotations

from newskb.nlp import wordlists
from newskb.nlp.chains import Chains, Item
from newskb.nlp.countrynames import countries, plain
from newskb.text import fold


def join_names(chains: Chains) -> None:
    """Join equal names, the variants of a country's name, and the shorter names of persons."""
    by_surface: dict[str, Item] = {}
    people: dict[str, list[Item]] = {}
    inner: dict[str, list[Item]] = {}
    for item in chains.items:
        if not item.is_name:
            continue
        surface = plain(item.mention.span.of(chains.text))
        surface = plain(countries().canonical.get(surface, surface))
        if item.is_person:
            _join_person(chains, item, people, inner)
            continue
        if item.mention.label == "NORP":
            surface += " (people)"
        if surface in by_surface:
            chains.join(by_surface[surface], item)
        else:
            by_surface[surface] = item


def _join_person(chains: Chains, item: Item, people: dict[str, list[Item]], inner: dict[str, list[Item]]) -> None:
    """Join a person's name with the latest compatible earlier one that shares its first or last word.

    Where there is none a lone word is looked for inside of earlier names: "Rosa Quispe Llerena", later "Quispe".
    """
    words = item.words
    earlier = people.get(words[-1], []) + (people.get(words[0], []) if len(words) == 1 else [])
    if len(words) == 1 and not earlier:
        earlier = inner.get(words[0], [])
    fitting = [candidate for candidate in reversed(earlier) if _can_be_named(chains, item, candidate)]
    if fitting:
        # A lone surname is the one who is named most so far, not a brother who was mentioned last.
        best = max(fitting, key=lambda other: len(chains.of(other).items)) if len(words) == 1 else fitting[0]
        chains.join(best, item)
    elif len(words) > 1:
        candidates = [c for c in people.get(words[0], []) if len(c.words) == 1 or set(c.words) <= set(words)]
        if candidates and len({chains.root(c) for c in candidates}) == 1:
            chains.join(candidates[-1], item)
    for word in {words[-1], words[0]}:
        people.setdefault(word, []).append(item)
    for word in words[1:-1]:
        if len(word) > 1:
            inner.setdefault(word, []).append(item)


def _can_be_named(chains: Chains, item: Item, candidate: Item) -> bool:
    """Whether the name fits all names of the chain that ``candidate`` is in."""
    chain = chains.of(candidate)
    known = [chains.items[index].words for index in chain.items if chains.items[index].is_name]
    # beside "Karim Haddad" a lone "Haddad" says nothing against a lone "Karim"
    known = [name for name in known if len(name) > 1] or known
    return bool(chain.genders & item.genders) and all(_are_compatible_names(item.words, other) for other in known)


def join_acronyms(chains: Chains) -> None:
    """ "National Security Agency (NSA)", later "NSA"; "Google Inc" and "Google"."""
    suffixes = wordlists.words("corporate_suffixes.txt")
    long_names: dict[str, Item] = {}
    bodies = [item for item in chains.items if item.is_name and item.mention.label in ("ORG", "GPE", "FAC", "EVENT")]
    for item in bodies:
        words = [word for word in item.words if word not in suffixes] or list(item.words)
        if len(words) > 1:
            initials = "".join(word[0] for word in words if word not in ("of", "the", "and", "for", "on", "in"))
            long_names.setdefault(initials, item)
            long_names.setdefault("".join(word[0] for word in words), item)
    shortened: dict[str, Item] = {}
    known = countries()
    for item in bodies:
        words = [word for word in item.words if word not in suffixes]
        if words and len(words) < len(item.words):
            shortened.setdefault(" ".join(words), item)
        # "the Russian Foreign Ministry", later "the Foreign Ministry"
        if len(words) > 2 and (words[0] in known.demonyms or words[0] in known.canonical):
            shortened.setdefault(" ".join(words[1:]), item)
    for item in bodies:
        text = chains.doc[item.start : item.end].text
        letters = fold(text).replace(".", "")
        if len(item.words) == 1 and 2 <= len(letters) <= 6 and text.upper() == text and letters in long_names:
            chains.join(long_names[letters], item)
        elif " ".join(item.words) in shortened:
            chains.join(shortened[" ".join(item.words)], item)


def _are_compatible_names(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names can be one person's: one inside the other, or equal but for middle names and initials."""
    short, long = sorted((one, other), key=len)
    if len(short) == 1:
        return short[0] in (long[-1], long[0]) or (short[0] in long[1:])
    if set(short) <= set(long):
        return True
    if short[-1] != long[-1]:
        return False
    first, second = short[0], long[0]
    return first == second or (min(len(first), len(second)) == 1 and first[0] == second[0])
