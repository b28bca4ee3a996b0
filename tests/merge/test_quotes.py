from hypothesis import given, settings
from hypothesis import strategies as st

from newskb.merge.quotes import affected, group_quotes, partition
from newskb.model import QuoteReport

LONG = "We will not leave the streets until the last of our friends is free"


def quote(key, text=LONG, **given):
    values = {
        "key": key,
        "article": f"art-{key}",
        "copy_group": f"cop-{key}",
        "source": f"outlet {key}",
        "published": "2024-03-05",
        "speaker": "Q1",
        "type": "direct",
    }
    return QuoteReport(text=text, **{**values, **given})


def members(quotes):
    return [sorted(group.quotes) for group in sorted(group_quotes(quotes), key=lambda g: sorted(g.quotes))]


def test_a_trimmed_quote_and_its_full_form_are_one_utterance():
    (group,) = group_quotes([quote("a"), quote("b", "We will not leave the streets, ", published="2024-03-04")])
    assert group.quotes == ("b", "a")
    assert (group.speaker, group.source_count) == ("Q1", 2)


def test_punctuation_case_accents_and_a_changed_word_do_not_matter():
    assert members(
        [quote("a"), quote("b", "“We will not leave the stréets until the last of our comrades is free!”")]
    ) == [["a", "b"]]


def test_the_same_words_of_another_speaker_are_another_utterance():
    assert members([quote("a"), quote("b", speaker="Q2")]) == [["a"], ["b"]]


def test_an_unknown_speaker_joins_but_never_ties_two_speakers_together():
    assert members([quote("a"), quote("b", speaker=None)]) == [["a", "b"]]
    groups = members([quote("a"), quote("b", speaker=None), quote("c", speaker="Q2")])
    assert len(groups) == 2


def test_short_quotes_must_be_equal():
    assert members([quote("a", "No more war"), quote("b", "no more war."), quote("c", "No war")]) == [["a", "b"], ["c"]]


def test_the_same_words_a_month_later_are_said_anew():
    assert members([quote("a"), quote("b", published="2024-04-05")]) == [["a"], ["b"]]


def test_a_quote_without_words_stands_alone():
    assert members([quote("a", "…"), quote("b", "…")]) == [["a"], ["b"]]


WORDS = st.lists(st.sampled_from(["one", "two", "three", "four"]), min_size=0, max_size=7).map(" ".join)
QUOTES = st.lists(
    st.tuples(
        WORDS, st.sampled_from([None, "Q1", "Q2"]), st.sampled_from([None, "2024-03-01", "2024-03-12", "2024-03-20"])
    ),
    max_size=12,
).map(lambda rows: [quote(f"quo-{n:02}", t, speaker=s, published=d) for n, (t, s, d) in enumerate(rows)])


@settings(max_examples=150, deadline=None)
@given(QUOTES, st.randoms(use_true_random=False))
def test_the_order_of_quotes_changes_nothing_and_each_is_in_one_group(quotes, random):
    shuffled = list(quotes)
    random.shuffle(shuffled)
    assert group_quotes(shuffled) == group_quotes(quotes)
    assert sorted(key for group in group_quotes(quotes) for key in group.quotes) == [q.key for q in quotes]


@settings(max_examples=150, deadline=None)
@given(QUOTES, st.integers(0, 12))
def test_grouping_in_two_steps_equals_grouping_at_once(quotes, first_step):
    again = affected(quotes, {q.key for q in quotes[first_step:]})
    touched = {q.key for q in again}
    kept = [group for group in group_quotes(quotes[:first_step]) if touched.isdisjoint(group.quotes)]
    assert sorted([*kept, *group_quotes(again)], key=lambda g: g.key) == group_quotes(quotes)
    assert sorted((g for b in partition(quotes) for g in group_quotes(b)), key=lambda g: g.key) == group_quotes(quotes)
