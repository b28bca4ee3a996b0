from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newskb.ingest.files import DEFAULT_LIMITS, Limits
from newskb.ingest.readers import read
from newskb.model import RawDocument, Skipped


def items(folder: Path, content: str | bytes, name: str = "a.csv", limits: Limits = DEFAULT_LIMITS) -> list[Any]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(path, limits=limits))


def bodies(found: list[Any]) -> list[str]:
    return [item.body for item in found if isinstance(item, RawDocument)]


def skipped(found: list[Any]) -> list[tuple[str, str]]:
    return [(item.reason, item.detail.split(":")[0]) for item in found if isinstance(item, Skipped)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a"])
def test_the_delimiter_is_found_from_the_names_of_the_columns(tmp_path: Path, delimiter: str, name: str) -> None:
    rows = [["title", "date", "text"], ["One", "2021-03-07", "One met two, then; three."]]
    content = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    (item,) = items(tmp_path, content, name)
    assert (item.body, item.fields) == ("One met two, then; three.", {"title": "One", "date": "2021-03-07"})


def test_names_of_columns_in_other_languages_and_with_stray_characters_are_known(tmp_path: Path) -> None:
    content = '"Titel\t";"Datum";"Quelle";"Inhalt"\n"One";"07.03.2021";"Probe";"Zwei trafen drei."\n'
    assert bodies(items(tmp_path, b"\xef\xbb\xbf" + content.encode())) == ["Zwei trafen drei."]


def test_a_quoted_cell_keeps_its_line_breaks_and_quotes(tmp_path: Path) -> None:
    found = items(tmp_path, 'id,text\r\n1,"Line one\r\nLine ""two""\r\n\r\nLine four"\r\n2,short one\r\n')
    assert bodies(found) == ['Line one\r\nLine "two"\r\n\r\nLine four', "short one"]


def test_a_cell_of_more_than_128_kibibytes_is_read(tmp_path: Path) -> None:
    assert [len(body) for body in bodies(items(tmp_path, "id,text\n1," + "x" * 200_000 + "\n"))] == [200_000]


def test_rows_that_do_not_fit_the_header_are_reported_with_their_line(tmp_path: Path) -> None:
    content = 'id,text,note\n1,"two\nlines",n\n2,too,many,cells\n3\n4,a text without a note\n'
    found = items(tmp_path, content)
    assert bodies(found) == ["two\nlines", "a text without a note"]
    assert skipped(found) == [("ragged-row", "line 4"), ("ragged-row", "line 5")]
    assert [notice.reason for notice in found[-1].notices] == ["ragged-row"]


def test_empty_cells_past_the_header_do_no_harm(tmp_path: Path) -> None:
    assert bodies(items(tmp_path, "id,text\n1,One met two.,,,\n")) == ["One met two."]


def test_empty_rows_are_counted_with_their_line(tmp_path: Path) -> None:
    found = items(tmp_path, "title,text\n,\nA,One met two.\n,\n\n")
    assert len(bodies(found)) == 1
    assert skipped(found) == [("empty-row", "line 2"), ("empty-row", "line 4")]


def test_after_a_quote_that_is_never_closed_reading_goes_on_at_the_next_line(tmp_path: Path) -> None:
    found = items(tmp_path, 'id,text\n1,One met two.\n"2,three met four\n3,Five met six.\n')
    assert bodies(found) == ["One met two.", "Five met six."]
    assert skipped(found) == [("open-quote", "line 3")]


def test_an_open_quote_in_a_large_table_costs_one_row(tmp_path: Path) -> None:
    rows = "".join(f"{i},Number {i} met number {i + 1}.\n" for i in range(5000))
    found = items(tmp_path, 'id,text\n"x,open\n' + rows, limits=Limits(max_record_bytes=10_000))
    assert len(bodies(found)) == 5000
    assert skipped(found) == [("open-quote", "line 2")]


def test_a_table_of_nothing_but_open_quotes_is_given_up_soon(tmp_path: Path) -> None:
    found = items(tmp_path, "id,text\n" + '"x,\n"" y,"z\n' * 3000 + '"', limits=Limits(max_record_bytes=2000))
    assert len(found) < 10_000


def test_a_row_past_the_limit_is_reported_and_the_next_is_read(tmp_path: Path) -> None:
    found = items(tmp_path, "id,text\n1," + "x" * 5000 + "\n2,One met two.\n", limits=Limits(max_record_bytes=1000))
    assert bodies(found) == ["One met two."]
    assert skipped(found) == [("too-long", "line 2")]


def test_a_table_without_known_columns_names_the_ones_it_has(tmp_path: Path) -> None:
    (item,) = items(tmp_path, "alpha,beta\n1,2\n")
    assert item.reason == "no-header"
    assert "alpha, beta" in item.detail


def test_excels_separator_line_is_followed(tmp_path: Path) -> None:
    assert bodies(items(tmp_path, "sep=;\ntitle;text\nA;One, two and three met.\n")) == ["One, two and three met."]


def test_cells_in_cp1252_are_read(tmp_path: Path) -> None:
    assert bodies(items(tmp_path, "title;text\nA;“Señor Peña” habló…\n".encode("cp1252"))) == ["“Señor Peña” habló…"]


def test_a_formula_is_text_like_any_other(tmp_path: Path) -> None:
    assert bodies(items(tmp_path, 'title,text\n"=HYPERLINK(""x"")",+cmd calc\n')) == ["+cmd calc"]
