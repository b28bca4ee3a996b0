"""A key becomes the thing that has it, and lines that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from newskb import notation
from newskb.model import Article, ArticleFacts
from newskb.settings import Settings
from newskb.store import lookup
from newskb.store.articles import read_article
from newskb.store.database import Database
from newskb.store.facts import read_facts

_ONE = {"stories": "story"}
_ROWS_SHOWN = 50
"""Entries of a list inside a thing that are printed; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The thing with a key."""

    resource: str
    """What it is: ``articles``, ``events`` … as the API names it."""
    row: dict[str, Any]
    """All that is known of it."""
    article: Article | None = None
    facts: ArticleFacts | None = None
    """For an article: the text and everything found in it."""

    def lines(self) -> Iterator[str]:
        """The thing for reading: an article with its facts in the notation of case files, others field by field."""
        if self.article is not None and self.facts is not None:
            yield from _article(self.article, self.facts)
        else:
            yield f"# {_ONE.get(self.resource) or self.resource.removesuffix('s')} {self.row['key']}"
            yield from _fields({name: value for name, value in self.row.items() if name != "key"})


def look_up(key: str, *, settings: Settings) -> Found | None:
    """The thing with this key: article, event, actor, place, quote, claim, story, source, mention, event mention …

    Actors and places are found by their Wikidata id too, and articles by their own id as imported.
    """
    database = Database(settings.database_url)
    database.require()
    try:
        with database.read() as connection:
            found = lookup.find(connection, key)
            if found is None:
                return None
            resource, row = found
            if resource != "articles":
                return Found(resource=resource, row=row)
            article = read_article(connection, row["key"])
            return Found(resource=resource, row=row, article=article, facts=read_facts(connection, article.key))
    finally:
        database.dispose()


def _article(article: Article, facts: ArticleFacts) -> Iterator[str]:
    yield f"# {article.title or article.key}"
    origin = article.origin
    place = f"{origin.path}!{origin.member}" if origin.member else origin.path
    told = {
        "key": article.key,
        "id": article.external_id,
        "source": article.source,
        "published": article.published.value if article.published else "undated",
        "language": article.language,
        "url": article.url,
        "read from": f"{place}#{origin.record}",
        "extractor": facts.extractor,
        "not analysed": facts.not_analysed,
    }
    yield from (f"# {name}: {value}" for name, value in told.items() if value)
    yield from ("", article.text.rstrip("\n"), "")
    yield from (f"=> {line}" for line in notation.lines(article, facts))


def _fields(row: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """``name: value`` lines; what is unknown or empty is left out, lists follow their name, an entry a line."""
    for name, value in row.items():
        if value is None or value in ("", [], {}):
            continue
        if isinstance(value, list):
            yield f"{indent}{name}:"
            yield from _entries(value, indent + "  ")
        elif isinstance(value, Mapping):
            yield f"{indent}{name}: {_short(value)}"
        else:
            yield f"{indent}{name}: {_one_line(value)}"


def _entries(values: list[Any], indent: str) -> Iterator[str]:
    for value in values[:_ROWS_SHOWN]:
        if isinstance(value, Mapping) and {"start_char", "article"} <= value.keys():
            yield f"{indent}- {_evidence(value)}"
        else:
            yield f"{indent}- {_short(value) if isinstance(value, Mapping) else _one_line(value)}"
    if len(values) > _ROWS_SHOWN:
        yield f"{indent}… and {len(values) - _ROWS_SHOWN} more (--json shows all)"


def _evidence(row: Mapping[str, Any]) -> str:
    """The words that say a fact, and where they stand."""
    article = row["article"]
    source = (article.get("source") or {}).get("name") or "unknown source"
    day = article.get("published_date") or "undated"
    words = row.get("sentence") or row.get("text") or ""
    return f'{source}, {day}: "{_one_line(words)}" [{article["key"]} {row["start_char"]}-{row["end_char"]}]'


def _short(row: Mapping[str, Any]) -> str:
    """A thing inside another one: its name and key, or all of its fields in a line."""
    name = row.get("name") or row.get("title") or _event(row)
    if name and "key" in row:
        return f"{_one_line(name)} ({row['key']})"
    if "claim" in row and "relation" in row:
        return f"{row['relation']} ({row['reason']}) {_evidence(row['claim'])}"
    if "text" in row and "start_char" in row:
        return f'"{_one_line(row["text"])}" [{row["start_char"]}-{row["end_char"]}]'
    parts = (f"{key}={_one_line(value)}" for key, value in row.items() if value is not None and value != [])
    return ", ".join(parts)


def _event(row: Mapping[str, Any]) -> str | None:
    """``2021-03-02 PROTEST: demonstrators > Lena Ortiz``, when the row is an event's."""
    if "recipients" not in row:
        return None
    sides = (", ".join(who["name"] for who in row[role]) or "?" for role in ("actors", "recipients"))
    return f"{row['date_start'] or 'undated'} {row['type'] or row['extension']}: {' > '.join(sides)}"


def _one_line(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return _short(value)
    if isinstance(value, list):
        return "; ".join(_one_line(item) for item in value)
    return " ".join(str(value).split())
