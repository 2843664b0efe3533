"""Pathful Session Reports and User Reports: from a file to one Arrow table ready to land."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from loaders import virtual_sheet
from loaders.errors import InputError
from loaders.headers import REPORT_NAMES, HeaderMatch, closest
from loaders.prepared import NULL_TOKENS, PreparedFile, prepared_fields, refuse_doubled_columns
from loaders.workbook import Limits, Table, read_table, without_repeated_headers

REPORT_TYPES = ("session_report", "user_report")

# Beside every ISO-8601 form, which a cast takes.
_US_DATES = (
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y",
)


@dataclass(frozen=True)
class PathfulFile(PreparedFile):
    """A Session Report or User Report; `report_type` says which.

    Blank rows between rows are part of `arrow`, so that every row of the file is accounted for.
    """


def prepare(
    path: Path,
    *,
    expected: str | None = None,
    limits: Limits | None = None,
    virtual_year: str | None = None,
) -> PathfulFile:
    """Reads a Pathful export, or the old sheet of virtual sessions, and checks it; writes nothing.

    Args:
        path: XLSX, XLS or CSV, any name; the report is told by its headers.
        expected: `session_report` or `user_report` when the caller accepts only that one.
        limits: sizes beyond which a file is refused (defaults: `Limits()`).
        virtual_year: as 2023-2024; of the old sheet, for days without a year.

    Raises:
        InputError: the file cannot be landed; the message says why and what to do.
    """
    table = read_table(path, limits)
    if expected != "user_report":
        sheet = _old_sheet(table, virtual_year)
        if sheet is not None:
            return sheet
    found = _report_of(table, expected)
    refuse_doubled_columns(table, found)
    if found.contract.report_type == "session_report":
        _refuse_unparseable_dates(table, found)
    table, repeats = without_repeated_headers(table, found.position.values())
    return PathfulFile(
        **prepared_fields(table, found, warnings=(*_warnings(table, found), *repeats))
    )


def _old_sheet(table: Table, virtual_year: str | None) -> PathfulFile | None:
    """The rows of the old sheet of virtual sessions; None where the file is another one."""
    if not closest(table.headers, REPORT_TYPES).missing_required:
        return None
    table = table if virtual_sheet.fits(table) else virtual_sheet.below_its_header(table)
    found = virtual_sheet.fits(table)
    if found is None:
        return None
    refuse_doubled_columns(table, found)
    table, repeats = without_repeated_headers(table, found.position.values())
    plain = PathfulFile(**prepared_fields(table, found, warnings=repeats))
    made = virtual_sheet.session_rows(table, found, virtual_year)
    return replace(
        plain,
        **made,
        field_counts=virtual_sheet.used_fields(plain.field_counts, made["unmapped_columns"]),
        warnings=(*plain.warnings, *virtual_sheet.WARNINGS),
    )


def _warnings(table: Table, found: HeaderMatch) -> tuple[str, ...]:
    if table.cells.num_rows == 0:
        return ("The file has a header but no rows.",)
    attendance = {"attended_educator_count", "attendance_status"}
    if found.contract.report_type == "session_report" and attendance <= {*found.missing_optional}:
        # pathful.md §4.3: then the session's status is all there is.
        return (
            "The file has no column Attended Educator Count, so everybody registered for a "
            "completed session counts as attended.",
        )
    return ()


def _report_of(table: Table, expected: str | None) -> HeaderMatch:
    """The report the headers are; refuses another report and a missing required column."""
    name = table.path.name
    wanted = (expected,) if expected else REPORT_TYPES
    found = closest(table.headers, wanted)
    fits_best = closest(table.headers, (*wanted, *REPORT_NAMES))
    if fits_best.contract is found.contract and not found.missing_required:
        return found
    report = REPORT_NAMES[found.contract.report_type]
    lacks = f"lacks the required {found.missing_in_words()}"
    if fits_best.contract is found.contract or (
        found.missing_required and fits_best.missing_required
    ):
        raise InputError(
            f"{table.header_place} {lacks} of a {report}; export it again with all columns and the "
            f"header in row 1 of the first sheet.{table.sheet_hint}",
            f"it {lacks} of a {report}",
        )
    other = fits_best.contract.report_type
    why = f" (it {lacks})" if found.missing_required else ""
    if other == "roster":
        step = f"import it with: polaris-load roster {name}"
    else:
        step = f"choose a {report}, or import this file as a {REPORT_NAMES[other]}"
    what = f"is a {REPORT_NAMES[other]}, not a {report}"
    raise InputError(f"{name} {what}{why}; {step}", f"it {what}")


def _refuse_unparseable_dates(table: Table, found: HeaderMatch) -> None:
    """Raises InputError when the Date column has values and not one of them is a date."""
    import duckdb
    import pyarrow as pa

    position = found.position["date"]
    dates = pa.table({"n": table.row_numbers, "v": table.cells.column(position)})
    with duckdb.connect() as connection:
        connection.register("dates", dates)
        parsed = connection.execute(
            """
            select 1 from (select trim(v) as v from dates)
            where regexp_matches(v, '^([0-9]{4}-|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})')
                and coalesce(try_cast(v as timestamp), try_strptime(v, ?)) is not null
            limit 1
            """,
            [list(_US_DATES)],
        ).fetchone()
        if parsed:
            return
        filled = connection.execute(
            """
            select count(*), min(n), arg_min(v, n) from dates
            where lower(trim(v)) not in (select unnest(?))
            """,
            [list(NULL_TOKENS)],
        ).fetchone()
    count, row, value = filled or (0, None, None)
    if count:
        raise InputError(
            f"{table.place}: not one of the {count:,} values in column "
            f"'{table.headers[position]}' is a date (row {row}: '{value}'); use "
            "YYYY-MM-DD HH:MM:SS or MM/DD/YYYY and import it again.",
            "no value of its column Date is a date",
        )
