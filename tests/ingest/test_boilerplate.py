from __future__ import annotations

import pytest

from newskb.ingest.boilerplate import find_boilerplate


@pytest.mark.parametrize(
    "line",
    [
        "Follow Sample Post's live feed to find out more.",
        "Read more: Ministers meet again",
        "Sign up for our daily newsletter",
        "Reporting by Ann Lee in Lima; Editing by Bo Roe",
        "(Reporting by Ann Lee; Editing by Bo Roe)",
        "Follow us on Twitter @samplepost",
        "© 2021 Sample Post. All rights reserved.",
        "ADVERTISEMENT",
    ],
)
def test_a_line_that_is_no_news_is_marked(line: str) -> None:
    text = f"Ministers met.\n\n{line}\n\nThey talked."
    assert [span.of(text) for span in find_boilerplate(text)] == [line]


def test_a_credit_at_the_end_of_a_line_is_marked() -> None:
    text = "Ministers met. (Reporting by Ann Lee; Editing by Bo Roe)"
    assert [span.of(text) for span in find_boilerplate(text)] == ["(Reporting by Ann Lee; Editing by Bo Roe)"]


@pytest.mark.parametrize(
    "text",
    [
        "Protesters follow the live feed of the trial.",
        "He signed up for the army.",
        "Voters read more: they want answers.",
        "An advertisement by the party said so.",
        "Watch the border closely, he said.",
    ],
)
def test_news_that_uses_the_same_words_is_not_marked(text: str) -> None:
    assert find_boilerplate(text) == ()
