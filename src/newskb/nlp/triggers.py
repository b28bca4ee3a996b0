"""Words become the triggers of events: verbs, nouns, adjectives and reporting verbs that carry a demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from spacy.tokens import Doc, Token

from newskb.nlp import eventlexicon, wordlists
from newskb.nlp.eventlexicon import Entry
from newskb.nlp.frames import Slots, is_passive_verb, merge_slots, noun_slots, verb_slots
from newskb.nlp.participants import Cast
from newskb.plover import quad

MAX_GAP = 4
"""Words between a verb and its event noun that still make one trigger ("held two days of talks")."""
_NOUN_TAGS = frozenset(("NN", "NNS"))
_VERB_PARTS = frozenset(("nsubj", "nsubj:pass", "obj", "aux", "aux:pass"))
"""What hangs from a verb and never from a noun."""


@dataclass(slots=True)
class Trigger:
    """A word that names an event, with its entry and slots."""

    token: Token
    entry: Entry
    start: int
    end: int
    slots: Slots
    carrier: Token | None = None
    """The light verb that carries a noun ("held" in "held talks")."""
    carried: Slots = field(default_factory=dict)
    counted: list[Token] = field(default_factory=list)
    """Whom a casualty verb that was folded into this event counts ("riots in which 20 people were killed")."""

    @property
    def is_noun(self) -> bool:
        """Whether a noun names the event."""
        return is_noun(self.token)


def is_noun(token: Token) -> bool:
    """Whether a word is a noun by its part of speech, or by its tag where nothing hangs from it as from a verb.

    The model reads each without the other: "after talks with the rebels" looks like a clause with a plural for a verb.
    """
    if token.pos_ == "VERB" and token.tag_ in _NOUN_TAGS:
        return not any(child.dep_ in _VERB_PARTS for child in token.children)
    return token.pos_ in ("NOUN", "PROPN")


@cache
def rules() -> dict[str, frozenset[str]]:
    """The word and type lists of ``data/events/triggers.json``."""
    return {name: frozenset(values) for name, values in eventlexicon.table("triggers.json").items()}


def find_triggers(doc: Doc, cast: Cast) -> list[Trigger]:
    """The triggers of ``doc`` in the order of the text, without those that only say what another one is about."""
    skipped = bytearray(len(doc))
    for span in doc._.skipped or ():
        for token in doc.char_span(span.start, span.end, alignment_mode="contract") or ():
            skipped[token.i] = 1
    consumed: set[int] = set()
    found = [
        trigger
        for token in doc
        if not skipped[token.i] and not token.is_space and (trigger := _trigger(token, cast, consumed)) is not None
    ]
    found = [trigger for trigger in found if trigger.token.i not in consumed]
    found = _without_weapons(found)
    return _without_content(_without_casualties(found), cast)


def _trigger(token: Token, cast: Cast, consumed: set[int]) -> Trigger | None:
    if token.dep_ == "amod" and token.i < token.head.i:
        return None  # "the banned party", "the US-backed opposition": a quality, not a report
    if is_noun(token):
        return _noun_trigger(token, cast)
    if token.pos_ == "VERB" or (token.pos_ == "AUX" and token.dep_ not in ("aux", "aux:pass", "cop")):
        return _verb_trigger(token, cast, consumed) or _demand(token, cast)
    return _adjective_trigger(token) if token.pos_ == "ADJ" else None


# --- verbs -----------------------------------------------------------------------------------------------------------


def _verb_trigger(verb: Token, cast: Cast, consumed: set[int]) -> Trigger | None:
    slots = verb_slots(verb)
    entry = eventlexicon.match_verb(verb, slots, cast.is_actor)
    if entry is None:
        return None
    is_light = entry.object_lemmas is None and not entry.extra and verb.lemma_.lower() in eventlexicon.light_verbs()
    if is_light and any(_names_event(token, cast) for token in slots.get("o", ())):
        return None  # "offered support": the noun names the event
    end = verb.i + 1
    if end < len(verb.doc) and verb.doc[end].lower_ in entry.extra and _is_particle(verb.doc[end], verb):
        end += 1
    if entry.object_lemmas is not None:
        # "held two days of talks": the noun may stand below a measure of it
        company = [token for tokens in list(slots.values()) for token in tokens]
        company += [below for token in company for below in token.children if below.dep_ == "nmod"]
        nouns = [
            token
            for token in company
            if token.i > verb.i and token.lemma_.lower() in entry.object_lemmas and _names_event(token, cast)
        ]
        for noun in nouns:
            consumed.add(noun.i)
            slots = merge_slots(slots, {name: found for name, found in noun_slots(noun).items() if name != "poss"})
            if noun.i - end < MAX_GAP:
                end = max(end, noun.i + 1)
    return Trigger(verb, entry, verb.i, end, slots)


def _is_particle(word: Token, verb: Token) -> bool:
    """Whether the word behind a verb is a part of it, also where the tree takes it for the noun's ("called on him")."""
    if word.head.i == verb.i:
        return word.dep_ == "compound:prt"
    return word.dep_ == "case" and word.head.head.i == verb.i and word.lower_ in rules()["particles"]


def _names_event(token: Token, cast: Cast) -> bool:
    is_common = is_noun(token) and token.pos_ != "PROPN"
    return is_common and eventlexicon.match_noun(token, noun_slots(token), cast.is_actor) is not None


@cache
def _reporting_verbs() -> frozenset[str]:
    return frozenset(word for row in wordlists.rows("reporting_verbs.txt") for word in row[0].split())


def _demand(verb: Token, cast: Cast) -> Trigger | None:
    """ "Cairo said the rebels must leave": who says what others must do asks them for it."""
    if verb.lemma_.lower() not in _reporting_verbs():
        return None
    slots = verb_slots(verb)
    speakers = cast.actors(slots.get("s", ()))
    for clause in verb.children:
        if clause.dep_ != "ccomp" or not speakers:
            continue
        inner = verb_slots(clause)
        asked = cast.actors(inner.get("s", ())[:1])
        words = {child.lower_ for child in clause.children if child.dep_ == "aux"}
        if asked and words & rules()["obligations"] and not _chains(cast, asked) & _chains(cast, speakers):
            slots["asked"] = inner["s"]
            return Trigger(verb, eventlexicon.demand(), verb.i, verb.i + 1, slots)
    return None


def _chains(cast: Cast, indexes: tuple[int, ...]) -> set[int]:
    return {cast.mention(index).chain for index in indexes}


# --- nouns and adjectives --------------------------------------------------------------------------------------------


def _noun_trigger(noun: Token, cast: Cast) -> Trigger | None:
    if (noun.pos_ == "PROPN" and noun.ent_type_) or noun.dep_ in ("compound", "flat"):
        return None
    slots = noun_slots(noun)
    match = eventlexicon.match_noun(noun, slots, cast.is_actor)
    if match is None:
        return None
    entry, start, end = match
    trigger = Trigger(noun, entry, start, end, slots)
    carrier = noun.head
    if carrier.pos_ == "VERB" and noun.dep_ in ("obj", "obl", "nsubj:pass", "xcomp"):
        ways = eventlexicon.light_verbs().get(carrier.lemma_.lower(), ())
        particles = {child.lower_ for child in carrier.children} | {child.lower_ for child in noun.children}
        if any(all(word in particles for word in way) and (way or noun.dep_ != "obl") for way in ways):
            trigger.carrier = carrier
            trigger.carried = verb_slots(carrier)
    return trigger


def _adjective_trigger(word: Token) -> Trigger | None:
    entry = eventlexicon.match_adjective(word)
    if entry is None:
        return None
    slots = verb_slots(word)
    does = any(child.dep_ in ("xcomp", "ccomp", "advcl", "obl") for child in word.children)
    return Trigger(word, entry, word.i, word.i + 1, slots) if does and slots.get("s") else None


def _without_weapons(triggers: list[Trigger]) -> list[Trigger]:
    """Leave out the weapon of a verb that has an event of its own ("a bomb exploded" is one event)."""
    modes = {trigger.token.i: trigger.entry.mode for trigger in triggers if not trigger.is_noun}
    return [
        trigger
        for trigger in triggers
        if trigger.entry.mode is None
        or trigger.token.dep_ not in ("nsubj", "nsubj:pass")
        or modes.get(trigger.token.head.i) != trigger.entry.mode
        or not trigger.is_noun
    ]


# --- what another event is about -------------------------------------------------------------------------------------


def _without_casualties(triggers: list[Trigger]) -> list[Trigger]:
    """Fold "were killed in clashes", "riots that killed 20" into the event of the noun: the verb only counts."""
    nouns = {trigger.token.i: trigger for trigger in triggers if trigger.is_noun}
    kept = []
    for trigger in triggers:
        cause = _cause(trigger, nouns)
        if cause is None:
            kept.append(trigger)
        else:
            cause.counted += trigger.slots.get("o", []) or trigger.slots.get("s", [])
    return kept


def _cause(trigger: Trigger, nouns: dict[int, Trigger]) -> Trigger | None:
    verb = trigger.token
    if verb.pos_ != "VERB" or verb.lemma_.lower() not in rules()["casualty_verbs"]:
        return None
    subjects = [token for token in trigger.slots.get("s", ()) if token.i in nouns]
    if subjects:
        return nouns[subjects[0].i]  # "the blast killed 20", "the riots that killed 20"
    if not is_passive_verb(verb) and trigger.entry.extension is None:
        return None
    for child in verb.children:
        if child.dep_ in ("obl", "obl:agent") and child.i in nouns and not _is_response(nouns[child.i]):
            return nouns[child.i]
    if verb.dep_ == "acl:relcl" and verb.head.i in nouns:
        return nouns[verb.head.i]
    return None


def _is_response(noun: Trigger) -> bool:
    """ "killed after talks", "arrested on charges": the noun tells of something else."""
    return noun.entry.type is not None and quad(noun.entry.type) < 4


def _without_content(triggers: list[Trigger], cast: Cast) -> list[Trigger]:
    """Leave out what is only agreed, demanded, refused or threatened by another event's words."""
    speech = {trigger.token.i: trigger for trigger in triggers if trigger.entry.type in rules()["content_types"]}
    protests = {trigger.token.i for trigger in triggers if trigger.entry.type == "PROTEST"}
    return [
        trigger
        for trigger in triggers
        if not _is_content(trigger, speech, cast) and not _is_slogan(trigger.token, protests)
    ]


def _is_slogan(verb: Token, protests: set[int]) -> bool:
    """ "marched to demand a vote", "a rally calling for his release": what the protest is for."""
    if verb.dep_ not in ("advcl", "acl", "xcomp") or verb.lemma_.lower() not in rules()["demanding"]:
        return False
    if verb.i < verb.head.i or not (verb.tag_ == "VBG" or any(child.tag_ == "TO" for child in verb.children)):
        return False
    return verb.head.i in protests or any(
        child.i in protests for child in verb.head.children if child.dep_ in ("obj", "obl", "nsubj:pass")
    )


def _is_content(trigger: Trigger, speech: dict[int, Trigger], cast: Cast) -> bool:
    previous = trigger.token
    for node in _ancestors(trigger.token):
        if node.i in speech:
            return _bears_content(previous, speech[node.i], trigger, cast)
        previous = node
    return False


def _ancestors(token: Token) -> Iterator[Token]:
    """The words above ``token`` as far as it is part of what they say; not out of clauses that stand on their own."""
    node = token
    while node.head.i != node.i:
        if node.dep_ not in ("xcomp", "ccomp", "obj", "obl", "conj", "acl", "advcl", "nmod", "nsubj:pass"):
            return
        if node.dep_ == "advcl" and not any(child.lower_ == "to" for child in node.children if child.dep_ == "mark"):
            return
        if node.dep_ == "obl" and not _is_argument(node):
            return
        node = node.head
        yield node


def _is_argument(noun: Token) -> bool:
    """ "called for sanctions", "agreed to mediation": the phrase completes the verb; "after", "during" do not."""
    return any(child.dep_ == "case" and child.lower_ in rules()["argument_prepositions"] for child in noun.children)


def _bears_content(below: Token, matrix: Trigger, trigger: Trigger, cast: Cast) -> bool:
    if below.dep_ in ("conj", "nsubj:pass"):
        return False
    is_clause = below.pos_ in ("VERB", "AUX") or below.dep_ in ("ccomp", "xcomp", "advcl", "acl")
    kind = matrix.entry.type
    if is_clause and matrix.entry.is_demand:
        return True
    if kind == "ACCUSE" and not is_clause:
        return False  # "condemned the attack": it took place
    if is_clause and below.dep_ == "ccomp":
        return kind in rules()["clause_content_types"]
    if is_clause:
        return kind != "CONCEDE" or matrix.token.lemma_.lower() in rules()["licences"]
    if trigger.is_noun and trigger.entry.type is not None and kind != "REQUEST":
        # "approve a US intervention": somebody else's deed is an event of its own, a request that is refused is not
        own = cast.actors([token for name in trigger.entry.actor_slots for token in trigger.slots.get(name, ())][:1])
        return not own or quad(trigger.entry.type) in (1, 3)
    return True
