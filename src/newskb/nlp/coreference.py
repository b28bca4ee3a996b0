"""Mentions of one text become chains: who is meant by a surname, an acronym, an office or a pronoun."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from newskb.model import Mention, MentionForm
from newskb.nlp.chains import Chains
from newskb.nlp.corefnames import join_acronyms, join_names
from newskb.nlp.corefnominals import resolve_nominal
from newskb.nlp.corefpronouns import resolve_pronoun
from newskb.nlp.corefspeakers import join_outside_first_person, presumed_speakers
from newskb.nlp.corefsyntax import join_clause_bound, join_neighbours

VERSION = "2"


def resolve(doc: Doc, *, is_closed: bool = False) -> list[Mention]:
    """The mentions of ``doc`` with ``chain`` set, chains numbered by first appearance, and ``members`` where plural.

    Strict rules first, so that later ones see what the earlier ones joined. ``is_closed`` says that the pronouns among
    the mentions mean none but the other mentions.
    """
    chains = Chains(doc, is_closed=is_closed)
    chains.speakers = presumed_speakers(chains)
    join_names(chains)
    join_acronyms(chains)
    join_neighbours(chains)
    join_clause_bound(chains)
    join_outside_first_person(chains)
    # "his" before "his father"
    for item in sorted(chains.items, key=lambda item: (item.head.i, item.index)):
        is_settled = item.index != chains.of(item).items[0] and item.index not in chains.waiting
        if is_settled and item.mention.form != MentionForm.NAME:
            continue
        if item.pronoun is not None:
            resolve_pronoun(chains, item)
        elif item.mention.form == MentionForm.NOMINAL:
            resolve_nominal(chains, item)
    return chains.result()


@Language.factory("newskb_coreference", assigns=["doc._.mentions"], requires=["doc._.mentions", "token.dep"])
def _create(nlp: Language, name: str) -> CoreferenceResolver:  # noqa: ARG001 - spaCy calls factories with both
    return CoreferenceResolver()


class CoreferenceResolver:
    """Sets the chains of ``doc._.mentions``."""

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the mentions of ``doc``."""
        doc._.mentions = resolve(doc)
        return doc
