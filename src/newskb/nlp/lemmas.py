"""Words with Penn tags become lemmas: a table of irregular forms, then the regular endings of English."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

_VOWELS = frozenset("aeiou")
_SIBILANT_ENDS = ("sses", "shes", "ches", "xes", "zzes")
_VERB_TAGS = {"VB": "base", "VBP": "base", "VBZ": "s", "VBD": "ed", "VBN": "ed", "VBG": "ing", "MD": "base"}
_CLASS_OF = {
    "NN": "n",
    "NNS": "n",
    "NNP": "n",
    "NNPS": "n",
    "JJ": "a",
    "JJR": "a",
    "JJS": "a",
    "RB": "a",
    "RBR": "a",
    "RBS": "a",
}


@lru_cache(maxsize=1)
def _irregular() -> dict[tuple[str, str], str]:
    """(class, form) to lemma; class is v, n, a or p (pronouns, determiners, auxiliaries' short forms)."""
    table: dict[tuple[str, str], str] = {}
    for line in files("newskb.nlp").joinpath("data/irregular_forms.tsv").read_text(encoding="utf-8").splitlines():
        kind, lemma, *forms = line.split("\t")
        for form in " ".join(forms).split():
            table.setdefault((kind, form), lemma)
    return table


@lru_cache(maxsize=1)
def _final_e() -> frozenset[str]:
    """Verb stems that take back an e although the endings do not show it (``fir`` -> ``fire``)."""
    text = files("newskb.nlp").joinpath("data/verbs_with_final_e.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


@lru_cache(maxsize=200_000)
def lemma(word: str, tag: str) -> str:
    """The lemma of ``word`` under its Penn tag; names keep their case, all else is lower case."""
    if tag in ("NNP", "NNPS"):
        return word
    form = word.lower()
    table = _irregular()
    if tag in _VERB_TAGS:
        return table.get(("v", form)) or _verb(form, _VERB_TAGS[tag])
    kind = _CLASS_OF.get(tag)
    if kind == "n":
        return table.get(("n", form)) or (_singular(form) if tag == "NNS" else form)
    if kind == "a":
        return table.get(("a", form)) or (_positive(form) if tag in ("JJR", "JJS", "RBR", "RBS") else form)
    return table.get(("p", form), form)


def _verb(form: str, ending: str) -> str:
    if ending == "s" and form.endswith("s"):
        return _singular(form)
    if ending == "ed" and form.endswith("ed") and len(form) > 4:
        return "y".join((form[:-3], "")) if form.endswith("ied") else _stem(form[:-2])
    if ending == "ing" and form.endswith("ing") and len(form) > 4:
        return _stem(form[:-3])
    return form


def _stem(stem: str) -> str:
    """The verb of a stem that lost its ending: doubled consonants undone, a silent e put back."""
    if stem in _final_e():
        return stem + "e"
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "aeiouflsz":
        return stem[:-1]  # "stopped", but not "called", "pressed", "buzzed", "rebuffed"
    if stem.endswith(
        ("controll", "compell", "cancell", "travell", "expell", "patroll", "rebell", "propell", "repell", "fuell")
    ):
        return stem[:-1]
    if stem.endswith(("v", "c", "u", "dg", "rg", "lg", "ng")) and not stem.endswith(
        ("ing", "ong", "ang", "ung", "eng")
    ):
        return stem + "e"
    if stem.endswith(("eng", "ang")) and len(stem) > 4:
        return stem + "e"  # "avenged", "arranged", but "hanged", "banged"
    if stem.endswith(("s", "z")) and not stem.endswith(("ss", "us", "as", "zz", "cus")) and len(stem) > 2:
        return stem + "e"
    if (
        stem.endswith(("at", "ut"))
        and len(stem) > 3
        and stem[-3] not in _VOWELS
        and not stem.endswith(("bat", "cut", "put"))
    ):
        return stem + "e"
    if stem.endswith(("ir", "ur", "uc", "ag", "iz", "ys", "ir", "yp", "pl", "bl", "gl", "dl", "kl", "tl", "fl", "zl")):
        return stem + "e" if not stem.endswith(("our", "eur", "air", "eir", "oir")) else stem
    return stem


def _singular(form: str) -> str:
    if form.endswith("ies") and len(form) > 4:
        return form[:-3] + "y"
    if form.endswith(_SIBILANT_ENDS):
        return form[:-2]
    if len(form) > 1 and form.endswith("s") and not form.endswith(("ss", "us", "is")):
        return form[:-1]
    return form


def _positive(form: str) -> str:
    for ending in ("est", "er"):
        stem = form.removesuffix(ending)
        if stem != form and len(stem) > 1:
            if stem.endswith("i"):
                return stem[:-1] + "y"
            if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "lsf":
                return stem[:-1]
            if stem.endswith(
                ("rg", "ng", "at", "ut", "af", "bl", "pl", "mpl", "nc", "rc", "ag", "av", "os", "is", "id", "ic")
            ):
                return stem + "e" if not stem.endswith(("ng", "eat", "oung")) or stem.endswith("rang") else stem
            return stem
    return form
