"""The tokens of a text become mentions: names, noun phrases for people, bodies and places, and pronouns."""

from __future__ import annotations

from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from newskb.model import Mention, MentionForm, Span
from newskb.nlp.mentionspans import characters, make_mention
from newskb.nlp.names import find_names
from newskb.nlp.nounphrases import find_nominals, noun_label
from newskb.nlp.pronouns import find_pronouns
from newskb.nlp.titles import find_title, phrase_before

VERSION = "2"


def find_mentions(doc: Doc) -> list[Mention]:
    """Every mention of ``doc``, in order of their start; each is still a chain of its own."""
    names = find_names(doc)
    named = {index: name for name in names for index in range(name.start, name.end)}
    found: list[Mention] = []
    phrases: dict[tuple[int, int], Mention] = {}
    for name in names:
        find_title(doc, name, named)
        title = characters(doc, *name.title) if name.title else None
        found.append(make_mention(doc, name.start, name.end, MentionForm.NAME, name.label, title=title))
        is_office_apart = name.title is not None and doc[name.title[1] - 1].is_lower
        if name.title and is_office_apart and (start := phrase_before(doc, name.title[0])) is not None:
            # "Russia's top diplomat Sergei Lavrov": the words before the name are a mention of their own, where
            # "Norway's Prime Minister Ingrid Dahl" is one
            phrases[start, name.title[1]] = make_mention(
                doc, start, name.title[1], MentionForm.NOMINAL, name.label, head=name.title[1] - 1
            )
    titles = {index for name in names if name.title for index in range(*name.title)}
    for mention, tokens in find_nominals(doc, named, titles):
        phrases.setdefault(tokens, mention)
    found += phrases.values()
    found += find_pronouns(doc, named)
    found.sort(key=lambda mention: (mention.span.start, -mention.span.end))
    return [replace(mention, chain=index) for index, mention in enumerate(found)]


def ensure_mention(doc: Doc, start_char: int, end_char: int) -> int:
    """Index into ``doc._.mentions`` of the mention that the characters stand for.

    That is the mention with this span, else the one whose head is the head word of the span (for "Foreign Minister
    Jorge Arreaza" the name), else a new one, appended with a chain of its own so that indexes stay valid.
    """
    mentions: list[Mention] = doc._.mentions
    span = Span(start=start_char, end=end_char)
    for index, mention in enumerate(mentions):
        if mention.span == span:
            return index
    tokens = doc.char_span(start_char, end_char, alignment_mode="expand")
    head = tokens.root if tokens is not None and len(tokens) else None
    inside = [
        (index, mention)
        for index, mention in enumerate(mentions)
        if start_char <= mention.span.start and mention.span.end <= end_char
    ]
    if head is not None:
        covering = [(index, mention) for index, mention in inside if mention.span.start <= head.idx < mention.span.end]
        # a name before a phrase that holds it, the widest of several
        covering.sort(key=lambda pair: (pair[1].form != MentionForm.NAME, pair[1].span.start - pair[1].span.end))
        heads = [pair for pair in covering if pair[1].head.start == head.idx or pair[1].form == MentionForm.NAME]
        if heads:
            return heads[0][0]
        titled = [pair for pair in inside if pair[1].title and pair[1].title.start <= head.idx < pair[1].title.end]
        if titled:
            return titled[0][0]
    label = noun_label(head) if head is not None else None
    chain = max((mention.chain for mention in mentions), default=-1) + 1
    mentions.append(
        Mention(
            span=span,
            head=characters(doc, head.i, head.i + 1)
            if head is not None and start_char <= head.idx < end_char
            else span,
            form=MentionForm.NOMINAL,
            label=label or "OTHER",
            chain=chain,
        )
    )
    return len(mentions) - 1


# --- component -------------------------------------------------------------------------------------------------------

if not Doc.has_extension("mentions"):
    Doc.set_extension("mentions", default=None)


@Language.factory(
    "newskb_mentions",
    assigns=["doc._.mentions"],
    requires=["doc.ents", "token.dep", "token.head", "token.pos", "token.tag", "token.lemma"],
)
def _create(nlp: Language, name: str) -> MentionFinder:  # noqa: ARG001 - spaCy calls factories with both
    return MentionFinder()


class MentionFinder:
    """Sets ``doc._.mentions``."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the mentions of ``doc``."""
        doc._.mentions = find_mentions(doc)
        return doc
