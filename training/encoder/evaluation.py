"""An exported model becomes scores on the development parts, read exactly as run time reads articles."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import spacy

from newskb.evals import languagemodel
from newskb.evals.treebanks import rows
from newskb.model import Span
from newskb.nlp.encoder import Encoder
from newskb.nlp.quotemarks import quote_mask, quote_type
from newskb.nlp.reading import EncoderReader
from training.encoder import attributions

Scores = dict[str, float]

_NO_NAMES = frozenset(("CARDINAL", "ORDINAL", "QUANTITY", "MONEY", "PERCENT", "DATE", "TIME"))
"""OntoNotes types that name nothing."""


def evaluate(model: Path, shared: Path) -> Scores:
    """All scores of the model in a folder, in percent."""
    encoder = Encoder(model)
    began = time.process_time()
    scores = {f"{name} {measure}": 100 * value for name, measure, value in languagemodel.measure(model, shared)}
    scores |= linked_names(encoder, shared / "eval/linking/news_fair.jsonl", _script(shared, "score_linking"))
    scores |= founding_names(encoder, shared / "eval/founding/gold.json")
    for name in ("polnear_dev", "gum_dev"):
        scores |= quotes(encoder, shared / f"eval/quotes/{name}.jsonl.gz", _script(shared, "score_quotes"))
    scores["seconds of CPU"] = time.process_time() - began
    scores["size in MB"] = sum(path.stat().st_size for path in model.iterdir()) / 1e6
    return scores


def table(columns: dict[str, Scores]) -> str:
    """Scores of several models side by side, in Markdown."""
    measures = list(dict.fromkeys(name for scores in columns.values() for name in scores))
    lines = ["| measure | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    for measure in measures:
        values = [f"{scores[measure]:.2f}" if measure in scores else "" for scores in columns.values()]
        lines.append(f"| {measure} | " + " | ".join(values) + " |")
    return "\n".join(lines)


# --- names -----------------------------------------------------------------------------------------------------------


def linked_names(encoder: Encoder, path: Path, scorer: ModuleType) -> Scores:
    """F1 of the spans of names in news of other makers."""
    documents = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = {row["id"]: {"entities": list(_entities(encoder, row["text"]))} for row in documents}
    result = scorer.score({row["id"]: row for row in documents}, found)
    return {"news_fair names F1": 100 * result["ner"]["f1"]}


def founding_names(encoder: Encoder, path: Path) -> Scores:
    """Share of the names of the founding article that are found with the right extent."""
    article = json.loads(path.read_text(encoding="utf-8"))
    found = {(item["start"], item["end"]) for item in _entities(encoder, article["text"])}
    wanted = [item for item in article["entities"] if item["mention"] == "name"]
    return {"founding article, names found": 100 * sum((e["start"], e["end"]) in found for e in wanted) / len(wanted)}


def _entities(encoder: Encoder, text: str) -> Iterator[dict[str, Any]]:
    doc = EncoderReader(encoder, with_quotes=False)(spacy.blank("en").make_doc(text))
    for name in doc.ents:
        if name.label_ not in _NO_NAMES:
            # OntoNotes takes "the" into a name ("the ACLU"); these sets, like our mentions, do not.
            first = name[1:] if len(name) > 1 and name[0].lower_ == "the" else name
            yield {"start": first.start_char, "end": name.end_char, "type": name.label_}


# --- quotes ----------------------------------------------------------------------------------------------------------


def quotes(encoder: Encoder, path: Path, scorer: ModuleType) -> Scores:
    """Content, and content with speaker, of what the quote heads alone find."""
    gold = list(rows(path))
    result = scorer.score(gold, [{"id": row["id"], "quotes": list(_quotes(encoder, row["text"]))} for row in gold])
    name = "PolNeAR dev" if path.name.startswith("polnear") else "GUM dev"
    return {
        f"{name} quotes, content IoU F1": 100 * result["content_iou"]["f1"],
        f"{name} quotes, content IoU recall": 100 * result["content_iou"]["r"],
        f"{name} quotes, end to end F1": 100 * result["e2e"]["f1"],
        f"{name} quotes, end to end recall": 100 * result["e2e"]["r"],
    }


def _quotes(encoder: Encoder, text: str) -> Iterator[dict[str, Any]]:
    mask = quote_mask(text)
    paragraphs, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            paragraphs.append((start, start + len(line)))
        start += len(line) + 1
    for window in encoder.quotes(text, paragraphs, mask):
        for item in attributions.quotes(window, text):
            parts = [Span(start=start, end=end) for start, end in item.parts]
            yield {
                "start": parts[0].start,
                "end": parts[-1].end,
                "parts": [list(part) for part in item.parts],
                "type": str(quote_type(text, parts, mask)),
                "speaker": _ends(item.source),
                "cue": _ends(item.cue),
            }


def _ends(span: tuple[int, int] | None) -> dict[str, int] | None:
    return None if span is None else {"start": span[0], "end": span[1]}


def _script(shared: Path, name: str) -> ModuleType:
    """A scorer beside the evaluation sets."""
    spec = importlib.util.spec_from_file_location(name, shared / f"eval/{name}.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(shared / f"eval/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def joined(scores: Iterable[tuple[str, float]]) -> str:
    """One line for a log."""
    return ", ".join(f"{name} {value:.2f}" for name, value in scores)
