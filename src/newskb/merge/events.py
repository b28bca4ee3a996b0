"""Event mentions of many articles become events: first the chains of each article, then across articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from newskb import text
from newskb.merge.grouping import (
    FAR_FUTURE,
    FAR_PAST,
    Window,
    blocks,
    by_count,
    count_independent,
    count_sources,
    day_number,
    most_told,
)
from newskb.model import Event, EventReport, Realis

PUBLICATION_SLACK_DAYS = 3
"""An event whose text gives no date lies within these days of its publication. News agencies take up a report within
two days, weekend papers within three; with 7 the weekly meetings of the same two ministers become one."""

EXACT_DATE_DAYS = 8
"""A dated range up to a week ("last week" may be told as eight days) says when; a longer one ("in 2018") only says that
it was some time then, and two of those are the same only when they are the same range."""

EVER: Window = (FAR_PAST, FAR_FUTURE)
"""The window of what nothing dates."""

CONFIDENCE_CAP = 0.99
"""No number of reports makes an event certain: they may all go back to one error."""

SYMMETRIC_TYPES = frozenset({"AGREE", "CONSULT", "COOPERATE"})
"""PLOVER types in which either side may be named first ("A met B", "B met A")."""

REALIS_GROUPS = {
    Realis.ACTUAL.value: "happened",
    Realis.HISTORICAL.value: "happened",
    Realis.ATTEMPTED.value: "attempted",
    Realis.FUTURE.value: "planned",
    Realis.HYPOTHETICAL.value: "supposed",
    Realis.NEGATED.value: "denied",
}
"""Reports of different groups are never the same event: a threatened strike is not a strike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What articles stand among: keys that are equal for those that belong together."""

    stories: Mapping[str, str]
    """Article to its story: about one development."""
    kin: Mapping[str, str]
    """Article to what stands for the articles so alike that they tell of the same things."""

    def of(self, article: str) -> tuple[str | None, str | None]:
        """The story and the kin of an article."""
        return self.stories.get(article), self.kin.get(article)


NOWHERE = Surroundings(stories={}, kin={})
"""Nothing is known of which articles are about the same."""


@dataclass(frozen=True, slots=True)
class _Telling:
    """What one article tells of one event: the sum of the event mentions of one chain."""

    kind: tuple[str | None, str | None, str]
    """Type, extension (only where there is no type) and realis group. Reports of one event agree in the last; in the
    others too, unless they are of one story and use one word."""
    actors: frozenset[str]
    recipients: frozenset[str]
    place: str | None
    country: str | None
    lemmas: frozenset[str]
    mode: str | None
    dates: tuple[int, int] | None
    """First and last day as the text gives them."""
    published: int | None
    article: str
    story: str | None
    """The story that the article belongs to."""
    kin: str | None
    """Stands for the articles of the story that tell of the same things (``merge.stories``)."""
    copy_group: str
    reports: tuple[EventReport, ...]

    @property
    def is_bare(self) -> bool:
        """Whether it names nobody and no place: where several events fit, it may be any of them."""
        return not (self.actors or self.recipients or self.place)

    @property
    def is_vague(self) -> bool:
        """Whether its date only says in which month or year."""
        return self.dates is not None and self.dates[1] - self.dates[0] >= EXACT_DATE_DAYS

    @property
    def window(self) -> tuple[int, int] | None:
        """The days on which it may have happened; None when nothing says so."""
        if self.dates is not None:
            return self.dates
        if self.published is None:
            return None
        return self.published - PUBLICATION_SLACK_DAYS, self.published + PUBLICATION_SLACK_DAYS

    @property
    def content(self) -> tuple[object, ...]:
        """All that the test of sameness looks at."""
        undated = self.published if self.dates is None else None
        told = self.actors, self.recipients, self.place, self.country, self.lemmas, self.mode
        return self.kind, *told, self.dates, undated, self.story, self.kin


def merge_events(reports: Iterable[EventReport], surroundings: Surroundings = NOWHERE) -> list[Event]:
    """The events that ``reports`` tell of, each report in exactly one, in order of date and key.

    ``surroundings`` tell which articles are about the same, as far as it is known.

    The result depends on the set of reports only, never on their order, and each block of ``partition`` can be merged
    alone. An event's key comes from its earliest report, so later news about it does not change the key.
    """
    events = [event for block in _blocks(_tellings(reports, surroundings)) for event in _merge_block(block)]
    return sorted(events, key=lambda event: (event.date_start or "9999", event.key))


def partition(reports: Iterable[EventReport], surroundings: Surroundings = NOWHERE) -> list[list[EventReport]]:
    """Sets of reports that can be merged independently of one another."""
    blocks_ = _blocks(_tellings(reports, surroundings))
    return [[report for telling in block for report in telling.reports] for block in blocks_]


def affected(
    reports: Iterable[EventReport], changed: Collection[str], surroundings: Surroundings = NOWHERE
) -> list[EventReport]:
    """The reports whose events may change when the reports with the keys ``changed`` are new."""
    return [r for block in partition(reports, surroundings) if any(b.key in changed for b in block) for r in block]


def contradict(first: _Telling, second: _Telling) -> bool:
    """Whether two tellings cannot be of one event, whatever else is told; looks at nothing but the two."""
    says_same = bool(first.lemmas & second.lemmas)
    if first.kind[2] != second.kind[2] or not _dates_agree(first, second):
        return True
    if first.kind != second.kind and not (says_same and _is_one_story(first, second)):
        return True
    if first.country and second.country and first.country != second.country:
        return True
    shared, differs = _shared(first, second)
    other_place = first.place is not None and second.place is not None and first.place != second.place
    if first.article == second.article:
        # Reading the article found two events: only a repetition that adds nothing else overrules that.
        return differs or not says_same or other_place or _figures_differ(first, second)
    return differs or (other_place and not says_same and shared < 2)


def agree(first: _Telling, second: _Telling) -> bool:
    """Whether enough is the same in two tellings that do not contradict each other to make them tell of one event."""
    shared, _ = _shared(first, second)
    says_same = bool(first.lemmas & second.lemmas)
    if first.article == second.article:
        return bool(shared) or first.is_bare or second.is_bare
    if says_same and (_is_kin(first, second) or (shared and _is_one_story(first, second))):
        return True
    if first.kind != second.kind or first.window is None or second.window is None:
        return False
    are_dated = first.dates is not None and second.dates is not None
    same_place = first.place is not None and first.place == second.place
    if not shared:
        nobody = not (first.actors | first.recipients) or not (second.actors | second.recipients)
        return nobody and same_place and says_same and are_dated
    return are_dated or same_place or says_same or _is_one_story(first, second)


def _figures_differ(first: _Telling, second: _Telling) -> bool:
    """Whether both give numbers of one kind, and different ones: one text does not contradict itself."""
    ours, theirs = (
        {(f.kind, f.unit): (f.low, f.high) for r in telling.reports for f in r.figures} for telling in (first, second)
    )
    return any(ours[kind] != theirs[kind] for kind in ours.keys() & theirs.keys())


def _is_one_story(first: _Telling, second: _Telling) -> bool:
    return first.story is not None and first.story == second.story


def _is_kin(first: _Telling, second: _Telling) -> bool:
    return first.kin is not None and first.kin == second.kin


def _tellings(reports: Iterable[EventReport], surroundings: Surroundings) -> list[_Telling]:
    """One telling for each chain of each article, in an order that depends on content only."""
    chains: dict[tuple[str, int, str], list[EventReport]] = defaultdict(list)
    for _, report in sorted({report.key: report for report in reports}.items()):
        chains[report.article, report.chain, _realis_group(report.realis)].append(report)
    return [_telling(tuple(chain), *surroundings.of(key[0])) for key, chain in sorted(chains.items())]


def _telling(reports: tuple[EventReport, ...], story: str | None, kin: str | None) -> _Telling:
    type_ = most_told(r.type for r in reports)
    dated = _best_dates(reports)
    return _Telling(
        kind=(type_, None if type_ else most_told(r.extension for r in reports), _realis_group(reports[0].realis)),
        actors=frozenset(actor for r in reports for actor in r.actors),
        recipients=frozenset(actor for r in reports for actor in r.recipients),
        place=most_told(r.place for r in reports),
        country=most_told(r.place_country for r in reports),
        lemmas=frozenset(r.lemma for r in reports),
        mode=most_told(r.mode for r in reports),
        dates=_day_range(dated) if dated else None,
        published=day_number(most_told(r.published for r in reports)),
        article=reports[0].article,
        story=story,
        kin=kin,
        copy_group=reports[0].copy_group,
        reports=reports,
    )


def _realis_group(realis: str) -> str:
    return REALIS_GROUPS.get(realis, realis)


def _day_range(report: EventReport) -> tuple[int, int] | None:
    first = day_number(report.date_start)
    last = day_number(report.date_end)
    if first is None:
        return None
    return first, first if last is None or last < first else last


def _best_dates(reports: Iterable[EventReport]) -> EventReport | None:
    """The report with the most precise date; of equally precise ones the date that most copies of no other give."""
    groups: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    ranked = []
    for report in reports:
        if (days := _day_range(report)) is not None:
            groups[report.date_start or "", report.date_end].add(report.copy_group)
            ranked.append((days[1] - days[0], report))
    if not ranked:
        return None
    return min(
        ranked,
        key=lambda r: (r[0], -len(groups[r[1].date_start or "", r[1].date_end]), r[1].date_start or "", r[1].key),
    )[1]


def _keys(telling: _Telling) -> Iterator[tuple[tuple[object, ...], Window]]:
    """What two tellings must share to be tested at all, and when: kind and a participant, or kind, place and word.

    In one story also kind and a participant, or realis and word, whether or not anything says when.
    """
    if telling.story is not None:
        window = telling.window or EVER
        for participant in telling.actors | telling.recipients:
            yield (telling.story, telling.kind, participant), window
        for lemma in telling.lemmas:
            yield (telling.story, telling.kind[2], lemma), window
    if telling.window is None:
        return
    # "in 2018" must not tie together all that is told of 2018.
    when = telling.dates if telling.is_vague else None
    for participant in telling.actors | telling.recipients:
        yield (telling.kind, when, participant), telling.window
    if telling.place is not None:
        for lemma in telling.lemmas:
            yield (telling.kind, when, telling.place, lemma), telling.window


def _blocks(tellings: list[_Telling]) -> list[list[_Telling]]:
    return blocks(tellings, [list(_keys(telling)) for telling in tellings])


def _merge_block(tellings: list[_Telling]) -> list[Event]:
    """The fullest tellings first, each to the best event in which it agrees with some telling and contradicts none.

    Contradicting *no* member keeps an event as short as the test itself: daily talks of the same two ministers do not
    chain into one event of a year. The order is one of content, so the result is the same however reports arrive.
    """
    members: list[list[_Telling]] = []
    seen: list[dict[tuple[object, ...], _Telling]] = []
    near: dict[tuple[object, ...], set[int]] = defaultdict(set)
    for telling in sorted(tellings, key=_fullness):
        spots = list(_spots(telling))
        fitting = []
        for number in sorted({number for spot in spots for number in near[spot]}):
            others = list(seen[number].values())
            if not any(contradict(telling, other) for other in others) and any(
                agree(telling, other) for other in others
            ):
                likeness = sum(_likeness(telling, other) for other in others) / len(others)
                fitting.append((likeness, -number))
        if not fitting:
            fitting = [(0.0, -len(members))]
            members.append([])
            seen.append({})
        best = max(fitting)
        members[-best[1]].append(telling)
        seen[-best[1]].setdefault((*telling.content, telling.article), telling)
        for spot in spots:
            near[spot].add(-best[1])
    return [_event([report for telling in event for report in telling.reports]) for event in members]


def _fullness(telling: _Telling) -> tuple[object, ...]:
    first = min(telling.reports, key=_seniority)
    filled = bool(telling.actors) + bool(telling.recipients) + bool(telling.place)
    return telling.dates is None, telling.is_vague, -filled, (telling.window or (0, 0))[0], _seniority(first)


def _spots(telling: _Telling) -> Iterator[tuple[object, ...]]:
    """Where the events are found that a telling may be of: a key on a day, or a key of its story on whatever day."""
    for key, _ in _keys(telling):
        if key[0] == telling.story:
            yield key
        else:
            yield from ((*key, day) for day in _days(telling))


def _days(telling: _Telling) -> Iterable[int]:
    first, last = telling.window or (0, -1)
    return (first,) if telling.is_vague else range(first, last + 1)


def _dates_agree(first: _Telling, second: _Telling) -> bool:
    if first.window is None or second.window is None:
        return _is_one_story(first, second)
    if first.is_vague or second.is_vague:
        return first.dates == second.dates
    if first.dates is None and second.dates is None:
        return abs((first.published or 0) - (second.published or 0)) <= PUBLICATION_SLACK_DAYS
    return first.window[0] <= second.window[1] and second.window[0] <= first.window[1]


def _participants(telling: _Telling) -> tuple[Sequence[str], Sequence[str]]:
    return tuple(sorted(telling.actors)), tuple(sorted(telling.recipients))


def _shared(first: _Telling, second: _Telling) -> tuple[int, bool]:
    """How many participants two tellings share, and whether they name different ones for the same side."""
    if first.kind[0] in SYMMETRIC_TYPES:
        ours, theirs = first.actors | first.recipients, second.actors | second.recipients
        shared = len(ours & theirs)
        return shared, shared < min(2, len(ours), len(theirs))
    actors, recipients = first.actors & second.actors, first.recipients & second.recipients
    differs = (not actors and first.actors and second.actors) or (
        not recipients and first.recipients and second.recipients
    )
    return len(actors) + len(recipients), bool(differs)


def _likeness(first: _Telling, second: _Telling) -> float:
    """How much two compatible tellings have in common, in shared participants; the rest only breaks ties."""
    return (
        _shared(first, second)[0]
        + (first.place is not None and first.place == second.place)
        + 0.5 * (first.dates is not None and first.dates == second.dates)
        + 0.5 * bool(first.lemmas & second.lemmas)
        + 0.25 * (first.mode is not None and first.mode == second.mode)
    )


def _seniority(report: EventReport) -> tuple[str, str]:
    """The order of appearance: publication day (undated last), then key."""
    return report.published or "9999", report.key


def _event(reports: list[EventReport]) -> Event:
    ordered = sorted(reports, key=_seniority)
    dated = _best_dates(ordered)
    realis = [r.realis for r in ordered]
    # Where reports of one story call it by different types, the one given most often is the event's.
    type_ = by_count((r.type or "", "" if r.type else r.extension or "") for r in ordered)[0][0] or None
    return Event(
        key=text.key("evt", ordered[0].key),
        type=type_,
        extension=most_told(r.extension for r in ordered if r.type == type_),
        mode=most_told(r.mode for r in ordered),
        contexts=tuple(sorted({context for r in ordered for context in r.contexts})),
        actors=tuple(by_count(actor for r in ordered for actor in r.actors)),
        recipients=tuple(by_count(actor for r in ordered for actor in r.recipients)),
        place=most_told(r.place for r in ordered),
        date_start=dated.date_start if dated else None,
        date_end=(dated.date_end or dated.date_start) if dated else None,
        date_precision=dated.date_precision if dated else None,
        realis=Realis.ACTUAL.value if Realis.ACTUAL.value in realis else by_count(realis)[0],
        confidence=_confidence(ordered),
        reports=tuple(r.key for r in ordered),
        article_count=len({r.article for r in ordered}),
        source_count=count_sources(r.source for r in ordered),
        independent_source_count=count_independent((r.source, r.copy_group) for r in ordered),
    )


def _confidence(reports: Iterable[EventReport]) -> float:
    """Noisy-or over outlets and texts: what is told twice by one outlet, or in one text, counts once."""
    by_text: dict[str, float] = defaultdict(float)
    outlet: dict[str, str] = {}
    for report in reports:
        by_text[report.copy_group] = max(by_text[report.copy_group], report.confidence)
        outlet[report.copy_group] = min(outlet.get(report.copy_group, "\uffff"), report.source or report.copy_group)
    by_outlet: dict[str, float] = defaultdict(float)
    for group, confidence in by_text.items():
        by_outlet[outlet[group]] = max(by_outlet[outlet[group]], confidence)
    missed = prod(1.0 - by_outlet[name] for name in sorted(by_outlet))
    return round(min(max(CONFIDENCE_CAP, max(by_outlet.values())), 1.0 - missed), 6)
