from hypothesis import given, settings
from hypothesis import strategies as st

from newskb.merge import stories
from newskb.merge.stories import affected, group_stories, partition
from newskb.model import ArticleProfile

FLOOD = (("flood", 5), ("river", 3), ("dam", 2), ("rescue", 2), ("water", 1))
VOTE = (("vote", 5), ("parliament", 3), ("coalition", 2), ("minister", 2), ("party", 1))


def article(key, terms=FLOOD, **given):
    values = {
        "key": key,
        "copy_group": f"cop-{key}",
        "source": None,
        "published": "2024-03-05",
        "title": None,
        "actors": (),
        "places": (),
    }
    return ArticleProfile(terms=terms, **{**values, **given})


def members(articles):
    return sorted(sorted(story.articles) for story in group_stories(articles))


def test_articles_about_one_thing_are_one_story_told_from_its_first_article():
    first = article("b", title="River bursts its banks", published="2024-03-04")
    (story,) = group_stories([article("a", FLOOD[:4], title="Dam holds"), first])
    assert (story.articles, story.title) == (("b", "a"), "River bursts its banks")
    assert (story.date_start, story.date_end) == ("2024-03-04", "2024-03-05")


def test_articles_about_different_things_are_different_stories():
    assert members([article("a"), article("b", VOTE)]) == [["a"], ["b"]]


def test_articles_months_apart_are_different_stories():
    assert members([article("a"), article("b", published="2024-06-05")]) == [["a"], ["b"]]


def test_an_undated_article_joins_by_its_words_and_dates_nothing():
    (story,) = group_stories([article("a", published=None), article("b", published=None)])
    assert (story.date_start, story.date_end) == (None, None)


def test_an_article_of_which_nothing_is_known_stands_alone():
    assert members([article("a", ()), article("b", ())]) == [["a"], ["b"]]


def test_a_word_of_the_title_counts_as_the_lemma_of_the_text():
    assert stories._term_of("voting", ["vote"]) == "vote"
    assert stories._term_of("parties", ["party"]) == "party"
    assert stories._term_of("river's", ["river"]) == "river"
    assert stories._term_of("particle", ["party"]) != "vote"


def test_a_block_too_large_to_link_is_cut_at_its_weakest_likenesses(monkeypatch):
    monkeypatch.setattr(stories, "MAX_LINKED", 3)
    bridge = article("c", (*FLOOD, *VOTE))
    chain = [article("a"), article("b"), bridge, article("d", VOTE), article("e", VOTE)]
    assert members(chain) in (
        [["a", "b", "c"], ["d", "e"]],
        [["a", "b"], ["c", "d", "e"]],
        [["a", "b"], ["c"], ["d", "e"]],
    )


TERMS = st.lists(
    st.tuples(st.sampled_from(["flood", "river", "dam", "vote", "party", "army", "treaty"]), st.integers(1, 4)),
    max_size=5,
    unique_by=lambda pair: pair[0],
).map(tuple)
ARTICLES = st.lists(
    st.tuples(TERMS, st.sampled_from([None, "2024-03-01", "2024-03-20", "2024-04-10"]), st.sampled_from([(), ("Q1",)])),
    max_size=10,
).map(lambda rows: [article(f"art-{n:02}", t, published=d, actors=a) for n, (t, d, a) in enumerate(rows)])


@settings(max_examples=100, deadline=None)
@given(ARTICLES, st.randoms(use_true_random=False))
def test_the_order_of_articles_changes_nothing_and_each_is_in_one_story(articles, random):
    shuffled = list(articles)
    random.shuffle(shuffled)
    assert group_stories(shuffled) == group_stories(articles)
    assert sorted(key for story in group_stories(articles) for key in story.articles) == [a.key for a in articles]


@settings(max_examples=100, deadline=None)
@given(ARTICLES, st.integers(0, 10))
def test_grouping_in_two_steps_equals_grouping_at_once(articles, first_step):
    again = affected(articles, {a.key for a in articles[first_step:]})
    touched = {a.key for a in again}
    kept = [story for story in group_stories(articles[:first_step]) if touched.isdisjoint(story.articles)]
    assert sorted([*kept, *group_stories(again)], key=lambda s: s.key) == sorted(
        group_stories(articles), key=lambda s: s.key
    )
    one_by_one = [story for block in partition(articles) for story in group_stories(block)]
    assert sorted(one_by_one, key=lambda s: s.key) == sorted(group_stories(articles), key=lambda s: s.key)
