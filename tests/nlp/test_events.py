"""Event mentions: triggers, participants, realis, dates, places and chains; the sentences are in tests/cases/events."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from newskb.model import Article, DatePrecision, EventMention, Origin, PublishedAt, Realis
from newskb.nlp import eventlexicon
from newskb.nlp.events import MIN_CONFIDENCE
from newskb.nlp.pipeline import build
from newskb.notation import Case, Expectation, read_cases
from newskb.plover import CONTEXTS, EXTENSIONS, TYPES

_CASES = Path(__file__).parents[1] / "cases" / "events"


def _load() -> list[Case]:
    return [case for path in sorted(_CASES.glob("*.txt")) for case in read_cases(path.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build()


def read(nlp: Language, text: str, published: str | None = None) -> Doc:
    """``text`` read by the whole pipeline, as an article of that day."""
    doc = nlp.make_doc(text)
    doc._.article = Article(
        key="a",
        text_hash="",
        origin=Origin(path="case.txt"),
        external_id=None,
        source=None,
        url=None,
        title=None,
        byline=None,
        language="en",
        published=PublishedAt(value=published, precision=DatePrecision.DAY, evidence="header", raw=published)
        if published
        else None,
        text=text,
    )
    doc._.skipped = []
    return nlp(doc)


def _words(doc: Doc, indexes: tuple[int, ...]) -> str:
    return ", ".join(doc._.mentions[index].span.of(doc.text) for index in indexes)


def _attributes(doc: Doc, event: EventMention) -> dict[str, str]:
    return {
        "actor": _words(doc, event.actors),
        "recipient": _words(doc, event.recipients),
        "mode": event.mode or "",
        "realis": event.realis.value,
        "place": "" if event.place is None else _words(doc, (event.place,)),
        "date": event.date_start or "",
        "end": event.date_end or "",
        "precision": event.date_precision.value if event.date_precision else "",
        "by": "" if event.reported_by is None else _words(doc, (event.reported_by,)),
        "chain": str(event.chain),
        "contexts": ",".join(event.contexts),
        "figures": "; ".join(doc._.figures[index].span.of(doc.text) for index in event.figures),
    }


def _is_met(doc: Doc, expected: Expectation) -> bool:
    kind, *words = expected.words
    for event in doc._.events:
        found = _attributes(doc, event)
        if (
            kind in (event.type, event.extension)
            and (not words or event.trigger.of(doc.text) == words[0])
            and all(found[name] == ("" if value == "none" else value) for name, value in expected.attributes.items())
        ):
            return True
    return False


@pytest.mark.parametrize("case", _load(), ids=lambda case: case.title)
def test_a_text_gives_the_events_of_its_case(case: Case, nlp: Language):
    doc = read(nlp, case.text, case.settings.get("published"))
    lines = [
        (event.type or event.extension, event.trigger.of(doc.text), _attributes(doc, event)) for event in doc._.events
    ]
    for expected in case.expected:
        if not expected.is_absent:
            assert _is_met(doc, expected), f"{expected} is not among {lines}"
        elif expected.words:
            assert expected.words[0] not in [kind for kind, _, _ in lines], lines
        else:
            assert lines == []


def test_there_are_at_least_eighty_cases_for_events_and_figures():
    figures = read_cases((_CASES.parent / "figures" / "figures.txt").read_text(encoding="utf-8"))
    assert len(_load()) + len(list(figures)) >= 80


def test_no_component_asks_for_what_none_before_it_sets(nlp: Language):
    problems = nlp.analyze_pipes()["problems"]
    assert {name: found for name, found in problems.items() if found} == {}


def _is_sound(doc: Doc) -> None:
    mentions, times, figures = len(doc._.mentions), len(doc._.times), len(doc._.figures)
    for event in doc._.events:
        assert 0 <= event.trigger.start < event.trigger.end <= len(doc.text)
        assert all(0 <= index < mentions for index in (*event.actors, *event.recipients))
        assert all(index is None or 0 <= index < mentions for index in (event.place, event.reported_by))
        assert event.time is None or 0 <= event.time < times
        assert all(0 <= index < figures for index in event.figures)
        assert (event.type is None) != (event.extension is None)
        assert MIN_CONFIDENCE <= event.confidence < 1
    for figure in doc._.figures:
        assert 0 <= figure.span.start < figure.span.end <= len(doc.text)
        assert figure.low is None or figure.high is None or figure.low <= figure.high
    assert sorted({event.chain for event in doc._.events}) == list(range(len({event.chain for event in doc._.events})))


_TEXT = "the police attacked protesters in Lima on Monday and killed at least 12 people . , \" ' ( ) talks coup"
_MORE = (
    "failed to overthrow would not if meet with minister said that $5 1,000 dozens of between - ’s é \u200b 😀 million"
)
_WORDS = st.sampled_from([*_TEXT.split(" "), *_MORE.split(" "), "President Ana Lima", "\n\n", "\t"])


@settings(max_examples=40, deadline=None)
@given(st.lists(_WORDS, max_size=40), st.sampled_from([None, "2021-03-04"]))
def test_any_words_give_events_whose_spans_and_indexes_are_valid(
    nlp: Language, words: list[str], published: str | None
):
    _is_sound(read(nlp, " ".join(words), published))


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=120))
def test_any_text_gives_events_whose_spans_and_indexes_are_valid(nlp: Language, text: str):
    _is_sound(read(nlp, text, "2021-03-04"))


def test_an_undated_article_dates_no_event_by_its_tense(nlp: Language):
    text = "The ministers are meeting in Lisbon. The union has condemned the police."
    assert [event.date_start for event in read(nlp, text)._.events] == [None, None]
    assert [event.date_start for event in read(nlp, text, "2021-03-04")._.events] == ["2021-03-04", "2021-03-04"]
    assert [event.time for event in read(nlp, text, "2021-03-04")._.events] == [None, None]


def test_boilerplate_tells_of_no_event(nlp: Language):
    text = "Rebels attacked the town of Kara. Police arrested the mayor."
    doc = nlp.make_doc(text)
    doc._.article, doc._.skipped = read(nlp, text)._.article, [read(nlp, text)._.events[0].trigger]
    assert [event.trigger.of(text) for event in nlp(doc)._.events] == ["arrested"]


def test_the_same_text_gives_the_same_events_again(nlp: Language):
    text = "Police in Lima arrested 20 miners on Monday after clashes. The arrests angered the union."
    assert read(nlp, text, "2021-03-04")._.events == read(nlp, text, "2021-03-04")._.events


def test_every_entry_of_the_lexicon_has_a_known_type_and_an_example():
    rows = [entry for group in eventlexicon.entries().values() for entry in group]
    assert all((entry.type in TYPES) != (entry.extension in EXTENSIONS) for entry in rows)
    assert all(entry.example.endswith(".") for entry in rows)
    assert all(entry.mode is None or entry.type is None or entry.mode in TYPES[entry.type].modes for entry in rows)
    assert {name for name, _ in eventlexicon.lines("contexts.tsv")} <= set(CONTEXTS)


def test_a_date_long_before_the_article_makes_an_event_history(nlp: Language):
    [event] = read(nlp, "Rebels attacked the town of Kara in 1994.", "2021-03-04")._.events
    assert event.realis == Realis.HISTORICAL
