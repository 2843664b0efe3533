"""The archive of semesters: landed once, exactly as published, and only after the gate."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from loaders import archive as loader
from polaris import archive
from polaris.settings import load_settings
from tests.support.raw_tables import columns_of, create_raw_tables, query, raw_tables

ROW = (
    "('ana', 'c', '2025-2026', '2025-2026', '{period}', 'Fall 2025', date '2025-08-01', "
    "date '2025-12-31', 'Ana Ruiz', null, 'ana@example.org', null, 3, 2, 1, 0, 'In Progress', "
    "'Needs Planning', 66.7, timestamptz '2026-01-01 06:00:00+00', {decision})"
)


def compute(home: Path, period: str, decision: str = "null") -> None:
    row = ROW.format(period=period, decision=decision)
    query(home, f"insert into marts.fct_progress_archive values {row}")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse in which fall is computed, nothing landed."""
    monkeypatch.setenv("POLARIS_HOME", str(tmp_path))
    create_raw_tables(tmp_path)
    query(tmp_path, "create schema marts")
    query(
        tmp_path,
        "create table marts.fct_progress_archive as from raw_archive.progress",
    )
    compute(tmp_path, "fall")
    return tmp_path


def test_what_was_computed_lands_once_and_never_changes(home: Path) -> None:
    settings = load_settings()
    assert archive.keep_closed_semesters(settings) == 1
    assert archive.keep_closed_semesters(settings) == 0
    landed = query(home, "from raw_archive.progress")
    assert landed == query(home, "from marts.fct_progress_archive")
    assert columns_of(home, "raw_archive.progress") == raw_tables()["raw_archive.progress"]
    # A later build computes something else for it: what landed stays, also without who joined.
    query(
        home,
        "update marts.fct_progress_archive set completed_sessions = 9",
    )
    query(
        home,
        "insert into marts.fct_progress_archive "
        "select 'joined', * exclude (teacher_key) from marts.fct_progress_archive",
    )
    assert archive.keep_closed_semesters(settings) == 0
    assert query(home, "from raw_archive.progress") == landed
    # Another semester of the district is another matter.
    compute(home, "spring")
    assert archive.keep_closed_semesters(settings) == 1
    assert query(home, "from raw_archive.progress where period = 'fall'") == landed
    # So is the same semester once more, archived by somebody before its end.
    query(home, "delete from marts.fct_progress_archive")
    compute(home, "spring", decision="'d1'")
    assert archive.keep_closed_semesters(settings) == 1
    assert archive.keep_closed_semesters(settings) == 0


def test_without_a_built_archive_nothing_lands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLARIS_HOME", str(tmp_path))
    create_raw_tables(tmp_path)
    assert archive.keep_closed_semesters(load_settings()) == 0
    assert query(tmp_path, "select count(*) from raw_archive.progress") == [(0,)]


def test_rows_without_a_column_do_not_land(tmp_path: Path) -> None:
    complete = pa.table(
        {
            name: pa.array(
                [
                    {
                        "date_from": date(2025, 8, 1),
                        "date_to": date(2025, 12, 31),
                        "archived_at": datetime(2026, 1, 1, 6, tzinfo=UTC),
                        "progress_pct": 100.0,
                    }.get(name, 1 if name.endswith("_sessions") else "x")
                ]
            )
            for name in loader.COLUMNS
        }
    )
    with pytest.raises(KeyError):
        loader.land_progress(tmp_path, complete.drop_columns(["period"]))
    assert not (tmp_path / "warehouse.duckdb").exists()
