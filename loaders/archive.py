"""Lands the progress of a semester as it was published at its end: once, never again changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from loaders.pipeline import land_tables

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = "raw_archive"
TABLE = "progress"
COLUMNS = (
    "teacher_key",
    "district_key",
    "virtual_year",
    "academic_year",
    "period",
    "semester_name",
    "date_from",
    "date_to",
    "teacher_name",
    "building",
    "email",
    "grade",
    "target_sessions",
    "completed_sessions",
    "planned_sessions",
    "no_show_sessions",
    "progress_status",
    "status_text",
    "progress_pct",
    "archived_at",
    "decision_id",
)


def land_progress(home: Path, rows: pa.Table) -> int:
    """Appends rows to raw_archive.progress in `home/warehouse.duckdb`, all or none.

    Args:
        home: POLARIS_HOME.
        rows: the columns of COLUMNS; sessions are whole numbers, `progress_pct` is 0 to 100,
            dates are local, `archived_at` is UTC.

    Returns:
        How many rows landed.

    Raises:
        KeyError: a column is missing.
        WarehouseLockedError: another program has the warehouse open.
    """
    land_tables(home, SCHEMA, {TABLE: rows.select(list(COLUMNS))}, "append")
    return int(rows.num_rows)
