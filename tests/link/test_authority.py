"""The authority file is read whole, is the same whatever the order of its lines, and says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
import world

from newskb.errors import SetupError
from newskb.link.authority import Authority


def test_every_actor_and_place_has_one_key(authority: Authority) -> None:
    actors, places = [actor.key for actor in authority.actors], [place.key for place in authority.places]
    assert len(actors) == len(set(actors)) == len(world.PERSONS) + len(world.BODIES) + 10
    assert len(places) == len(set(places)) == len(world.PLACES) + 5


def test_only_a_wikidata_key_is_given_out_as_one(authority: Authority) -> None:
    by_key = {actor.key: actor for actor in authority.actors}
    assert by_key["Q58132"].wikidata == "Q58132"
    assert by_key["gov-VEN"].wikidata is None


def test_fields_that_are_not_known_are_passed_over(tmp_path: Path) -> None:
    line = (
        '{"key": "Q1", "name": "Ada Vale", "kind": "person", "height": 170, "roles": [{"office": "Mayor", "by": "x"}]}'
    )
    (tmp_path / "persons.jsonl").write_text(line + "\n", encoding="utf-8")
    (actor,) = Authority.load(tmp_path).actors
    assert actor.name == "Ada Vale"
    assert actor.roles[0].office == "Mayor"


def test_the_version_changes_with_the_content_and_with_nothing_else(tmp_path: Path) -> None:
    world.write_authority(tmp_path)
    first = Authority.load(tmp_path).version
    assert Authority.load(tmp_path).version == first
    path = tmp_path / "persons.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Arreaza", "Arriaza"), encoding="utf-8")
    assert Authority.load(tmp_path).version != first


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "persons.jsonl").write_text('{"key": "Q1"\n', encoding="utf-8")
    with pytest.raises(SetupError, match=r"persons\.jsonl is damaged"):
        Authority.load(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="nowhere is missing"):
        Authority.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("form", "code"), [("us", "USA"), ("american", "USA"), ("french", "FRA"), ("russian federation", "RUS")]
)
def test_a_country_is_found_by_name_and_by_demonym(authority: Authority, form: str, code: str) -> None:
    country = authority.country_word(form)
    assert country is not None
    assert country.code == code


def test_a_place_with_its_country_in_the_name_is_found_without_it(authority: Authority) -> None:
    assert [item.key for item in authority.named("washington")] == ["Q61"]


def test_a_government_is_found_by_its_seats(authority: Authority) -> None:
    assert [item.key for item in authority.seats("kremlin")] == ["gov-RUS"]
    assert [item.key for item in authority.seats("elysee")] == ["gov-FRA"]


def test_the_shipped_authority_knows_every_country_with_its_government() -> None:
    authority = Authority.load()
    assert len(authority.countries) >= 190
    for country in authority.countries.values():
        assert authority.actor(country.key) is not None
        assert authority.government(country.code) is not None
