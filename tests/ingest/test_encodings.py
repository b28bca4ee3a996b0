from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskb.ingest.encodings import Decoder, Utf8Reader, as_utf8, guess
from newskb.ingest.streams import Stream

ENGLISH = "“We won’t go back”, said the minister’s aide… the price is €500m."
SPANISH = "Según él, «la situación es difícil» y el señor Peña habló después."
RUSSIAN = "Министр иностранных дел встретился в Москве с послом и обсудил положение на границе."


def test_utf8_is_read_as_it_is() -> None:
    assert Decoder().decode(RUSSIAN.encode()) == (RUSSIAN, ())


@pytest.mark.parametrize("text", [ENGLISH, SPANISH])
def test_western_bytes_are_read_as_cp1252(text: str) -> None:
    assert Decoder().decode(text.encode("cp1252")) == (text, ())


def test_cyrillic_bytes_are_read_as_cp1251() -> None:
    assert Decoder().decode(RUSSIAN.encode("cp1251")) == (RUSSIAN, ())


def test_broken_utf8_stays_utf8_and_the_offset_of_the_first_bad_byte_is_said() -> None:
    data = "The president’s house ".encode() + b"\xff\xfe is on fire"
    text, (notice,) = Decoder().decode(data, offset=1000)
    assert text == "The president’s house \ufffd\ufffd is on fire"
    assert notice.reason == "bad-encoding"
    assert "1,024" in notice.detail


def test_one_file_has_one_encoding() -> None:
    sample = (SPANISH + "\n").encode("cp1252") * 3
    decoder = Decoder(sample)
    assert decoder.decode("año".encode("cp1252"))[0] == "año"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig", "utf-16-le"])
def test_marked_and_two_byte_text_is_turned_into_utf8(encoding: str) -> None:
    stream, _ = as_utf8(Stream(iter([ENGLISH.encode(encoding)])))
    assert stream.read_all(10_000) == ENGLISH.encode()


@given(st.binary(max_size=300))
def test_any_bytes_become_characters(data: bytes) -> None:
    text, _ = Decoder(data).decode(data)
    assert isinstance(text, str)
    guess(data)


@given(st.lists(st.binary(max_size=50), max_size=8))
def test_a_parser_always_gets_valid_utf8(pieces: list[bytes]) -> None:
    reader = Utf8Reader(Stream(iter(pieces)))
    got = b""
    while chunk := reader.read():
        got += chunk
    got.decode("utf-8")


def test_bytes_replaced_for_a_parser_are_counted_and_own_replacement_characters_are_not() -> None:
    reader = Utf8Reader(Stream(iter(["é\ufffd".encode(), b"good \xff bad"])))
    while reader.read():
        pass
    (notice,) = reader.take_notices()
    assert notice.detail.startswith("1 ")
    assert reader.take_notices() == ()


def test_a_file_of_bad_bytes_takes_linear_time() -> None:
    data = "é".encode() * 200_000 + b"\xff" * 40_000
    text, _ = Decoder(data).decode(data)
    assert text.count("\ufffd") == 40_000
