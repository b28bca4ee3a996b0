"""The reports of an event become a table: what each outlet says of when, where, who and how many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newskb.api.explorer.annotated import amount, days, kind, participants

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """One thing that reports may say differently."""

    name: str
    accounts: tuple[tuple[str, tuple[str, ...]], ...]
    """What is said, and the outlets that say it, those that most say first."""
    differs: bool


def compare(reports: Sequence[Row]) -> list[Aspect]:
    """What the reports say of each aspect that any of them mentions."""
    said: dict[str, dict[str, list[str]]] = {}
    for report in reports:
        outlet = report["article"]["source"]["name"] if report["article"]["source"] else "an outlet not named"
        for name, value in _said(report):
            outlets = said.setdefault(name, {}).setdefault(value, [])
            if outlet not in outlets:
                outlets.append(outlet)
    return [
        Aspect(
            name=name,
            accounts=tuple(
                (value, tuple(outlets))
                for value, outlets in sorted(values.items(), key=lambda item: (-len(item[1]), item[0]))
            ),
            differs=len(values) > 1,
        )
        for name, values in said.items()
    ]


def _said(report: Row) -> Iterator[tuple[str, str]]:
    yield "What", kind(report)
    yield "Realis", report["realis"]
    if when := days(report):
        yield "When", when
    if report["place"]:
        yield "Where", report["place"]["name"]
    for name, field in (("Who", "actors"), ("To whom", "recipients")):
        if report[field]:
            yield name, participants(report[field])
    for figure in report["figures"]:
        yield figure["kind"].capitalize(), amount(figure)
    if report["reported_by"]:
        yield "According to", report["reported_by"]["name"]
