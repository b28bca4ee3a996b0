from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from newskb.ingest.archives import safe_name
from newskb.ingest.files import DEFAULT_LIMITS, Limits
from newskb.ingest.readers import read
from newskb.model import RawDocument, Skipped

ARTICLE = b"date 2021-03-07 Ministers of both countries met in the capital.\n"


def documents(path: Path, limits: Limits = DEFAULT_LIMITS) -> list[RawDocument]:
    return [item for item in read(path, limits=limits) if isinstance(item, RawDocument)]


def reasons(path: Path, limits: Limits = DEFAULT_LIMITS) -> list[str]:
    return [item.reason for item in read(path, limits=limits) if isinstance(item, Skipped)]


def zipped(path: Path, files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, files: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_file_of_a_zip_is_read(tmp_path: Path, compression: int) -> None:
    path = zipped(tmp_path / "a.zip", {"x/1.txt": ARTICLE, "x/2.txt": ARTICLE}, compression)
    assert [item.origin.member for item in documents(path)] == ["x/1.txt", "x/2.txt"]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_every_file_of_a_tar_is_read_however_it_is_packed(tmp_path: Path, mode: str) -> None:
    path = tarred(tmp_path / "dump", {"x/1.txt": ARTICLE, "x/2.txt": ARTICLE}, mode)
    assert [item.origin.member for item in documents(path)] == ["x/1.txt", "x/2.txt"]


def test_a_packed_file_in_an_archive_is_read(tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.tar.gz", {"in.txt.gz": gzip.compress(ARTICLE)}, "w:gz")
    assert [item.body for item in documents(path)] == [ARTICLE.decode().strip()]


def test_a_zip_in_a_tar_names_both(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"b.txt": ARTICLE}).read_bytes()
    assert [item.origin.member for item in documents(tarred(tmp_path / "a.tar", {"in.zip": inner}))] == ["in.zip/b.txt"]


def test_packings_without_end_are_given_up(tmp_path: Path) -> None:
    data = ARTICLE
    for _ in range(6):
        data = gzip.compress(data)
    (tmp_path / "a.gz").write_bytes(data)
    assert reasons(tmp_path / "a.gz") == ["nested-too-deep"]


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "/tmp/evil.txt", "C:\\evil.txt", "..\\..\\evil.txt", "ok/../../evil.txt"]
)
def test_a_name_that_points_outside_is_made_safe_and_noted(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (item,) = documents(zipped(folder / "a.zip", {name: ARTICLE}))
    assert item.origin.member is not None
    assert ".." not in item.origin.member
    assert not item.origin.member.startswith(("/", "C:"))
    assert [notice.reason for notice in item.notices] == ["unsafe-name"]
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["a.zip"]


def test_names_are_escaped_for_display() -> None:
    assert safe_name("new\nline\u202e.txt") == "new\\nline\\u202e.txt"
    assert safe_name("..") == "unnamed"


def test_links_devices_and_pipes_in_a_tar_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind in (
            *(("link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("pipe", tarfile.FIFOTYPE)),
            *(("char", tarfile.CHRTYPE), ("block", tarfile.BLKTYPE), ("folder", tarfile.DIRTYPE)),
        ):
            info = tarfile.TarInfo(name)
            info.type = kind
            info.linkname = "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("a.txt")
        info.size = len(ARTICLE)
        archive.addfile(info, io.BytesIO(ARTICLE))
    assert reasons(path) == ["link", "link", "not-a-file", "not-a-file", "not-a-file"]
    assert len(documents(path)) == 1


def test_a_link_in_a_zip_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert reasons(path) == ["link"]


def test_a_bomb_in_a_zip_is_named_and_the_other_files_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"1.txt": ARTICLE, "bomb.txt": bytes(40 << 20), "2.txt": ARTICLE})
    limits = Limits(ratio_grace_bytes=1 << 20)
    (bomb,) = [item for item in read(path, limits=limits) if isinstance(item, Skipped)]
    assert (bomb.reason, bomb.origin.member) == ("bomb", "bomb.txt")
    assert [item.origin.member for item in documents(path, limits)] == ["1.txt", "2.txt"]


def test_many_small_bombs_are_stopped_by_what_they_make_together(tmp_path: Path) -> None:
    letters = b"date 2021-03-07 " + b"a " * (400 << 10)
    path = zipped(tmp_path / "a.zip", {f"{i}.txt": letters for i in range(60)})
    limits = Limits(ratio_grace_bytes=1 << 20, max_ratio=100)
    assert len(documents(path, limits)) < 10
    assert reasons(path, limits)[-1] == "bomb"


def test_a_zip_that_lies_about_sizes_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"bomb.txt": b"a\n" * (20 << 20)})
    data = path.read_bytes()
    path.write_bytes(data.replace((40 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert set(reasons(path, Limits(ratio_grace_bytes=1 << 20))) <= {"bomb", "damaged"}


def test_a_cut_tar_gives_whole_files_and_reports_the_break_once(tmp_path: Path) -> None:
    noise = bytes(range(32, 127)) * 20
    files = {f"{i}.txt": b"date 2021-03-07 " + noise + str(i).encode() for i in range(40)}
    path = tarred(tmp_path / "a.tar.gz", files, "w:gz")
    path.write_bytes(path.read_bytes()[:-200])
    assert reasons(path) == ["truncated"]
    assert 0 < len(documents(path)) < 40


def test_a_cut_plain_tar_is_reported(tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.tar", {"1.txt": ARTICLE, "2.txt": ARTICLE * 100})
    path.write_bytes(path.read_bytes()[:3000])
    assert len(documents(path)) == 1
    assert reasons(path) != []


def test_an_archive_with_a_password_is_reported(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"1.txt": ARTICLE}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert reasons(path) == ["encrypted"]


def test_an_empty_zip_is_reported(tmp_path: Path) -> None:
    assert reasons(zipped(tmp_path / "a.zip", {})) == ["empty"]


def test_an_office_document_is_not_read_as_an_archive(tmp_path: Path) -> None:
    assert reasons(zipped(tmp_path / "a.xlsx", {"docProps/app.xml": b"<x/>", "[Content_Types].xml": b"<y/>"})) == [
        "unsupported-format"
    ]


def test_thousands_of_small_files_keep_their_order(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {f"{i}.txt": ARTICLE for i in range(3000)})
    assert [item.origin.record for item in documents(path)] == list(range(3000))


def test_a_limit_on_the_number_of_files_holds(tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.tar", {f"{i}.txt": ARTICLE for i in range(5)})
    assert len(documents(path, Limits(max_members=3))) == 3
    assert reasons(path, Limits(max_members=3)) == ["too-many-members"]
