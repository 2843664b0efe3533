"""Reading workbooks: values as a person sees them, row numbers, and files that are none."""

from __future__ import annotations

import os
import zlib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from loaders import files
from loaders.errors import InputError
from loaders.workbook import Limits, Table, read_table
from tests.support import workbooks as make


def column(table: Table, header: str) -> list[str | None]:
    values: list[str | None] = table.cells.column(table.headers.index(header)).to_pylist()
    assert values, "an empty table would prove nothing"
    return values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1001, "1001"),
        (1001.0, "1001"),
        (7.5, "7.5"),
        (1e15, "1000000000000000"),
        ("1001.0", "1001.0"),
        ("00501", "00501"),
        ("  Ana Ruiz ", "  Ana Ruiz "),
        ("two\nlines", "two\nlines"),
        ("José Núñez 😀", "José Núñez 😀"),
        (datetime(2025, 9, 3, 10, 30), "2025-09-03 10:30:00"),
        (date(2025, 9, 3), "2025-09-03 00:00:00"),
        (datetime(2025, 9, 3, 10, 30, 0, 500000), "2025-09-03 10:30:00.500"),
        ("n/a", "n/a"),
        ("=1+1", None),
        ("#N/A", "#N/A"),
        (True, "true"),
    ],
)
def test_cell_is_read_as_a_person_sees_it(tmp_path: Path, value: object, text: str | None) -> None:
    table = read_table(make.write_xlsx(tmp_path / "a.xlsx", ["Id", "Value"], [["x", value]]))
    assert column(table, "Value") == [text]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>1001.0</v></c>", "1001"),
        ("<c><v>1.001E3</v></c>", "1001"),
        ("<c><v>0.1</v></c>", "0.1"),
        ('<c t="d"><v>2025-09-03T10:30:00</v></c>', "2025-09-03T10:30:00"),
        ('<c t="str"><f>A1</f><v>x &amp; y</v></c>', "x & y"),
        ('<c t="inlineStr"><is><r><t>Ana</t></r><r><t>Ruiz</t></r></is></c>', "AnaRuiz"),
        ('<c t="inlineStr"><is><t xml:space="preserve"> Ana </t></is></c>', " Ana "),
        ('<c t="inlineStr"><is><t></t></is></c>', None),
        ('<c t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c t="b"><v>1</v></c>', "true"),
    ],
)
def test_cell_of_another_tool(tmp_path: Path, cell: str, text: str | None) -> None:
    header = '<row><c t="inlineStr"><is><t>Value</t></is></c></row>'
    last = '<row r="5"><c r="A5"><v>5</v></c></row>'
    sheet = (
        '<worksheet xmlns="MAIN"><sheetData>'
        f"{header}<row>{cell}</row>{last}</sheetData></worksheet>"
    )
    table = read_table(make.write_sheet_xml(tmp_path / "a.xlsx", sheet))
    assert column(table, "Value") == [text, None, None, "5"]
    assert table.row_numbers.to_pylist() == [2, 3, 4, 5]


def test_sheet_with_prefixed_elements(tmp_path: Path) -> None:
    sheet = (
        '<x:worksheet xmlns:x="MAIN"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is>'
        '<x:t>Id</x:t></x:is></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>7</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    table = read_table(make.write_sheet_xml(tmp_path / "a.xlsx", sheet))
    assert column(table, "Id") == ["7"]


def test_time_only_cell_does_not_fail(tmp_path: Path) -> None:
    table = read_table(make.write_xlsx(tmp_path / "a.xlsx", ["Id", "At"], [["x", time(9, 30)]]))
    assert (column(table, "At")[0] or "").endswith("09:30:00")


def test_error_cells_keep_their_text_and_are_reported(tmp_path: Path) -> None:
    rows = [["x", "#N/A"], ["y", "fine"], ["#DIV/0!", "#REF!"]]
    table = read_table(make.write_xlsx(tmp_path / "a.xlsx", ["Id", "Value"], rows))
    assert column(table, "Value") == ["#N/A", "fine", "#REF!"]
    assert column(table, "Id") == ["x", "y", "#DIV/0!"]
    (warning,) = table.warnings
    assert "3 cells" in warning
    assert "B2" in warning


def test_blank_rows_between_rows_stay_and_trailing_ones_go(tmp_path: Path) -> None:
    path = make.write_xlsx(tmp_path / "a.xlsx", ["Id"], [["a"], None, None, ["b"], None])
    table = read_table(path)
    assert column(table, "Id") == ["a", None, None, "b"]
    assert table.row_numbers.to_pylist() == [2, 3, 4, 5]


def test_blank_rows_above_the_header_do_not_shift_row_numbers(tmp_path: Path) -> None:
    path = make.write_xlsx(tmp_path / "a.xlsx", [], [None, ["Id", "Name"], ["a", "x"]])
    table = read_table(path)
    assert table.headers == ("Id", "Name")
    assert table.row_numbers.to_pylist() == [4]


def test_formatted_but_empty_rows_and_columns_do_not_count(tmp_path: Path) -> None:
    from openpyxl import load_workbook
    from openpyxl.styles import Font

    path = make.write_xlsx(tmp_path / "a.xlsx", ["Id"], [["a"]])
    workbook = load_workbook(path)
    workbook["Report"].cell(900, 40).font = Font(bold=True)
    workbook.save(path)
    table = read_table(path)
    assert table.headers == ("Id",)
    assert column(table, "Id") == ["a"]


def test_first_sheet_is_read(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = make.write_xlsx(tmp_path / "a.xlsx", ["Id"], [["first"]])
    workbook = load_workbook(path)
    workbook.create_sheet("Second").append(["Other"])
    workbook.save(path)
    table = read_table(path)
    assert (table.sheet, table.headers) == ("Report", ("Id",))


def test_column_without_header_is_kept_and_named_by_its_letter(tmp_path: Path) -> None:
    path = make.write_xlsx(tmp_path / "a.xlsx", ["Id", None, " ", "Name"], [["a", "stray", None]])
    table = read_table(path)
    assert table.headers == ("Id", "", "Name")
    assert table.labels == ("Id", "(column B)", "Name")
    assert table.letters == ("A", "B", "D")
    assert any("Column B" in warning for warning in table.warnings)


def test_repeated_headers_stay_apart_whatever_their_capitals(tmp_path: Path) -> None:
    path = make.write_xlsx(tmp_path / "a.xlsx", ["Notes", "NOTES", "notes"], [["a", "b", "c"]])
    table = read_table(path)
    assert table.labels == ("Notes", "NOTES (column B)", "notes (column C)")
    assert [table.cells.column(i).to_pylist() for i in range(3)] == [["a"], ["b"], ["c"]]


def test_excel_97_workbook(tmp_path: Path) -> None:
    table = read_table(make.write_xls(tmp_path / "old.xls"))
    assert table.file_format == "xls"
    assert column(table, "Session ID") == ["1001", None, "007"]
    assert column(table, "Date") == ["2025-09-03 10:30:00", None, None]
    assert table.row_numbers.to_pylist() == [2, 3, 4]


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    csv_named_xlsx = make.write_csv(tmp_path / "a.xlsx", ["Id", "Name"], [["1", "x"]])
    xlsx_named_csv = make.write_xlsx(tmp_path / "b.csv", ["Id", "Name"], [["1", "x"]])
    assert read_table(csv_named_xlsx).file_format == "csv"
    assert read_table(xlsx_named_csv).file_format == "xlsx"
    assert column(read_table(xlsx_named_csv), "Id") == ["1"]


def test_link_to_a_file_is_followed(tmp_path: Path) -> None:
    target = make.write_csv(tmp_path / "a.csv", ["Id"], [["1"]])
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    assert column(read_table(link), "Id") == ["1"]


cells: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14),
    st.text(
        st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12
    ).filter(lambda text: not text.startswith(("=", "#"))),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_is_written_is_read_back_at_its_row(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]
) -> None:
    path = make.write_xlsx(
        tmp_path_factory.mktemp("w") / "a.xlsx", ["A", "B", "C"], [*rows, ["end", None, None]]
    )
    table = read_table(path)
    read = table.cells.to_pylist()
    assert table.row_numbers.to_pylist() == list(range(2, len(rows) + 3))
    for written, got in zip([*rows, ["end", None, None]], read, strict=True):
        expected = [None if value is None else str(value) for value in written]
        assert list(got.values()) == expected


class TestBadFiles:
    """Each is one sentence that names the file and what to do."""

    def refused(self, path: Path, *words: str, limits: Limits | None = None) -> str:
        with pytest.raises(InputError) as caught:
            read_table(path, limits)
        message = caught.value.message
        assert path.name in message
        assert "\n" not in message
        for word in words:
            assert word in message
        return message

    def test_missing(self, tmp_path: Path) -> None:
        self.refused(tmp_path / "none.xlsx", "no such file", "check the path")

    def test_dangling_link(self, tmp_path: Path) -> None:
        link = tmp_path / "link.xlsx"
        link.symlink_to(tmp_path / "gone.xlsx")
        self.refused(link, "leads to no file")

    def test_folder(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        self.refused(tmp_path / "folder", "is a folder")

    def test_pipe_is_refused_without_waiting(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.csv")
        self.refused(tmp_path / "pipe.csv", "pipe or device")

    def test_unreadable(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = make.write_csv(tmp_path / "a.csv", ["Id"], [["1"]])

        def denied(_: Path) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", denied)
        self.refused(path, "permission")

    def test_read_error(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = make.write_csv(tmp_path / "a.csv", ["Id"], [["1"]])

        def broken(_: Path) -> bytes:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(Path, "read_bytes", broken)
        self.refused(path, "Input/output error")

    def test_empty(self, tmp_path: Path) -> None:
        (tmp_path / "a.xlsx").touch()
        self.refused(tmp_path / "a.xlsx", "0 bytes")

    def test_only_blank_lines(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_bytes(b"\n\n\n")
        self.refused(tmp_path / "a.csv", "no rows at all")

    def test_empty_sheet(self, tmp_path: Path) -> None:
        self.refused(make.write_xlsx(tmp_path / "a.xlsx", []), "no rows at all", "Report")

    def test_the_report_is_in_another_sheet(self, tmp_path: Path) -> None:
        workbook = Workbook()
        workbook.active.title = "Cover"  # type: ignore[union-attr]
        for name in "ABCDEF":
            workbook.create_sheet(name)
        workbook.save(tmp_path / "a.xlsx")
        said = self.refused(tmp_path / "a.xlsx", "(sheet 'Cover') has no rows at all")
        assert "if it is in 'A', 'B', 'C', 'D', 'E' and 1 more, move that to the front." in said

    def test_a_chart_in_front_is_told_once_and_by_us(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        workbook = Workbook()
        workbook.create_chartsheet("Chart", 0)
        workbook.save(tmp_path / "a.xlsx")
        self.refused(tmp_path / "a.xlsx", "(sheet 'Chart') has no rows", "in 'Sheet', move")
        assert capfd.readouterr().err == ""

    def test_truncated(self, tmp_path: Path) -> None:
        rows = [make.session_row(Session_ID=i) for i in range(50)]
        path = make.write_truncated(tmp_path / "a.xlsx", make.SESSION_HEADERS, rows)
        self.refused(path, "damaged or incomplete")

    def test_corrupted_sheet(self, tmp_path: Path) -> None:
        rows = [make.session_row(Session_ID=i) for i in range(50)]
        path = make.write_corrupted(tmp_path / "a.xlsx", make.SESSION_HEADERS, rows)
        self.refused(path, "damaged or incomplete")

    def test_damaged_excel_97(self, tmp_path: Path) -> None:
        path = make.write_xls(tmp_path / "old.xls")
        path.write_bytes(path.read_bytes()[:700])
        self.refused(path, "damaged or incomplete")

    def test_password(self, tmp_path: Path) -> None:
        self.refused(make.write_password_protected(tmp_path / "a.xlsx"), "password")

    def test_encrypted_zip_entries(self, tmp_path: Path) -> None:
        path = make.write_xlsx(tmp_path / "a.xlsx", ["Id"], [["1"]])
        content = bytearray(path.read_bytes())
        directory = content.index(b"PK\x01\x02")
        content[directory + 8] |= 1
        path.write_bytes(bytes(content))
        self.refused(path, "password")

    @pytest.mark.parametrize(
        "content",
        [
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n\x00stream",
            zlib.compress(bytes(5000)) * 40,
        ],
    )
    def test_neither_workbook_nor_text(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "a.xlsx").write_bytes(content)
        self.refused(tmp_path / "a.xlsx", "neither a workbook nor a CSV")

    @pytest.mark.parametrize("content", [b"<!DOCTYPE html><p>Sign in", b"\n <html><table>"])
    def test_web_page(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "a.xls").write_bytes(content)
        self.refused(tmp_path / "a.xls", "web page")

    def test_other_zip(self, tmp_path: Path) -> None:
        path = make.write_zip(tmp_path / "a.xlsx", {"word/document.xml": b"<w/>"})
        self.refused(path, "not an Excel workbook")

    def test_zip_bomb_by_size(self, tmp_path: Path) -> None:
        path = make.write_zip_bomb(tmp_path / "a.xlsx", 3_000_000)
        self.refused(path, "unpack", limits=Limits(max_bytes=2_000_000))

    def test_zip_bomb_by_ratio(self, tmp_path: Path) -> None:
        path = make.write_zip_bomb(tmp_path / "a.xlsx", 110 * 1024**2)
        assert path.stat().st_size < 1_000_000
        self.refused(path, "unpack")

    def test_zip_bomb_that_declares_a_harmless_size(self, tmp_path: Path) -> None:
        path = make.write_lying_zip_bomb(tmp_path / "a.xlsx", 30_000_000, 5_000)
        self.refused(path, "damaged or incomplete")

    @pytest.mark.parametrize("cell", ["XFD1048576", "ZZ1048576", "XFD4000"])
    def test_stray_cell_far_out(self, tmp_path: Path, cell: str) -> None:
        path = make.write_stray_cell(
            tmp_path / "a.xlsx", make.SESSION_HEADERS, make.session_row(), cell
        )
        self.refused(path, "stray cells", cell.rstrip("0123456789"))

    def test_stray_cell_with_prefixed_elements(self, tmp_path: Path) -> None:
        sheet = (
            '<x:worksheet xmlns:x="MAIN"><x:sheetData><x:row r="1048576">'
            '<x:c r="XFD1048576"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
        )
        self.refused(make.write_sheet_xml(tmp_path / "a.xlsx", sheet), "stray cells")

    @pytest.mark.parametrize("suffix", ["csv", "xlsx"])
    def test_too_many_rows(self, tmp_path: Path, suffix: str) -> None:
        writer = make.write_csv if suffix == "csv" else make.write_xlsx
        path = writer(tmp_path / f"a.{suffix}", ["Id"], [[i] for i in range(6)])
        assert read_table(path, Limits(max_rows=6)).cells.num_rows == 6
        self.refused(path, "5", "split", limits=Limits(max_rows=5))

    def test_too_many_bytes(self, tmp_path: Path) -> None:
        path = make.write_csv(tmp_path / "a.csv", ["Id"], [["x" * 2000]])
        self.refused(path, "split", limits=Limits(max_bytes=1000))


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_column_letters(index: int, letters: str) -> None:
    assert files.column_letters(index) == letters
