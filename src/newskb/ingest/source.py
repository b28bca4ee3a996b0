"""What a reader gets: the bytes of one file or member, and the means to say what it found there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newskb.ingest import fields
from newskb.ingest.encodings import SAMPLE_BYTES, Decoder
from newskb.ingest.files import Limits
from newskb.ingest.streams import Stream
from newskb.model import Notice, Origin, RawDocument, Skipped


class Source:
    """One file or archive member that is being read."""

    def __init__(
        self,
        path: str,
        member: str | None,
        stream: Stream,
        limits: Limits,
        *,
        notices: tuple[Notice, ...] = (),
        has_offsets: bool = True,
    ) -> None:
        self.path = path
        self.member = member
        self.stream = stream
        self.limits = limits
        self._notices = notices
        self._has_offsets = has_offsets
        """False when the bytes read are not the file's own (UTF-16 turned into UTF-8)."""

    def decoder(self) -> Decoder:
        """Decodes this source's bytes, all of them by one rule."""
        return Decoder(self.stream.peek(SAMPLE_BYTES))

    def document(
        self,
        format: str,
        body: str,
        fields: dict[str, Any] | None = None,
        *,
        offset: int | None = None,
        notices: tuple[Notice, ...] = (),
    ) -> RawDocument:
        """An article that was found at byte ``offset``."""
        return RawDocument(
            origin=self._origin(offset), format=format, body=body, fields=fields or {}, notices=self._notices + notices
        )

    def record(
        self,
        format: str,
        record: Mapping[str, Any],
        where: str,
        *,
        offset: int | None = None,
        notices: tuple[Notice, ...] = (),
    ) -> RawDocument | Skipped:
        """An article from named fields; skipped when none has words. ``where`` (``line 7``) begins the reason."""
        record = fields.unwrapped(record)
        known = fields.known(record)
        if known.text is None and known.title is None and known.summary is None:
            if all(fields.is_missing(value) for value in record.values()):
                return self.skipped("empty-row", f"{where}: all fields are empty", offset)
            names = ", ".join(str(name) for name in list(record)[:10])
            detail = f"{where}: no field with the article's text; the fields are: {names[:200]}"
            return self.skipped("no-text", detail, offset)
        body, others = fields.split_text(record)
        return self.document(format, body, others, offset=offset, notices=notices)

    def skipped(self, reason: str, detail: str, offset: int | None = None) -> Skipped:
        """Something that gives no article."""
        return Skipped(origin=self._origin(offset), stage="read", reason=reason, detail=detail)

    def too_long(self, where: str, size: int | None = None, offset: int | None = None) -> Skipped:
        """A record that is larger than the limit; ``size`` in bytes, if it was counted."""
        over = f"more than the limit of {self.limits.max_record_bytes:,} for one article"
        return self.skipped(
            "too-long", f"{where} has {over}" if size is None else f"{where} has {size:,} bytes, {over}", offset
        )

    def _origin(self, offset: int | None) -> Origin:
        return Origin(path=self.path, member=self.member, byte_offset=offset if self._has_offsets else None)
