"""Clean texts become texts as news arrives: other marks and dashes, headlines in capitals, datelines, mojibake.

What is done to an article keeps every character in its place, so that its annotation stays right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from newskb.evals.treebanks import NO_HEAD, UNKNOWN, Sentence
from training.encoder.configuration import Noise

_STRAIGHT = str.maketrans("“”‘’", "\"\"''")
_OPENING = re.compile(r"(?<![\w.,!?…%)])([\"'])(?=\S)")
_DASHES = "—–-"
_DASH_BETWEEN = re.compile(r"(?<=\s)[—–-](?=\s)|[—–]")
_STOPS = (".", "!", "?")


def straight(text: str) -> str:
    """Typewriter quotation marks and apostrophes."""
    return text.translate(_STRAIGHT)


def curly(text: str) -> str:
    """Typographic quotation marks: opening ones where a word starts, closing ones elsewhere."""
    text = _OPENING.sub(lambda match: "“" if match[1] == '"' else "‘", text)
    return text.replace('"', "”").replace("'", "’")


def mojibake(text: str) -> str:
    """UTF-8 read as Windows-1252, where that is possible (``’`` to ``â€™``)."""
    try:
        return text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return text


def of_text(text: str, noise: Noise, random: Random) -> str:
    """An article with noise that moves no character."""
    share = random.random()
    if share < noise.straight_quotes:
        text = straight(text)
    elif share < noise.straight_quotes + noise.curly_quotes:
        text = curly(text)
    if random.random() < noise.dashes:
        dash = random.choice(_DASHES[:2])
        text = _DASH_BETWEEN.sub(dash, text)
    if random.random() < noise.capitals:
        headline, *rest = text.split("\n", 1)
        if len(headline.upper()) == len(headline):
            text = "\n".join([headline.upper(), *rest])
    return text


def of_sentence(sentence: Sentence, noise: Noise, random: Random, *, places: Sequence[str]) -> Sentence:
    """A sentence with noise; datelines name one of ``places``."""
    words = list(sentence.words)
    share = random.random()
    if share < noise.straight_quotes:
        words = [straight(word) for word in words]
    elif share < noise.straight_quotes + noise.curly_quotes:
        words = _with_marks(words, "“", "”", "’")
    elif share < noise.straight_quotes + noise.curly_quotes + noise.doubled_quotes:
        words = _with_marks(words, "``", "''", "'")
    if random.random() < noise.dashes:
        dash = random.choice((*_DASHES, "--"))
        words = [dash if word in (*_DASHES[:2], "--") else word for word in words]
    share = random.random()
    if share < noise.capitals:
        words = [word.upper() for word in words]
    elif share < noise.capitals + noise.title_case:
        words = [word[:1].upper() + word[1:] for word in words]
    elif share < noise.capitals + noise.title_case + noise.lower_case:
        words = [word.lower() for word in words]
    if random.random() < noise.mojibake:
        words = [mojibake(word) for word in words]
    sentence = replace(sentence, words=tuple(words))
    if random.random() < noise.no_final_stop:
        sentence = _without_stop(sentence)
    if places and NO_HEAD in sentence.heads and random.random() < noise.dateline:
        sentence = _with_dateline(sentence, noise, random, places)
    return sentence


def _with_marks(words: Sequence[str], opening: str, closing: str, apostrophe: str) -> list[str]:
    changed, is_open = [], False
    for word in words:
        if word in ('"', "“", "”", "``", "''"):
            is_open = not is_open
            changed.append(opening if is_open else closing)
        else:
            changed.append(word.replace("’", "'").replace("'", apostrophe))
    return changed


def _without_stop(sentence: Sentence) -> Sentence:
    """The sentence without its last stop, unless something hangs on it or nothing else is there."""
    last = len(sentence.words)
    if last < 2 or sentence.words[-1] not in _STOPS or last in sentence.heads or sentence.heads[-1] == 0:
        return sentence
    return Sentence(
        words=sentence.words[:-1],
        quoted=sentence.quoted[:-1],
        upos=sentence.upos[:-1],
        xpos=sentence.xpos[:-1],
        heads=sentence.heads[:-1],
        relations=sentence.relations[:-1],
        names=sentence.names[:-1],
    )


def _with_dateline(sentence: Sentence, noise: Noise, random: Random, places: Sequence[str]) -> Sentence:
    """``GENEVA (Reuters) -`` before a sentence that has names and no tree."""
    place = random.choice(places).split()
    words = [word.upper() for word in place] if random.random() < 0.7 else list(place)
    names = ["B-GPE"] + ["I-GPE"] * (len(words) - 1)
    if random.random() < 0.7:
        agency = random.choice(noise.agencies).split()
        words += ["(", *agency, ")"]
        names += ["O", "B-ORG", *["I-ORG"] * (len(agency) - 1), "O"]
    words.append(random.choice(_DASHES))
    names.append("O")
    unknown = (UNKNOWN,) * len(words)
    return Sentence(
        words=(*words, *sentence.words),
        quoted=(*(False for _ in words), *sentence.quoted),
        upos=unknown + sentence.upos,
        xpos=unknown + sentence.xpos,
        heads=(NO_HEAD,) * len(words) + sentence.heads,
        relations=unknown + sentence.relations,
        names=(*names, *sentence.names),
    )
