"""A build without dbt and a gate without Great Expectations, for tests of what is around them.

Every row of a load counts as created, every row of a file that was landed before as unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.gate import GateResult
from polaris.dbt_run import DbtOptions
from polaris.settings import Settings
from tests.support import raw_tables

SCHEMA = Path(__file__).with_name("release_schema.sql")

_LOADS = """
    create or replace temp view loads as
    select load_seq, run_id, rows_run_id, report_type, file_name, file_sha256, import_mode,
        cutoff_date
    from raw_pathful.loads
    union all
    select load_seq, run_id, rows_run_id, 'roster', file_name, file_sha256, null, null
    from raw_roster.loads
    union all
    select load_seq, run_id, rows_run_id, report_type, file_name, file_sha256, null, null
    from raw_csv.loads;
    create or replace temp view landed as
    select run_id, row_number from raw_pathful.session_report
    union all select run_id, row_number from raw_pathful.user_report
    union all select run_id, row_number from raw_roster.roster_rows
    union all select run_id, row_number from raw_csv.signups
    union all select run_id, row_number from raw_csv.volunteers
    union all select run_id, row_number from raw_csv.events
    union all select run_id, row_number from raw_csv.shifts
    union all select run_id, row_number from raw_csv.students
    union all select run_id, row_number from raw_csv.organizations
    union all select run_id, row_number from raw_csv.affiliations
"""
_IMPORT_ROWS = """
    insert into ops.import_rows (run_id, row_number, bucket, reason)
    select loads.run_id, landed.row_number,
        if(loads.run_id = loads.rows_run_id, 'created', 'skipped'),
        if(loads.run_id = loads.rows_run_id, null, 'unchanged')
    from loads inner join landed on loads.rows_run_id = landed.run_id
"""
_IMPORT_RUNS = """
    insert into ops.import_runs by name
    select runs.run_id, loads.load_seq, runs.source, runs.adapter, runs.status, runs.dry_run,
        coalesce(loads.report_type, runs.report_type) as report_type, runs.file_name,
        runs.file_sha256, runs.started_at, runs.finished_at, runs.triggered_by,
        loads.import_mode, loads.cutoff_date, runs.counts_json,
        coalesce(counted.rows_processed, 0) as rows_processed,
        coalesce(counted.rows_created, 0) as rows_created, 0 as rows_updated,
        coalesce(counted.rows_skipped, 0) as rows_skipped, 0 as rows_unmatched,
        0 as rows_invalid, 0 as events_created, 0 as events_updated, 0 as teachers_matched,
        0 as volunteers_matched, 0 as tickets_new, 0 as tickets_open, runs.error_summary,
        runs.warnings_json, runs.ingest_params_json, runs.gate_json, runs.release
    from raw_decisions.runs as runs
    left join loads on runs.run_id = loads.run_id
    left join (
        select run_id, count(*) as rows_processed,
            count(*) filter (where bucket = 'created') as rows_created,
            count(*) filter (where bucket = 'skipped') as rows_skipped
        from ops.import_rows group by run_id
    ) as counted on runs.run_id = counted.run_id
"""
_DECISIONS = """
    insert into ops.audit_log by name
    select decision_id, decided_at, actor, role, action, subject_type, subject_key,
        payload as after_json, reason
    from raw_decisions.decisions
"""


@dataclass
class FakeBuild:
    """What the fake does; a test may change it.

    Attributes:
        gate: what the gate says.
        before: called with the settings when "dbt" starts; may raise.
        extra_sql: run at the end of each build.
        builds: settings of each build so far.
    """

    gate: GateResult = field(default_factory=lambda: GateResult(True, [], [_passed()]))
    before: Callable[[Settings], None] | None = None
    extra_sql: str = ""
    builds: list[Settings] = field(default_factory=list)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Puts it in the place of dbt and the gate."""
        monkeypatch.setattr("polaris.build.run_dbt", self.run_dbt)
        monkeypatch.setattr("polaris.import_run.started", lambda *_: nullcontext())
        monkeypatch.setattr("polaris.build.started", lambda *_: nullcontext())
        monkeypatch.setattr("expectations.gate.run_gate", lambda *_: self.gate)
        monkeypatch.setattr("expectations.gate.warm_up", lambda: None)

    def run_dbt(
        self,
        settings: Settings,
        options: DbtOptions,
        target: Path,
        on_progress: Callable[[int, int], None],
        _process: object = None,
    ) -> list[tuple[str, str]]:
        """Stands for `polaris.dbt_run.run_dbt`."""
        self.builds.append(settings)
        if self.before is not None:
            self.before(settings)
        on_progress(0, 2)
        with duckdb.connect(str(settings.warehouse)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute("begin")
            for name, columns in raw_tables._definitions().items():
                connection.execute(f"create schema if not exists {name.split('.')[0]}")
                connection.execute(f"create table if not exists {name} ({columns})")
            for schema in ("marts", "queues", "ops"):
                connection.execute(f"drop schema if exists {schema} cascade")
            connection.execute(SCHEMA.read_text(encoding="utf-8"))
            connection.execute("commit")
            for statement in (_LOADS, _IMPORT_ROWS, _IMPORT_RUNS, _DECISIONS, self.extra_sql):
                if statement:
                    connection.execute(statement)
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables"
                " where table_schema in ('marts', 'queues', 'ops')"
            ).fetchall()
        on_progress(2, 2)
        return tables


def _passed() -> dict[str, Any]:
    return {
        "checkpoint": "promotion",
        "suite": "keys",
        "expectation": "one_row_per_key",
        "column_name": "event_key",
        "is_success": True,
        "severity": "error",
        "observed": "0",
        "unexpected_count": 0,
        "failing_rows_json": None,
    }


def refusing() -> GateResult:
    """A gate that refuses."""
    failure = {
        "checkpoint": "promotion",
        "suite": "keys",
        "expectation": "one_row_per_key",
        "column_name": "event_key",
        "severity": "error",
        "observed": "2",
        "unexpected_count": 1,
        "message": "marts.dim_events has two rows for one event_key.",
        "rows": [{"event_key": "e-1", "count": 2}],
    }
    result = {key: value for key, value in failure.items() if key not in ("message", "rows")}
    result |= {"is_success": False, "failing_rows_json": json.dumps(failure["rows"])}
    return GateResult(False, [failure], [result])
