import pytest

from newskb.api.explorer.rendering import CAPTION_CHARS, caption, codes, path, web_address


def article(**fields):
    return {"title": None, "lead": "", "published_evidence": "metadata"} | fields


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"title": "Ferry sinks", "lead": "A ferry sank."}, "Ferry sinks"),
        ({"lead": "A ferry sank."}, "A ferry sank."),
        ({"lead": "date 2021-05-04 A ferry sank.", "published_evidence": "header"}, "A ferry sank."),
        ({"lead": "Date 2021 was a bad year."}, "Date 2021 was a bad year."),
        ({"lead": " \n "}, "Untitled article"),
    ],
)
def test_an_article_without_a_title_is_called_by_its_first_words(fields, shown):
    assert caption(article(**fields)) == shown


def test_a_long_lead_is_cut_between_words():
    shown = caption(article(lead="harbour " * 40))
    assert len(shown) <= CAPTION_CHARS
    assert shown.endswith("harbour …")


def test_backticks_become_code_and_the_rest_is_escaped():
    assert codes("use `a<b` & <i>") == "use <code>a&lt;b</code> &amp; &lt;i&gt;"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("https://courier.example/a", "https://courier.example/a"),
        ("javascript:alert(1)", None),
        ("JAVASCRIPT:alert(1)", None),
        ("data:text/html,x", None),
        ("//courier.example/a", None),
        ("http://[", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(value, shown):
    assert web_address(value) == shown


def test_a_key_is_one_part_of_an_address():
    assert path("a/b?c#d é") == "a%2Fb%3Fc%23d%20%C3%A9"
