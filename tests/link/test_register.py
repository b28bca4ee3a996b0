"""Imported actors are found on disk by the names that texts use, and never in the way of those of the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
import world
from hypothesis import given, settings
from hypothesis import strategies as st

from newskb.errors import SetupError
from newskb.link.authority import Authority
from newskb.link.register import MAX_BEARERS, Register, Stale, Total, version_of, write
from newskb.model import Actor, Role

ADA = Actor(
    key="Q9000001", name="Ada Quillon", kind="person", country="FRA", aliases=("Ada M. Quillon", "The Engineer")
)
MAYOR = Role(office="Minister of Foreign Affairs", country="FRA", sector="GOV", start="2018", end="2022")
IVAN = Actor(key="local-7", name="William Dresque", kind="person", country="FRA", roles=(MAYOR,))
ACME = Actor(key="Q9000003", name="Acme Turbines", kind="organisation", country="USA", sector="BUS")
LAVROV = Actor(key="Q58217", name="Sergey Lavrov", kind="person", country="XXX", aliases=("Old Fox",))


def put(path: Path, *actors: Actor, before: Sequence[Actor] = ()) -> Path:
    total = Total()
    for actor in (*before, *actors):
        total.add(msgspec.json.encode(actor))
    changed = [(number, actor.key, msgspec.json.encode(actor)) for number, actor in enumerate(actors, 1)]
    write(path, changed, version=total.version, anew=not before)
    return path


def linker(tmp_path: Path, *actors: Actor) -> world.World:
    world.write_authority(tmp_path)
    return world.World(Authority.load(tmp_path, register=Register(put(tmp_path / "actors.db", *actors))))


def test_an_imported_actor_is_linked_with_reasons_as_any_other(tmp_path: Path) -> None:
    (link,) = linker(tmp_path, ADA, ACME).links("[Ada Quillon|PERSON] built a bridge.")
    assert link is not None
    assert (link.key, link.wikidata, link.nil) == ("Q9000001", "Q9000001", False)
    assert link.candidates[0].features == {"full name": 0.5, "kind fits": 0.1}
    assert link.score == pytest.approx(sum(link.candidates[0].features.values()))


def test_an_imported_actor_is_found_by_alias_spelling_family_name_and_office(tmp_path: Path) -> None:
    small = linker(tmp_path, ADA, IVAN, ACME)
    assert small.keys("[Acme Turbines|ORG] of the [US|GPE] closed.")[0] == "Q9000003"
    assert small.keys("[French|NORP] minister [Bill Dresque|PERSON|title=2] slept.", day="2019-05-05")[-1] == "local-7"
    assert small.keys("[The French foreign minister|PERSON|nominal] slept.", day="2019-05-05") == ["local-7"]


def test_what_the_file_says_of_an_actor_stands_and_names_are_added(tmp_path: Path) -> None:
    world.write_authority(tmp_path)
    authority = Authority.load(tmp_path, register=Register(put(tmp_path / "actors.db", LAVROV)))
    known = authority.actor("Q58217")
    assert known is not None
    assert known.country == "RUS"
    assert [item.key for item in authority.named("old fox")] == ["Q58217"]
    assert [item.key for item in authority.named("sergey lavrov")] == ["Q58217"]


def test_a_family_name_that_very_many_bear_finds_none_of_them(tmp_path: Path) -> None:
    many = [Actor(key=f"Q77{n}", name=f"Anna{n} Vessel", kind="person") for n in range(MAX_BEARERS + 1)]
    register = Register(put(tmp_path / "actors.db", *many))
    assert register.surnamed("vesel") == ()
    assert [known.key for known in register.named("anna3 vessel")] == ["Q773"]
    few = Register(put(tmp_path / "few.db", *many[:3]))
    assert len(few.surnamed("vesel")) == 3


def test_a_changed_actor_is_found_by_its_new_names_only(tmp_path: Path) -> None:
    path = put(tmp_path / "actors.db", ADA, ACME)
    old = Register(path)
    changed = Actor(key=ADA.key, name="Ada Brill", kind="person")
    total = Total()
    for actor in (changed, ACME):
        total.add(msgspec.json.encode(actor))
    write(path, [(3, changed.key, msgspec.json.encode(changed))], version=total.version, anew=False)
    register = Register(path)
    assert register.named("ada quillon") == ()
    assert [known.key for known in register.named("ada brill")] == [ADA.key]
    assert version_of(path) == (total.version, 3)
    assert [known.key for known in old.named("ada quillon")] == [ADA.key]  # whoever reads the old file goes on


def test_a_file_of_other_actors_cannot_be_brought_up_to_date(tmp_path: Path) -> None:
    path = put(tmp_path / "actors.db", ADA)
    with pytest.raises(Stale):
        write(path, [(2, ACME.key, msgspec.json.encode(ACME))], version="actors-0", anew=False)
    assert Register(path).actor(ADA.key) is not None


@given(st.permutations([ADA, IVAN, ACME, LAVROV]))
@settings(max_examples=8)
def test_the_version_does_not_depend_on_the_order(tmp_path_factory: pytest.TempPathFactory, order: list[Actor]) -> None:
    folder = tmp_path_factory.mktemp("register")
    first = Register(put(folder / "one.db", ADA, IVAN, ACME, LAVROV))
    second = Register(put(folder / "two.db", *order))
    assert first.version == second.version
    assert first.named("ada quillon") == second.named("ada quillon")
    assert len(first) == len(second) == 4


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "actors.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(SetupError, match=r"actors\.db cannot be read"):
        Register(tmp_path / "actors.db")
    assert version_of(tmp_path / "actors.db") == ("", 0)
