"""A format, a subject and filters become one checked question, and the answer a file with its manifest."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from newskb import __version__
from newskb.errors import InputError
from newskb.exports.formats import Format, format_named, subject_of
from newskb.exports.tables import ALL
from newskb.store import filters as filtering
from newskb.store.filters import Filters
from newskb.store.streams import Selection, resource_of

MANIFEST = "datapackage.json"
Params = Mapping[str, Sequence[str]]
Progress = Callable[[int], None]
"""Is told how many pieces (rows, lines) have been written."""

_TOLD_EVERY = 500
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The same bytes for the same data: members of an archive carry the earliest time that a zip knows."""
_COPIED_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be exported."""

    format: Format
    subject: str
    params: Params
    """The filters as asked, and those that hold unless asked."""
    filters: Filters

    @classmethod
    def parse(cls, format: str, *, what: str | None = None, params: Params | None = None) -> Question:
        """The checked question. Raises ``InputError`` and ``UnknownParameterError``, which name the nearest."""
        chosen = format_named(format)
        subject = subject_of(chosen, what)
        given = dict(params or {})
        for name, values in (chosen.unless_asked or {}).items():
            if name not in given and filtering.opposite(name) not in given:
                given[name] = values
        resource = resource_of(subject) if chosen.of_views else subject if subject != ALL else None
        if resource is None and given:
            name = next(iter(given))
            raise InputError(f"'{subject}' takes no filters, so not '{name}'; name what it is to be of")
        return cls(
            format=chosen,
            subject=subject,
            params=given,
            filters=Filters.parse(given, resource or "articles"),
        )

    def name(self) -> str:
        """A name for the file."""
        head = self.subject if self.format.name in self.format.suffix else f"{self.subject}-{self.format.name}"
        return f"newskb-{head}.{self.format.suffix}".replace("_", "-")


def pieces(question: Question, selection: Selection, tally: Counter[str]) -> Iterator[bytes]:
    """The bytes of the export, piece by piece; a format that is built as a file goes through a temporary one."""
    if question.format.write is not None:
        yield from question.format.write(selection, question.subject, tally)
        return
    with tempfile.TemporaryDirectory(prefix="newskb-export-") as folder:
        path = Path(folder) / "export"
        _built(question, selection, path, tally)
        with path.open("rb") as file:
            while piece := file.read(_COPIED_AT_ONCE):
                yield piece


def _built(question: Question, selection: Selection, path: Path, tally: Counter[str]) -> None:
    if question.format.build is None:
        raise TypeError(f"{question.format.name} has nothing that writes it")
    question.format.build(selection, question.subject, path, tally)


def export_file(
    question: Question, selection: Selection, path: Path, *, progress: Progress | None = None
) -> Mapping[str, Any]:
    """Write the export and its manifest, and return that.

    ``path`` is the file, and the manifest goes to ``<file>.datapackage.json``; a folder gets the file under a name of
    its own and ``datapackage.json``; a path that ends in ``.zip`` becomes an archive of both. Either is complete or not
    there: a file that was there before is replaced at the end.
    """
    if path.is_dir():
        target, manifest_path = path / question.name(), path / MANIFEST
    else:
        target, manifest_path = path, path.with_name(f"{path.name}.{MANIFEST}")
    is_zip = path.suffix == ".zip" and not path.is_dir()
    name = question.name() if is_zip else target.name
    tally: Counter[str] = Counter()
    with _beside(target) as temporary:
        if question.format.build is not None:
            _built(question, selection, temporary, tally)
        else:
            _written(temporary, pieces(question, selection, tally), progress)
        manifest = describe(question, selection, name=name, file=temporary, counts=tally)
        if is_zip:
            with _beside(target) as archive:
                _zipped(archive, name, temporary, manifest)
                archive.replace(target)
            return manifest
        _write_manifest(manifest_path, manifest)
        temporary.replace(target)
    return manifest


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A name for a file that does not exist yet, in the folder of ``target``; what is left of it is removed."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.absolute().parent)
    os.close(handle)
    temporary = Path(name)
    temporary.unlink()  # SQLite and DuckDB make their files themselves
    try:
        yield temporary
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _written(path: Path, parts: Iterator[bytes], progress: Progress | None) -> None:
    with path.open("wb") as file:
        number = 0
        for number, part in enumerate(parts, 1):
            file.write(part)
            if progress and number % _TOLD_EVERY == 0:
                progress(number)
        if progress:
            progress(number)


def _zipped(archive: Path, name: str, file: Path, manifest: Mapping[str, Any]) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zipped:
        member = zipfile.ZipInfo(name, _ZIP_TIME)
        member.compress_type = zipfile.ZIP_DEFLATED
        with file.open("rb") as source, zipped.open(member, "w", force_zip64=True) as target:
            while piece := source.read(_COPIED_AT_ONCE):
                target.write(piece)
        zipped.writestr(zipfile.ZipInfo(MANIFEST, _ZIP_TIME), manifest_bytes(manifest), zipfile.ZIP_DEFLATED)


def _write_manifest(path: Path, manifest: Mapping[str, Any]) -> None:
    with _beside(path) as temporary:
        temporary.write_bytes(manifest_bytes(manifest))
        temporary.replace(path)


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as a file."""
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def describe(
    question: Question, selection: Selection, *, name: str, file: Path, counts: Mapping[str, int]
) -> Mapping[str, Any]:
    """A Frictionless data package: what was asked, how much there is, what made it, and the checksum of the file."""
    format = question.format
    with file.open("rb") as content:
        checksum = hashlib.file_digest(content, "sha256").hexdigest()
    resource: dict[str, Any] = {
        "name": question.name().removesuffix(f".{format.suffix}"),
        "path": name,
        "title": format.holds,
        "format": format.suffix.rpartition(".")[2].lower(),
        "mediatype": format.media_type,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{checksum}",
    }
    if not format.media_type.startswith("application/vnd"):
        resource["encoding"] = "utf-8"
    if format.dialect:
        resource["dialect"] = dict(format.dialect)
    if format.fields:
        resource["profile"] = "tabular-data-resource"
        resource["schema"] = {"fields": list(format.fields(question.subject)), "missingValues": [""]}
    return {
        "name": resource["name"],
        "title": f"newskb export: {format.name} of {question.subject}",
        "profile": "data-package",
        "query": {
            "format": format.name,
            "what": question.subject,
            "filters": {name: list(values) for name, values in sorted(question.params.items())},
        },
        "counts": dict(sorted(counts.items())) or {"rows": 0},
        "versions": {"newskb": __version__, **selection.versions()},
        "resources": [resource],
    }
