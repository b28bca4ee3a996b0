"""A raw document becomes an article: fields understood, text freed of what cannot be stored, extras marked."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from newskb.ingest import dates, fields, language
from newskb.ingest.boilerplate import find_boilerplate
from newskb.ingest.duplicates import signature
from newskb.ingest.files import DEFAULT_LIMITS
from newskb.ingest.sniff import HEADER
from newskb.model import Article, Notice, PublishedAt, RawDocument, Skipped, Span
from newskb.text import Edits, digest, key, squeeze

_TEXT_FORMATS = frozenset(("founding", "lines", "text"))
"""Formats that are nothing but text: line ends are normalised, a date header may begin the text."""
_NEWLINES = re.compile(r"\r\n?")
# Escape sequences as a whole (ESC [31m), then single C0 and C1 controls; tab, line and page breaks and NEL stay.
_CONTROL = re.compile(r"\x1b\[[0-?]{0,16}[ -/]{0,4}[@-~]|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Two letters in a row; Chinese words may have one, but a text of one is none.
_WORD = re.compile(r"[^\W\d_]{2}")
_MAX_TITLE_CHARS = 1000
_MAX_FIELD_CHARS = 300
_MAX_URL_CHARS = 2000
# "CARACAS, May 5, 2019 (Reuters) - " says its date in full; without a year it is no evidence.
_DATELINE = re.compile(
    r"\s*[A-Z][A-Z .,'’/-]{2,60}?,? (?P<date>(?:[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4})|(?:\d{1,2} [A-Z][a-z]{2,8} \d{4}))"
    r"\s{0,2}(?:\([^()\n]{1,40}\)\s{0,2})?[-–—:|]"
)
_SCHEME = re.compile(r"https?://", re.I)
_DOMAIN = re.compile(r"(?:https?://)?(?:www\d?\.)?([\w-]+(?:\.[\w-]+)+)(?::\d+)?(?:/.*)?", re.I)


class Cleaner:
    """Makes articles; the same raw document always gives the same article."""

    def __init__(
        self,
        *,
        source: str | None = None,
        day_first: bool | None = None,
        today: str | None = None,
        max_text_chars: int = DEFAULT_LIMITS.max_text_chars,
    ) -> None:
        """``source`` names the outlet of articles that name none; ``day_first`` settles dates such as 03/04/2019;
        ``today`` (``YYYY-MM-DD``) is the day of the import, later dates are noted as future; longer texts than
        ``max_text_chars`` are skipped.
        """
        self._source = source
        self._day_first = day_first
        self._today = today
        self._max_text_chars = max_text_chars

    def clean(self, raw: RawDocument) -> Article | Skipped:
        """The article, or why it is none: ``no-text`` or ``too-long``."""
        notices = list(raw.notices)
        known = fields.known(raw.fields)
        body, title = raw.body, _short(known.title, _MAX_TITLE_CHARS, "title-too-long", notices)
        if not body.strip():
            body = fields.text_of(known.summary) or fields.text_of(known.title)
            notices.append(Notice(reason="summary-only", detail="there is no text; its summary or title stands for it"))
        text = _storable(body, raw.format in _TEXT_FORMATS, notices)
        header = HEADER.match(text)
        if _WORD.search(text, header.end() if header else 0) is None:
            return _skipped(raw, "no-text", "there is a date but no text" if header else "there is no word in the text")
        if len(text) > self._max_text_chars:
            limit = f"more than the limit of {self._max_text_chars:,}"
            return _skipped(raw, "too-long", f"the text has {len(text):,} characters, {limit}; it was not stored")
        published = self._published(raw, known.published, header, text, notices)
        if header is not None and raw.format not in _TEXT_FORMATS and published is None:
            header = None
        url = _url(known.url, notices)
        source = _outlet(known.source, notices) or self._source or _domain(url)
        text_hash = digest(squeeze(text))
        content = text[header.end() :] if header else text
        return Article(
            key=key("art", source or "", text_hash),
            text_hash=text_hash,
            origin=raw.origin,
            external_id=_short(known.id, _MAX_FIELD_CHARS, "field-too-long", notices),
            source=source,
            url=url,
            title=title,
            byline=_short(known.byline, _MAX_FIELD_CHARS, "field-too-long", notices),
            language=language.detect(content) or language.declared(fields.name_of(known.language)),
            published=published,
            text=text,
            header=None if header is None else _header_span(header),
            boilerplate=find_boilerplate(text),
            signature=signature(content),
            notices=tuple(notices),
        )

    def _published(
        self, raw: RawDocument, given: Any, header: re.Match[str] | None, text: str, notices: list[Notice]
    ) -> PublishedAt | None:
        """The first evidence that there is; when it is unclear no weaker evidence takes its place."""
        if not fields.is_missing(given):
            evidence: tuple[Any, str] = (given, "metadata")
        elif header is not None:
            evidence = (header["date"], "header")
        elif (dateline := _DATELINE.match(text)) is not None:
            evidence = (dateline["date"], "dateline")
        elif raw.format == "text" and (named := dates.in_name(raw.origin.member or raw.origin.path)) is not None:
            evidence = named
        else:
            evidence = (self._missing_date(raw), "metadata")
        published, found = dates.published(*evidence, day_first=self._day_first, today=self._today)
        notices.extend(found)
        return published

    @staticmethod
    def _missing_date(raw: RawDocument) -> Any:
        """What stands in the date field although it says nothing (``N/A``), for the notice."""
        return next((value for name, value in raw.fields.items() if fields.role_of(name) == "published"), None)


def _storable(body: str, is_text: bool, notices: list[Notice]) -> str:
    """``body`` without characters that no database or terminal should see, each removal noted."""
    edits = Edits(body)
    if is_text:
        edits.replace_all(_NEWLINES, "\n")
    controls = _CONTROL.findall(body)
    if controls:
        edits.replace_all(_CONTROL, "")
        position = body.index(controls[0])
        detail = (
            f"{len(controls)} control characters were dropped, the first, {controls[0]!r}, at character {position:,}"
        )
        notices.append(Notice(reason="control-characters", detail=detail))
    surrogates = _SURROGATE.findall(body)
    if surrogates:
        edits.replace_all(_SURROGATE, "\ufffd")
        detail = f"{len(surrogates)} half characters became U+FFFD"
        notices.append(Notice(reason="lone-surrogate", detail=detail))
    return edits.apply()


def _short(value: Any, limit: int, reason: str, notices: list[Notice]) -> str | None:
    """A one-line field: white space squeezed, unprintable characters dropped, at most ``limit`` characters."""
    found = fields.name_of(value)
    if found is None:
        return None
    line = squeeze(_SURROGATE.sub("\ufffd", _CONTROL.sub("", found[: 4 * limit])))
    if len(found) > limit and len(line) >= limit:
        notices.append(Notice(reason=reason, detail=f"cut from {len(found):,} to {limit:,} characters"))
    return line[:limit] or None


def _outlet(value: Any, notices: list[Notice]) -> str | None:
    """An outlet's name as given; of an address only the domain."""
    name = _short(value, _MAX_FIELD_CHARS, "field-too-long", notices)
    if name is not None and _SCHEME.match(name):
        return _domain(name)
    if name is not None and name.casefold().startswith("www.") and (match := _DOMAIN.fullmatch(name)):
        return match[1].casefold()
    return name


def _url(value: Any, notices: list[Notice]) -> str | None:
    found = fields.name_of(value)
    if found is None:
        return None
    if (
        not _SCHEME.match(found)
        or len(found) > _MAX_URL_CHARS
        or any(c.isspace() or not c.isprintable() for c in found)
    ):
        notices.append(Notice(reason="bad-url", detail=f"no web address: {found[:80]!r}"))
        return None
    return found


def _domain(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.casefold().removeprefix("www.") or None if host else None


def _header_span(header: re.Match[str]) -> Span:
    start = len(header[0]) - len(header[0].lstrip())
    return Span(start=start, end=header.end())


def _skipped(raw: RawDocument, reason: str, detail: str) -> Skipped:
    return Skipped(origin=raw.origin, stage="clean", reason=reason, detail=detail)
