"""Events become the tables of GDELT 2.0: a row for each pair of actors, and one for each report of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product

from newskb import text
from newskb.exports.codes import actor_type, cameo_base, country
from newskb.exports.lines import bare_line
from newskb.store.streams import Row, Selection

EVENT_COLUMNS = (
    *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate", "Actor1Code", "Actor1Name"),
    *("Actor1CountryCode", "Actor1KnownGroupCode", "Actor1EthnicCode", "Actor1Religion1Code"),
    *("Actor1Religion2Code", "Actor1Type1Code", "Actor1Type2Code", "Actor1Type3Code", "Actor2Code"),
    *("Actor2Name", "Actor2CountryCode", "Actor2KnownGroupCode", "Actor2EthnicCode"),
    *("Actor2Religion1Code", "Actor2Religion2Code", "Actor2Type1Code", "Actor2Type2Code"),
    *("Actor2Type3Code", "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass"),
    *("GoldsteinScale", "NumMentions", "NumSources", "NumArticles", "AvgTone", "Actor1Geo_Type"),
    *("Actor1Geo_FullName", "Actor1Geo_CountryCode", "Actor1Geo_ADM1Code", "Actor1Geo_ADM2Code"),
    *("Actor1Geo_Lat", "Actor1Geo_Long", "Actor1Geo_FeatureID", "Actor2Geo_Type", "Actor2Geo_FullName"),
    *("Actor2Geo_CountryCode", "Actor2Geo_ADM1Code", "Actor2Geo_ADM2Code", "Actor2Geo_Lat"),
    *("Actor2Geo_Long", "Actor2Geo_FeatureID", "ActionGeo_Type", "ActionGeo_FullName"),
    *("ActionGeo_CountryCode", "ActionGeo_ADM1Code", "ActionGeo_ADM2Code", "ActionGeo_Lat"),
    *("ActionGeo_Long", "ActionGeo_FeatureID", "DATEADDED", "SOURCEURL"),
)
MENTION_COLUMNS = (
    *("GLOBALEVENTID", "EventTimeDate", "MentionTimeDate", "MentionType", "MentionSourceName"),
    *("MentionIdentifier", "SentenceID", "Actor1CharOffset", "Actor2CharOffset", "ActionCharOffset"),
    *("InRawText", "Confidence", "MentionDocLen", "MentionDocTone", "MentionDocTranslationInfo"),
    "Extras",
)
_NO_GEO = ("0", "", "", "", "", "", "", "")
_WEB, _CITED = "1", "2"
"""GDELT's mention types: an address on the web, or a source known by its citation only."""
_NOT_DIGIT = re.compile(r"\D")
_ID_DIGITS = 15
"""Hexadecimal digits of an id: 60 bits fit the 64-bit integers that loaders use; a clash in 5 million is one in 10⁵."""


def events(selection: Selection, _subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """The 61 columns, without a header as in GDELT's files; events outside CAMEO are left out and counted."""
    for event in selection.events():
        if event["cameo"] is None:
            tally["left out: no CAMEO code"] += 1
            continue
        for actor, recipient in _pairs(event):
            tally["rows"] += 1
            yield bare_line(_event(event, actor, recipient))


def mentions(selection: Selection, _subject: str, tally: Counter[str]) -> Iterator[bytes]:
    """The 16 columns, without a header: every report of every row of the table of events."""
    for event in selection.events():
        if event["cameo"] is None:
            tally["left out: no CAMEO code"] += 1
            continue
        for actor, recipient in _pairs(event):
            for report in event["reports"]:
                tally["rows"] += 1
                yield bare_line(_mention(event, actor, recipient, report))


def _pairs(event: Row) -> Iterator[tuple[Row | None, Row | None]]:
    return product(event["actors"] or [None], event["recipients"] or [None])


def _id(event: Row, actor: Row | None, recipient: Row | None) -> int:
    keys = (who["key"] if who else "" for who in (actor, recipient))
    return int(text.digest(event["key"], *keys)[:_ID_DIGITS], 16)


def _event(event: Row, actor: Row | None, recipient: Row | None) -> tuple[object, ...]:
    root = event["cameo"]
    reports = event["reports"]
    urls = [report["article"]["url"] for report in reports if report["article"]["url"]]
    return (
        _id(event, actor, recipient),
        *_date(event),
        *_actor(actor),
        *_actor(recipient),
        int(any(report["sentence_number"] == 1 for report in reports)),
        cameo_base(root),
        cameo_base(root),
        root,
        event["quad_code"],
        None,  # GoldsteinScale
        event["report_count"],
        event["source_count"],
        event["article_count"],
        None,  # AvgTone
        *_NO_GEO,
        *_NO_GEO,
        *_geo(event["place"]),
        _added(event),
        urls[0] if urls else None,
    )


def _date(event: Row) -> tuple[object, ...]:
    """SQLDATE, MonthYear, Year and FractionDate as far as the date is known; no other date stands in for it."""
    day, precision = event["date_start"], event["date_precision"]
    if day is None:
        return (None,) * 4
    year, month, number = day.split("-")
    if precision == "year":
        return None, None, year, None
    if precision == "month":
        return None, year + month, year, None
    fraction = (int(month) * 30 + int(number)) / 365  # the formula of GDELT's codebook
    return year + month + number, year + month, year, f"{int(year) + min(fraction, 0.9999):.4f}"


def _actor(actor: Row | None) -> tuple[object, ...]:
    """The ten columns of an actor: code, name, country, known group, ethnic, two religions, three types."""
    if actor is None:
        return (None,) * 10
    own, kind = country(actor["country"]).cameo, actor_type(actor["sector"])
    group = "UNO" if actor["sector"] == "UNO" else ""
    name = actor["name"].upper()
    return own + group + (kind if not group else ""), name, own, group, None, None, None, kind, None, None


def _geo(place: Row | None) -> tuple[object, ...]:
    if place is None:
        return _NO_GEO
    home = country(place["country"])
    in_usa = home.alpha3 == "USA"
    type_ = {"country": "1", "admin1": "2" if in_usa else "5", "city": "3" if in_usa else "4"}.get(place["kind"], "0")
    is_country = place["kind"] == "country"
    parts = [place["name"]]
    if place["kind"] == "city" and place["admin1"]:
        parts.append(place["admin1"])
    if not is_country and home.name:
        parts.append(home.name)
    return (
        type_,
        ", ".join(parts),
        home.fips,
        home.fips if is_country else None,
        None,
        place["latitude"],
        place["longitude"],
        home.fips if is_country else None,
    )


def _added(event: Row) -> str | None:
    """The moment of its first report."""
    return min((_told(report["article"]) or "" for report in event["reports"]), default=None)


def _told(article: Row) -> str | None:
    """When an article came out or, where its day is not known, when it was stored: GDELT tells when it met a report,
    which is minutes after it came out.
    """
    is_dated = article["published_precision"] in ("day", "minute")
    return _moment(article["published_at"] if is_dated else article["ingested_at"])


def _moment(iso: str | None) -> str | None:
    """``YYYYMMDDHHMMSS`` of an ISO 8601 moment or day."""
    return None if iso is None else _NOT_DIGIT.sub("", iso[:19]).ljust(14, "0")


def _mention(event: Row, actor: Row | None, recipient: Row | None, report: Row) -> tuple[object, ...]:
    article = report["article"]
    return (
        _id(event, actor, recipient),
        _added(event),
        _told(article),
        _WEB if article["url"] else _CITED,
        article["source"]["name"] if article["source"] else None,
        article["url"] or article["key"],
        report["sentence_number"],
        _offset(report["actors"], actor),
        _offset(report["recipients"], recipient),
        report["start_char"],
        1,  # found in the text as it is: it is never rewritten
        round(report["confidence"] * 100),
        article["char_count"],
        None,  # MentionDocTone
        None,
        None,
    )


def _offset(participants: list[Row], who: Row | None) -> int | None:
    """Where the report names the actor."""
    for participant in participants:
        if who is not None and participant["key"] == who["key"] and participant["start_char"] is not None:
            return int(participant["start_char"])
    return None
