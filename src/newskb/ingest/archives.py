"""A file becomes the streams inside it: decompressed, and one for each member of a zip or tar. Nothing is written."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO

from newskb.ingest.files import Limits, shown
from newskb.ingest.streams import CHUNK, Budget, Halt, Stream, packing, unpacked
from newskb.model import Notice, Origin, Skipped

_TAR_BLOCK = 512
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
# Word, Excel and OpenDocument files and e-books are zips with a member of one of these names.
_OFFICE_MEMBERS = frozenset(("[Content_Types].xml", "mimetype"))
# Everything that zipfile is known to raise on bytes that only look like a zip.
_ZIP_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
)
_TAR_DAMAGE = (tarfile.TarError, OSError, EOFError, ValueError, LookupError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One readable stream of a file."""

    name: str | None
    """Name inside the archive, made safe; None for the file itself."""
    stream: Stream
    notices: tuple[Notice, ...] = ()


def members(file: BinaryIO, *, path: str, limits: Limits, size: int | None) -> Iterator[Member | Skipped]:
    """The streams in ``file``; each must be read before the next is asked for. ``size`` None = a pipe."""
    budget = Budget(limits)
    return _Opener(path, limits, budget).open(Stream(_counted(file, budget)), file if size is not None else None)


def safe_name(name: str) -> str:
    """A member's name without anything that points outside the archive, escaped for display.

    >>> safe_name("../../etc/passwd")
    'etc/passwd'
    """
    parts = name.replace("\\", "/").split("/")
    kept = [part for part in parts if part not in ("", ".", "..") and not (len(part) == 2 and part[1] == ":")]
    return shown("/".join(kept)) or "unnamed"


def _counted(file: BinaryIO, budget: Budget) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        budget.packed += len(chunk)
        yield chunk


class _Opener:
    """Opens layer after layer of one file."""

    def __init__(self, path: str, limits: Limits, budget: Budget) -> None:
        self._path = path
        self._limits = limits
        self._budget = budget

    def open(self, stream: Stream, file: BinaryIO | None) -> Iterator[Member | Skipped]:
        """``file`` is the seekable file that ``stream`` reads, if there is one."""
        return self._open(Member(name=None, stream=stream), 0, file)

    def _open(self, member: Member, layer: int, file: BinaryIO | None) -> Iterator[Member | Skipped]:
        head = member.stream.peek(_TAR_BLOCK)
        packed = packing(head)
        is_zip = head.startswith(_ZIP_STARTS)
        if packed is None and not is_zip and not _is_tar(head):
            yield member
        elif layer >= self._limits.max_layers:
            yield self._skipped(member.name, "nested-too-deep", f"more than {layer} packings inside one another")
        elif packed is not None:
            inner = Member(
                name=member.name, stream=unpacked(member.stream, packed, self._budget), notices=member.notices
            )
            yield from self._open(inner, layer + 1, None)
        elif is_zip:
            yield from self._zip(member, layer + 1, file)
        else:
            yield from self._tar(member, layer + 1)

    def _zip(self, outer: Member, layer: int, file: BinaryIO | None) -> Iterator[Member | Skipped]:
        if file is None:
            data = outer.stream.read_all(self._limits.max_held_bytes)
            if data is None:
                detail = f"a zip from a pipe or inside another archive may have {self._limits.max_held_bytes:,} bytes"
                yield self._skipped(outer.name, "too-large", detail)
                return
            file = io.BytesIO(data)
        self._budget.packed = max(self._budget.packed, file.seek(0, io.SEEK_END))
        try:
            with zipfile.ZipFile(file) as archive:
                yield from self._zip_members(archive, outer, layer)
        except _ZIP_DAMAGE as error:
            yield self._skipped(outer.name, "damaged", f"the zip cannot be read: {error}")

    def _zip_members(self, archive: zipfile.ZipFile, outer: Member, layer: int) -> Iterator[Member | Skipped]:
        infos = archive.infolist()
        if not infos:
            yield self._skipped(outer.name, "empty", "the zip has no files in it")
        elif any(info.filename in _OFFICE_MEMBERS for info in infos):
            yield self._skipped(
                outer.name, "unsupported-format", "this is an office document or e-book; export its text"
            )
            return
        for number, info in enumerate(infos):
            if number >= self._limits.max_members:
                yield self._skipped(outer.name, "too-many-members", f"only the first {number:,} files are read")
                return
            if self._budget.is_spent:
                yield self._skipped(outer.name, "bomb", f"the archive is past its limits; {number} files were read")
                return
            if not info.is_dir():
                yield from self._zip_member(archive, info, outer, layer)

    def _zip_member(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, outer: Member, layer: int
    ) -> Iterator[Member | Skipped]:
        name, notices = self._named(outer, info.filename)
        file_type = stat.S_IFMT(info.external_attr >> 16)
        if file_type not in (0, stat.S_IFREG):
            yield self._skipped(name, "link", "links and devices in archives are not followed")
            return
        budget = Budget(self._limits, packed=info.compress_size, parent=self._budget)
        try:
            with archive.open(info) as file:
                # The size that the archive states is checked before anything is unpacked; it may lie, so the
                # stream counts as well.
                Budget(self._limits, packed=info.compress_size).unpack(info.file_size)
                stream = Stream(_zip_chunks(file, budget))
                yield from self._open(Member(name=name, stream=stream, notices=notices), layer, None)
        except Halt as halt:
            yield self._skipped(name, halt.reason, halt.detail)
        except _ZIP_DAMAGE as error:
            reason = "encrypted" if info.flag_bits & 1 else "damaged"
            yield self._skipped(name, reason, f"the file in the zip cannot be read: {error}")

    def _tar(self, outer: Member, layer: int) -> Iterator[Member | Skipped]:
        number = 0
        try:
            with tarfile.open(fileobj=_TarSource(outer.stream), mode="r|", errorlevel=1) as archive:  # type: ignore[call-overload]
                for info in archive:
                    archive.members = []  # or tarfile would remember millions of them
                    number += 1
                    if number > self._limits.max_members:
                        detail = f"only the first {self._limits.max_members:,} files are read"
                        yield self._skipped(outer.name, "too-many-members", detail)
                        return
                    if not info.isdir():
                        yield from self._tar_member(archive, info, outer, layer)
        except _TAR_DAMAGE as error:
            yield self._skipped(outer.name, "damaged", f"the tar cannot be read on after {number} files: {error}")

    def _tar_member(
        self, archive: tarfile.TarFile, info: tarfile.TarInfo, outer: Member, layer: int
    ) -> Iterator[Member | Skipped]:
        name, notices = self._named(outer, info.name)
        if not info.isreg() or info.issparse():
            kind = "link" if info.issym() or info.islnk() else "not-a-file"
            yield self._skipped(name, kind, "only regular files in archives are read, no links, devices or pipes")
            return
        file = archive.extractfile(info)
        if file is not None:
            stream = Stream(_tar_chunks(file))
            yield from self._open(Member(name=name, stream=stream, notices=notices), layer, None)

    def _named(self, outer: Member, name: str) -> tuple[str, tuple[Notice, ...]]:
        safe = safe_name(name)
        notices = outer.notices
        if safe != name.removeprefix("./"):
            detail = f"the archive calls it {shown(name)!r}; it is kept as {safe!r}"
            notices = (*notices, Notice(reason="unsafe-name", detail=detail))
        return (safe if outer.name is None else f"{outer.name}/{safe}"), notices

    def _skipped(self, member: str | None, reason: str, detail: str) -> Skipped:
        return Skipped(origin=Origin(path=self._path, member=member), stage="read", reason=reason, detail=detail)


class _TarSource:
    """What tarfile reads from: a stream whose every answer is as long as asked for, but at the end."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        pieces: list[bytes] = []
        while size > 0 and (chunk := self._stream.read(size)):
            pieces.append(chunk)
            size -= len(chunk)
        return b"".join(pieces)


def _zip_chunks(file: IO[bytes], budget: Budget) -> Iterator[bytes]:
    while True:
        try:
            chunk = file.read(CHUNK)
        except _ZIP_DAMAGE as error:
            raise Halt("damaged", f"the file in the zip is damaged ({error}); what comes before is kept") from error
        if not chunk:
            return
        budget.unpack(len(chunk))
        yield chunk


def _tar_chunks(file: IO[bytes]) -> Iterator[bytes]:
    while True:
        try:
            chunk = file.read(CHUNK)
        except _TAR_DAMAGE as error:
            raise Halt("truncated", f"the tar breaks off inside this file ({error})") from error
        if not chunk:
            return
        yield chunk


def _is_tar(head: bytes) -> bool:
    """Whether ``head`` is a tar header: its checksum field is the sum of its bytes, that field counted as blanks."""
    if len(head) < _TAR_BLOCK:
        return False
    try:
        stated = int(head[148:156].strip(b" \x00") or b"x", 8)
    except ValueError:
        return False
    return stated == sum(head[:148]) + sum(head[156:_TAR_BLOCK]) + 8 * ord(" ")
