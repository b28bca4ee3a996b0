"""Tables and Wikidata items become actors; what cannot be one is told with its place."""

from __future__ import annotations

import bz2
import gzip
import io
import json
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from newskb.ingest.actor_files import Found, Lexicon, read_actors, read_positions
from newskb.ingest.files import Limits
from newskb.ingest.reasons import REASONS
from newskb.ingest.wikidata import Positions, _classes, _occupations
from newskb.model import Actor, Role, Skipped
from newskb.plover import SECTORS

LEXICON = Lexicon(
    countries={"fr": "FRA", "fra": "FRA", "france": "FRA", "q142": "FRA", "q145": "GBR"},
    mint=lambda name, kind: f"act-{kind}-{len(name)}",
    sector_of=lambda office: "GOV" if "Minister" in office else None,
)


def read(data: str | bytes, *, format: str = "auto", limits: Limits | None = None) -> list[Found]:
    raw = data.encode() if isinstance(data, str) else data
    limits, positions = limits or Limits(), Positions()
    read_positions(io.BytesIO(raw), "list", format=format, limits=limits, positions=positions)
    return list(
        read_actors(io.BytesIO(raw), "list", format=format, limits=limits, lexicon=LEXICON, positions=positions)
    )


def actors(*args: Any, **more: Any) -> list[Actor]:
    return [found for found in read(*args, **more) if isinstance(found, Actor)]


def skipped(*args: Any, **more: Any) -> list[Skipped]:
    return [found for found in read(*args, **more) if isinstance(found, Skipped)]


# --- tables ----------------------------------------------------------------------------------------------------------


def test_a_row_is_an_actor_with_names_country_and_office() -> None:
    text = (
        "Name,QID,Type,Country,Aliases,Sector,Office,Valid from,Valid to\n"
        '"Quillon, Ada",Q9,person,France,A. Quillon | The Engineer,gov,Minister of Energy,2018-03,2020\n'
    )
    assert actors(text) == [
        Actor(
            key="Q9",
            name="Quillon, Ada",
            kind="person",
            wikidata="Q9",
            country="FRA",
            sector="GOV",
            aliases=("A. Quillon", "The Engineer"),
            roles=(Role(office="Minister of Energy", country="FRA", sector="GOV", start="2018-03", end="2020"),),
        )
    ]


def test_rows_with_one_key_are_one_actor_with_several_offices() -> None:
    text = "key,name,kind,office\nx-1,Ada,person,Mayor\nx-1,Ada,person,Minister\nx-2,Bo,person,Mayor\n"
    assert [(actor.key, [role.office for role in actor.roles]) for actor in actors(text)] == [
        ("x-1", ["Mayor", "Minister"]),
        ("x-2", ["Mayor"]),
    ]


def test_an_actor_without_a_key_gets_the_one_that_texts_would_give_it() -> None:
    assert [actor.key for actor in actors("name,kind\nAda Quillon,person\n")] == ["act-person-11"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_cells_are_parted_by_comma_semicolon_or_tab(mark: str) -> None:
    text = "name,kind,country\nAda Quillon,person,FR\n".replace(",", mark)
    assert [(actor.name, actor.country) for actor in actors(text)] == [("Ada Quillon", "FRA")]


BAD = {
    "no-name": ",person,",
    "bad-kind": "Ada,robot,",
    "bad-country": "Ada,person,Atlantis",
    "bad-sector": "Ada,person,,XYZ",
    "bad-wikidata": "Ada,person,,,P9",
    "bad-key": "Ada,person,,,,no key!",
    "bad-term": "Ada,person,,,,,Mayor,last year",
    "long-name": f"{'A' * 301},person,",
    "bad-character": "A\x00da,person,",
}


@pytest.mark.parametrize("reason", BAD)
def test_a_row_that_gives_no_actor_is_told_with_its_place_and_the_others_are_read(reason: str) -> None:
    text = f"name,kind,country,sector,wikidata,key,office,start\nBo,person\n{BAD[reason]}\nCy,person\n"
    assert [actor.name for actor in actors(text)] == ["Bo", "Cy"]
    (bad,) = skipped(text)
    assert (bad.reason, bad.origin.record) == (reason, 1)
    assert bad.detail.startswith("line 3: ")
    assert bad.origin.byte_offset == text.index(BAD[reason])
    assert reason in REASONS


def test_a_column_that_is_not_read_is_told_with_the_nearest_one() -> None:
    (told,) = skipped("name,kind,contry\nAda,person,FR\n")
    assert (told.reason, "did you mean 'country'" in told.detail) == ("unknown-column", True)


def test_a_table_without_names_is_refused_with_the_columns_there_are() -> None:
    (told,) = skipped("person,land\nAda,FR\n")
    assert (told.reason, "'name'" in told.detail) == ("no-header", True)


def test_an_empty_file_is_told() -> None:
    assert [item.reason for item in skipped("")] == ["empty"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_to_the_end(data: bytes) -> None:
    for found in read(b"name,kind\n" + data):
        assert isinstance(found, Actor | Skipped)
    read(data)


# --- Wikidata --------------------------------------------------------------------------------------------------------


def claim(value: object, rank: str = "normal", **qualifiers: object) -> dict[str, Any]:
    return {
        "mainsnak": {"datavalue": {"value": value}},
        "rank": rank,
        "qualifiers": {name: [{"datavalue": {"value": item}}] for name, item in qualifiers.items()},
    }


def item(key: str, name: str | None, of: str, **claims: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": key,
        "labels": {} if name is None else {"en": {"language": "en", "value": name}},
        "claims": {"P31": [claim({"id": of})], **claims},
    }


def day(value: str, precision: int) -> dict[str, object]:
    return {"time": value, "precision": precision}


MINISTER = item("Q900", "Minister of Tides", "Q4164871", P1001=[claim({"id": "Q142"})])
PERSON = item(
    "Q42",
    "Ada Quillon",
    "Q5",
    P27=[claim({"id": "Q999"}), claim({"id": "Q145"})],
    P39=[
        claim({"id": "Q900"}, P580=day("+2018-03-00T00:00:00Z", 10), P582=day("+2020-01-01T00:00:00Z", 9)),
        claim({"id": "Q901"}),
        claim({"id": "Q900"}, "deprecated", P580=day("+1999-01-01T00:00:00Z", 11)),
    ],
) | {
    "aliases": {"en": [{"value": "A. Quillon"}], "fr": [{"value": "Ada la Marée"}]},
    "descriptions": {"en": {"value": "minister"}},
    "sitelinks": {"enwiki": {"title": "Ada Quillon (minister)"}},
}


def dump(*items: dict[str, Any]) -> str:
    return "[\n" + ",\n".join(json.dumps(one) for one in items) + "\n]\n"


def test_a_human_is_a_person_with_the_offices_that_the_file_names() -> None:
    found = read(dump(PERSON, MINISTER))
    assert found == [
        Actor(
            key="Q42",
            name="Ada Quillon",
            kind="person",
            wikidata="Q42",
            wikipedia="Ada Quillon (minister)",
            country="GBR",
            sector="GOV",
            description="minister",
            aliases=("A. Quillon",),
            roles=(Role(office="Minister of Tides", country="FRA", sector="GOV", start="2018-03", end="2020"),),
        ),
        None,
    ]


@pytest.mark.parametrize(
    ("of", "kind", "sector"),
    [
        ("Q7278", "organisation", "PTY"),
        ("Q6256", "country", None),
        ("Q43229", "organisation", None),
        ("Q41710", "group", "CVL"),
    ],
)
def test_what_an_item_is_an_instance_of_says_its_kind(of: str, kind: str, sector: str | None) -> None:
    (actor,) = actors(dump(item("Q7", "Seven", of)))
    assert (actor.kind, actor.sector) == (kind, sector)


def test_an_item_of_an_unknown_class_is_an_organisation_only_if_it_has_what_they_have() -> None:
    assert read(dump(item("Q8", "A Novel", "Q7725634"))) == [None]
    (firm,) = actors(dump(item("Q9", "A Firm", "Q99999999", P1128=[claim({"amount": "+20"})])))
    assert (firm.kind, firm.sector) == ("organisation", None)


def test_lines_that_are_no_items_are_told_and_the_others_are_read() -> None:
    text = f"[\n{json.dumps(PERSON)},\n{{broken\n{json.dumps(item('Q5555', None, 'Q5'))}\n]\n"
    found = read(text)
    assert [type(one).__name__ for one in found] == ["Actor", "Skipped", "Skipped"]
    assert [one.reason for one in skipped(text)] == ["bad-json", "no-name"]
    assert skipped(text)[0].origin.byte_offset == text.index("{broken")


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, zstandard.ZstdCompressor().compress])
def test_a_dump_is_read_packed_or_not_and_as_lines_without_brackets(pack: Any) -> None:
    lines = f"{json.dumps(PERSON)}\n{json.dumps(MINISTER)}\n"
    assert read(pack(dump(PERSON, MINISTER).encode())) == read(pack(lines.encode()))
    assert actors(pack(lines.encode()))[0].roles


def test_the_classes_and_occupations_are_well_formed() -> None:
    kinds = {"person", "organisation", "government", "country", "group"}
    for key, (kind, sector) in _classes().items():
        assert key.startswith("Q")
        assert kind in kinds
        assert sector is None or sector in SECTORS
    assert set(_occupations().values()) <= set(SECTORS)
