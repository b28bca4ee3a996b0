"""The authority file is whole: keys, codes, days, coordinates and the actors that everybody expects."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from newskb.plover import NON_STATE, SECTORS
from newskb.resources import resource
from newskb.text import fold

FOLDER = resource("seeds") / "authority"
MAX_FILE_BYTES = 2_900_000
MAX_TOTAL_BYTES = 12_500_000
KINDS = {"person", "organisation", "government", "country", "group"}
PLACE_KINDS = {"country", "admin1", "city", "region", "water"}
KEY = re.compile(r"Q[1-9]\d*|gov-[A-Z]{3}|(act|plc)-[0-9a-f]{20}")
DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")

Entry = dict[str, Any]


def entries(pattern: str) -> list[Entry]:
    found = [json.loads(line) for path in sorted(FOLDER.glob(pattern)) for line in path.read_text("utf-8").splitlines()]
    assert found, pattern
    return found


@pytest.fixture(scope="module")
def countries() -> dict[str, Entry]:
    return {entry["code"]: entry for entry in entries("countries.jsonl")}


@pytest.fixture(scope="module")
def actors() -> list[Entry]:
    names = [path.name for path in sorted(FOLDER.glob("*.jsonl"))]
    return [entry for name in names if not name.startswith(("places", "countries.")) for entry in entries(name)]


@pytest.fixture(scope="module")
def places() -> list[Entry]:
    return entries("places*.jsonl")


def roles(actors: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
    return ((actor, role) for actor in actors for role in actor["roles"])


def holders(actors: list[Entry], country: str, kind: str, day: str) -> set[str]:
    return {
        actor["name"]
        for actor, role in roles(actors)
        if role["country"] == country and role["class"] == kind
        if (role["start"] or "") <= day and (role["end"] is None or role["end"] >= day[: len(role["end"])])
    }


def test_no_key_stands_for_two_actors_or_two_places(actors: list[Entry], places: list[Entry]) -> None:
    for listed in (actors, places):
        counted = Counter(entry["key"] for entry in listed)
        assert [key for key, count in counted.items() if count > 1] == []


def test_keys_are_wikidata_numbers_or_minted(actors: list[Entry], places: list[Entry]) -> None:
    assert [entry["key"] for entry in (*actors, *places) if not KEY.fullmatch(entry["key"])] == []


def test_names_are_not_empty_and_have_no_stray_blanks(actors: list[Entry], places: list[Entry]) -> None:
    for entry in (*actors, *places):
        for name in (entry["name"], *entry["aliases"]):
            assert name, entry
            assert name == " ".join(name.split()), entry


def test_kinds_are_those_of_the_model(actors: list[Entry], places: list[Entry]) -> None:
    assert {entry["kind"] for entry in actors} == KINDS
    assert {entry["kind"] for entry in places} == PLACE_KINDS


def test_every_country_code_is_one_of_the_countries(
    actors: list[Entry], places: list[Entry], countries: dict[str, Entry]
) -> None:
    named = {entry["country"] for entry in (*actors, *places)} | {role["country"] for _, role in roles(actors)}
    assert named - {None} - set(countries) == set()


def test_every_sector_is_one_of_plover(actors: list[Entry]) -> None:
    given = {actor["sector"] for actor in actors} | {role["sector"] for _, role in roles(actors)}
    assert given - {None} - set(SECTORS) - set(NON_STATE) == set()


def test_terms_are_dated_well_and_end_after_they_begin(actors: list[Entry]) -> None:
    for actor, role in roles(actors):
        for day in (role["start"], role["end"]):
            assert day is None or DAY.fullmatch(day), (actor["name"], role)
        if role["start"] and role["end"]:
            shared = min(len(role["start"]), len(role["end"]))
            assert role["start"][:shared] <= role["end"][:shared], (actor["name"], role)


def test_coordinates_lie_on_the_globe(places: list[Entry]) -> None:
    for place in places:
        assert (place["latitude"] is None) == (place["longitude"] is None), place
        if place["latitude"] is not None:
            assert -90 <= place["latitude"] <= 90, place
            assert -180 <= place["longitude"] <= 180, place


def test_cities_have_coordinates(places: list[Entry]) -> None:
    assert [place["name"] for place in places if place["kind"] == "city" and place["latitude"] is None] == []


def test_every_country_has_its_government_and_every_government_its_country(
    actors: list[Entry], countries: dict[str, Entry]
) -> None:
    governments = {actor["key"]: actor for actor in actors if actor["kind"] == "government"}
    assert {country["government"] for country in countries.values()} == set(governments)
    for code, country in countries.items():
        government = governments[country["government"]]
        assert government["country"] == code
        assert country["capital"] in government["seat"]


def test_every_country_is_an_actor_and_a_place(
    actors: list[Entry], places: list[Entry], countries: dict[str, Entry]
) -> None:
    keys = {country["key"] for country in countries.values()}
    assert keys <= {actor["key"] for actor in actors if actor["kind"] == "country"}
    assert keys <= {place["key"] for place in places if place["kind"] == "country"}


def test_every_state_has_words_for_its_people(countries: dict[str, Entry]) -> None:
    for code in ("USA", "VEN", "RUS", "FRA", "NLD", "CHE", "CIV", "NZL"):
        assert countries[code]["demonyms"], code
    assert {"Venezuelan", "Venezuelans"} <= set(countries["VEN"]["demonyms"])
    assert {"Russian", "Russians"} <= set(countries["RUS"]["demonyms"])


@pytest.mark.parametrize(
    ("seat", "government"),
    [
        ("Washington", "Q48525"),
        ("White House", "Q48525"),
        ("Kremlin", "gov-RUS"),
        ("Moscow", "gov-RUS"),
        ("Caracas", "gov-VEN"),
    ],
)
def test_seats_stand_for_their_government(seat: str, government: str) -> None:
    found = {entry["key"] for entry in entries("governments.jsonl") if seat in entry["seat"]}
    assert found == {government}


@pytest.mark.parametrize(
    ("country", "kind", "day", "name"),
    [
        ("VEN", "foreign minister", "2019-05-05", "Jorge Arreaza"),
        ("RUS", "foreign minister", "2019-05-05", "Sergey Lavrov"),
        ("VEN", "head of state", "2019-05-05", "Nicolás Maduro"),
        ("USA", "head of state", "2019-05-05", "Donald Trump"),
        ("USA", "foreign minister", "2019-05-05", "Mike Pompeo"),
        ("USA", "head of state", "2022-01-01", "Joe Biden"),
        ("DEU", "head of government", "2015-09-01", "Angela Merkel"),
        ("DEU", "foreign minister", "2019-05-05", "Heiko Maas"),
        ("ITA", "head of government", "2019-05-05", "Giuseppe Conte"),
        ("POL", "head of government", "2016-01-15", "Beata Szydło"),
        ("COL", "head of state", "2019-05-05", "Iván Duque"),
        ("CUB", "head of state", "2016-11-25", "Raúl Castro"),
        ("GBR", "head of government", "2023-06-01", "Rishi Sunak"),
        ("FRA", "foreign minister", "2023-06-01", "Catherine Colonna"),
        ("UKR", "head of state", "2022-02-24", "Volodymyr Zelenskyy"),
        ("BRA", "foreign minister", "2016-06-15", "José Serra"),
        ("NGA", "foreign minister", "2017-03-01", "Geoffrey Onyeama"),
        ("KEN", "foreign minister", "2014-06-01", "Amina Mohamed"),
        ("BGR", "head of government", "2022-01-15", "Kiril Petkov"),
        ("PHL", "foreign minister", "2012-05-01", "Albert del Rosario"),
        ("IDN", "foreign minister", "2011-05-01", "Marty Natalegawa"),
    ],
)
def test_an_office_and_a_day_name_one_holder(actors: list[Entry], country: str, kind: str, day: str, name: str) -> None:
    assert holders(actors, country, kind, day) == {name}


@pytest.mark.parametrize(
    ("kinds", "least"),
    [(("head of state", "head of government"), 0.99), (("foreign minister",), 0.94)],
    ids=["heads", "foreign ministers"],
)
@pytest.mark.parametrize("year", range(2010, 2026))
def test_who_leads_a_state_and_speaks_for_it_abroad_is_known_since_2010(
    actors: list[Entry], year: int, kinds: tuple[str, ...], least: float
) -> None:
    states = {entry["country"] for entry in entries("state_bodies.jsonl")}
    assert len(states) > 190
    day = f"{year}-06-15"
    known = {
        role["country"]
        for _, role in roles(actors)
        if role["class"] in kinds
        and (role["start"] or "") <= day
        and (role["end"] is None or role["end"] >= day[: len(role["end"])])
    }
    assert len(known & states) >= least * len(states), sorted(states - known)


@pytest.mark.parametrize(
    ("name", "kind", "country"),
    [
        ("Sergey Lavrov", "person", "RUS"),
        ("Sergei Ryabkov", "person", "RUS"),
        ("Jorge Arreaza", "person", "VEN"),
        ("Nicolás Maduro", "person", "VEN"),
        ("Juan Guaidó", "person", "VEN"),
        ("National Assembly (Venezuela)", "organisation", "VEN"),
        ("Ministry of Foreign Affairs (Russia)", "organisation", "RUS"),
        ("Sputnik (news agency)", "organisation", "RUS"),
        ("Venezuelan opposition", "group", "VEN"),
        ("Government of the United States", "government", "USA"),
        ("Russia", "country", "RUS"),
    ],
)
def test_the_actors_of_the_founding_article_are_known(actors: list[Entry], name: str, kind: str, country: str) -> None:
    found = [actor for actor in actors if name in (actor["name"], *actor["aliases"])]
    assert [(actor["kind"], actor["country"]) for actor in found] == [(kind, country)]


def test_washington_is_an_actor_by_seat_and_a_city_and_a_state_by_name(places: list[Entry]) -> None:
    named = {(place["kind"], place["key"]) for place in places if "Washington" in (place["name"], *place["aliases"])}
    assert {("city", "Q61"), ("admin1", "Q1223")} <= named


def test_no_alias_repeats_the_name_of_its_entry(actors: list[Entry], places: list[Entry]) -> None:
    for entry in (*actors, *places):
        assert entry["name"] not in entry["aliases"], entry["name"]
        assert len(entry["aliases"]) == len(set(entry["aliases"])), entry["name"]


def test_ministries_are_found_by_adjective_and_by_country() -> None:
    names = {fold(name): entry["country"] for entry in entries("state_bodies.jsonl") for name in entry["aliases"]}
    assert names["venezuelan foreign ministry"] == "VEN"
    assert names["foreign ministry of venezuela"] == "VEN"
    assert names["french interior ministry"] == "FRA"


def test_the_files_are_small_enough_to_ship_and_to_compare() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("*.jsonl")}
    assert max(sizes.values()) < MAX_FILE_BYTES
    assert sum(sizes.values()) < MAX_TOTAL_BYTES
