"""Decisions and the run ledger in the warehouse: replaced as a whole, never half."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loaders import platform_state
from tests.support.raw_tables import columns_of, create_raw_tables, query, raw_tables


def decision(seq: int, **changes: Any) -> dict[str, Any]:
    row = {
        "decision_seq": seq,
        "decision_id": f"d{seq}",
        "decided_at": "2026-03-10T15:30:00+00:00",
        "actor": "sam@example.org",
        "role": "admin",
        "action": "match_teacher",
        "subject_type": "ticket",
        "subject_key": f"t{seq}",
        "payload": {"teacher_key": "é"},
        "reason": None,
        "revokes": None,
    }
    return row | changes


def run(seq: int, **changes: Any) -> dict[str, Any]:
    row = {
        "run_id": f"r{seq}",
        "run_seq": seq,
        "source": "pathful",
        "status": "running",
        "dry_run": 0,
        "started_at": datetime(2026, 3, 10, 15, 30, tzinfo=UTC),
        "pid": 1,
    }
    return row | changes


@pytest.mark.parametrize("is_made_beforehand", [False, True])
def test_both_tables_are_replaced(tmp_path: Path, is_made_beforehand: bool) -> None:
    if is_made_beforehand:
        create_raw_tables(tmp_path)
    platform_state.land(tmp_path, decisions=[], runs=[run(1)])
    assert query(tmp_path, "select count(*) from raw_decisions.decisions") == [(0,)]
    platform_state.land(tmp_path, decisions=[decision(1), decision(2)], runs=[run(1), run(2)])
    platform_state.land(tmp_path, decisions=[decision(1), decision(2)], runs=[run(1), run(2)])
    landed = query(
        tmp_path,
        "select decision_seq, decision_id, decided_at::varchar, payload, reason "
        "from raw_decisions.decisions order by decision_seq",
    )
    assert landed == [
        (1, "d1", "2026-03-10 15:30:00+00", '{"teacher_key": "é"}', None),
        (2, "d2", "2026-03-10 15:30:00+00", '{"teacher_key": "é"}', None),
    ]
    assert query(
        tmp_path, "select run_id, dry_run, finished_at from raw_decisions.runs order by run_seq"
    ) == [("r1", False, None), ("r2", False, None)]
    platform_state.land(tmp_path, decisions=[], runs=[run(3)])
    assert query(tmp_path, "select count(*) from raw_decisions.decisions") == [(0,)]
    assert query(tmp_path, "select run_id from raw_decisions.runs") == [("r3",)]


@pytest.mark.parametrize("table", ["raw_decisions.decisions", "raw_decisions.runs"])
def test_every_column_dbt_reads_exists_with_its_type(tmp_path: Path, table: str) -> None:
    platform_state.land(tmp_path, decisions=[decision(1)], runs=[run(1)])
    assert columns_of(tmp_path, table) == raw_tables()[table]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-03-10T15:30:00Z", "2026-03-10 15:30:00+00"),
        ("2026-03-10 10:30:00-05:00", "2026-03-10 15:30:00+00"),
        ("2026-03-10 15:30:00", "2026-03-10 15:30:00+00"),
        (datetime(2026, 3, 10, 15, 30), "2026-03-10 15:30:00+00"),
        (datetime(2026, 3, 10, 15, 30, tzinfo=UTC), "2026-03-10 15:30:00+00"),
        (None, None),
    ],
)
def test_times_land_in_utc(tmp_path: Path, given: object, expected: str | None) -> None:
    platform_state.land(tmp_path, decisions=[], runs=[run(1, finished_at=given)])
    assert query(tmp_path, "select finished_at::varchar from raw_decisions.runs") == [(expected,)]


def test_json_text_lands_as_it_is(tmp_path: Path) -> None:
    counts = json.dumps({"rows_created": 2})
    platform_state.land(
        tmp_path,
        decisions=[decision(1, payload='{"a":1}')],
        runs=[run(1, counts_json=counts, warnings_json=["a", "b"])],
    )
    assert query(tmp_path, "select payload from raw_decisions.decisions") == [('{"a":1}',)]
    assert query(tmp_path, "select counts_json, warnings_json from raw_decisions.runs") == [
        (counts, '["a", "b"]')
    ]


def test_a_row_without_its_order_or_identity_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="decision_seq"):
        platform_state.land(tmp_path, decisions=[decision(1, decision_seq=None)], runs=[])
    with pytest.raises(KeyError, match="run_id"):
        platform_state.land(tmp_path, decisions=[], runs=[{"run_seq": 1}])
    assert not (tmp_path / "warehouse.duckdb").exists()


@pytest.mark.parametrize("statements_before_death", range(3, 9))
def test_a_killed_replacement_never_leaves_the_decisions_empty(
    tmp_path: Path, statements_before_death: int
) -> None:
    platform_state.land(tmp_path, decisions=[decision(1)], runs=[run(1)])
    script = textwrap.dedent(
        f"""
        import os
        from pathlib import Path
        from dlt.destinations.impl.duckdb.sql_client import DuckDbSqlClient
        from loaders import platform_state

        real, count = DuckDbSqlClient.execute_sql, [0]

        def execute_sql(self, *args, **kwargs):
            if count[0] == {statements_before_death}:
                os._exit(9)
            count[0] += 1
            return real(self, *args, **kwargs)

        DuckDbSqlClient.execute_sql = execute_sql
        rows = [{decision(1)!r}, {decision(2)!r}]
        runs = [{{"run_id": "r1", "run_seq": 1}}]
        platform_state.land(Path({str(tmp_path)!r}), decisions=rows, runs=runs)
        """
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
    assert done.returncode == 9, done.stderr.decode()
    (count,) = query(tmp_path, "select count(*) from raw_decisions.decisions")[0]
    assert count in (1, 2)
    platform_state.land(tmp_path, decisions=[decision(1), decision(2)], runs=[run(1)])
    assert query(tmp_path, "select count(*) from raw_decisions.decisions") == [(2,)]
