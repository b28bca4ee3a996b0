from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newskb.ingest.files import DEFAULT_LIMITS, Limits
from newskb.ingest.readers import read
from newskb.model import RawDocument, Skipped

ONE = {"id": 1, "title": "First", "text": "One met two."}
TWO = {"id": 2, "title": "Second", "text": "Three met four."}


def items(folder: Path, content: str, name: str = "a.json", limits: Limits = DEFAULT_LIMITS) -> list[Any]:
    path = folder / name
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    return list(read(path, limits=limits))


def bodies(found: list[Any]) -> list[str]:
    return [item.body for item in found if isinstance(item, RawDocument)]


def reasons(found: list[Any]) -> list[str]:
    return [item.reason for item in found if isinstance(item, Skipped)]


@pytest.mark.parametrize(
    "value",
    [
        [ONE, TWO],
        {"status": "ok", "totalResults": 2, "articles": [ONE, TWO]},
        {"response": {"meta": {"hits": 2}, "docs": [ONE, TWO]}},
        {"took": 3, "hits": {"total": 2, "hits": [{"_id": "a", "_source": ONE}, {"_id": "b", "_source": TWO}]}},
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_the_usual_shapes_of_json_give_their_articles(tmp_path: Path, value: Any, indent: int | None) -> None:
    assert bodies(items(tmp_path, json.dumps(value, indent=indent))) == [ONE["text"], TWO["text"]]


def test_one_object_is_one_article(tmp_path: Path) -> None:
    found = items(tmp_path, json.dumps({**ONE, "tags": ["a", "b"], "source": {"id": None, "name": "Sample Post"}}))
    assert bodies(found) == [ONE["text"]]
    assert found[0].fields == {
        "id": 1,
        "title": "First",
        "tags": ["a", "b"],
        "source": {"id": None, "name": "Sample Post"},
    }


def test_one_article_in_an_envelope_is_found(tmp_path: Path) -> None:
    assert bodies(items(tmp_path, json.dumps({"data": ONE}))) == [ONE["text"]]


def test_objects_written_one_after_another_over_several_lines_are_read(tmp_path: Path) -> None:
    content = json.dumps(ONE, indent=2) + "\n" + json.dumps(TWO, indent=2)
    assert bodies(items(tmp_path, content)) == [ONE["text"], TWO["text"]]


def test_an_empty_answer_is_no_article(tmp_path: Path) -> None:
    assert reasons(items(tmp_path, '{"status": "ok", "articles": []}')) == ["empty"]


def test_what_comes_before_a_break_is_kept(tmp_path: Path) -> None:
    found = items(tmp_path, json.dumps([ONE, TWO])[:-20])
    assert bodies(found) == [ONE["text"]]
    assert reasons(found) == ["bad-json"]


@pytest.mark.parametrize("start", ["[", '{"a":', '[{"a":'])
def test_deep_nesting_is_given_up_and_nothing_overflows(tmp_path: Path, start: str) -> None:
    assert reasons(items(tmp_path, start * 100_000)) == ["deep-nesting"]


def test_an_element_that_is_no_object_is_reported(tmp_path: Path) -> None:
    found = items(tmp_path, json.dumps([ONE, 3, "x", None, [TWO]]))
    assert bodies(found) == [ONE["text"]]
    assert reasons(found) == ["bad-record"] * 4


def test_an_article_past_the_limit_is_left_out_whole_and_the_next_is_read(tmp_path: Path) -> None:
    large = {"id": 3, "title": "Large", "parts": ["x" * 1000] * 50, "text": "Never read."}
    found = items(tmp_path, json.dumps([ONE, large, TWO], indent=1), limits=Limits(max_record_bytes=20_000))
    assert bodies(found) == [ONE["text"], TWO["text"]]
    assert reasons(found) == ["too-long"]


def test_a_string_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    found = items(tmp_path, '[{"text": "' + "x" * 3_000_000, limits=Limits(max_record_bytes=500_000))
    assert reasons(found) == ["too-long"]


def test_numbers_of_any_size_are_survived(tmp_path: Path) -> None:
    items(tmp_path, '[{"text": "One met two.", "id": 1e999999, "n": ' + "9" * 6000 + "}]")
    assert bodies(items(tmp_path, '[{"text": "One met two.", "id": 1.5}]')) == ["One met two."]


def test_bad_lines_are_reported_with_their_number_and_the_good_ones_read(tmp_path: Path) -> None:
    lines = [
        json.dumps(ONE),
        '{"id": "x", "text": ',
        "not json",
        "[1,2]",
        "",
        "null",
        json.dumps(TWO),
        '{"text": null}',
    ]
    found = items(tmp_path, "\n".join(lines), "a.jsonl")
    assert bodies(found) == [ONE["text"], TWO["text"]]
    skipped = [(item.reason, item.detail.split(":")[0]) for item in found if isinstance(item, Skipped)]
    assert skipped == [
        ("bad-json", "line 2"),
        ("bad-json", "line 3"),
        ("bad-record", "line 4"),
        ("bad-record", "line 6"),
        ("empty-row", "line 8"),
    ]


def test_a_deep_line_is_reported_and_the_next_is_read(tmp_path: Path) -> None:
    found = items(tmp_path, '{"a":' * 50_000 + "1" + "}" * 50_000 + "\n" + json.dumps(ONE), "a.jsonl")
    assert (bodies(found), reasons(found)) == ([ONE["text"]], ["deep-nesting"])


def test_text_is_kept_character_for_character(tmp_path: Path) -> None:
    text = '  Line one\r\n\r\nLine "two"\t\u2028and\u00a0three  \n'
    found = items(tmp_path, json.dumps({"text": text}) + "\r\n" + json.dumps(ONE), "a.jsonl")
    assert bodies(found) == [text, ONE["text"]]


def test_paragraphs_in_a_list_become_one_text(tmp_path: Path) -> None:
    assert bodies(items(tmp_path, json.dumps({"body": ["One met two.", "They talked."]}))) == [
        "One met two.\n\nThey talked."
    ]


def test_bytes_that_are_no_utf8_are_replaced_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes('[{"text": "The president’s '.encode() + b'\xff house is on fire."}]')
    (item,) = read(path)
    assert isinstance(item, RawDocument)
    assert item.body == "The president’s \ufffd house is on fire."
    assert [notice.reason for notice in item.notices] == ["bad-encoding"]


def test_json_in_cp1252_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes('[{"text": "El señor Peña habló después."}]'.encode("cp1252"))
    assert bodies(list(read(path))) == ["El señor Peña habló después."]
