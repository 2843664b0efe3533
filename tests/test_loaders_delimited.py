"""Reading delimited text: encodings, delimiters, quoting, and row numbers."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.errors import InputError
from loaders.workbook import Table, read_table
from tests.support import workbooks as make


def rows_of(table: Table) -> list[list[str | None]]:
    rows = [list(row.values()) for row in table.cells.to_pylist()]
    assert rows, "an empty table would prove nothing"
    return rows


@pytest.mark.parametrize(
    ("encoding", "name", "reported"),
    [
        ("utf-8", "José Núñez 😀", "utf-8"),
        ("utf-8-sig", "José Núñez 😀", "utf-8-sig"),
        ("cp1252", "José “Pepe” Núñez €", "cp1252"),
        ("latin-1", "José Núñez", "cp1252"),
        ("latin-1", "José\x81 Núñez", "latin-1"),
        ("utf-16", "José Núñez", "utf-16"),
        ("ascii", "Jose Nunez", "utf-8"),
    ],
)
def test_encoding_is_found(tmp_path: Path, encoding: str, name: str, reported: str) -> None:
    path = make.write_csv(tmp_path / "a.csv", ["Name", "Id"], [[name, "1"]], encoding=encoding)
    table = read_table(path)
    assert table.headers == ("Name", "Id")
    assert rows_of(table) == [[name, "1"]]
    assert table.encoding == reported


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_end_are_found(tmp_path: Path, delimiter: str, line_end: str) -> None:
    path = make.write_csv(
        tmp_path / "a.csv",
        ["Id", "Title, or so; a|b", "Name"],
        [["1", "a,b;c|d\te", "Ana"], None, ["2", f"two{line_end}lines", "Ben"]],
        delimiter=delimiter,
        line_end=line_end,
    )
    table = read_table(path)
    assert table.delimiter == delimiter
    assert table.headers == ("Id", "Title, or so; a|b", "Name")
    assert rows_of(table) == [
        ["1", "a,b;c|d\te", "Ana"],
        [None, None, None],
        ["2", f"two{line_end}lines", "Ben"],
    ]
    assert table.row_numbers.to_pylist() == [2, 3, 4]


def test_one_column_without_any_delimiter(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Id\n1\n2\n")
    assert rows_of(read_table(tmp_path / "a.csv")) == [["1"], ["2"]]


def test_blank_lines_above_the_header_do_not_shift_row_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\n\nId,Name\n1,Ana\n\n,\n2,Ben\n\n,\n")
    table = read_table(tmp_path / "a.csv")
    assert table.headers == ("Id", "Name")
    assert rows_of(table) == [["1", "Ana"], [None, None], [None, None], ["2", "Ben"]]
    assert table.row_numbers.to_pylist() == [4, 5, 6, 7]


def test_short_rows_are_filled_and_long_ones_lose_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Id,Name\n1\n2,Ben,extra\n3,Cy\n")
    table = read_table(tmp_path / "a.csv")
    assert table.labels == ("Id", "Name", "(column C)")
    assert rows_of(table) == [["1", None, None], ["2", "Ben", "extra"], ["3", "Cy", None]]
    assert any("Column C" in warning for warning in table.warnings)


def test_trailing_delimiters_make_no_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Id,Name,,\n1,Ana,,\n")
    table = read_table(tmp_path / "a.csv")
    assert table.headers == ("Id", "Name")
    assert table.warnings == ()


def test_spaces_and_zeros_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('Id,Name\n007," Ana "\n1001.0,\n')
    assert rows_of(read_table(tmp_path / "a.csv")) == [["007", " Ana "], ["1001.0", None]]


@pytest.mark.parametrize("text", ['Id,Name\n1,"Ana\n2,Ben\n', 'Id,Name\n1,"Ana" Ruiz\n'])
def test_quotes_that_do_not_match_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(InputError, match=r"a\.csv: the quotation marks .* line \d"):
        read_table(tmp_path / "a.csv")


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_value_no_report_has_is_refused_as_what_it_is(tmp_path: Path, quote: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Id,Notes\n1,{quote}{'x' * 200_000}\n")
    with pytest.raises(InputError, match=r"a\.csv: a value at line 2 has more than 131,072"):
        read_table(path)


def test_inner_quotes_are_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('Id,Name\n1,Ana "AJ" Ruiz\n2,"Ben ""B"" Okafor"\n')
    assert rows_of(read_table(tmp_path / "a.csv")) == [
        ["1", 'Ana "AJ" Ruiz'],
        ["2", 'Ben "B" Okafor'],
    ]


def test_more_rows_than_one_piece(tmp_path: Path) -> None:
    rows: list[list[object]] = [[i, f"n{i}"] for i in range(45_000)]
    rows[30_000] = [30_000, "wide", "extra"]
    table = read_table(make.write_csv(tmp_path / "a.csv", ["Id", "Name"], rows))
    assert table.cells.num_rows == 45_000
    assert table.cells.column(0)[44_999].as_py() == "44999"
    assert table.cells.column(2)[30_000].as_py() == "extra"
    assert table.cells.column(2).null_count == 44_999


fields = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=10).filter(
    lambda text: not any(ord(c) < 32 and c not in "\t\n" for c in text)
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(fields, min_size=3, max_size=3), min_size=1, max_size=10),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    bom=st.booleans(),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, bom: bool
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["A", "B", "C"], *rows, ["end", "", ""]])
    path = tmp_path_factory.mktemp("c") / "a.csv"
    path.write_bytes(text.getvalue().encode("utf-8-sig" if bom else "utf-8"))
    table = read_table(path)
    expected = [[value or None for value in row] for row in [*rows, ["end", "", ""]]]
    assert rows_of(table) == expected
