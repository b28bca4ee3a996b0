"""Names become the forms in which they are compared: plain, without titles, by sound, by initials."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rapidfuzz.distance import Levenshtein

from newskb.link import tables
from newskb.text import fold

MIN_FUZZY_CHARS = 6
"""Letters of a name from which one may differ: "Sikorsky" is "Sikorski", but "Khan" and "Kahn" are two families."""

_PUNCTUATION = str.maketrans({"-": " ", ",": " ", "&": " and ", "\u00a0": " ", "/": " "})
_DROPPED = str.maketrans("", "", "\"'“”«».")
_MARKED = re.compile(r"[^\w ]|  |^ | $")
_ALIKE_STARTS = frozenset("gk")  # "Gaddafi", "Kadhafi"
_GENDERED_ENDINGS = frozenset("ao")


@lru_cache(maxsize=65536)
def plain(name: str) -> str:
    """The form in which names are looked up: folded, hyphens as blanks, no stops or apostrophes, no leading "the"."""
    value = name.lower() if name.isascii() else fold(name)
    if _MARKED.search(value):
        value = " ".join(value.translate(_PUNCTUATION).translate(_DROPPED).split())
    return value.removeprefix("the ")


def without_suffix(form: str) -> str:
    """A plain name without its legal form ("apple inc" -> "apple"); unchanged when nothing would be left."""
    words = form.split()
    while len(words) > 1 and words[-1] in tables.words("legal_forms.txt"):
        words.pop()
    return " ".join(words)


def person_words(name: str) -> tuple[str, ...]:
    """The words of a person's name without initials, generation marks and academic letters."""
    return tuple(word for word in _name_words(name) if len(word) > 1)


def _name_words(name: str) -> list[str]:
    words = plain(name).split()
    while len(words) > 1 and words[-1] in tables.words("name_suffixes.txt"):
        words.pop()
    return words


def is_acronym(name: str) -> bool:
    """Whether a name is written in capitals only, as an abbreviation is."""
    letters = name.replace(".", "").replace("&", "")
    return 2 <= len(letters) <= 6 and letters.isupper() and letters.isalpha()


@cache
def _first_name_groups() -> dict[str, int]:
    return {
        name: number for number, row in enumerate(tables.rows("first_names.tsv")) for name in map(fold, row[0].split())
    }


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """One spelling for the common transcriptions of a word ("gaddafi", "kadhafi" -> "kadafi")."""
    for written, sounded in tables.rows("spellings.tsv"):
        word = word.replace(written, sounded)
    letters = [letter for at, letter in enumerate(word) if at == 0 or letter != word[at - 1]]
    return "".join(letters)


def are_spellings(one: str, other: str) -> bool:
    """Whether two plain words are one word but for its transcription, or for one letter of a long name."""
    first, second = skeleton(one), skeleton(other)
    if first == second:
        return True
    if min(len(first), len(second)) < MIN_FUZZY_CHARS or {one[-1], other[-1]} == _GENDERED_ENDINGS:
        return False
    is_start_alike = first[0] == second[0] or {first[0], second[0]} == _ALIKE_STARTS
    return is_start_alike and Levenshtein.distance(first, second, score_cutoff=1) <= 1


def are_first_names(one: str, other: str) -> bool:
    """Whether two plain first names can be one person's: spellings, short forms, or an initial."""
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    groups = _first_name_groups()
    if one in groups and groups[one] == groups.get(other):
        return True
    return are_spellings(one, other)


def is_one_person(one: str, other: str) -> bool:
    """Whether two full names can be one person's: family names and first names agree; middle names may be missing."""
    first, second = _name_words(one), _name_words(other)
    if len(first) < 2 or len(second) < 2:
        return first == second
    return are_spellings(first[-1], second[-1]) and are_first_names(first[0], second[0])


def person_key(name: str) -> str:
    """The form of a person's name from which a key is minted: the same for its usual spellings."""
    words = person_words(name) or (plain(name),)
    first = first_name_key(words[0]) if len(words) > 1 else skeleton(words[0])
    return " ".join((first, *map(skeleton, words[1:])))


def first_name_key(word: str) -> str:
    """One spelling for the short forms and the common transcriptions of a plain first name ("bill" and "william")."""
    groups = _first_name_groups()
    return f"~{groups[word]}" if word in groups else skeleton(word)
