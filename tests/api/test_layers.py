from hypothesis import given
from hypothesis import strategies as st

from newskb.api.explorer.layers import Highlight, paragraphs

LAYERS = ("mention", "quote", "claim", "event")


def highlight(layer, start, end, key=None, href=None, note=""):
    return Highlight(layer=layer, key=key, start=start, end=end, note=note, href=href)


def test_overlapping_layers_are_cut_into_segments_that_know_every_layer():
    text = "Lavrov said they met in Moscow."
    [segments] = paragraphs(
        text, [highlight("claim", 12, 30), highlight("mention", 7, 16), highlight("mention", 24, 30)]
    )
    assert [(s.text, s.layers) for s in segments] == [
        ("Lavrov ", ()),
        ("said ", ("mention",)),
        ("they", ("mention", "claim")),
        (" met in ", ("claim",)),
        ("Moscow", ("claim", "mention")),
        (".", ()),
    ]


def test_the_shortest_highlight_that_leads_anywhere_gives_the_link():
    [segments] = paragraphs(
        "abcdef", [highlight("mention", 0, 6, href="/long"), highlight("mention", 2, 4, href="/short")]
    )
    assert [s.href for s in segments] == ["/long", "/short", "/long"]


def test_an_anchor_stands_once_even_when_the_quote_runs_over_two_paragraphs():
    text = "one two\n\nthree four"
    first, second = paragraphs(text, [highlight("quote", 4, 14, key="quo-1")])
    assert [s.text for s in first] == ["one ", "two"]
    assert [s.text for s in second] == ["three", " four"]
    assert [s.anchors for s in (*first, *second)] == [(), ("quo-1",), (), ()]
    assert second[0].keys == ("quo-1",)


def test_spans_outside_the_text_are_left_out():
    assert [s.layers for p in paragraphs("ab", [highlight("event", 1, 9), highlight("event", 1, 1)]) for s in p] == [()]


@given(
    st.text(alphabet="ab \n‏", max_size=40),
    st.lists(st.tuples(st.sampled_from(LAYERS), st.integers(0, 40), st.integers(0, 40)), max_size=8),
)
def test_the_segments_give_back_the_text_of_every_highlight(text, spans):
    highlights = [highlight(layer, start, end, key=str(index)) for index, (layer, start, end) in enumerate(spans)]
    segments = [segment for paragraph in paragraphs(text, highlights) for segment in paragraph]
    assert "".join("".join(s.text for s in segments).split()) == "".join(text.split())
    for index, h in enumerate(highlights):
        if h.start < h.end <= len(text):
            shown = "".join(s.text for s in segments if str(index) in s.keys)
            assert "".join(shown.split()) == "".join(text[h.start : h.end].split())
    anchors = [anchor for s in segments for anchor in s.anchors]
    assert len(anchors) == len(set(anchors))
