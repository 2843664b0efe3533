"""Exports of what is on the screen: CSV and XLSX, guarded against formulas.

Every file says how fresh it is: a workbook in its last sheet "About", a CSV, whose columns are a
contract, in its name. Every file that is taken stands in the log of exports; without a line there
it is not made.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.who import Person
from polaris import access, export_log
from polaris.export import guarded
from polaris.settings import load_settings

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_UNFIT = re.compile(r"[^\w.-]+")
_FRESHNESS = "downloads-freshness"
_FORBIDDEN_IN_XLSX = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Sheet:
    """One table of an export."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Freshness:
    """How fresh the numbers of a page are.

    Attributes:
        release: its name.
        published_at: UTC.
        last_import: when the last successful import ended, UTC; None before the first.
        as_of: the release's logical date, which is "today" for every number.
    """

    release: str
    published_at: datetime
    last_import: datetime | None
    as_of: date

    @property
    def file_part(self) -> str:
        """For a file name: the day the numbers are of and the release."""
        return f"_as_of_{self.as_of:%Y-%m-%d}_release_{self.release}"

    @property
    def sheet(self) -> Sheet:
        """For a workbook."""
        imported = self.last_import or "nothing imported yet"
        rows = [
            ("As of", self.as_of),
            ("Last successful import", imported),
            ("Release", self.release),
            ("Published", self.published_at),
        ]
        return Sheet("About", ["What", "Value"], rows)


def remember(freshness: Freshness) -> None:
    """Keeps the page's freshness for the files that are made from it; the frame calls this."""
    st.session_state[_FRESHNESS] = freshness


def cell(value: Any) -> Any:
    """A cell no spreadsheet takes for a formula; numbers and dates stay what they are.

    A null is an empty cell; an instant becomes Chicago time with its zone.
    """
    if words.is_missing(value) or type(value).__name__ == "NAType":
        return None
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float | date):
        return value
    return guarded(_FORBIDDEN_IN_XLSX.sub(" ", str(value)))


def _cells(sheet: Sheet) -> Iterator[list[Any]]:
    """The rows as files have them; hours have two decimals at most, as on the screen."""
    hours = {position for position, name in enumerate(sheet.columns) if "hours" in name.lower()}
    for row in sheet.rows:
        yield [
            cell(round(value, 2) if position in hours and isinstance(value, float) else value)
            for position, value in enumerate(row)
        ]


def file_name(stem: str, suffix: str) -> str:
    """A file name that every system takes."""
    return f"{_UNFIT.sub('_', stem).strip('_.') or 'export'}.{suffix}"


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a byte-order mark, so that Excel reads the accents."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows(_cells(sheet))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook with one sheet per table, headers bold and frozen."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title[:31])
        page.freeze_panes = "A2"
        heads = []
        for position, name in enumerate(sheet.columns, start=1):
            page.column_dimensions[get_column_letter(position)].width = min(40, len(name) + 8)
            head = WriteOnlyCell(page, value=name)
            head.font = Font(bold=True)
            heads.append(head)
        page.append(heads)
        for row in _cells(sheet):
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def buttons(
    person: Person,
    stem: str,
    key: str,
    sheets: Callable[[], Sequence[Sheet]],
    *,
    with_json: bool = False,
) -> None:
    """Download buttons for those who may export; the file is made when one is pressed.

    Args:
        person: who is at the screen.
        stem: file name without suffix.
        key: of the buttons, unique on the page.
        sheets: makes the tables; CSV takes the first, XLSX and JSON all of them.
        with_json: a third button, for programs.
    """
    if not access.may(person.role, "export"):
        return
    with st.container(horizontal=True, gap="small"):
        csv_file(person, "Export CSV", stem, key, lambda: sheets()[0])
        _workbook_button(person, "Export XLSX", stem, key, sheets)
        if with_json:
            _json_button(person, stem, key, sheets)


def as_json(sheets: Sequence[Sheet], about: Mapping[str, Any]) -> bytes:
    """Every table as a list of objects by its title, and what is said about them as `about`."""
    tables = {
        sheet.title: [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
        for sheet in sheets
    }
    return json.dumps(
        {"about": dict(about), **tables}, ensure_ascii=False, indent=1, default=str
    ).encode()


def _json_button(
    person: Person, stem: str, key: str, sheets: Callable[[], Sequence[Sheet]]
) -> None:
    """The tables as JSON: nulls and numbers stay what they are."""
    fresh = st.session_state.get(_FRESHNESS)
    about: dict[str, Any] = {}
    if fresh:
        about |= {"as_of": fresh.as_of, "release": fresh.release, "last_import": fresh.last_import}
    st.download_button(
        "Export JSON",
        lambda: as_json(_logged(person, key, "json", sheets(), fresh), about),
        file_name(stem + (fresh.file_part if fresh else ""), "json"),
        "application/json",
        key=f"{key}-json",
        icon=":material/download:",
        on_click="ignore",
    )


def csv_file(person: Person, label: str, stem: str, key: str, sheet: Callable[[], Sheet]) -> None:
    """One button for one table as CSV, for those who may export."""
    if not access.may(person.role, "export"):
        return
    fresh = st.session_state.get(_FRESHNESS)
    st.download_button(
        label,
        lambda: as_csv(_logged(person, key, "csv", [sheet()], fresh)[0]),
        file_name(stem + (fresh.file_part if fresh else ""), "csv"),
        "text/csv",
        key=f"{key}-csv",
        icon=":material/download:",
        on_click="ignore",
    )


def workbook(
    person: Person, label: str, stem: str, key: str, sheets: Callable[[], Sequence[Sheet]]
) -> None:
    """One button for a workbook of several sheets, for those who may export."""
    if access.may(person.role, "export"):
        _workbook_button(person, label, stem, key, sheets)


def _workbook_button(
    person: Person,
    label: str,
    stem: str,
    key: str,
    sheets: Callable[[], Sequence[Sheet]],
) -> None:
    fresh = st.session_state.get(_FRESHNESS)

    def made() -> bytes:
        return as_xlsx(
            [
                *_logged(person, key, "xlsx", sheets(), fresh),
                *([fresh.sheet] if fresh else []),
            ]
        )

    st.download_button(
        label,
        made,
        file_name(stem, "xlsx"),
        _XLSX,
        key=f"{key}-xlsx",
        icon=":material/download:",
        on_click="ignore",
    )


def _logged(
    person: Person,
    name: str,
    file_format: str,
    sheets: Sequence[Sheet],
    fresh: Freshness | None,
) -> list[Sheet]:
    """The sheets, once the log says who takes them (salesforce.md §9.4)."""
    counted = [Sheet(sheet.title, sheet.columns, list(sheet.rows)) for sheet in sheets]
    count = sum(len(list(sheet.rows)) for sheet in counted)
    log(person, name, file_format, count, fresh.release if fresh else None)
    return counted


def log(person: Person, name: str, file_format: str, row_count: int, release: str | None) -> None:
    """Writes down who takes a file (salesforce.md §9.4); before it is handed over."""
    export_log.add(
        load_settings(),
        export_log.Export(
            exported_at=datetime.now(UTC),
            actor=person.name,
            role=person.role,
            name=name,
            file_format=file_format,
            row_count=row_count,
            release=release,
        ),
    )


def sheet_of(title: str, frame: Any, columns: dict[str, str]) -> Sheet:
    """A sheet from a frame: `columns` maps its columns to their headings, in order."""
    rows = hours_rounded(frame[list(columns)]).itertuples(index=False, name=None)
    return Sheet(title, list(columns.values()), rows)


def hours_rounded(frame: Any) -> Any:
    """The frame with at most two decimals in its columns of hours."""
    names = [name for name in frame if name.endswith("hours") and frame[name].dtype.kind == "f"]
    return frame.round(dict.fromkeys(names, 2))
