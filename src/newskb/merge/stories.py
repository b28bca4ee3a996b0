"""Articles about one development become stories: average linkage over terms and participants, within days."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from newskb import text
from newskb.merge.grouping import FAR_FUTURE, Joined, day_number
from newskb.merge.terms import idf, vector
from newskb.model import ArticleProfile, Story

STORY_LIKENESS = 0.18
"""Mean likeness (0 to 1) at which two groups of articles are one story. On the two development sets of story grouping
BCubed F1 stays within .02 of its best from 0.14 to 0.22; above, long stories fall apart into their days."""

KIN_LIKENESS = 0.42
"""Mean likeness at which articles tell of the same things, so that an event told without names in one of them may be
that of the other. On the development part of ECB+ .92 of the pairs of reports that merging brings together belong
together at 0.42 (recall .27); on its training part, which set nothing, .89 (.21) at 0.42 and .87 (.24) at 0.3. Below,
two arrests of one kind in one story become one."""

STORY_WINDOW_DAYS = 30
"""Articles published further apart are not compared. A longer window finds more of the follow-ups (60 days: +.02 BCubed
F1 on sets that hold few other stories) and joins last month's quarterly figures to this month's in a full archive."""

ENTITY_SHARE = 0.2
"""Share of the likeness that shared actors and places make up; the rest is terms. With 0 BCubed F1 falls by .01."""

TITLE_COUNT = 3.0
"""How often a word of the title counts beside those of the text: titles name what an article is about."""

TITLE_MIN_IDF = 1.2
"""Words of a title that are in more than three of ten articles (``says``, ``new``) tell nothing."""

MAX_LINKED = 1_000
"""Articles that are linked at once (n² memory, n³ time). A larger block is cut at its weaker likenesses first."""

CUT_STEP = 0.04
"""By how much the likeness that holds a block together is raised until the block is small enough."""

Floats = NDArray[np.float64]
Weights = dict[str, float]
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*[^\W_])?")
_ENTITY = "\0"
"""Before the keys of actors and places, so that they never meet a term."""


def group_stories(profiles: Iterable[ArticleProfile]) -> list[Story]:
    """The stories that the articles belong to, each article in exactly one, in order of date and key.

    The result depends on the set of articles only, and each block of ``partition`` can be grouped alone. A story's key
    comes from its earliest article.
    """
    return group_articles(profiles)[0]


def group_articles(profiles: Iterable[ArticleProfile]) -> tuple[list[Story], dict[str, str]]:
    """The stories of ``group_stories``; and for each article the key of the earliest of its kin (itself, if alone).

    The kin of an article are those of its story that tell of the same things.
    """
    ordered = sorted({p.key: p for p in profiles}.values(), key=_seniority)
    vectors, days = _read(ordered)
    stories = []
    kin: dict[str, str] = {}
    for block in _blocks(vectors, days):
        told, kindred = _average_link(block, vectors, days)
        stories += [_story([ordered[number] for number in members]) for members in told]
        kin |= {ordered[number].key: ordered[members[0]].key for members in kindred for number in members}
    return sorted(stories, key=lambda story: (story.date_start or "9999", story.key)), kin


def partition(profiles: Iterable[ArticleProfile]) -> list[list[ArticleProfile]]:
    """Sets of articles that can be grouped independently of one another, each in order of publication.

    Two groups only become one story when some pair of theirs is at least as alike as ``STORY_LIKENESS``, so the
    connected parts of the graph of such pairs are enough.
    """
    ordered = sorted({p.key: p for p in profiles}.values(), key=_seniority)
    (joined,) = _connected(*_read(ordered), [STORY_LIKENESS])
    return [[ordered[n] for n in numbers] for numbers in joined.sets()]


def affected(profiles: Iterable[ArticleProfile], changed: Collection[str]) -> list[ArticleProfile]:
    """The articles whose stories may change when the articles with the keys ``changed`` are new."""
    return [p for block in partition(profiles) if any(b.key in changed for b in block) for p in block]


def _seniority(profile: ArticleProfile) -> tuple[str, str]:
    """The order of appearance: publication day (undated last), then key."""
    return profile.published or "9999", profile.key


def _read(profiles: Sequence[ArticleProfile]) -> tuple[list[Weights], list[int | None]]:
    """What the likeness of the articles depends on: their vectors and days."""
    return [_weights(profile) for profile in profiles], [day_number(profile.published) for profile in profiles]


def _weights(profile: ArticleProfile) -> Weights:
    """The article as one vector of length 1: terms, words of the title, actors and places."""
    own = [term for term, _ in profile.terms]
    title = ((_term_of(word, own), TITLE_COUNT) for word in _WORD.findall(text.fold(profile.title or "")))
    terms = vector([*profile.terms, *((term, count) for term, count in title if idf(term) >= TITLE_MIN_IDF)])
    entities = sorted({*profile.actors, *profile.places})
    if not entities:
        return terms
    for_terms, for_entities = (1 - ENTITY_SHARE) ** 0.5, (ENTITY_SHARE / len(entities)) ** 0.5
    weights = {f"{_ENTITY}{key}": for_entities for key in entities}
    return weights | {term: weight * for_terms for term, weight in terms.items()}


def _term_of(word: str, terms: Sequence[str]) -> str:
    """The lemma in ``terms`` of which ``word`` looks like a form (``votes``, ``voting`` of ``vote``), else the word."""
    word = word.removesuffix("'s")
    for term in () if word in terms else terms:
        stem = term.removesuffix("e").removesuffix("y")
        if len(stem) > 2 and word.startswith(stem) and len(word) - len(stem) <= 3:
            return term
    return word


def _likenesses(vectors: Sequence[Weights], days: Sequence[int | None]) -> Iterator[tuple[int, int, Floats]]:
    """For each article n: n, the first article f in reach of its date, and its likeness to the articles f … n - 1.

    Articles come in order of publication. The sum over terms runs in the order of article n's own terms, so that the
    likeness of two articles is the same to the last bit whatever other articles there are.
    """
    numbers: dict[str, int] = {}
    terms = [np.array([numbers.setdefault(term, len(numbers)) for term in own], dtype=np.intp) for own in vectors]
    weights = [np.fromiter(own.values(), dtype=np.float64, count=len(own)) for own in vectors]
    # The articles that have a term, in order, lie together; those in reach are the ones from ``opened`` to ``closed``.
    all_terms = np.concatenate([np.zeros(0, dtype=np.intp), *terms])
    by_term = np.argsort(all_terms, kind="stable")
    holders = np.repeat(np.arange(len(vectors)), [len(own) for own in terms])[by_term]
    held = np.concatenate([np.zeros(0), *weights])[by_term]
    begins = np.searchsorted(all_terms[by_term], np.arange(len(numbers)))
    opened, closed = begins.copy(), begins.copy()
    calendar = np.array([FAR_FUTURE if day is None else day for day in days])
    passed = 0
    for number, (own, weight) in enumerate(zip(terms, weights, strict=True)):
        day = days[number]
        first = 0 if day is None else int(np.searchsorted(calendar, day - STORY_WINDOW_DAYS))
        for out in range(passed, first):
            opened[terms[out]] += 1
        passed = max(passed, first)
        starts = begins[own] if day is None else opened[own]
        sizes = closed[own] - starts
        ends = np.cumsum(sizes)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + sizes, sizes)
        shares = np.repeat(weight, sizes) * held[places]
        likeness = np.bincount(holders[places] - first, shares, number - first)
        yield number, first, likeness.astype(np.float64, copy=False)
        closed[own] += 1


def _connected(vectors: Sequence[Weights], days: Sequence[int | None], levels: Sequence[float]) -> list[Joined]:
    """For each level, in ascending order, the sets of articles that likenesses of at least this much connect."""
    joined = [Joined(len(vectors)) for _ in levels]
    # The set that each article was last seen in: most likenesses lie inside one set, and are passed over together.
    seen = [np.arange(len(vectors)) for _ in levels]
    for number, first, likeness in _likenesses(vectors, days):
        alike = np.flatnonzero(likeness >= levels[0])
        for sets, last, level in zip(joined, seen, levels, strict=True):
            alike = alike[likeness[alike] >= level]
            if not alike.size:
                break
            for other in set(last[first + alike].tolist()):
                sets.join(number, other)
            last[first + alike] = last[number] = sets.find(number)
    return joined


def _blocks(vectors: Sequence[Weights], days: Sequence[int | None]) -> list[list[int]]:
    """Sets of articles to be linked, connected by their likenesses; those too large are cut at the weaker ones."""
    blocks: list[list[int]] = []
    levels = _levels()
    joined = _connected(vectors, days, levels)
    whole = joined[0].sets()
    for sets in joined[1:]:
        blocks += [block for block in whole if len(block) <= MAX_LINKED]
        parts: dict[int, list[int]] = defaultdict(list)
        for number in (number for block in whole if len(block) > MAX_LINKED for number in block):
            parts[sets.find(number)].append(number)
        whole = list(parts.values())
    return blocks + whole


def _levels() -> list[float]:
    """The likenesses at which blocks are cut, from the one that makes a story on."""
    levels = [STORY_LIKENESS]
    while levels[-1] < 1:
        levels.append(levels[-1] + CUT_STEP)
    return levels


def _average_link(
    numbers: list[int], vectors: Sequence[Weights], days: Sequence[int | None]
) -> tuple[list[list[int]], list[list[int]]]:
    """Join the two groups of highest mean likeness until none reaches ``STORY_LIKENESS``; ties go to the earliest.

    Returns the groups that this leaves, and those that there were when none reached ``KIN_LIKENESS`` any more.
    """
    size = len(numbers)
    if size == 1 or size > MAX_LINKED:
        return [numbers], [[number] for number in numbers]
    sums = np.zeros((size, size))
    for number, first, likeness in _likenesses([vectors[n] for n in numbers], [days[n] for n in numbers]):
        sums[number, first:number] = sums[first:number, number] = likeness
    counts = np.ones(size)
    means = sums.copy()
    np.fill_diagonal(means, -1)
    groups = [[number] for number in numbers]
    kindred: list[list[int]] | None = None
    while True:
        into, other = sorted(divmod(int(means.argmax()), size))
        if kindred is None and means[into, other] < KIN_LIKENESS:
            kindred = [sorted(group) for group in groups if group]
        if means[into, other] < STORY_LIKENESS:
            return [sorted(group) for group in groups if group], kindred or []
        sums[into] += sums[other]
        sums[:, into] = sums[into]
        counts[into] += counts[other]
        groups[into] += groups[other]
        groups[other] = []
        row = np.where([bool(group) for group in groups], sums[into] / (counts[into] * counts), -1)
        row[into] = -1
        means[into] = means[:, into] = row
        means[other] = means[:, other] = -1


def _story(profiles: list[ArticleProfile]) -> Story:
    ordered = sorted(profiles, key=_seniority)
    dates = [p.published for p in ordered if p.published]
    return Story(
        key=text.key("sto", ordered[0].key),
        title=next((p.title for p in ordered if p.title), None),
        articles=tuple(p.key for p in ordered),
        date_start=min(dates, default=None),
        date_end=max(dates, default=None),
    )
