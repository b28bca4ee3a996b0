from __future__ import annotations

import pytest

from newskb.ingest.language import declared, detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The ministers of both countries met in the capital on Sunday to talk about the border.", "en"),
        ("THE MINISTERS OF BOTH COUNTRIES MET IN THE CAPITAL ON SUNDAY TO TALK ABOUT THE BORDER.", "en"),
        ("El presidente recibió al ministro en la capital y habló de la situación difícil de la frontera.", "es"),
        ("Le ministre a rencontré son homologue dans la capitale pour parler de la situation à la frontière.", "fr"),
        ("Министр иностранных дел встретился в Москве с послом и обсудил положение на границе.", "ru"),
        ("Yes.", None),
        ("", None),
    ],
)
def test_a_language_is_told_from_a_sentence_and_not_from_a_word(text: str, language: str | None) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("value", "code"),
    [("en", "en"), ("en_GB", "en"), ("EN-us", "en"), ("English", "en"), ("eng", "en"), ("xx1", None), (None, None)],
)
def test_what_a_field_says_becomes_a_code(value: str | None, code: str | None) -> None:
    assert declared(value) == code
