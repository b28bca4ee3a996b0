"""An article and its facts become what the linker asks of them: chains, countries, who acts, what is located."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from newskb.link import countries, offices, tables
from newskb.link.authority import Authority
from newskb.link.names import plain, without_suffix
from newskb.model import Article, ArticleFacts, MentionForm, Span

COUNTRY_NAMED, PLACE_NAMED, COUNTRY_IN_TITLE = 1.0, 0.4, 2.0
"""What one mention adds to the weight of a country in an article: by name or demonym, by a city in it, in the title."""
MAIN_COUNTRY_SHARE = 0.6
"""Share of all country weight from which a country is what the article is about; at 0.5 the host
of peace talks becomes one."""
NEIGHBOURS = 3
"""Mentions before or after one among which its owner, partner or place stands."""
MAX_WINDOW_CHARS = 40
"""Characters before and after a mention that say how it is used."""

MIN_SPORT_WORDS, MIN_SPORT_SHARE = 4, 0.02
"""Words of sport, and their share of all words, from which the countries of a text are teams: match reports have 0.03
and more, other news of the linking sets below 0.01."""

_PLACE_LABELS = frozenset(("GPE", "LOC", "NORP"))
_BOUND_LABELS = frozenset(("PERSON", "ORG", "FAC", "EVENT", "WORK_OF_ART", "PRODUCT", "LAW"))
_BODIES = frozenset(("ORG", "FAC", "GROUP", "OTHER"))
_OWNING = re.compile(r"(?:['’]s?)?\s+")
_LOCATING = re.compile(r"\s+(?:in|of|from|across|near|around)\s+(?:the\s+)?(?:\w+ern\s+)?")
_HYPHENS = ("-", "‑")
_LETTERS = re.compile(r"[a-z][a-z-]*")
_SPACES = re.compile(r"\s+")


@dataclass(slots=True)
class Chain:
    """The mentions of one thing, with the words that tell what it is."""

    number: int
    mentions: list[int]
    names: list[int] = field(default_factory=list)
    """The mentions that are names, in reading order."""
    surfaces: tuple[str, ...] = ()
    """Its distinct names, the fullest first."""
    owned: tuple[str, ...] = ()
    """Names of bodies with the country before them ("Russian" and "Foreign Ministry")."""
    label: str = "OTHER"
    """The label of most of its names, or of its first mention."""
    phrases: tuple[str, ...] = ()
    """Titles and role phrases said of it, in reading order."""
    countries: tuple[str, ...] = ()
    """Countries that its titles and phrases name, most often named first."""
    members: tuple[int, ...] = ()
    """For a plural: the chains it stands for."""


class Reading:
    """One article as the linker sees it."""

    def __init__(self, article: Article, facts: ArticleFacts, authority: Authority) -> None:
        self.article = article
        self.facts = facts
        self.authority = authority
        self.text = article.text
        self.day = article.published.day if article.published else None
        self.order = sorted(range(len(facts.mentions)), key=lambda index: facts.mentions[index].span)
        """The mentions in the order of their starts; those that were found last stand last in the facts."""
        self._rank = {index: rank for rank, index in enumerate(self.order)}
        self._starts = [facts.mentions[index].span.start for index in self.order]
        self._sentences = [span.start for span in facts.sentences]
        self.speaking = frozenset(
            index
            for index in (
                *(quote.speaker for quote in facts.quotes),
                *(claim.holder for claim in facts.claims),
                *(event.reported_by for event in facts.events),
            )
            if index is not None
        )
        self.taking_part = frozenset(index for event in facts.events for index in (*event.actors, *event.recipients))
        self.receiving = frozenset(index for event in facts.events for index in event.recipients)
        self._event_place = {
            index: event.place
            for event in reversed(facts.events)
            if event.place is not None
            for index in (*event.actors, *event.recipients)
        }
        self.located = frozenset(event.place for event in facts.events if event.place is not None)
        self.weights: dict[str, float] = {}
        self._by_name: dict[tuple[str, str], float] = {}
        """Country and plain name to the part of the country's weight that the name gave."""
        self._near: dict[int, Counter[str]] = {}
        self._weigh_countries()
        self.chains = self._make_chains()

    @cached_property
    def is_sport(self) -> bool:
        """Whether the article tells of sport, where "France beat Wales" is no war."""
        words = _LETTERS.findall(self.text.lower())
        count = sum(word in tables.words("sports_words.txt") for word in words)
        return count >= MIN_SPORT_WORDS and count >= MIN_SPORT_SHARE * len(words)

    @cached_property
    def teams(self) -> tuple[str, ...]:
        """How national teams of the article's sport are called, with braces for the country; none for women's sport."""
        words = Counter(_LETTERS.findall(self.text.lower()))
        if not self.is_sport or words["women"] or words["women's"]:
            return ()
        counted = [
            (sum(words[word] for word in told.split()), patterns)
            for told, patterns in tables.rows("national_teams.tsv")
        ]
        count, patterns = max(counted, key=lambda item: item[0])
        return tuple(patterns.split("|")) if count else ()

    # --- words

    def words(self, index: int) -> str:
        """The words of a mention, white space squeezed."""
        return _squeezed(self.facts.mentions[index].span.of(self.text))

    def before(self, index: int) -> str:
        """The text before a mention, in its sentence."""
        start = self.facts.mentions[index].span.start
        sentence = self.sentence(start)
        return self.text[max(sentence.start, start - MAX_WINDOW_CHARS) : start]

    def after(self, index: int) -> str:
        """The text after a mention, in its sentence."""
        end = self.facts.mentions[index].span.end
        return self.text[end : min(self.sentence(end - 1).end, end + MAX_WINDOW_CHARS)]

    def sentence(self, position: int) -> Span:
        """The sentence that holds a character; the character's line where no sentence does."""
        number = self._sentence_number(position)
        if number >= 0 and position < self.facts.sentences[number].end:
            return self.facts.sentences[number]
        start = self.text.rfind("\n", 0, position) + 1
        end = self.text.find("\n", position)
        return Span(start=start, end=end if end >= 0 else len(self.text))

    def inside(self, span: Span) -> list[int]:
        """The mentions that lie in a span, in the order of their starts."""
        first, last = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return [index for index in self.order[first:last] if self.facts.mentions[index].span.end <= span.end]

    def earlier(self, index: int) -> list[int]:
        """The few mentions that start before this one, the nearest first."""
        rank = self._rank[index]
        return self.order[max(0, rank - NEIGHBOURS) : rank][::-1]

    def later(self, index: int) -> list[int]:
        """The few mentions that start after this one, the nearest first."""
        rank = self._rank[index]
        return self.order[rank + 1 : rank + 1 + NEIGHBOURS]

    # --- countries

    @property
    def main_country(self) -> str | None:
        """The country that the article is about; None when it is about none or several."""
        if not self.weights:
            return None
        country, weight = max(self.weights.items(), key=lambda item: (item[1], item[0]))
        return country if weight >= MAIN_COUNTRY_SHARE * sum(self.weights.values()) else None

    def is_named(self, country: str | None, *, besides: str) -> bool:
        """Whether the article names a country, or a place in it, by other words than the plain name ``besides``."""
        if country is None:
            return False
        rest = self.weights.get(country, 0.0) - self._by_name.get((country, besides), 0.0)
        return rest > PLACE_NAMED / 2

    def places_in(self, country: str | None, *, besides: str) -> int:
        """How many places of a country the article names, but for the country and the plain name ``besides``."""
        return sum(
            owner == country and form != besides and self.authority.country_word(form) is None
            for owner, form in self._by_name
        )

    def place_names(self, country: str | None) -> list[str]:
        """The plain names by which the article names a country, its people and the places in it."""
        return [form for owner, form in self._by_name if owner == country]

    def country_near(self, index: int) -> str | None:
        """The country that a phrase without one belongs to.

        That is where it is ("police in Caracas"), or where the event that it takes part in happens, else the country
        that the article is about, else the only one in its sentence if no other is named more often.
        """
        spot = self._follows(index)
        if spot is None:
            spot = self._event_place.get(index)
        place = self._country_of(plain(self.words(spot)))[0] if spot is not None else None
        if place is not None or self.main_country is not None:
            return place or self.main_country
        near = self._near.get(self._sentence_number(self.facts.mentions[index].span.start))
        country = next(iter(near)) if near and len(near) == 1 else None
        return country if country and self.weights[country] == max(self.weights.values()) else None

    def _follows(self, index: int) -> int | None:
        """The place in which a phrase is said to be by the words directly after it."""
        end = self.facts.mentions[index].span.end
        for other in self.later(index):
            mention = self.facts.mentions[other]
            if mention.form is MentionForm.NAME and mention.label in _PLACE_LABELS and mention.span.start > end:
                return other if _LOCATING.fullmatch(self.text[end : mention.span.start]) else None
        return None

    def countries_in(self, span: Span) -> list[countries.Found]:
        """The countries and places that words of the text name, but for those inside names of people and bodies."""
        bound = [
            self.facts.mentions[index].span
            for index in self.inside(span)
            if self.facts.mentions[index].form is MentionForm.NAME and self.facts.mentions[index].label in _BOUND_LABELS
        ]
        return [
            item
            for item in countries.find(span.of(self.text), self.authority)
            if not any(b.start < span.start + item.end and span.start + item.start < b.end for b in bound)
        ]

    def _weigh_countries(self) -> None:
        known: dict[str, tuple[str | None, float]] = {}
        for index, mention in enumerate(self.facts.mentions):
            if mention.form is not MentionForm.NAME or mention.label not in _PLACE_LABELS:
                continue
            if self._is_stand(mention.span):
                continue  # "anti-Peruvian", "US-led": somebody's stand towards a country, not where the news is
            form = plain(self.words(index))
            if form not in known:
                known[form] = self._country_of(form)
            country, weight = known[form]
            if country is not None:
                self.weights[country] = self.weights.get(country, 0.0) + weight
                self._by_name[country, form] = self._by_name.get((country, form), 0.0) + weight
                number = self._sentence_number(mention.span.start)
                self._near.setdefault(number, Counter())[country] += 1
        for title in countries.find(self.article.title or "", self.authority):
            if title.country is not None:
                weight = COUNTRY_IN_TITLE if title.spot is None else PLACE_NAMED
                self.weights[title.country] = self.weights.get(title.country, 0.0) + weight

    def _is_stand(self, span: Span) -> bool:
        """Whether a name is the part of a compound that says for, against or by whom one is."""
        before, after = self.text[: span.start][-5:].lower(), self.text[span.end : span.end + 1]
        return before.endswith(("anti-", "pro-")) or after in _HYPHENS

    def _country_of(self, form: str) -> tuple[str | None, float]:
        country = self.authority.country_word(form)
        if country is not None:
            return country.code, COUNTRY_NAMED
        spot = countries.largest_spot(form, self.authority)
        return (spot.country if spot else None), PLACE_NAMED

    def _sentence_number(self, position: int) -> int:
        return bisect_right(self._sentences, position) - 1

    # --- chains

    def _make_chains(self) -> list[Chain]:
        by_number: dict[int, Chain] = {}
        for index, mention in enumerate(self.facts.mentions):
            by_number.setdefault(mention.chain, Chain(mention.chain, [])).mentions.append(index)
        chains = list(by_number.values())
        for chain in chains:
            self._describe(chain)
        return chains

    def _describe(self, chain: Chain) -> None:
        mentions = self.facts.mentions
        chain.names = [index for index in chain.mentions if mentions[index].form is MentionForm.NAME]
        surfaces = {_without_noun(self.words(index), mentions[index].label): None for index in chain.names}
        chain.surfaces = tuple(sorted(surfaces, key=lambda name: (-len(name.split()), -len(name), name)))
        labels = Counter(mentions[index].label for index in chain.names or chain.mentions[:1])
        chain.label = max(labels.items(), key=lambda item: item[1])[0]
        if chain.label == "PERSON" and chain.names and _has_legal_form(chain.surfaces[0]):
            chain.label = "ORG"
        chain.members = next((m.members for m in map(mentions.__getitem__, chain.mentions) if m.members), ())
        found: Counter[str] = Counter()
        phrases: dict[str, None] = {}
        owned: dict[str, None] = {}
        if chain.label in _BODIES or chain.label == "PERSON":
            for index in chain.names:
                if (owner := self.owner(index)) is not None:
                    country, words = owner
                    found[country] += 1  # "Russia's Churkin"
                    owned.setdefault(f"{words} {self.words(index)}")
            chain.owned = tuple(owned)
        for span in self._phrase_spans(chain):
            phrases.setdefault(_squeezed(span.of(self.text)))
            found.update(item.country for item in self.countries_in(span) if item.country is not None)
        chain.phrases = tuple(phrases)
        chain.countries = tuple(country for country, _ in sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def owner(self, index: int) -> tuple[str, str] | None:
        """The country whose name or demonym stands directly before a name, with its words."""
        start = self.facts.mentions[index].span.start
        for other in self.earlier(index):
            mention = self.facts.mentions[other]
            if mention.form is not MentionForm.NAME or mention.label not in _PLACE_LABELS or mention.span.end > start:
                continue
            if not _OWNING.fullmatch(self.text[mention.span.end : start]):
                return None
            words = self.words(other)
            country = self.authority.country_word(plain(words))
            return (country.code, words) if country is not None else None
        return None

    def _phrase_spans(self, chain: Chain) -> Iterator[Span]:
        for index in chain.mentions:
            mention = self.facts.mentions[index]
            if mention.title is not None:
                yield self._with_owner(mention.title)
            elif mention.form is MentionForm.NOMINAL:
                yield mention.span

    def _with_owner(self, title: Span) -> Span:
        """A title with the possessor before it ("Russia's Foreign Minister")."""
        before = self.text[max(0, title.start - MAX_WINDOW_CHARS) : title.start]
        owner = re.search(r"[A-Z][\w.-]*(?: [A-Z][\w.-]*){0,3}['’]s?\s+$", before)
        return Span(start=title.start - len(owner[0]), end=title.end) if owner else title


def _without_noun(name: str, label: str) -> str:
    """A body's name without the common noun after it ("Fine Gael party")."""
    head, _, noun = name.rpartition(" ")
    return head if label == "ORG" and head and noun.islower() and offices.body_in(noun) is not None else name


def _has_legal_form(name: str) -> bool:
    """Whether a name ends as that of a company ("Drexel Burnham Lambert Inc")."""
    form = plain(name)
    return " " in form and without_suffix(form) != form


def _squeezed(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
