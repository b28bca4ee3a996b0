"""Names in many spellings are compared, and different names stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskb.link import names


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("The U.S.", "us"),
        ("Moody’s", "moodys"),
        ("Al-Shabaab", "al shabaab"),
        ("  New\u00a0York ", "new york"),
        ("AT&T", "at and t"),
    ],
)
def test_a_name_is_looked_up_in_its_plain_form(written: str, form: str) -> None:
    assert names.plain(written) == form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sergei Lavrov", "Sergey Lavrov"),
        ("Muammar Gaddafi", "Moammar Kadhafi"),
        ("Mohammed Morsi", "Mohamed Morsi"),
        ("Bill Carver", "William J. Carver"),
        ("Volodymyr Zelensky", "Volodymyr Zelenskyy"),
        ("J. Carver", "John Carver"),
        ("Martin Luther King Jr.", "Martin King"),
    ],
)
def test_two_spellings_of_one_person_agree(one: str, other: str) -> None:
    assert names.is_one_person(one, other)
    assert names.is_one_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Andrés Torres", "Anderson Torres"),
        ("Maria Lopez", "Mario Lopez"),
        ("Ali Khan", "Ali Kahn"),
        ("Jorge Arreaza", "Pedro Arreaza"),
        ("George Bush", "Jeb Bush"),
        ("Marin Silva", "Martin Silva"),
    ],
)
def test_two_people_do_not_agree(one: str, other: str) -> None:
    assert not names.is_one_person(one, other)


def test_a_legal_form_is_left_out_but_never_the_whole_name() -> None:
    assert names.without_suffix("acme holdings inc") == "acme"
    assert names.without_suffix("group") == "group"


@given(st.text(max_size=40))
def test_the_plain_form_of_any_text_is_stable(text: str) -> None:
    form = names.plain(text)
    assert form == form.strip()
    assert names.plain(form.removeprefix("the ")) in (form, names.plain(form).removeprefix("the "))


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_symmetric_for_any_text(one: str, other: str) -> None:
    assert names.is_one_person(one, other) == names.is_one_person(other, one)
