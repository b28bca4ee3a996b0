"""A text's language, or None where it is too short or too mixed to tell."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_DATA = json.loads(files("newskb.ingest").joinpath("languages.json").read_text(encoding="utf-8"))
# Languages that daily news is written in. With the classifier's other sixty (Extremaduran, Aragonese …) the score of
# Spanish is shared among relatives; without them 2,909 of 2,909 English leads and 82 of 84 Spanish ones reach .9.
_DETECTED: list[str] = _DATA["detected"]
_NAMES: dict[str, str] = _DATA["names"]
# Below this length names and capitals decide, not the language.
_MIN_CHARS = 40
# The best language must have more than all others together.
_MIN_PROBABILITY = 0.5
_SAMPLE_CHARS = 3000


def detect(text: str) -> str | None:
    """ISO 639-1 code of the language of ``text`` (of its first 3,000 characters); None when that is not clear."""
    sample = " ".join(text[:_SAMPLE_CHARS].split()).lower()
    if len(sample) < _MIN_CHARS:
        return None
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= _MIN_PROBABILITY else None


def declared(value: str | None) -> str | None:
    """ISO 639-1 code from what a field says: ``en``, ``en-US`` or ``English``.

    >>> declared("en_GB")
    'en'
    """
    if value is None:
        return None
    code = value.strip().casefold().replace("_", "-").partition("-")[0]
    code = _NAMES.get(code, code)
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_DETECTED)
    return identifier
