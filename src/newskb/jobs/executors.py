"""Runs of documents become batches of facts, in this process or in worker processes that each own an extractor.

Every executor is a function from an iterator of runs to an iterator of batches in the same order; one that hands the
runs to a distributed engine fits in beside the two here, since runs can be pickled and batches travel as JSON.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

import msgspec

from newskb.model import Article, Batch, Skipped
from newskb.pipeline import Extractor, Found, extract, unread

log = logging.getLogger(__name__)

Run = Sequence[Found]
MakeExtractor = Callable[[], Extractor]
"""Makes the extractor of a process; must be picklable (a function of a module, or a ``functools.partial`` of one)."""

RUNS_PER_WORKER = 2
"""Runs handed out ahead for each worker: one in work and one waiting keeps all of them busy and bounds the memory."""

TRIES = 2
"""How often a run may take its worker with it before it is taken apart: the first death may be another's fault."""

FAILURE = "failure"
WORKER_DIED = "worker-died"


def extract_runs(runs: Iterable[Run], make_extractor: MakeExtractor, *, workers: int = 1) -> Iterator[Batch]:
    """The batch of each run, in the order of ``runs``; the same whatever the number of workers."""
    if workers == 1:
        return _inline(runs, make_extractor)
    return _pooled(runs, make_extractor, workers)


def _inline(runs: Iterable[Run], make_extractor: MakeExtractor) -> Iterator[Batch]:
    extractor: Extractor | None = None
    for run in runs:
        # Made when it is needed: an import that finds nothing new loads no model.
        extractor = extractor or make_extractor()
        yield extract_safely(run, extractor)


def extract_safely(run: Run, extractor: Extractor) -> Batch:
    """``extract``, of which a document that breaks the program costs itself and not its neighbours.

    A broken document is kept unread if it can be made an article, and reported in any case.
    """
    try:
        return extract(run, extractor)
    except Exception as error:  # the border of a batch: one article must not end an import of a million
        if len(run) > 1:
            return _joined(extract_safely([found], extractor) for found in run)
        log.exception("a document could not be read", extra={"origin": str(run[0].origin)})
        return _broken(run[0], extractor, FAILURE, f"{type(error).__name__}: {error}; please report it")


def _broken(found: Found, extractor: Extractor | None, reason: str, detail: str) -> Batch:
    skipped = Skipped(origin=found.origin, stage="annotate", reason=reason, detail=detail)
    if extractor is None or isinstance(found, Skipped):
        return Batch(articles=(), facts=(), skipped=(skipped,))
    try:
        article = found if isinstance(found, Article) else extractor.cleaner.clean(found)
    except Exception:  # as above; its cause was logged there
        return Batch(articles=(), facts=(), skipped=(skipped,))
    if isinstance(article, Skipped):
        return Batch(articles=(), facts=(), skipped=(article,))
    return Batch(articles=(article,), facts=(unread(article, extractor, reason),), skipped=(skipped,))


def _joined(batches: Iterable[Batch]) -> Batch:
    parts = list(batches)
    return Batch(
        articles=tuple(article for part in parts for article in part.articles),
        facts=tuple(facts for part in parts for facts in part.facts),
        skipped=tuple(skipped for part in parts for skipped in part.skipped),
    )


# --- worker processes ------------------------------------------------------------------------------------------------


def _pooled(runs: Iterable[Run], make_extractor: MakeExtractor, workers: int) -> Iterator[Batch]:
    pool = _Pool(make_extractor, workers)
    waiting: deque[tuple[Run, Future[bytes]]] = deque()
    try:
        for run in runs:
            waiting.append((run, pool.submit(run)))
            if len(waiting) >= workers * RUNS_PER_WORKER:
                yield from _first(waiting, pool)
        while waiting:
            yield from _first(waiting, pool)
    finally:
        pool.close()


def _first(waiting: deque[tuple[Run, Future[bytes]]], pool: _Pool) -> Iterator[Batch]:
    """The batch of the first run; when a worker died, of all that were handed out, read one at a time."""
    try:
        batch = _decoded(waiting[0][1].result())
    except BrokenProcessPool:
        log.warning("a worker process died; its runs are read again", extra={"runs": len(waiting)})
        again = [run for run, _ in waiting]
        waiting.clear()
        pool.restart()
        for run in again:
            yield _alone(run, pool)
    else:
        waiting.popleft()
        yield batch


def _alone(run: Run, pool: _Pool) -> Batch:
    """The batch of a run that nothing else is read beside, so that a dead worker is its own doing."""
    for _ in range(TRIES):
        try:
            return _decoded(pool.submit(run).result())
        except BrokenProcessPool:
            pool.restart()
    if len(run) > 1:
        return _joined(_alone([found], pool) for found in run)
    log.error("a document kills its worker and is left out", extra={"origin": str(run[0].origin)})
    return _broken(run[0], None, WORKER_DIED, f"reading it killed the worker process {TRIES} times; please report it")


class _Pool:
    """A process pool that can be made anew when it breaks."""

    def __init__(self, make_extractor: MakeExtractor, workers: int) -> None:
        self._make_extractor = make_extractor
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, run: Run) -> Future[bytes]:
        """Hand a run to a worker; a pool that is found broken breaks the run."""
        try:
            return self._running().submit(_work, run)
        except BrokenProcessPool:
            failed: Future[bytes] = Future()
            failed.set_exception(BrokenProcessPool("a worker died before this run was handed out"))
            return failed

    def restart(self) -> None:
        """Let go of the broken pool; the next run starts a new one."""
        self.close()

    def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._workers,
                # A forked child would inherit the parent's threads' locks (onnxruntime, logging) in any state.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_start_worker,
                initargs=(self._make_extractor,),
            )
        return self._pool


_extractor: Extractor | Exception | None = None
"""The extractor of this worker process, or why it could not be made."""


def _start_worker(make_extractor: MakeExtractor) -> None:
    global _extractor
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends the workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _extractor = make_extractor()
    except Exception as error:  # raised with the first run: an initializer that raises looks like a dead worker
        _extractor = error


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for its next run for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(run: Run) -> bytes:
    if isinstance(_extractor, Extractor):
        return msgspec.json.encode(extract_safely(run, _extractor))
    raise _extractor or RuntimeError("a run was given to a process that is no worker")


def _decoded(data: bytes) -> Batch:
    return msgspec.json.decode(data, type=Batch)
