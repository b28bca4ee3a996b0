from hypothesis import given, settings
from hypothesis import strategies as st

from newskb.merge.events import NOWHERE, Surroundings, affected, merge_events, partition
from newskb.merge.grouping import count_independent
from newskb.model import EventReport, FigureValue


def report(key, **given):
    values = {
        "key": key,
        "article": f"art-{key}",
        "chain": 0,
        "copy_group": f"cop-{key}",
        "source": f"outlet {key}",
        "published": "2024-03-05",
        "type": "PROTEST",
        "extension": None,
        "mode": None,
        "contexts": (),
        "lemma": "march",
        "actors": ("Q1",),
        "recipients": (),
        "place": None,
        "place_country": None,
        "date_start": "2024-03-04",
        "date_end": "2024-03-04",
        "date_precision": "day",
        "realis": "actual",
        "confidence": 0.5,
    }
    return EventReport(**{**values, **given})


def groups(reports, surroundings=NOWHERE):
    return sorted(sorted(event.reports) for event in merge_events(reports, surroundings))


def together(*articles, kin=True):
    """The articles are one story, and tell of the same things or only of one development."""
    return Surroundings(
        stories=dict.fromkeys(articles, "sto-1"), kin={key: "art-1" if kin else key for key in articles}
    )


UNDATED = {"date_start": None, "date_end": None, "date_precision": None}
NOBODY = {"actors": (), "recipients": ()}


def test_two_outlets_that_report_one_march_tell_of_one_event():
    (event,) = merge_events([report("a"), report("b", lemma="rally", recipients=("Q2",))])
    assert event.reports == ("a", "b")
    assert (event.article_count, event.source_count, event.independent_source_count) == (2, 2, 2)
    assert (event.actors, event.recipients) == (("Q1",), ("Q2",))
    assert event.confidence == 0.75
    assert (event.date_start, event.date_precision) == ("2024-03-04", "day")


def test_what_happened_never_merges_with_what_was_denied_or_only_threatened():
    assert len(merge_events(report(r, realis=r) for r in ("actual", "negated", "hypothetical", "future"))) == 4


def test_a_background_mention_merges_with_the_news_of_the_event():
    (event,) = merge_events([report("a", realis="historical"), report("b", realis="historical"), report("c")])
    assert event.realis == "actual"


def test_different_types_days_actors_recipients_or_countries_are_different_events():
    for other in (
        {"type": "ASSAULT"},
        {"date_start": "2024-03-05", "date_end": "2024-03-05"},
        {"actors": ("Q9",)},
        {"recipients": ("Q9",)},
        {"place_country": "FRA"},
    ):
        first = report("a", recipients=("Q2",), place_country="DEU")
        assert len(merge_events([first, report("b", **{"recipients": ("Q2",), "place_country": "DEU", **other})])) == 2


def test_a_meeting_is_one_event_whoever_is_named_first():
    first = report("a", type="CONSULT", lemma="meet", actors=("Q1",), recipients=("Q2",))
    second = report("b", type="CONSULT", lemma="talk", actors=("Q2",), recipients=("Q1",))
    assert groups([first, second]) == [["a", "b"]]
    assert groups([first, report("b", type="CONSULT", actors=("Q3",), recipients=("Q1",))]) == [["a"], ["b"]]


def test_undated_reports_merge_only_near_in_publication_and_with_the_same_word_or_place():
    undated = {"date_start": None, "date_end": None, "date_precision": None}
    assert groups([report("a", **undated), report("b", published="2024-03-08", **undated)]) == [["a", "b"]]
    assert groups([report("a", **undated), report("b", published="2024-03-09", **undated)]) == [["a"], ["b"]]
    assert groups([report("a", **undated), report("b", lemma="rally", **undated)]) == [["a"], ["b"]]
    same_place = {"place": "Q90", "lemma": "rally"}
    assert groups([report("a", place="Q90", **undated), report("b", **same_place, **undated)]) == [["a", "b"]]


def test_an_event_without_a_date_in_any_text_stays_undated():
    undated = {"date_start": None, "date_end": None, "date_precision": None}
    (event,) = merge_events([report("a", **undated), report("b", **undated)])
    assert (event.date_start, event.date_end, event.date_precision) == (None, None, None)


def test_a_report_without_any_date_stands_alone():
    undated = {"date_start": None, "date_end": None, "date_precision": None, "published": None}
    assert groups([report("a", **undated), report("b")]) == [["a"], ["b"]]


def test_a_vague_date_only_meets_the_same_vague_date():
    year = {"date_start": "2018-01-01", "date_end": "2018-12-31", "date_precision": "year"}
    assert groups([report("a", **year), report("b", **year), report("c", date_start="2018-05-01", date_end=None)]) == [
        ["a", "b"],
        ["c"],
    ]


def test_one_word_in_articles_that_tell_of_the_same_things_is_one_event_even_where_nobody_is_named():
    reports = [report("a", **UNDATED), report("b", **NOBODY, **UNDATED)]
    assert groups(reports, together("art-a", "art-b")) == [["a", "b"]]
    assert groups(reports, together("art-a", "art-b", kin=False)) == [["a"], ["b"]]
    assert groups([reports[0], report("b", lemma="rally", **NOBODY, **UNDATED)], together("art-a", "art-b")) == [
        ["a"],
        ["b"],
    ]


def test_a_report_without_any_date_meets_reports_of_its_story_with_the_same_word_and_somebody_in_common():
    reports = [report("a", published=None, **UNDATED), report("b")]
    assert groups(reports, together("art-a", "art-b", kin=False)) == [["a", "b"]]
    assert groups([reports[0], report("b", lemma="rally")], together("art-a", "art-b", kin=False)) == [["a"], ["b"]]


def test_what_contradicts_is_another_event_in_one_story_too():
    for other in ({"actors": ("Q9",)}, {"date_start": "2024-03-05", "date_end": "2024-03-05"}, {"realis": "negated"}):
        assert groups([report("a"), report("b", **other)], together("art-a", "art-b")) == [["a"], ["b"]]


def test_a_telling_between_two_others_brings_them_together_unless_they_contradict():
    ends = [report("a", recipients=(), lemma="clash"), report("b", actors=(), recipients=("Q2",), lemma="fight")]
    middle = report("c", recipients=("Q2",), lemma="clash")
    assert groups(ends) == [["a"], ["b"]]
    assert groups([*ends, middle]) == [["a", "b", "c"]]
    assert len(groups([ends[0], report("b", actors=("Q9",), recipients=("Q2",)), middle])) == 2


def test_one_article_repeats_an_event_in_fewer_words_but_does_not_contradict_itself():
    first = report("a", article="art-1", chain=1, figures=(FigureValue(kind="killed", low=12, high=12, unit=None),))
    again = report("b", article="art-1", chain=2, **NOBODY)
    assert groups([first, again], together("art-1")) == [["a", "b"]]
    other = report("b", article="art-1", chain=2, figures=(FigureValue(kind="killed", low=5, high=5, unit=None),))
    assert groups([first, other], together("art-1")) == [["a"], ["b"]]


def test_the_type_that_most_reports_of_a_story_give_is_the_type_of_the_event():
    crime = {"type": None, "extension": "crime", "lemma": "kill"}
    reports = [report("a", type="ASSAULT", lemma="kill"), report("b", **crime), report("c", **crime)]
    (event,) = merge_events(reports, together("art-a", "art-b", "art-c"))
    assert (event.type, event.extension) == (None, "crime")
    assert len(merge_events(reports)) == 2


def test_daily_talks_do_not_chain_into_one_event():
    undated = {"date_start": None, "date_end": None, "date_precision": None}
    daily = [report(f"{day:02}", published=f"2024-03-{day:02}", **undated) for day in range(1, 29)]
    assert max(len(event.reports) for event in merge_events(daily)) <= 4


def test_copies_of_one_text_are_one_independent_source_and_do_not_raise_confidence():
    copies = [report("a", copy_group="same"), report("b", copy_group="same"), report("c", copy_group="same")]
    (event,) = merge_events(copies)
    assert (event.source_count, event.independent_source_count, event.confidence) == (3, 1, 0.5)


def test_an_outlet_that_reprints_an_agency_and_also_reports_itself_counts_beside_the_agency():
    assert count_independent([("agency", "t1"), ("gazette", "t1")]) == 1
    assert count_independent([("agency", "t1"), ("gazette", "t1"), ("gazette", "t2")]) == 2
    assert count_independent([("agency", "t1"), ("gazette", "t2"), ("gazette", "t3")]) == 2
    assert count_independent([(None, "t1"), (None, "t2")]) == 1
    assert count_independent([(None, "t1"), ("gazette", "t2")]) == 1


def test_the_most_precise_date_of_an_event_is_kept():
    week = {"date_start": "2024-03-01", "date_end": "2024-03-07", "date_precision": "day"}
    (event,) = merge_events([report("a", **week), report("b")])
    assert (event.date_start, event.date_end) == ("2024-03-04", "2024-03-04")


def test_the_mentions_of_one_chain_of_an_article_are_one_event_even_without_participants():
    bare = {"article": "art-1", "actors": (), "date_start": None, "published": None}
    assert groups([report("a", **bare), report("b", **bare), report("c", **{**bare, "chain": 1})]) == [
        ["a", "b"],
        ["c"],
    ]


days = st.one_of(st.none(), st.integers(1, 12).map(lambda day: f"2024-03-{day:02}"))
actors = st.lists(st.sampled_from(["Q1", "Q2", "Q3"]), max_size=2, unique=True).map(tuple)


@st.composite
def report_lists(draw):
    reports = []
    for number in range(draw(st.integers(0, 14))):
        start = draw(days)
        reports.append(
            report(
                f"evm-{number:02}",
                article=f"art-{draw(st.integers(0, 8))}",
                chain=draw(st.integers(0, 2)),
                copy_group=f"cop-{draw(st.integers(0, 5))}",
                source=draw(st.sampled_from([None, "x", "y"])),
                published=draw(days),
                type=draw(st.sampled_from(["PROTEST", "CONSULT", None])),
                extension=draw(st.sampled_from(["election", None])),
                actors=draw(actors),
                recipients=draw(actors),
                place=draw(st.sampled_from([None, "Q90", "Q64"])),
                place_country=draw(st.sampled_from([None, "FRA"])),
                date_start=start,
                date_end=start if draw(st.booleans()) else ("2024-03-31" if start else None),
                lemma=draw(st.sampled_from(["march", "rally"])),
                realis=draw(st.sampled_from(["actual", "historical", "future"])),
                confidence=draw(st.sampled_from([0.2, 0.5, 0.9])),
            )
        )
    return reports


def surroundings():
    """Some of the articles in two stories, one of which is all of one kin."""
    places = st.dictionaries(st.sampled_from([f"art-{n}" for n in range(9)]), st.sampled_from(["sto-1", "sto-2"]))
    return places.map(
        lambda stories: Surroundings(
            stories=stories, kin={key: story if story == "sto-1" else key for key, story in stories.items()}
        )
    )


@settings(max_examples=150, deadline=None)
@given(report_lists(), surroundings(), st.randoms(use_true_random=False))
def test_the_order_of_reports_changes_nothing(reports, around, random):
    shuffled = list(reports)
    random.shuffle(shuffled)
    assert merge_events(shuffled, around) == merge_events(reports, around)


@settings(max_examples=150, deadline=None)
@given(report_lists(), surroundings())
def test_every_report_is_in_exactly_one_event(reports, around):
    events = merge_events(reports, around)
    merged = [key for event in events for key in event.reports]
    assert sorted(merged) == sorted(r.key for r in reports)
    assert len({event.key for event in events}) == len(events)


@settings(max_examples=150, deadline=None)
@given(report_lists(), surroundings())
def test_blocks_merged_one_by_one_give_what_merging_everything_gives(reports, around):
    one_by_one = [event for block in partition(reports, around) for event in merge_events(block, around)]
    assert sorted(one_by_one, key=lambda e: e.key) == sorted(merge_events(reports, around), key=lambda e: e.key)


@settings(max_examples=150, deadline=None)
@given(report_lists(), surroundings(), st.integers(0, 14))
def test_merging_in_two_steps_equals_merging_at_once(reports, around, first_step):
    stored = {event.key: event for event in merge_events(reports[:first_step], around)}
    again = affected(reports, {r.key for r in reports[first_step:]}, around)
    touched = {r.key for r in again}
    kept = [event for event in stored.values() if touched.isdisjoint(event.reports)]
    assert sorted([*kept, *merge_events(again, around)], key=lambda e: e.key) == sorted(
        merge_events(reports, around), key=lambda e: e.key
    )
