from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newskb.errors import InputError
from newskb.ingest.clean import Cleaner
from newskb.ingest.files import DEFAULT_LIMITS, Limits
from newskb.ingest.readers import FORMATS, read
from newskb.ingest.reasons import REASONS
from newskb.model import Article, RawDocument, Skipped

HEADED = "date 2021-03-07 Ministers met in the capital on Sunday."


def documents(path: Path, format: str = "auto", limits: Limits = DEFAULT_LIMITS) -> list[RawDocument]:
    return [item for item in read(path, format=format, limits=limits) if isinstance(item, RawDocument)]


def write(folder: Path, content: str | bytes, name: str = "in") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_file_with_one_header_is_one_article_with_its_paragraphs(tmp_path: Path) -> None:
    text = f' {HEADED}\n\nA second paragraph.\n\n"A quote", he said.'
    (item,) = documents(write(tmp_path, text + "\n"))
    assert (item.format, item.body) == ("founding", text)


def test_each_line_with_a_header_is_an_article(tmp_path: Path) -> None:
    lines = [f"date 2021-03-{day:02} Something happened on day {day}." for day in range(1, 6)]
    path = write(tmp_path, "\n".join(lines) + "\n")
    assert [(item.format, item.body) for item in documents(path)] == [("lines", line) for line in lines]
    assert [item.origin.byte_offset for item in documents(path)] == [i * 45 for i in range(5)]


def test_a_line_without_a_header_among_many_is_an_article_of_its_own(tmp_path: Path) -> None:
    lines = [f"date 2021-03-{day:02} Something happened." for day in range(1, 10)]
    lines.insert(4, "Something else happened on a day nobody noted.")
    assert len(documents(write(tmp_path, "\n".join(lines)))) == 10


def test_blocks_begin_at_their_header_lines(tmp_path: Path) -> None:
    blocks = ["date 2021-03-07\nFirst.\n\nIts second paragraph.", "date 2021-03-08\nSecond.", "date 2021-03-09\nThird."]
    items = documents(write(tmp_path, "\n\n\n".join(blocks) + "\n"))
    assert [item.body for item in items] == blocks


def test_an_impossible_date_still_begins_an_article(tmp_path: Path) -> None:
    path = write(tmp_path, "date 2021-02-30\nFirst.\n\ndate 12021-03-08\nSecond.\n")
    assert len(documents(path)) == 2


def test_text_without_a_header_is_one_article(tmp_path: Path) -> None:
    (item,) = documents(write(tmp_path, "Ministers met.\r\nThey talked.\r\n", "2021-03-07.txt"))
    assert (item.format, item.body) == ("text", "Ministers met.\r\nThey talked.")


def test_the_content_and_not_the_name_says_what_a_file_is(tmp_path: Path) -> None:
    json_lines = '{"text": "One met two."}\n{"text": "Two met one."}\n'
    assert [item.format for item in documents(write(tmp_path, json_lines, "a.txt"))] == ["jsonl", "jsonl"]
    assert [item.format for item in documents(write(tmp_path, HEADED, "b.gz"))] == ["founding"]
    assert [item.format for item in documents(write(tmp_path, "title;text\nA;One met two.\n", "c"))] == ["csv"]
    assert [item.format for item in documents(write(tmp_path, '[{"text": "One met two."}]', "d.csv"))] == ["json"]


def test_a_format_can_be_given(tmp_path: Path) -> None:
    path = write(tmp_path, "One thing.\nAnother thing.\n")
    assert len(documents(path)) == 1
    assert len(documents(path, "lines")) == 2


def test_a_format_that_does_not_exist_is_refused_with_the_ones_that_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="jsonl"):
        list(read(tmp_path, format="docx"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n\xc2\xa0 \n", "empty"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj", "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "binary"),
        (bytes(range(256)) * 20, "binary"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "unsupported-format"),
        (b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b">]><l>&a;</l>', "unsupported-format"),
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n\r\n", "unsupported-format"),
        (b"From a@example.org Sun Mar  7 10:00:00 2021\nSubject: x\n\nText", "unsupported-format"),
        (b"Subject: x\nMIME-Version: 1.0\nFrom: a@example.org\n\nText", "unsupported-format"),
        (b"PAR1\x15\x04\x15", "unsupported-format"),
        (b"title,text,date\n", "empty"),
        (b"[]", "empty"),
    ],
)
def test_what_cannot_be_read_is_recognised_and_said(tmp_path: Path, content: bytes, reason: str) -> None:
    (item,) = read(write(tmp_path, content, "a.txt"))
    assert isinstance(item, Skipped)
    assert item.reason == reason
    assert item.detail


def test_a_text_that_only_begins_like_json_is_text(tmp_path: Path) -> None:
    for text in ("[Reuters] Ministers met.", "{{7*7}} met ${x}.", "[1] See below."):
        assert [item.format for item in documents(write(tmp_path, text))] == ["text"]


def test_control_characters_do_not_make_a_text_binary(tmp_path: Path) -> None:
    assert len(documents(write(tmp_path, "date 2021-03-07 A\x01\x02B\x1b[31mred\x1b[0m\x07 bell\x00 rang."))) == 1


def test_a_cut_file_keeps_whole_records_and_leaves_out_the_cut_one(tmp_path: Path) -> None:
    lines = "".join(f'{{"id": {i}, "text": "Number {i * 7919} met number {i * 104729}."}}\n' for i in range(500))
    packed = gzip.compress(lines.encode())
    items = list(read(write(tmp_path, packed[: len(packed) * 2 // 3])))
    assert isinstance(items[-1], Skipped)
    assert items[-1].reason == "truncated"
    assert all(isinstance(item, RawDocument) for item in items[:-1])
    assert [item.fields["id"] for item in items[:-1] if isinstance(item, RawDocument)] == list(range(len(items) - 1))
    assert len(items) > 100


def test_one_enormous_line_is_reported_and_the_next_is_read(tmp_path: Path) -> None:
    content = "date 2021-03-07 " + "a " * 100_000 + "\n" + HEADED + "\n" + HEADED + "\n"
    limits = Limits(max_record_bytes=50_000)
    first, *others = read(write(tmp_path, content), format="lines", limits=limits)
    assert isinstance(first, Skipped)
    assert first.reason == "too-long"
    assert len(others) == 2
    first, *others = read(write(tmp_path, content), format="founding", limits=limits)
    assert isinstance(first, Skipped)
    assert len(others) == 2


def test_a_text_past_the_limit_is_not_held(tmp_path: Path) -> None:
    (item,) = read(write(tmp_path, "word " * 10_000), limits=Limits(max_record_bytes=1000))
    assert isinstance(item, Skipped)
    assert item.reason == "too-long"


def test_reading_resumes_anywhere(tmp_path: Path) -> None:
    path = write(tmp_path, '{"text": "One met two."}\nno json\n{"text": "Three met four."}\n' * 3, "a.jsonl")
    whole = list(read(path))
    assert [item.origin.record for item in whole] == list(range(9))
    for start in range(11):
        assert list(read(path, start=start)) == whole[start:]


def test_standard_input_is_read_like_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.TextIOWrapper(io.BytesIO(gzip.compress(HEADED.encode())))
    monkeypatch.setattr(sys, "stdin", packed)
    (item,) = read("-")
    assert isinstance(item, RawDocument)
    assert (item.origin.path, item.body) == ("-", HEADED)


def test_a_file_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    (item,) = read(tmp_path / "gone.txt")
    assert isinstance(item, Skipped)
    assert item.reason == "unreadable"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_a_byte_order_mark_does_not_hide_the_header(tmp_path: Path, encoding: str) -> None:
    (item,) = documents(write(tmp_path, HEADED.encode(encoding)))
    assert item.body == HEADED


SEEDS = [
    HEADED.encode(),
    b'{"text": "One met two.", "date": "2021-03-07"}\n{"text": "b"}\n',
    b'{"articles": [{"text": "One met two."}, {"title": "x"}], "n": [[1]]}',
    b'title,text\n"a","b ""c"" d"\n"e,f\n',
    gzip.compress(HEADED.encode() * 20),
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.binary(max_size=400), st.sampled_from(SEEDS)),
    st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=3)), max_size=4),
    st.sampled_from(FORMATS),
    st.sampled_from(["a.txt", "a.csv", "a.jsonl", "a.json", "a"]),
)
def test_no_bytes_whatever_raise(
    tmp_path: Path, content: bytes, damage: list[tuple[int, bytes]], format: str, name: str
) -> None:
    data = bytearray(content)
    for position, value in damage:
        data[position : position + 1] = value
    path = write(tmp_path, bytes(data), name)
    cleaner = Cleaner(today="2026-01-01")
    items = list(read(path, format=format))
    assert items, "every file says something about itself"
    for item in items:
        cleaned = cleaner.clean(item) if isinstance(item, RawDocument) else item
        if isinstance(cleaned, Article):
            assert cleaned.text.strip()
            cleaned.text.encode("utf-8")
            assert {notice.reason for notice in cleaned.notices} <= REASONS.keys()
        else:
            assert cleaned.reason in REASONS
    assert list(read(path, format=format)) == items
