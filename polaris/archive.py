"""The archive of semesters: what a build computed for a semester that is over is kept for good.

Progress is derived, so nothing has to be reset when a semester ends (pathful.md 5.3). What it was
at the end is landed once, between the gate and publishing, and every later build reads it from
there: no correction, import or rebuild moves it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from loaders import archive
from loaders.pipeline import open_warehouse
from polaris.settings import Settings

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_log = logging.getLogger(__name__)

_MART = ("marts", "fct_progress_archive")
_RAW = (archive.SCHEMA, archive.TABLE)


def keep_closed_semesters(settings: Settings) -> int:
    """Lands the rows of marts.fct_progress_archive whose district and semester never landed.

    The lock is held and the gate has passed. Whoever joins a roster after a semester of its
    district landed is not in the archive of that semester. What was archived before its end and
    taken back lands again, as of then, when it is over.

    Args:
        settings: of the warehouse; never of a dry run.

    Returns:
        How many rows landed; mostly none.

    Raises:
        WarehouseLockedError: another program has the warehouse open.
    """
    with open_warehouse(settings.warehouse) as connection:
        if not all(_exists(connection, *table) for table in (_MART, _RAW)):
            return 0
        rows = _not_landed(connection)
    if rows.num_rows == 0:
        return 0
    count = archive.land_progress(settings.home, rows)
    semesters = sorted(set(rows.column("semester_name").to_pylist()))
    districts = len(set(rows.column("district_key").to_pylist()))
    _log.info(
        "Archived the progress of %d teachers of %d districts: %s.",
        count,
        districts,
        ", ".join(semesters),
    )
    return count


def _exists(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = connection.execute(
        "select 1 from information_schema.tables where table_schema = ? and table_name = ?",
        [schema, table],
    ).fetchone()
    return found is not None


def _not_landed(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    return connection.execute(
        f"""
        select {", ".join(archive.COLUMNS)}
        from marts.fct_progress_archive as computed
        anti join raw_archive.progress as landed
            on
                computed.district_key = landed.district_key
                and computed.virtual_year = landed.virtual_year
                and computed.period = landed.period
                and computed.decision_id is not distinct from landed.decision_id
        order by district_key, virtual_year, period, teacher_key
        """
    ).to_arrow_table()
