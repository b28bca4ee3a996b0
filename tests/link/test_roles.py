"""Titles and role phrases are read as offices, countries, places and sectors."""

from __future__ import annotations

import pytest

from newskb.link import offices, roles
from newskb.link.authority import Authority
from newskb.plover import SECTORS


@pytest.mark.parametrize(
    ("phrase", "kind", "country"),
    [
        ("Venezuelan Foreign Minister", "foreign minister", "VEN"),
        ("Russia’s top diplomat", "foreign minister", "RUS"),
        ("US Secretary of State", "foreign minister", "USA"),
        ("the president of France", "head of state", "FRA"),
        ("Georgian Minister of Foreign Affairs", "foreign minister", "GEO"),
        ("French Prime Minister", "head of government", "FRA"),
        ("Russian Supreme Leader", "leader", "RUS"),
    ],
)
def test_an_office_is_read_with_its_country(authority: Authority, phrase: str, kind: str, country: str) -> None:
    said = roles.parse(phrase, authority)
    assert said is not None
    assert (said.office.kind, said.country, said.is_national) == (kind, country, True)


def test_a_deputy_a_former_and_a_coming_holder_are_told_apart() -> None:
    deputy, former, coming = map(offices.office_in, ("Deputy Foreign Minister", "ex-president", "president-elect"))
    assert deputy is not None
    assert former is not None
    assert coming is not None
    assert (deputy.is_deputy, former.is_past, coming.is_future) == (True, True, True)
    assert [office.names_holder for office in (deputy, former, coming)] == [False, True, False]


@pytest.mark.parametrize("phrase", ["FIFA President", "president of Harbour University", "Lyon Mayor"])
def test_an_office_of_a_body_or_a_city_is_none_of_a_state(authority: Authority, phrase: str) -> None:
    said = roles.parse(phrase, authority)
    assert said is not None
    assert not said.is_national


def test_a_word_for_part_of_the_world_is_no_country(authority: Authority) -> None:
    said = roles.parse("Latin American president", authority)
    assert said is not None
    assert said.country is None


@pytest.mark.parametrize("phrase", ["his brother", "", "the of", "blue"])
def test_a_phrase_without_an_office_says_nothing(authority: Authority, phrase: str) -> None:
    assert roles.parse(phrase, authority) is None


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("thousands of Venezuelan protesters", "protester"),
        ("the riot police", "riot police"),
        ("Ministry of Defense", "defence ministry"),
        ("the authorities", "authority"),
    ],
)
def test_a_body_is_known_by_the_noun_at_the_end_of_its_phrase(phrase: str, words: str) -> None:
    body = offices.body_in(phrase)
    assert body is not None
    assert body.words == words


def test_an_authority_that_is_an_agency_is_not_the_government() -> None:
    assert offices.body_in("the ferry authority") is None


@pytest.mark.parametrize(
    ("words", "plural"),
    [
        ("protester", "protesters"),
        ("gunman", "gunmen"),
        ("child", "children"),
        ("police", "police"),
        ("party", "parties"),
    ],
)
def test_a_group_is_named_in_the_plural(words: str, plural: str) -> None:
    assert offices.plural(words) == plural


def test_the_tables_name_only_sectors_that_exist() -> None:
    offices_found = [offices.office_in(" ".join(form)) for form in map(str.split, offices.vocabulary())]
    bodies_found = [offices.body_in(word) for word in offices.vocabulary()]
    sectors = {item.sector for item in (*offices_found, *bodies_found) if item is not None} - {None}
    assert len(sectors) >= 15
    assert sectors <= set(SECTORS)
