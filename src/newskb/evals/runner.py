"""Evaluation sets become scores: every text goes the whole way, and the sets' own scorers read what comes out."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from newskb.errors import SetupError
from newskb.evals import claims, coreference, eventpairs, eventreliability, founding, languagemodel
from newskb.jobs.exports import export_lines
from newskb.jobs.extraction import extract_paths
from newskb.jobs.imports import run_import
from newskb.nlp.encoder import SHIPPED
from newskb.notation import record
from newskb.settings import Settings

FOUNDING = "founding article"
MODEL = "model"
"""The layer of the language model's own figures; they come from the shipped encoder alone."""
CLAIMS = "claims"
"""The layer whose articles and gold travel with the package, so that it needs no folder of sets."""
OWN_ARTICLES = "own articles"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSet:
    """One gold file, its scorer, and the figures that are read from the scorer's answer."""

    name: str
    layer: str
    gold: str
    """Path below ``eval/``; the texts stand in it too, unless ``texts`` says otherwise."""
    scorer: str
    args: tuple[str, ...]
    measures: Mapping[str, str]
    """Label to dotted path in the scorer's JSON."""
    gate: bool
    """Part of ``newskb eval --gate`` (the others are slower or say less)."""
    by_type: bool = False
    """Whether precision and recall of each event type are told, too."""
    calibrates: bool = False
    """Whether the gold says how often events of some confidence are right."""
    texts: str | None = None
    export: str | None = None
    """For sets over several articles: the export that is scored after an import."""
    given: str | None = None
    """Type of the mentions whose spans are given with the text, so that only their chains are asked for."""
    genre: str | None = None
    """The only genre of texts that is scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One figure, between 0 and 1 for scores and a count for the founding article."""

    layer: str
    set: str
    measure: str
    value: float
    of: int | None = None
    failures: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What the gate calls it."""
        return f"{self.layer}/{self.set}/{self.measure}"

    @property
    def shown(self) -> str:
        """As printed: ``.812``, or ``10 of 12`` for counts."""
        return f"{self.value:.0f} of {self.of}" if self.of is not None else f"{self.value:.3f}".lstrip("0") or "0"


def evaluation_sets() -> list[EvaluationSet]:
    """Every set that this version knows how to score."""
    rows = json.loads(files("newskb.evals").joinpath("sets.json").read_text(encoding="utf-8"))["sets"]
    return [EvaluationSet(**{**row, "args": tuple(row["args"])}) for row in rows]


def evaluate(
    shared: Path,
    *,
    settings: Settings,
    layers: Sequence[str] = (),
    gate: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Iterator[Score]:
    """Score the sets below ``shared/eval``, the wanted layers only, and yield each figure as soon as it is known.

    Raises ``SetupError`` when the folder has no evaluation sets.
    """
    if not layers or CLAIMS in layers:
        report("claims: articles of our own")
        yield from _claims(settings)
    if layers and set(layers) <= {CLAIMS}:
        return
    folder = shared / "eval"
    if not folder.is_dir():
        raise SetupError(f"no evaluation sets at {folder}; give the folder that holds eval/ with --shared")
    if not layers or "founding" in layers:
        report(FOUNDING)
        yield from _founding(folder, settings)
    if not layers or MODEL in layers:
        report("the language model")
        for name, measure, value in languagemodel.measure(SHIPPED, shared):
            yield Score(layer=MODEL, set=name, measure=measure, value=value)
    predictions: dict[tuple[str, str | None], Path] = {}
    judged: list[tuple[float, bool]] = []
    with tempfile.TemporaryDirectory(prefix="newskb-eval-") as temporary:
        items = [item for item in evaluation_sets() if (not layers or item.layer in layers) and (item.gate or not gate)]
        last = next((item for item in reversed(items) if item.calibrates), None)
        for item in items:
            report(f"{item.layer}: {item.name}")
            read = item.gold, item.given
            if read not in predictions:
                target = Path(temporary) / f"{len(predictions)}.jsonl"
                _predict(item, folder, target, settings)
                predictions[read] = target
            yield from _scored(item, folder, predictions[read])
            if item.calibrates:
                judged += eventreliability.judged(_gold_rows(folder / item.gold), _gold_rows(predictions[read]))
            if not gate and item == last:
                yield from _reliability(judged)


def data_hash(shared: Path, item: EvaluationSet) -> str:
    """SHA-256 of the set's gold file, so that a floor is never compared with other data."""
    return hashlib.sha256((shared / "eval" / item.gold).read_bytes()).hexdigest()


def _founding(folder: Path, settings: Settings) -> Iterator[Score]:
    gold = json.loads((folder / "founding" / "gold.json").read_text(encoding="utf-8"))
    [found] = _records(folder / "founding" / "gold.jsonl", settings)
    for count in founding.score(gold, found):
        yield Score(
            layer="founding",
            set=FOUNDING,
            measure=count.measure,
            value=count.right,
            of=count.of,
            failures=count.failures,
        )


def _claims(settings: Settings) -> Iterator[Score]:
    pages = claims.cases()
    with tempfile.TemporaryDirectory(prefix="newskb-eval-") as temporary:
        texts = Path(temporary) / "claims.jsonl"
        texts.write_bytes(b"".join(orjson.dumps({"text": page.text}) + b"\n" for page in pages))
        found = claims.score(pages, list(_records(texts, settings)))
    for number, (measure, value) in enumerate(found.figures.items()):
        failures = found.failures if number == len(found.figures) - 1 else ()
        yield Score(layer=CLAIMS, set=OWN_ARTICLES, measure=measure, value=value, failures=failures)


def _records(path: Path, settings: Settings) -> Iterator[dict[str, Any]]:
    for batch in extract_paths([path], settings=settings, format="jsonl"):
        for article, facts in zip(batch.articles, batch.facts, strict=True):
            yield record(article, facts)


def _predict(item: EvaluationSet, folder: Path, target: Path, settings: Settings) -> None:
    texts = folder / (item.texts or item.gold)
    with target.open("wb") as out:
        if item.given:
            rows: Iterable[dict[str, Any]] = coreference.over_given(_gold_rows(texts), item.given)
        else:
            rows = _merged(item.export, texts, settings) if item.export else _records(texts, settings)
        for row in rows:
            out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


def _gold_rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            yield orjson.loads(line)


def _merged(export: str, texts: Path, settings: Settings) -> Iterable[dict[str, Any]]:
    """The rows of an export after a real import of ``texts`` into a database of its own."""
    with tempfile.TemporaryDirectory(prefix="newskb-eval-") as temporary:
        url = f"sqlite:///{temporary}/eval.db"
        settings = settings.model_copy(update={"database_url": url})
        run_import([str(texts)], settings=settings, format="jsonl")
        rows = [orjson.loads(line) for line in export_lines(export, settings=settings, format="jsonl")]
    if export != "event-mentions":
        return rows
    by_article: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_article.setdefault(row.pop("id"), []).append(row)
    return [{"id": key, "mentions": mentions} for key, mentions in by_article.items()]


def _scored(item: EvaluationSet, folder: Path, predictions: Path) -> Iterator[Score]:
    gold = folder / item.gold
    if item.genre:
        gold = predictions.with_suffix(f".{item.genre}.jsonl")
        rows = (row for row in _gold_rows(folder / item.gold) if row["genre"] == item.genre)
        gold.write_bytes(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))
    command = [sys.executable, str(folder / item.scorer), str(gold), str(predictions), *item.args]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(f"{item.scorer} failed on {item.name}: {done.stderr.strip()[-400:]}")
    answer = json.loads(done.stdout)
    for label, path in item.measures.items():
        value: Any = answer
        for step in path.split("."):
            value = value[step]
        yield Score(layer=item.layer, set=item.name, measure=label, value=float(value or 0.0))
    if item.by_type:
        for name, found in answer["per_type"].items():
            for label, value in (("P", found["p"]), ("R", found["r"])):
                yield Score(layer=item.layer, set=f"{item.name} by type", measure=f"{name} {label}", value=value)
    if item.layer == "event_coref":
        pairs = eventpairs.score(
            eventpairs.chains(_gold_rows(gold), gold=True), eventpairs.chains(_gold_rows(predictions))
        )
        for label, value in (("P", pairs.precision), ("R", pairs.recall), ("F1", pairs.f1)):
            yield Score(layer=item.layer, set=item.name, measure=f"pairs of shared mentions {label}", value=value)


def _reliability(rows: Sequence[tuple[float, bool]]) -> Iterator[Score]:
    """What the confidence of events is worth, on the half of the sets that it was not fitted on."""
    lines = eventreliability.table(rows)
    figures = {f"right from {line.low:.1f} to {line.high:.1f} ({line.rows} rows)": line.right for line in lines}
    figures[f"calibration error ({len(rows)} rows)"] = eventreliability.error(lines)
    for measure, value in figures.items():
        yield Score(layer="events", set=eventreliability.SET, measure=measure, value=value)
