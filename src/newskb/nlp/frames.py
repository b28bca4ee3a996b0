"""A verb or noun becomes its slots: who stands as subject, object, possessor or behind which preposition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Token

Slots = dict[str, list[Token]]
"""Slot name to head tokens: ``s`` subject, ``o`` object, ``iobj``, ``poss``, ``compound``, ``amod``, ``head`` or a
preposition. A passive verb's subject is its object, its ``by`` phrase its subject."""

_NOMINAL = frozenset(("NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET", "X", "SYM"))
_RELATIVE_TAGS = frozenset(("WDT", "WP", "WP$"))
_NOUN_PARTS = frozenset(("compound", "amod", "nmod:poss"))
"""What stands before a noun and never before a verb."""
_CLAUSE_SPLITS = frozenset(("ccomp", "acl:relcl", "advcl:relcl", "parataxis", "csubj"))
_NON_FINITE_TAGS = frozenset(("VB", "VBG", "VBN"))
_OBJECT_CONTROL_EXCEPTIONS = frozenset(("promise", "threaten", "pledge", "vow", "offer", "agree"))
"""Governors whose infinitive belongs to their subject even when they have an object."""


def verb_slots(verb: Token, *, depth: int = 0) -> Slots:
    """The slots of a verb, with subjects that coordination, control, relative clauses and participles share."""
    if _is_gerund(verb):
        return _gerund_slots(verb)
    slots: Slots = {}
    is_passive = is_passive_verb(verb)
    for child in verb.children:
        _add_verb_child(slots, child, is_passive=is_passive)
    if verb.dep_ == "acl:relcl":
        _fill_relative(slots, verb, is_passive=is_passive)
    elif verb.dep_ == "acl" and verb.tag_ not in FINITE_TAGS:
        _fill_participle(slots, verb, depth)
    _fill_by_position(slots, verb, is_passive=is_passive)
    if not slots.get("s") and not (is_passive and slots.get("o")) and depth < MAX_CLIMB:
        _fill_shared(slots, verb, is_passive=is_passive, depth=depth)
    return slots


def _is_gerund(verb: Token) -> bool:
    """Whether a participle is a noun by what stands before it ("killed in army shelling near the border")."""
    return verb.tag_ == "VBG" and any(child.i < verb.i and child.dep_ in _NOUN_PARTS for child in verb.children)


def _gerund_slots(verb: Token) -> Slots:
    slots = noun_slots(verb)
    doers = next((slots[name] for name in ("poss", "by", "compound", "amod") if slots.get(name)), [])
    slots |= {"s": doers} if doers else {}
    return slots | ({"o": slots["of"]} if slots.get("of") else {})


FINITE_TAGS = frozenset(("VBD", "VBP", "VBZ"))
MAX_CLIMB = 4
"""How many governors are asked for a missing subject."""


def _add_verb_child(slots: Slots, child: Token, *, is_passive: bool) -> None:
    dep = child.dep_
    if dep in ("nsubj", "nsubj:outer"):
        if _is_inner(child):
            return
        _add(slots, "o" if _is_object(child) else "s", child)
    elif dep == "nsubj:pass":
        _add(slots, "o", child)
    elif dep in ("obj", "iobj"):
        if dep == "obj" and _is_misplaced(child):
            return
        if dep == "obj" and (preposition := preposition_of(child)):
            _add(slots, preposition, child)  # "called on the president", with "on" left to the noun
            return
        # "charged the mayor with fraud": an only object is the object, whatever the parser calls it
        is_only = not any(other.dep_ == "obj" for other in child.head.children)
        _add(slots, "o" if dep == "obj" or is_only else "iobj", child)
    elif dep in ("obl:agent", "obl", "nmod"):
        preposition = preposition_of(child) or ("by" if dep == "obl:agent" else "")
        if dep == "obl" and not preposition:
            preposition = _lost_preposition(child)
        _add(slots, "s" if preposition == "by" and is_passive else preposition, child)


def _is_inner(noun: Token) -> bool:
    """Whether a subject belongs to the one before it ("opponents of the senate protested")."""
    verb = noun.head
    is_of = noun.i < verb.i and preposition_of(noun) == "of"
    return is_of and any(other.dep_ == "nsubj" and other.i < noun.i for other in verb.children)


def _is_misplaced(noun: Token) -> bool:
    """An object in front of its verb beside another one behind it belongs to an earlier clause."""
    verb = noun.head
    return (
        noun.i < verb.i
        and not is_relative(noun)
        and any(child.dep_ == "obj" and child.i > verb.i for child in verb.children)
    )


def _lost_preposition(noun: Token) -> str:
    """The slot of a noun behind its verb that the tree gives no preposition.

    A preposition at the start of its phrase is its own, whatever it hangs from ("agreed to Omani mediation in the
    talks"); without one the noun right behind an active verb is its object ("accused the state of fraud").
    """
    verb = noun.head
    if noun.i < verb.i or noun.ent_type_ in ("DATE", "TIME"):
        return ""
    first = min(noun.subtree, key=lambda part: part.i)
    if first.dep_ == "case":
        return first.lower_
    is_next = first.i == verb.i + 1 and first.dep_ != "mark" and not is_passive_verb(verb)
    return "o" if is_next and not any(child.dep_ == "obj" for child in verb.children) else ""


def _is_object(noun: Token) -> bool:
    """A second subject behind the verb is an object that the parser took for one ("he accused the club of fraud")."""
    verb = noun.head
    return noun.i > verb.i and any(
        child.dep_ in ("nsubj", "nsubj:pass") and child.i < verb.i for child in verb.children
    )


def _fill_by_position(slots: Slots, verb: Token, *, is_passive: bool) -> None:
    """Take the nominal right before the verb group and the one right behind the verb where the tree gives none.

    A long sentence is where parsers lose subjects and objects; English puts both next to the verb.
    """
    name = "o" if is_passive else "s"
    if not slots.get(name) and (noun := _noun_before(verb)) is not None:
        slots[name] = with_conjuncts(noun)
    if not is_passive and not slots.get("o") and (noun := _noun_behind(verb)) is not None:
        slots["o"] = with_conjuncts(noun)


def _noun_before(verb: Token) -> Token | None:
    """The subject of a finite verb group by its place ("… that the assembly would probably approve")."""
    helpers = [child for child in verb.children if child.dep_ in ("aux", "aux:pass") and child.i < verb.i]
    is_finite = verb.tag_ in FINITE_TAGS or any(child.tag_ in FINITE_TAGS or child.tag_ == "MD" for child in helpers)
    if not is_finite or any(child.dep_ in ("nsubj", "nsubj:pass", "expl", "csubj") for child in verb.children):
        return None
    noun = verb.doc[min([child.i for child in helpers], default=verb.i)]
    while True:
        if noun.is_sent_start or noun.i == 0:
            return None
        noun = noun.nbor(-1)
        if noun.pos_ != "ADV":
            break
    index = noun.i
    while noun.dep_ == "flat" and noun.head.i < noun.i:
        noun = noun.head
    is_free = noun.head.i != verb.i and noun.dep_ not in ("conj", "nmod", "obl", "nmod:poss") and noun.head.i > index
    is_free |= noun.dep_ in ("obj", "nsubj", "iobj", "root")
    return noun if noun.pos_ in ("NOUN", "PROPN", "PRON") and is_free and not is_relative(noun) else None


def _noun_behind(verb: Token) -> Token | None:
    """The object of a verb by its place: the noun phrase that starts right behind it."""
    doc, index = verb.doc, verb.i + 1
    end = index
    while end < len(doc) and not doc[end].is_sent_start:
        end += 1
    while index < end and doc[index].dep_ in ("compound:prt", "advmod") and doc[index].head.i == verb.i:
        index += 1
    last = None
    while index < end and doc[index].tag_ in _PHRASE_TAGS:
        last = doc[index] if doc[index].pos_ in ("NOUN", "PROPN", "PRON") else last
        index += 1
    if last is None or last.ent_type_ in ("DATE", "TIME") or is_relative(last):
        return None
    while last.dep_ == "flat" and last.head.i < last.i:
        last = last.head
    is_stray = last.dep_ in ("obj", "nsubj", "nsubj:pass", "root") and last.head.i != verb.i
    return last if is_stray and not (last.dep_ != "obj" and _is_subject(last)) else None


_PHRASE_TAGS = frozenset(("DT", "PRP$", "JJ", "CD", "NN", "NNS", "NNP", "NNPS", "POS", "PRP", "JJS", "VBN"))


def _is_subject(noun: Token) -> bool:
    """Whether the noun is the subject of a clause of its own ("said the army fired")."""
    return noun.head.i > noun.i and noun.head.pos_ in ("VERB", "AUX")


def _fill_relative(slots: Slots, verb: Token, *, is_passive: bool) -> None:
    """ "the president whom they elected": the noun before stands where the relative word does."""
    noun = verb.head
    replaced = False
    for name, tokens in slots.items():
        if any(is_relative(token) for token in tokens):
            slots[name] = [noun if is_relative(token) else token for token in tokens]
            replaced = True
    if not replaced:
        if not slots.get("s") and not is_passive:
            slots["s"] = [noun]
        elif not slots.get("o"):
            slots["o"] = [noun]


def _fill_participle(slots: Slots, verb: Token, depth: int) -> None:
    """ "assets seized by the state", "troops attacking the town", "the attempt to oust him"."""
    if verb.tag_ == "VBN" and not slots.get("o"):
        slots["o"] = with_conjuncts(verb.head)
    elif verb.tag_ == "VBG" and not slots.get("s"):
        slots["s"] = with_conjuncts(verb.head)
    elif not slots.get("s") and depth < MAX_CLIMB:
        slots["s"] = noun_owner(verb.head, depth=depth + 1)


def noun_owner(noun: Token, *, depth: int = 0) -> list[Token]:
    """Who does what a noun names: its possessor, else the subject of the verb that carries it."""
    slots = noun_slots(noun)
    if owners := slots.get("poss") or slots.get("by"):
        return owners
    if noun.dep_ in ("obj", "obl", "xcomp") and noun.head.pos_ in ("VERB", "AUX") and depth < MAX_CLIMB:
        return verb_slots(noun.head, depth=depth + 1).get("s", [])
    if noun.dep_ in ("nmod", "conj") and noun.head.pos_ == "NOUN" and depth < MAX_CLIMB:
        # "the failure of his attempt to oust", "admitted the failure of an attempt to oust"
        return noun_owner(noun.head, depth=depth + 1)
    return []


def _fill_shared(slots: Slots, verb: Token, *, is_passive: bool, depth: int) -> None:
    """Find the subject that a coordinated, controlled or subordinate verb shares with its governor."""
    head = verb.head
    if head.i == verb.i or verb.dep_ not in ("conj", "xcomp", "advcl"):
        return
    if head.pos_ not in ("VERB", "AUX", "ADJ", "NOUN"):
        return
    if verb.dep_ == "advcl" and any(child.dep_ == "nsubj" for child in verb.children):
        return
    theirs = verb_slots(head, depth=depth + 1)
    subjects = theirs.get("s", [])
    if verb.dep_ == "conj" and is_passive_verb(head):
        shares_voice = is_passive or verb.tag_ == "VBN"
        subjects, objects = theirs.get("s", []), theirs.get("o", [])
        if shares_voice:
            slots.setdefault("o", objects)
            slots.setdefault("s", subjects)
        else:
            slots["s"] = objects
        return
    if verb.dep_ in ("xcomp", "advcl") and is_passive_verb(head):
        # "was forced to withdraw": the passive subject is who withdraws
        subjects = theirs.get("o", []) or subjects
    elif verb.dep_ == "xcomp" and head.lemma_.lower() not in _OBJECT_CONTROL_EXCEPTIONS:
        subjects = theirs.get("o", []) or theirs.get("on", []) or subjects
    name = "o" if is_passive else "s"
    slots[name] = [*slots.get(name, []), *subjects] if subjects else slots.get(name, [])


def noun_slots(noun: Token) -> Slots:
    """The slots of a noun: possessor, prepositions, compound and adjectival modifiers."""
    slots: Slots = {}
    if (owner := _possessor(noun)) is not None:
        slots["poss"] = [owner]
    for child in noun.children:
        if child.dep_ == "nmod:poss":
            if child not in slots.get("poss", ()):
                _add(slots, "poss", child)
        elif child.dep_ in ("nmod", "obl", "obl:agent", "nmod:desc"):
            if any(grand.dep_ == "case" for grand in child.children):
                _add(slots, preposition_of(child), child)
            else:
                _add(slots, "compound", child)
        elif child.dep_ in ("compound", "amod"):
            _add(slots, child.dep_, child)
    return slots


def _possessor(noun: Token) -> Token | None:
    """The name before "'s" in front of a noun, wherever the tree hangs it."""
    mark = noun
    while not mark.is_sent_start and mark.i > 0:
        mark = mark.nbor(-1)
        if mark.pos_ not in ("ADJ", "NOUN", "NUM"):
            break
    if mark.tag_ != "POS" or mark.is_sent_start or mark.i == 0:
        return None
    owner = mark.nbor(-1)
    while owner.dep_ == "flat" and owner.head.i < owner.i:
        owner = owner.head
    return owner if owner.pos_ in ("NOUN", "PROPN") else None


def is_possessor(token: Token) -> bool:
    """Whether "'s" follows a nominal, which then is no conjunct of what stands before it."""
    end = max((child.i for child in token.children if child.dep_ == "flat"), default=token.i) + 1
    return end < len(token.doc) and token.doc[end].tag_ == "POS"


def merge_slots(first: Slots, second: Slots) -> Slots:
    """The slots of both, those of ``first`` in front."""
    return {name: [*first.get(name, []), *second.get(name, [])] for name in [*first, *second]}


def _add(slots: Slots, name: str, token: Token) -> None:
    slots.setdefault(name, []).extend(with_conjuncts(token))


def with_conjuncts(token: Token) -> list[Token]:
    """``token`` and the nominals coordinated with it, in the order of the text."""
    found = [token]
    for child in token.children:
        if child.dep_ == "conj" and child.pos_ in _NOMINAL:
            if is_possessor(token) or not is_possessor(child):
                found += with_conjuncts(child)
        elif child.dep_ == "appos" and any(part.dep_ == "cc" for part in child.children):
            found += with_conjuncts(child)  # "the people and for President Lima": a conjunct in all but name
        elif child.dep_ in ("appos", "flat") and child.i == token.i + 1:
            # "leader Ana Lima and president Rui Dias": the conjunct hangs from the name
            found += with_conjuncts(child)[1:]
    return found


def preposition_of(token: Token) -> str:
    """The preposition before a nominal, lower case (``in connection with`` gives ``with``); empty when it has none."""
    cases = [child for child in token.children if child.dep_ == "case" and child.i < token.i]
    if not cases:
        # "against the party's leader Ana Lima": the title before a name may carry the preposition
        titles = [child for child in token.children if child.dep_ == "nmod:desc" and child.i < token.i]
        cases = [child for title in titles for child in title.children if child.dep_ == "case" and child.i < title.i]
        cases = [case for case in cases if case.tag_ != "POS"]
    return cases[-1].lower_ if cases else ""


def is_passive_verb(verb: Token) -> bool:
    """Whether a verb stands in the passive, also as a bare participle after its noun."""
    if any(child.dep_ in ("aux:pass", "nsubj:pass", "csubj:pass") for child in verb.children):
        return True
    if verb.tag_ != "VBN":
        return False
    if any(child.dep_ == "obl:agent" for child in verb.children):
        return True
    return verb.dep_ in ("acl", "amod") and not any(child.dep_ in ("aux", "nsubj") for child in verb.children)


def is_relative(token: Token) -> bool:
    """Whether a token is a relative word ("who", "which", "that" after a noun)."""
    return token.tag_ in _RELATIVE_TAGS or (token.lower_ == "that" and token.pos_ in ("PRON", "SCONJ"))


def clause_path(token: Token) -> Iterator[Token]:
    """``token`` and its governors as far as its own clause reaches: where a time or place belongs to it, too."""
    node = token
    yield node
    while node.head.i != node.i:
        if node.dep_ in _CLAUSE_SPLITS:
            return
        if node.dep_ == "advcl" and (has_subject(node) or (node.tag_ not in _NON_FINITE_TAGS and _has_mark(node))):
            return
        if node.dep_ == "conj" and node.pos_ in ("VERB", "AUX") and has_subject(node):
            return
        node = node.head
        yield node


def _has_mark(verb: Token) -> bool:
    return any(child.dep_ == "mark" or child.tag_ == "WRB" for child in verb.children)


def has_subject(verb: Token) -> bool:
    """Whether a verb has a subject of its own."""
    return any(child.dep_ in ("nsubj", "nsubj:pass", "csubj", "expl") for child in verb.children)


def clause_verb(token: Token) -> Token:
    """The nearest verb above a token, or its root."""
    node = token
    while node.pos_ not in ("VERB", "AUX") and node.head.i != node.i:
        node = node.head
    return node


def any_lemma(tokens: Iterable[Token], lemmas: frozenset[str] | set[str]) -> bool:
    """Whether one of the tokens has one of the lemmas."""
    return any(token.lemma_.lower() in lemmas for token in tokens)
