"""Files become batches of articles and facts; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from newskb.ingest.clean import Cleaner
from newskb.ingest.files import Limits, walk
from newskb.ingest.readers import AUTO, read
from newskb.jobs.actorfile import actors_path
from newskb.jobs.executors import Run, extract_runs
from newskb.link.authority import Authority
from newskb.link.linker import Linker
from newskb.link.register import Register
from newskb.model import Article, Batch, RawDocument, Skipped
from newskb.nlp.pipeline import Annotator
from newskb.pipeline import Extractor
from newskb.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractorOptions:
    """All that decides how raw documents are read; plain values, so that a worker process can be told."""

    source: str | None
    """Outlet of the articles that name none."""
    day_first: bool | None
    today: str
    """The day of the import: later dates are noted as future."""
    max_text_chars: int
    model: Path | None
    threads: int
    actors: Path | None = None
    """The look-up file of imported actors, if there are any."""


def extractor_options(settings: Settings, *, source: str | None = None) -> ExtractorOptions:
    """The options that ``settings`` stand for, today."""
    actors = actors_path(settings)
    return ExtractorOptions(
        source=source,
        day_first=settings.day_first,
        today=datetime.now(UTC).date().isoformat(),
        max_text_chars=settings.max_text_chars,
        model=settings.model,
        threads=settings.threads,
        actors=actors if actors.is_file() else None,
    )


def make_extractor(options: ExtractorOptions) -> Extractor:
    """The extractor of these options; loads the language model and the authority file, which takes about a second."""
    return Extractor(
        cleaner=Cleaner(
            source=options.source,
            day_first=options.day_first,
            today=options.today,
            max_text_chars=options.max_text_chars,
        ),
        annotator=Annotator(model=options.model, threads=options.threads),
        linker=Linker(authority(options.actors)),
    )


def authority(actors: Path | None) -> Authority:
    """The authority file, with the imported actors of a look-up file."""
    return Authority.load(register=None if actors is None else Register(actors))


def reading_limits(settings: Settings) -> Limits:
    """What one input file may ask of memory and time."""
    return Limits(
        max_unpacked_bytes=settings.max_unpacked_bytes,
        max_ratio=settings.max_ratio,
        max_record_bytes=settings.max_record_bytes,
        max_members=settings.max_members,
        max_text_chars=settings.max_text_chars,
    )


def extract_paths(
    paths: Iterable[str | Path], *, settings: Settings, source: str | None = None, format: str = AUTO
) -> Iterator[Batch]:
    """The articles in files and folders with their facts, in order; what could not be read is in the batches too."""
    raws = read_paths(paths, limits=reading_limits(settings), format=format)
    options = extractor_options(settings, source=source)
    runs = _runs(raws, settings.batch_size)
    return extract_runs(runs, partial(make_extractor, options), workers=settings.workers)


def read_articles(
    paths: Iterable[str | Path], *, limits: Limits, source: str | None = None, format: str = AUTO
) -> Iterator[Article]:
    """The articles in files and folders without their facts; what could not be read is left out."""
    cleaner = Cleaner(source=source, max_text_chars=limits.max_text_chars)
    for raw in read_paths(paths, limits=limits, format=format):
        if isinstance(raw, RawDocument):
            article = cleaner.clean(raw)
            if isinstance(article, Article):
                yield article


def read_paths(paths: Iterable[str | Path], *, limits: Limits, format: str = AUTO) -> Iterator[RawDocument | Skipped]:
    """All that the files hold, in an order that never changes."""
    for path in walk(paths):
        if isinstance(path, Skipped):
            yield path
        else:
            yield from read(path, format=format, limits=limits)


def _runs(raws: Iterable[RawDocument | Skipped], size: int) -> Iterator[Run]:
    run: list[RawDocument | Skipped] = []
    for raw in raws:
        run.append(raw)
        if len(run) == size:
            yield run
            run = []
    if run:
        yield run
