"""A text becomes the facts that ``newskb extract`` prints; nothing is stored."""

from __future__ import annotations

import threading
from typing import Any

from newskb.errors import InputError
from newskb.model import Origin, RawDocument, Skipped
from newskb.notation import record
from newskb.pipeline import Extractor, read
from newskb.settings import Settings


class TextReader:
    """Reads one text at a time; the model is loaded for the first one and stays."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._extractor: Extractor | None = None
        self._lock = threading.Lock()

    def __call__(self, text: str, **fields: str | None) -> dict[str, Any]:
        """The article with its facts as JSON has them; ``fields`` (title, date, source, url) are those of an import.

        Raises ``InputError`` for a text that is none.
        """
        with self._lock:
            self._extractor = self._extractor or _extractor(self._settings)
            given = {name: value for name, value in fields.items() if value is not None}
            raw = RawDocument(origin=Origin(path="annotate"), format="json", body=text, fields=given)
            article = self._extractor.cleaner.clean(raw)
            if isinstance(article, Skipped):
                raise InputError(f"there is nothing to read: {article.detail}")
            [facts] = read([article], self._extractor)
        return record(article, facts)


def _extractor(settings: Settings) -> Extractor:
    # Imported with the first text: a server that is never asked for one stays small and starts at once.
    from newskb.jobs.extraction import extractor_options, make_extractor

    return make_extractor(extractor_options(settings))
