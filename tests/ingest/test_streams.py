from __future__ import annotations

import bz2
import gzip
import lzma
import random
from collections.abc import Callable, Iterator

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from newskb.ingest.files import Limits
from newskb.ingest.streams import Budget, Halt, Stream, packing, unpacked

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}


def chunks(data: bytes, size: int = 1000) -> Iterator[bytes]:
    return (data[i : i + size] for i in range(0, len(data), size))


def unpack(data: bytes, limits: Limits | None = None) -> Stream:
    name = packing(data)
    assert name is not None
    return unpacked(Stream(chunks(data)), name, Budget(limits or Limits(), packed=len(data)))


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


def drain(stream: Stream) -> tuple[bytes, Halt | None]:
    data = b""
    try:
        while chunk := stream.read():
            data += chunk
    except Halt as halt:
        return data, halt
    return data, None


@given(st.lists(st.binary(max_size=20), max_size=10), st.integers(1, 7))
def test_lines_are_those_of_the_whole_whatever_the_chunks(lines: list[bytes], size: int) -> None:
    data = b"\n".join(line.replace(b"\n", b"") for line in lines)
    found = [line.data for line in Stream(chunks(data, size)).lines(100)]
    expected = data.split(b"\n")
    assert found == (expected[:-1] if expected[-1] == b"" else expected)


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=9), st.integers(1, 5))
def test_a_line_stands_at_its_offset(lines: list[bytes], size: int) -> None:
    data = b"\n".join(line.replace(b"\n", b"") for line in lines)
    for line in Stream(chunks(data, size)).lines(100):
        assert line.data is not None
        assert data[line.offset : line.offset + line.size] == line.data


def test_a_line_past_the_limit_is_counted_and_not_held() -> None:
    lines = list(Stream(chunks(b"a" * 5000 + b"\nshort\n")).lines(100))
    assert [(line.number, line.data, line.size) for line in lines] == [(1, None, 5000), (2, b"short", 5)]


def test_what_was_looked_at_is_still_read() -> None:
    stream = Stream(chunks(b"abcdef", 2))
    assert stream.peek(3) == b"abc"
    assert drain(stream) == (b"abcdef", None)


@pytest.mark.parametrize("name", PACKERS)
def test_every_packing_is_known_by_its_first_bytes_and_unpacked(name: str) -> None:
    data = noise(700_000)
    packed = PACKERS[name](data)
    assert packing(packed) == name
    assert drain(unpack(packed)) == (data, None)


@pytest.mark.parametrize("name", PACKERS)
def test_all_members_of_a_packed_file_are_read(name: str) -> None:
    pack = PACKERS[name]
    assert drain(unpack(pack(b"one\n") + pack(b"two\n") + pack(b""))) == (b"one\ntwo\n", None)


@pytest.mark.parametrize("name", PACKERS)
def test_a_cut_file_gives_what_comes_before_the_cut_and_says_so(name: str) -> None:
    data = noise(700_000)
    packed = PACKERS[name](data)
    got, halt = drain(unpack(packed[: len(packed) // 2]))
    assert halt is not None
    assert halt.reason == "truncated"
    assert data.startswith(got)


@pytest.mark.parametrize("name", PACKERS)
def test_damage_in_the_middle_ends_the_stream_and_is_said(name: str) -> None:
    packed = bytearray(PACKERS[name](b"".join(f"line {i}\n".encode() for i in range(50_000))))
    packed[len(packed) // 2] ^= 0xFF
    packed[len(packed) // 2 + 1] ^= 0xFF
    _, halt = drain(unpack(bytes(packed)))
    assert halt is not None
    assert halt.reason in ("damaged", "truncated")


@pytest.mark.parametrize("name", PACKERS)
def test_a_bomb_is_stopped_soon_after_the_grace(name: str) -> None:
    limits = Limits(ratio_grace_bytes=1 << 20, max_ratio=50)
    got, halt = drain(unpack(PACKERS[name](bytes(100 << 20)), limits))
    assert halt is not None
    assert halt.reason == "bomb"
    assert len(got) < 40 << 20


def test_a_large_file_of_honest_ratio_is_stopped_by_its_size() -> None:
    _, halt = drain(unpack(gzip.compress(noise(100_000)), Limits(max_unpacked_bytes=50_000)))
    assert halt is not None
    assert "50,000" in halt.detail


def test_zeros_after_packed_data_are_padding_and_other_bytes_are_reported() -> None:
    packed = gzip.compress(b"text")
    assert drain(unpack(packed + bytes(600))) == (b"text", None)
    got, halt = drain(unpack(packed + b"junk"))
    assert (got, halt and halt.reason) == (b"text", "trailing-bytes")
