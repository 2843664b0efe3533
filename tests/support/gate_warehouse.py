"""A small built warehouse, sound in every respect, that gate tests break one thing at a time in.

It holds one Session Report of ten rows (two completed sessions of three), its import report, one
roster and the marts that follow. Nobody in it exists.
"""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import yaml

ROOT = Path(__file__).resolve().parents[2]
RAW_TABLES = [ROOT / "macros" / f"ensure_{name}_tables.sql" for name in ("raw", "csv")]
HEADERS = ROOT / "seeds" / "map_report_headers.csv"
PUBLISHED_TABLES = Path(__file__).with_name("release_schema.sql")

RUN = "20260310T141500000Z-bbbbbb"
ROSTER_RUN = "20260201T150000000Z-aaaaaa"
ROW_COUNT = 10

REST = """
    create schema if not exists intermediate;
    create table intermediate.int_pathful__session_rows (
        run_id varchar, load_seq bigint, row_number bigint, session_date date, is_in_scope boolean,
        invalid_reason varchar
    );
    create view intermediate.int_decisions__active as
    select decision_seq, action, subject_key
    from raw_decisions.decisions
    where decision_id not in (
        select revokes from raw_decisions.decisions where revokes is not null
    );
    create table intermediate.int_decisions__config (config_key varchar, value double);
    insert into intermediate.int_decisions__config
    values ('reject.warn', 0.1), ('reject.page', 0.2);
    create schema if not exists seeds;
    create table seeds.map_report_headers as from read_csv($headers, all_varchar = false);
    create table if not exists marts.agg_virtual_impact (
        period_type varchar, period_label varchar, scope_type varchar, scope_key varchar,
        unique_teacher_count bigint, local_session_pct double, poc_session_pct double
    );
    create table if not exists marts.bridge_volunteer_organizations (
        person_key varchar, organization_key varchar
    );
    create table if not exists ops.external_id_map (
        entity_type varchar, external_system varchar, external_id varchar
    );
"""

CONTENT = f"""
    insert into raw_roster.loads (load_seq, run_id, rows_run_id, file_name, file_sha256, row_count,
        district_name, academic_year)
    values (1, '{ROSTER_RUN}', '{ROSTER_RUN}', 'roster.csv', 'sha-roster', 1,
        'Grandview School District', '2025-2026');
    insert into raw_roster.roster_rows (run_id, row_number, building, name, payload, file_sha256)
    values ('{ROSTER_RUN}', 2, 'Oak Hill', 'Ana Ruiz', '{{}}', 'sha-roster');
    insert into ops.import_rows (run_id, row_number, bucket) values ('{ROSTER_RUN}', 2, 'created');

    insert into raw_pathful.session_report (run_id, row_number, date, status, payload, file_sha256)
    select '{RUN}', i + 1, '2026-02-0' || (i % 3 + 1) || ' 00:00:00', 'Completed',
        json_object('Name', 'Ana Ruiz'), 'sha-1'
    from range(1, {ROW_COUNT} + 1) as rows (i);
    insert into intermediate.int_pathful__session_rows
    select run_id, 2, row_number, try_cast(date as date), true,
        case when try_cast(date as date) is null then 'bad_date' end
    from raw_pathful.session_report;

    insert into marts.dim_districts (district_key, district_name)
    values ('d1', 'Grandview School District');
    insert into marts.dim_schools (school_key, school_name, district_key)
    values ('s1', 'Oak Hill', 'd1');
    insert into marts.dim_organizations (organization_key, organization_name) values ('o1', 'Acme');
    insert into marts.dim_teachers (teacher_key, teacher_name, school_key, district_key)
    values ('t1', 'Ana Ruiz', 's1', 'd1');
    insert into marts.dim_volunteers (person_key, organization_key) values ('p1', 'o1');
    insert into marts.dim_events (event_key, source, format, status, session_date, school_key,
        registered_student_count, import_source)
    select 'e' || i, 'pathful', 'virtual', 'Completed', date '2026-02-01', 's1', 20,
        'pathful_direct'
    from range(1, 41) as events (i);
    insert into marts.bridge_event_districts (event_key, district_key) values ('e1', 'd1');
    insert into marts.bridge_event_schools (event_key, school_key) values ('e1', 's1');
    insert into marts.fct_teacher_roster (teacher_key, district_key, academic_year, is_active)
    values ('t1', 'd1', '2025-2026', true);
    insert into marts.fct_teacher_participation (event_key, teacher_key, attendance_status,
        imported_attendance_status, import_source)
    select event_key, 't1', 'Attended', 'Attended', 'pathful_direct' from marts.dim_events;
    insert into marts.fct_volunteer_participation (participation_key, event_key, person_key,
        participant_type, attendance_status, delivery_hours, import_source)
    values ('v1', 'e1', 'p1', 'Presenter', 'Attended', 1, 'pathful_direct');
    insert into marts.fct_teacher_progress (teacher_key, district_key, virtual_year, period,
        school_key, completed_sessions, planned_sessions, progress_status, progress_pct)
    select 't1', 'd1', '2025-2026', period, 's1', 2, 0, 'Achieved', 100
    from (values ('year'), ('fall'), ('spring')) as periods (period);
    insert into marts.agg_school_progress (district_key, virtual_year, period, building,
        total_teachers, goals_achieved, goals_in_progress, goals_not_started, goals_achieved_pct)
    values ('d1', '2025-2026', 'year', 'Oak Hill', 1, 1, 0, 0, 100);
    insert into marts.agg_district_progress (district_key, virtual_year, period,
        total_teachers, goals_achieved, goals_in_progress, goals_not_started, goals_achieved_pct)
    values ('d1', '2025-2026', 'year', 1, 1, 0, 0, 100);
    insert into marts.agg_virtual_impact (period_type, period_label, scope_type, scope_key,
        unique_teacher_count)
    values ('all', 'all', 'all', 'all', 1);
    insert into marts.fct_progress_archive (teacher_key, district_key, virtual_year, period,
        progress_status, progress_pct)
    values ('t1', 'd1', '2024-2025', 'spring', 'Achieved', 100);
    insert into queues.queue_teacher_duplicates (pair_key, left_teacher_key, right_teacher_key,
        shared_event_count, overlap_pct, status)
    values ('t1-t1', 't1', 't1', 2, 100, 'pending');
    insert into queues.queue_unmatched (ticket_key, unmatched_type, status, occurrence_count,
        event_key)
    values ('k1', 'teacher', 'pending', 3, 'e1');
    insert into queues.queue_event_flags (flag_key, event_key, flag_type, assigned_to)
    values ('f1', 'e2', 'MISSING_PRESENTER', 'staff');
    insert into queues.queue_dq_violations (violation_key, severity, status)
    values ('q1', 'warn', 'open');
    insert into ops.import_runs (run_id, status)
    values ('{ROSTER_RUN}', 'succeeded'), ('{RUN}', 'running');
    insert into ops.import_rows (run_id, row_number, bucket, event_key)
    select run_id, row_number, 'created', 'e1' from raw_pathful.session_report;
    insert into ops.source_freshness (source, status) values ('pathful', 'fresh');
"""


def build(path: Path) -> Path:
    """Writes the sound warehouse; returns its file."""
    path.write_bytes(_built())
    return path


@cache
def _built() -> bytes:
    """The file; made once, because that is slow."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        _write(path)
        return path.read_bytes()


def _write(path: Path) -> None:
    macro = "".join(path.read_text(encoding="utf-8") for path in RAW_TABLES)
    connection = duckdb.connect(str(path))
    connection.execute("set TimeZone = 'UTC'")
    for table, columns in re.findall(r"'(raw_\w+\.\w+)':\s*'([^']*)'", macro):
        connection.execute(f"create schema if not exists {table.split('.')[0]}")
        connection.execute(f"create table {table} ({columns})")
    connection.execute(PUBLISHED_TABLES.read_text(encoding="utf-8"))
    connection.execute(REST.replace("$headers", f"'{HEADERS}'"))
    complete(connection)
    connection.execute(
        """
        insert into raw_pathful.loads (load_seq, run_id, rows_run_id, report_type, file_name,
            file_sha256, row_count, import_mode, present_columns)
        values (2, $run, $run, 'session_report', 'sessions.xlsx', 'sha-1', $rows, 'full', $columns)
        """,
        {"run": RUN, "rows": ROW_COUNT, "columns": json.dumps(required("session_report"))},
    )
    connection.execute(CONTENT)
    connection.close()


def complete(connection: duckdb.DuckDBPyConnection) -> None:
    """Adds the published tables and columns that are not there yet, as the contracts name them."""
    for table, columns in published_columns().items():
        names = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"create table if not exists {table} ({names})")
        for name, kind in columns.items():
            connection.execute(f"alter table {table} add column if not exists {name} {kind}")


def published_columns() -> dict[str, dict[str, str]]:
    """`schema.table` -> column -> type of every public model's contract."""
    found = {}
    for file in sorted((ROOT / "models").rglob("*.yml")):
        schema = file.relative_to(ROOT / "models").parts[0]
        if schema not in ("marts", "queues", "ops"):
            continue
        for model in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("models") or []:
            found[f"{schema}.{model['name']}"] = {
                column["name"]: column["data_type"]
                for column in model["columns"]
                if "data_type" in column
            }
    return found


def required(report_type: str) -> list[str]:
    """The canonical columns the header seed requires of a report."""
    rows = (line.split(",") for line in HEADERS.read_text(encoding="utf-8").splitlines())
    return sorted({row[1] for row in rows if row[0] == report_type and row[3] == "true"})


def break_it(path: Path, *statements: str) -> None:
    """Runs statements against the warehouse; `$run` stands for the session report's run."""
    connection = duckdb.connect(str(path))
    for statement in statements:
        connection.execute(statement.replace("$run", f"'{RUN}'"))
    connection.close()


def publish(warehouse: Path, release: Path) -> Path:
    """A copy of the warehouse as the release of the same run; returns its file."""
    shutil.copyfile(warehouse, release)
    break_it(release, "update ops.import_runs set status = 'succeeded'")
    return release
