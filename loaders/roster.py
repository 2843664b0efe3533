"""Teacher rosters: from a file to one Arrow table ready to land."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from loaders.errors import InputError
from loaders.headers import REPORT_NAMES, HeaderMatch, closest, match
from loaders.prepared import (
    NULL_TOKENS,
    PreparedFile,
    named_rows,
    prepared_fields,
    refuse_doubled_columns,
)
from loaders.workbook import Limits, Table, read_table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@dataclass(frozen=True)
class RosterFile(PreparedFile):
    """A teacher roster in which every row is complete.

    Attributes:
        teacher_count: different e-mail addresses (case-insensitive).
        duplicate_row_numbers: rows whose e-mail stands in an earlier row; they land too, the
            first row of an address wins.
    """

    teacher_count: int
    duplicate_row_numbers: tuple[int, ...]


def prepare(path: Path, *, limits: Limits | None = None) -> RosterFile:
    """Reads a teacher roster and checks every row; writes nothing. Blank rows do not land.

    Raises:
        InputError: a missing column, a row without Building, Name or Email, an e-mail without
            `@`, a Target Sessions that is no whole number, no teacher at all, or no such file.
    """
    import duckdb

    table = read_table(path, limits)
    found = _roster_of(table)
    refuse_doubled_columns(table, found)
    table, blank_rows = _without_blank_rows(table)
    if table.cells.num_rows == 0:
        raise InputError(
            f"{table.place} has no teacher in it, and an empty roster would deactivate everybody; "
            f"add the teachers and import it again.{table.sheet_hint}",
            "no teacher stands in it",
        )
    fields = prepared_fields(table, found)
    with duckdb.connect() as connection:
        _tidy_view(connection, fields["arrow"])
        _refuse_bad_rows(table.place, connection)
        repeats = _duplicates(connection)
    if blank_rows:
        fields["warnings"] += (_blank_rows_warning(blank_rows),)
    if repeats:
        fields["warnings"] += (_duplicates_warning(repeats),)
    return RosterFile(
        **fields,
        teacher_count=fields["row_count"] - len(repeats),
        duplicate_row_numbers=tuple(row for row, _ in repeats),
    )


def _roster_of(table: Table) -> HeaderMatch:
    found = match(table.headers, "roster")
    if not found.missing_required:
        return found
    lacks = f"lacks the required {found.missing_in_words()}"
    best = closest(table.headers, ("roster", *REPORT_NAMES))
    name = table.path.name
    if best.contract is not found.contract and not best.missing_required:
        report = REPORT_NAMES[best.contract.report_type]
        raise InputError(
            f"{name} is a {report}, not a teacher roster (it {lacks}); import it with: "
            f"polaris-load pathful {name}",
            f"it is a {report}, not a teacher roster",
        )
    raise InputError(
        f"{table.header_place} {lacks}; the first row of a roster is Building, Name, Email, Grade."
        f"{table.sheet_hint}",
        f"it {lacks}",
    )


def _without_blank_rows(table: Table) -> tuple[Table, tuple[int, ...]]:
    """The table without rows in which every cell is empty or spaces, and those rows' numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    filled = pa.array([False] * table.cells.num_rows, pa.bool_())
    for column in table.cells.columns:
        has_text = pc.not_equal(pc.utf8_trim_whitespace(column), "")
        filled = pc.or_(filled, pc.fill_null(has_text, False))
    filled = filled.combine_chunks() if isinstance(filled, pa.ChunkedArray) else filled
    blank = pc.filter(table.row_numbers, pc.invert(filled))
    kept = replace(
        table,
        cells=table.cells.filter(filled),
        row_numbers=pc.filter(table.row_numbers, filled),
    )
    return kept, tuple(blank.to_pylist())


def _tidy_view(connection: duckdb.DuckDBPyConnection, arrow: pa.Table) -> None:
    """Registers `tidy`: the checked fields trimmed, spellings of a blank as null."""
    blanks = ", ".join(f"'{token}'" for token in NULL_TOKENS)
    connection.register("roster", arrow)
    connection.execute("create macro trimmed(v) as trim(v, ' ' || chr(9) || chr(10) || chr(13))")
    connection.execute(
        f"""
        create view tidy as
        select
            row_number,
            nullif(trimmed(building), '') as building,
            nullif(trimmed(name), '') as name,
            case when lower(trimmed(email)) not in ({blanks}) then trimmed(email) end as email,
            case when lower(trimmed(target_sessions)) not in ({blanks})
                then trimmed(target_sessions) end as target
        from roster
        """
    )


def _refuse_bad_rows(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Raises one InputError that names every kind of fault with the first rows that have it."""
    faults = connection.execute(
        """
        with checked as (
            select
                row_number,
                'lacks ' || nullif(concat_ws(
                    ' and ',
                    case when building is null then 'Building' end,
                    case when name is null then 'Name' end,
                    case when email is null then 'Email' end
                ), '') as missing,
                case when not contains(email, '@')
                    then 'has an Email without @ (' || email || ')' end as bad_email,
                case when not regexp_full_match(target, '[0-9]+([.]0+)?')
                    then 'has a Target Sessions that is no whole number (' || target || ')'
                    end as bad_target
            from tidy
        )
        select 'row ' || row_number || ' ' || concat_ws(' and ', missing, bad_email, bad_target)
        from checked
        where coalesce(missing, bad_email, bad_target) is not null
        order by row_number
        """
    ).fetchall()
    if faults:
        raise InputError(
            f"{name} was refused as a whole, nothing was changed: "
            f"{named_rows([fault for (fault,) in faults])}; correct the rows and import it again.",
            f"faulty rows: {len(faults):,}; a row needs Building, Name and an Email with @",
        )


def _duplicates(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """Row and first row with the same address, of every row that repeats one."""
    return connection.execute(
        """
        select
            row_number,
            min(row_number) over (partition by lower(email)) as first_row
        from tidy
        qualify row_number > first_row
        order by row_number
        """
    ).fetchall()


def _blank_rows_warning(rows: tuple[int, ...]) -> str:
    if len(rows) == 1:
        return f"Blank row {rows[0]} was ignored."
    return f"{len(rows):,} blank rows were ignored (first: row {rows[0]})."


def _duplicates_warning(repeats: list[tuple[int, int]]) -> str:
    """Names rows, not addresses: warnings stand in the run ledger (salesforce.md 9.4)."""
    parts = [f"row {row} repeats that of row {first}" for row, first in repeats]
    return f"The first row of an e-mail address counts: {named_rows(parts)}."
