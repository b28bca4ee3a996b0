import os
import signal
from functools import partial
from pathlib import Path

import pytest

from newskb.errors import SetupError
from newskb.ingest.clean import Cleaner
from newskb.jobs.executors import FAILURE, WORKER_DIED, extract_runs
from newskb.model import Origin, RawDocument, Skipped
from newskb.pipeline import Extractor
from tests.jobs.light_extractor import LightAnnotator, LightLinker, make_light


def raw(number, words="Ada Brook met Ben Carver."):
    fields = {"date": "2024-03-05", "source": "Amber Post", "id": str(number)}
    return RawDocument(
        origin=Origin(path="x.jsonl", record=number), format="jsonl", body=f"{words} Number {number}. ", fields=fields
    )


class FatalAnnotator(LightAnnotator):
    """Kills its process, or fails, at texts that say so."""

    def __init__(self, once: Path | None = None) -> None:
        super().__init__()
        self._once = once

    def annotate(self, articles):
        for article in articles:
            if "KILL" in article.text and (self._once is None or not self._once.exists()):
                if self._once is not None:
                    self._once.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            if "FAIL" in article.text:
                raise ValueError("no")
        return super().annotate(articles)


def make_fatal(once: Path | None = None) -> Extractor:
    return Extractor(Cleaner(), FatalAnnotator(once), LightLinker())


def make_nothing() -> Extractor:
    raise SetupError("there is no model")


def runs_of(documents, size=3):
    return [documents[start : start + size] for start in range(0, len(documents), size)]


def test_batches_come_in_the_order_of_runs_whatever_the_number_of_workers():
    runs = runs_of([raw(number) for number in range(20)])
    alone = list(extract_runs(runs, make_light))
    assert [a.external_id for batch in alone for a in batch.articles] == [str(number) for number in range(20)]
    assert list(extract_runs(runs, make_light, workers=2)) == alone


def test_what_was_skipped_before_passes_through():
    skipped = Skipped(origin=Origin(path="x"), stage="read", reason="bad-json", detail="line 3")
    (batch,) = extract_runs([[raw(1), skipped]], make_light)
    assert batch.skipped == (skipped,)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_document_that_fails_is_stored_unread_and_its_neighbours_are_read(workers):
    documents = [raw(1), raw(2, "FAIL"), raw(3)]
    (batch,) = extract_runs([documents], make_fatal, workers=workers)
    assert [facts.not_analysed for facts in batch.facts] == [None, FAILURE, None]
    assert [(s.origin.record, s.reason) for s in batch.skipped] == [(2, FAILURE)]


def test_a_killed_worker_costs_nothing(tmp_path):
    documents = [raw(number, "KILL" if number == 7 else "Ada Brook met Ben Carver.") for number in range(15)]
    expected = list(extract_runs(runs_of(documents), make_light))
    make = partial(make_fatal, tmp_path / "killed")
    assert list(extract_runs(runs_of(documents), make, workers=2)) == expected
    assert (tmp_path / "killed").exists()


def test_a_document_that_kills_every_worker_is_left_out_and_reported():
    documents = [raw(number, "KILL" if number == 4 else "Ada Brook met Ben Carver.") for number in range(9)]
    batches = list(extract_runs(runs_of(documents), make_fatal, workers=2))
    assert [a.external_id for batch in batches for a in batch.articles] == [str(n) for n in range(9) if n != 4]
    assert [(s.origin.record, s.reason) for batch in batches for s in batch.skipped] == [(4, WORKER_DIED)]


def test_a_worker_that_cannot_start_says_why():
    with pytest.raises(SetupError, match="no model"):
        list(extract_runs([[raw(1)]], make_nothing, workers=2))


def test_an_extractor_is_only_made_when_there_is_something_to_read():
    assert list(extract_runs([], make_nothing)) == []
    assert list(extract_runs([], make_nothing, workers=2)) == []
