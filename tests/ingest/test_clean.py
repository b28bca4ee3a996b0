from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskb.ingest.clean import Cleaner
from newskb.model import Article, Origin, RawDocument, Skipped

BODY = "The ministers of both countries met in the capital on Sunday to talk about the border, officials said."


def raw(body: str = BODY, *, format: str = "jsonl", member: str | None = None, **found: Any) -> RawDocument:
    return RawDocument(origin=Origin(path="a", member=member), format=format, body=body, fields=found)


def clean(document: RawDocument, **options: Any) -> Article:
    article = Cleaner(**options).clean(document)
    assert isinstance(article, Article), article
    return article


def skip(document: RawDocument, **options: Any) -> str:
    found = Cleaner(**options).clean(document)
    assert isinstance(found, Skipped)
    assert found.stage == "clean"
    return found.reason


def reasons(article: Article) -> set[str]:
    return {notice.reason for notice in article.notices}


def test_fields_become_those_of_an_article() -> None:
    article = clean(
        raw(
            id=7,
            headline=" Ministers\n meet ",
            outlet={"name": "Sample Post"},
            link="https://www.sample-post.example/a?b=c",
            authors=["Ann Lee", "Bo Roe"],
            pubDate="2021-03-07T23:00:00-05:00",
        )
    )
    assert (article.external_id, article.title, article.source) == ("7", "Ministers meet", "Sample Post")
    assert (article.url, article.byline) == ("https://www.sample-post.example/a?b=c", "Ann Lee, Bo Roe")
    assert article.published is not None
    assert (article.published.day, article.published.evidence) == ("2021-03-07", "metadata")
    assert (article.language, article.text, article.notices) == ("en", BODY, ())


def test_the_header_of_the_founding_format_stays_in_the_text_and_is_marked() -> None:
    article = clean(raw(f" date 2021-03-07 {BODY}", format="founding"))
    assert article.text == f" date 2021-03-07 {BODY}"
    assert article.header is not None
    assert article.header.of(article.text) == "date 2021-03-07"
    assert article.published is not None
    assert (article.published.day, article.published.evidence, article.title) == ("2021-03-07", "header", None)


@pytest.mark.parametrize("date", ["2019-02-30", "2019-13-05", "12019-05-05", "0001-01-01", "05/06/2019"])
def test_an_uncertain_header_date_leaves_the_article_undated_with_a_notice(date: str) -> None:
    article = clean(raw(f"date {date} {BODY}", format="founding", member="2021-03-07.txt"))
    assert article.published is None
    assert len(article.notices) == 1
    assert date in article.notices[0].detail


def test_the_way_round_of_day_and_month_is_a_setting() -> None:
    article = clean(raw(f"date 05/06/2019 {BODY}", format="founding"), day_first=True)
    assert article.published is not None
    assert article.published.day == "2019-06-05"


def test_a_future_date_is_kept_with_a_notice() -> None:
    article = clean(raw(date="2199-01-01"), today="2026-01-01")
    assert article.published is not None
    assert reasons(article) == {"future-date"}


def test_an_article_without_a_date_is_undated_and_says_so() -> None:
    article = clean(raw())
    assert (article.published, reasons(article)) == (None, {"no-date"})


def test_the_day_in_a_folder_name_dates_plain_text_but_not_a_record_of_a_dump() -> None:
    dated = clean(raw(format="text", member="fr/2021-03-07/a.txt"))
    assert dated.published is not None
    assert dated.published.evidence == "folder name"
    assert clean(raw(format="jsonl", member="fr/2021-03-07/a.jsonl")).published is None


def test_a_dateline_dates_only_when_it_says_the_year() -> None:
    dated = clean(raw(f"CARACAS, March 7, 2021 (Sample) - {BODY}"))
    assert dated.published is not None
    assert (dated.published.day, dated.published.evidence) == ("2021-03-07", "dateline")
    assert clean(raw(f"CARACAS, March 7 (Sample) - {BODY}")).published is None


def test_structured_text_is_kept_character_for_character() -> None:
    text = f"  {BODY}\r\n\r\n\tSecond\u00a0line.\u2028 \n"
    assert clean(raw(text)).text == text


def test_line_ends_of_plain_text_are_normalised() -> None:
    assert (
        clean(raw("One line.\r\nTwo lines.\rThree lines.", format="text")).text == "One line.\nTwo lines.\nThree lines."
    )


def test_control_characters_and_half_characters_are_taken_out_and_noted() -> None:
    article = clean(raw("One\x00 met \x1b[31mtwo\x1b[0m\x07 and \udc00 three\x7f."))
    assert article.text == "One met two and \ufffd three."
    assert {"control-characters", "lone-surrogate"} <= reasons(article)


def test_white_space_makes_no_other_article_but_letters_and_outlets_do() -> None:
    first = clean(raw("One  met\n two."), source="Sample Post")
    assert first.key == clean(raw("One met two. "), source="Sample Post").key
    assert first.text_hash == clean(raw("One met two."), source="Other Post").text_hash
    assert first.key != clean(raw("One met two."), source="Other Post").key
    assert first.key != clean(raw("ONE MET TWO."), source="Sample Post").key


@pytest.mark.parametrize("body", ["", "  \n\t ", "x", "…", "\x00\x00"])
def test_without_words_there_is_no_article(body: str) -> None:
    assert skip(raw(body)) == "no-text"


def test_a_header_alone_is_no_article() -> None:
    assert skip(raw("date 2021-03-07", format="founding")) == "no-text"


def test_a_text_past_the_limit_is_skipped_with_its_length() -> None:
    assert skip(raw("word " * 100), max_text_chars=400) == "too-long"


def test_a_headline_with_its_description_is_an_article_of_what_there_is() -> None:
    article = clean(raw("", Headlines="Ministers meet", Description=BODY))
    assert (article.text, article.title) == (BODY, "Ministers meet")
    assert "summary-only" in reasons(article)
    assert clean(raw("", Headlines="Ministers meet at last")).text == "Ministers meet at last"


def test_a_title_without_end_is_cut_and_noted() -> None:
    article = clean(raw(title="A" * 100_000))
    assert article.title == "A" * 1000
    assert "title-too-long" in reasons(article)


def test_the_outlet_comes_from_the_field_then_the_setting_then_the_address() -> None:
    url = "https://www.sample-post.example/a"
    assert clean(raw(source="Field Post", url=url), source="Set Post").source == "Field Post"
    assert clean(raw(url=url), source="Set Post").source == "Set Post"
    assert clean(raw(url=url)).source == "sample-post.example"
    assert clean(raw(source=url)).source == "sample-post.example"
    assert clean(raw(source="a\r\nSet-Cookie: x=1")).source == "a Set-Cookie: x=1"
    assert clean(raw()).source is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "x", "https://" + "a" * 3000])
def test_what_is_no_web_address_is_dropped_and_noted(url: str) -> None:
    article = clean(raw(url=url))
    assert (article.url, "bad-url" in reasons(article)) == (None, True)


def test_the_language_of_the_text_counts_more_than_the_field() -> None:
    spanish = "El presidente recibió en la capital al ministro español y habló de la situación difícil de la frontera."
    assert clean(raw(spanish, language="en")).language == "es"
    assert clean(raw("Kurz gesagt.", language="de-AT")).language == "de"
    assert clean(raw("Kurz gesagt.")).language is None


def test_boilerplate_is_marked_and_stays() -> None:
    line = "Follow Sample Post's live feed to find out more."
    article = clean(raw(f"{BODY}\n\n{line}\n\n{BODY}"))
    assert [span.of(article.text) for span in article.boilerplate] == [line]


@given(st.text(max_size=200), st.sampled_from(["jsonl", "founding", "text"]))
def test_any_text_gives_a_storable_article_or_a_reason(body: str, format: str) -> None:
    found = Cleaner().clean(raw(body, format=format))
    if isinstance(found, Article):
        found.text.encode("utf-8")
        assert "\x00" not in found.text
        for span in (*found.boilerplate, *([found.header] if found.header else [])):
            assert 0 <= span.start < span.end <= len(found.text)


@pytest.mark.parametrize(
    "text",
    [
        '"' + "a " * 200_000,
        "“Quote,” said Speaker. " * 20_000,
        "Reporting by " * 40_000,
        "Follow " + "x" * 300_000,
        "A" * 400_000,
        "CARACAS, " * 50_000,
        "(" * 300_000,
        "\x1b[" * 200_000 + "words",
    ],
)
def test_no_text_takes_more_than_linear_time(text: str) -> None:
    Cleaner().clean(raw(text))
