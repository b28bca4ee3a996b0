"""A text's language, or None where it is too short or too mixed to tell."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# Set on news headlines and leads: below 60 characters names and capitals decide, not the language.
_MIN_CHARS = 60
# Where the classifier is less sure than this it is wrong about every fifth time.
_MIN_PROBABILITY = 0.9
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
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


_NAMES = {
    **{"english": "en", "eng": "en", "french": "fr", "fra": "fr", "spanish": "es", "spa": "es", "german": "de"},
    **{"deu": "de", "ger": "de", "italian": "it", "ita": "it", "portuguese": "pt", "por": "pt", "russian": "ru"},
    **{"rus": "ru", "arabic": "ar", "ara": "ar", "chinese": "zh", "zho": "zh", "japanese": "ja", "jpn": "ja"},
}
