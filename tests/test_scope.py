"""What a district role, and a teacher, may read of a release (pathful.md 6.6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from polaris import access, scope
from polaris.settings import PROJECT_ROOT
from tests.support import fake_release, two_districts

HICKMAN, GRANDVIEW = "d-hickman", "d-grandview"
SCHEMA = fake_release.SCHEMA.read_text(encoding="utf-8")
TABLES = sorted(set(re.findall(r"create table (\w+\.\w+)", SCHEMA)))
# What no district role reads: work of staff, and rows as they were landed.
FOR_STAFF = {
    "queues.queue_teacher_duplicates",
    "queues.queue_duplicate_pairs",
    "queues.queue_duplicate_records",
    "queues.queue_shared_contacts",
    "ops.merge_log",
    "ops.change_log",
    "ops.import_skips",
    "ops.person_aliases",
    "queues.queue_presenter_matches",
    "queues.queue_dq_violations",
    "ops.import_rows",
    "ops.gate_results",
    "ops.external_id_map",
    "marts.dim_students",
    "marts.dim_contact_points",
    "marts.dim_crm_teachers",
    "marts.bridge_volunteer_skills",
    "marts.fct_volunteer_field_sources",
    "marts.fct_student_participation",
    "marts.fct_communications",
    "marts.fct_signups",
    "marts.fct_pathway_students",
    "marts.fct_volunteer_events",
    "marts.fct_recruitment_candidates",
    "marts.agg_organization_engagement",
    "marts.agg_volunteer_engagement",
    "ops.crm_objects",
    "ops.affiliation_matches",
    "ops.completeness_samples",
    "ops.field_completeness",
    "ops.session_changes",
    "ops.alerts",
    "ops.anomalies",
    "ops.anomaly_measures",
    "ops.crm_outcomes",
    "ops.import_fields",
    "ops.import_objects",
    "ops.place_aliases",
    "ops.reconciliation",
    "ops.rule_offenders",
    "ops.student_pipeline_status",
    "ops.unmapped_fields",
    "ops.watermarks",
}
# What says nothing about a district or a person; runs and volunteers lose the columns below.
FOR_EVERYBODY = {
    "marts.dim_organizations",
    "marts.dim_volunteers",
    "marts.bridge_volunteer_organizations",
    "marts.dim_metrics",
    "ops.field_ownership",
    "ops.import_runs",
    "ops.releases",
    "ops.source_freshness",
}
CONTACTS = {"email", "phone_e164", "dob", "city", "state_code", "postal_code", "gender"}
CONTACTS |= {"race_ethnicity", "education", "age_group", "household_key", "is_person_of_color"}
CONTACTS |= {"salesforce_id", "department", "industry", "email_bounced_at", "recruitment_notes"}
CONTACTS |= {"interests", "skills", "last_email_date", "staff_notes", "is_deceased"}
# Highly sensitive facts about people, which are an administrator's alone (salesforce.md 9.2).
SENSITIVE = {"dob", "gender", "race_ethnicity", "education", "age_group", "is_person_of_color"}
PUPIL = {"student_id", "first_name", "last_name", "gender", "racial_ethnic", "dob", "email"}
PUPIL |= {"phone_e164"}
STUDENT_ROWS = ("dim_students", "fct_student_participation", "fct_pathway_students")
TRACES = {"file_name", "file_sha256", "triggered_by", "counts_json", "error_summary", "gate_json"}
TRACES |= {"warnings_json", "ingest_params_json", "label", "notes", "anomaly_flags", "hashes"}
# The words of a run that everybody may read; any other is nobody's but the staff's.
OPEN_WORDS = {"run_id", "source", "adapter", "status", "report_type", "import_mode", "release"}
OPEN_WORDS |= {"mapping_checksum"}

Rows = list[dict[str, Any]]
Read = Callable[..., Rows]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release with rows of both districts everywhere."""
    home = tmp_path_factory.mktemp("home")
    return two_districts.publish(home)


@pytest.fixture(scope="module")
def read(release: Path) -> Iterator[Read]:
    """Reads a table as a role does."""
    connections: dict[tuple[Any, ...], duckdb.DuckDBPyConnection] = {}

    def rows(table: str, role: str | None, *districts: str, teacher: str | None = None) -> Rows:
        key = (role, districts, teacher)
        if key not in connections:
            connections[key] = opened(release, role, districts, teacher)
        found = connections[key].execute(f"select * from {table}")
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    yield rows
    for connection in connections.values():
        connection.close()


def opened(
    path: Path, role: str | None, districts: tuple[str, ...], teacher: str | None
) -> duckdb.DuckDBPyConnection:
    """As the dashboard does: a database of its own with a view for each table."""
    connection = duckdb.connect(":memory:")
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"attach '{path}' as published (read_only)")
    for schema in ("marts", "queues", "ops"):
        connection.execute(f"create schema {schema}")
    for schema, table, sql in scope.views(role, districts, teacher_key=teacher):
        if f"{schema}.{table}" in TABLES:
            connection.execute(f"create view {schema}.{table} as {sql}")
    return connection


def test_every_published_table_has_its_rule() -> None:
    assert set(TABLES) <= set(scope.TABLES)
    public = set()
    for file in (PROJECT_ROOT / "models").rglob("*.yml"):
        for model in (yaml.safe_load(file.read_text()) or {}).get("models", []):
            public.add(model["name"])
    folders = {"marts", "queues", "ops"}
    published = {
        f"{file.relative_to(PROJECT_ROOT / 'models').parts[0]}.{file.stem}"
        for file in (PROJECT_ROOT / "models").rglob("*.sql")
        if file.relative_to(PROJECT_ROOT / "models").parts[0] in folders
    }
    assert {name.partition(".")[2] for name in published} <= public
    assert published <= set(scope.TABLES)


@pytest.mark.parametrize("role", [*access.DISTRICT_ROLES, "teacher"])
@pytest.mark.parametrize("table", TABLES)
def test_a_limited_view_has_the_columns_of_its_table(read: Read, role: str, table: str) -> None:
    """Page SQL runs unchanged."""
    names = re.search(rf"create table {re.escape(table)} \((.*?)\);", SCHEMA, re.DOTALL)
    assert names is not None
    columns = [part.split()[0] for part in names[1].split(",")]
    for row in read(table, role, HICKMAN, teacher="t-ana")[:1]:
        assert list(row) == columns


@pytest.mark.parametrize("role", access.DISTRICT_ROLES)
@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_another_district_is_seen_in_any_table(read: Read, role: str, table: str) -> None:
    everything = read(table, "admin")
    seen = read(table, role, HICKMAN)
    events = {row["event_key"] for row in read("marts.bridge_event_districts", role, HICKMAN)}
    teachers = {row["teacher_key"] for row in read("marts.fct_teacher_roster", role, HICKMAN)}
    assert "x-shared" in events
    assert not events & {"x-grand", "x-nowhere", "e-off"}
    for row in seen:
        assert row.get("event_key") in {None, *events}
        assert row.get("district_key") in {None, HICKMAN}
        assert row.get("scope_key") in {None, HICKMAN}
        is_own = row.get("district_key") == HICKMAN  # a teacher who left stays in the archive
        assert is_own or row.get("teacher_key") in {None, *teachers}
        assert row.get("school_key") in {None, "s-central", "s-ridge"}
        text = " ".join(str(value) for value in row.values())
        assert not re.search(r"Dev Patel|Grandview|Grand Middle|mo@grandview", text), text
    assert read(table, role) == [] or table in FOR_EVERYBODY
    if table in FOR_STAFF:
        assert seen == []
    elif table in FOR_EVERYBODY:
        assert len(seen) == len(everything) or role == access.DISTRICT_VIEWER
    elif role == access.DISTRICT_ADMIN:
        assert 0 < len(seen) < len(everything), "a test on an empty table says nothing"


def test_the_other_district_sees_its_half_of_a_shared_session(read: Read) -> None:
    for district, teacher in ((HICKMAN, "t-ana"), (GRANDVIEW, "t-dev")):
        rows = read("marts.fct_teacher_participation", "district_admin", district)
        assert [row["teacher_key"] for row in rows if row["event_key"] == "x-shared"] == [teacher]
        events = read("marts.dim_events", "district_admin", district)
        assert "x-shared" in {row["event_key"] for row in events}
    both = read("marts.fct_teacher_participation", "district_admin", HICKMAN, GRANDVIEW)
    assert {"t-ana", "t-dev"} == {
        row["teacher_key"] for row in both if row["event_key"] == "x-shared"
    }
    (queue,) = read("queues.queue_presenter_recruitment", "district_admin", HICKMAN)
    assert (queue["school_names"], queue["district_names"], queue["teacher_names"]) == (
        "Central High",
        "Hickman Mills",
        "Ana Ruiz",
    )


def test_volunteers_have_names_and_nothing_to_reach_them_by(read: Read) -> None:
    admins = read("marts.dim_volunteers", "district_admin", HICKMAN)
    assert {"p-maya", "p-luis", "p-jose"} <= {row["person_key"] for row in admins}
    viewers = read("marts.dim_volunteers", "district_viewer", HICKMAN)
    seen = {row["person_key"] for row in viewers}
    assert {"p-maya", "p-luis"} <= seen
    assert "p-jose" not in seen
    for row in (*admins, *viewers):
        assert {row[name] for name in CONTACTS} == {None}
    assert {"Maya", "Luis"} <= {row["first_name"] for row in viewers}


def test_runs_are_seen_without_files_and_users(read: Read) -> None:
    for role in ("district_admin", "district_viewer", "teacher"):
        for row in read("ops.import_runs", role, HICKMAN, teacher="t-ana"):
            assert {row[name] for name in TRACES} == {None}
            said = {name for name, value in row.items() if isinstance(value, str)}
            assert said <= OPEN_WORDS
            assert row["status"] == "succeeded"


def test_tickets_are_for_the_own_district_admin_without_suggestions(read: Read) -> None:
    (ticket,) = read("queues.queue_unmatched", "district_admin", HICKMAN)
    assert (ticket["ticket_key"], ticket["candidates_json"], ticket["raw_json"]) == (
        "s-own",
        "[]",
        "{}",
    )
    (event,) = read("queues.queue_ticket_events", "district_admin", HICKMAN)
    assert (event["ticket_key"], event["event_key"]) == ("s-own", "x-shared")
    assert read("queues.queue_unmatched", "district_viewer", HICKMAN) == []


def test_the_audit_log_is_that_of_own_sessions_and_roster(read: Read) -> None:
    rows = read("ops.audit_log", "district_admin", HICKMAN)
    assert {row["decision_id"] for row in rows} == {"a-event", "a-own", "a-roster"}


def test_a_teacher_who_moved_keeps_the_name_only(read: Read) -> None:
    rows = {
        row["teacher_key"]: row for row in read("marts.dim_teachers", "district_admin", HICKMAN)
    }
    moved = rows["t-moved"]
    assert moved["teacher_name"] == "Mo Ved"
    assert (moved["email"], moved["school_key"], moved["district_key"]) == (None, None, None)
    assert rows["t-ana"]["email"] == "ana.ruiz@example.org"


@pytest.mark.parametrize("table", TABLES)
def test_a_teacher_sees_the_own_record_and_nobody_elses(read: Read, table: str) -> None:
    mine = {"e-done", "x-shared", "x-grand"}
    for row in read(table, "teacher", teacher="t-ana"):
        assert row.get("teacher_key") in {None, "t-ana"}
        assert row.get("event_key") in {None, *mine}
        assert row.get("person_key") is None
        assert row.get("staff_notes") is None
    assert read(table, "teacher") == [] or table.startswith("ops.")


@pytest.mark.parametrize("table", ["marts.dim_events", "ops.import_runs", "ops.releases"])
def test_staff_see_everything_and_an_unknown_role_nothing(read: Read, table: str) -> None:
    for role in access.STAFF_ROLES:
        assert len(read(table, role)) == len(read(table, "admin")) > 0
    for role in (None, "", "root"):
        assert read(table, role, HICKMAN) == []


def test_a_key_is_never_read_as_sql(release: Path) -> None:
    for evil in ("x') or true --", "'", "{name}", "null) or (1=1"):
        connection = opened(release, "district_admin", (evil,), None)
        assert connection.execute("select count(*) from marts.dim_events").fetchone() == (0,)
        connection = opened(release, "teacher", (), evil)
        assert connection.execute("select count(*) from marts.dim_events").fetchone() == (0,)


def test_only_an_administrator_reads_what_is_highly_sensitive_of_a_volunteer(read: Read) -> None:
    admins = {row["person_key"]: row for row in read("marts.dim_volunteers", "admin")}
    assert all(admins["p-maya"][name] is not None for name in SENSITIVE)
    for role in ("data_steward", "viewer"):
        (maya,) = [r for r in read("marts.dim_volunteers", role) if r["person_key"] == "p-maya"]
        assert {maya[name] for name in SENSITIVE} == {None}
        assert maya["email"] == "a@example.org"


def test_a_steward_works_with_keys_of_students_and_never_sees_a_name(read: Read) -> None:
    admins = {row["student_key"]: row for row in read("marts.dim_students", "admin")}
    stewards = {row["student_key"]: row for row in read("marts.dim_students", "data_steward")}
    assert admins.keys() == stewards.keys()
    assert all(admins["st-1"][name] is not None for name in PUPIL)
    for key, row in stewards.items():
        assert {row[name] for name in PUPIL} == {None}
        assert row["school_key"] == admins[key]["school_key"]
        assert row["salesforce_id"]


def test_a_viewer_reads_no_student_row_no_message_and_no_contact_point(read: Read) -> None:
    for table in (*STUDENT_ROWS, "dim_contact_points"):
        assert read(f"marts.{table}", "admin")
        assert read(f"marts.{table}", "viewer") == []
    assert read("ops.student_pipeline_status", "viewer")
    subjects = [row["subject"] for row in read("marts.fct_communications", "viewer")]
    assert "Thank you" in subjects
    for row in read("marts.fct_communications", "viewer"):
        assert (row["body"], row["from_address"]) == (None, None)
    steward = read("marts.fct_communications", "data_steward")
    assert "Dear Maya" in [row["body"] for row in steward]


def test_only_an_administrator_reads_in_the_audit_who_is_a_person_of_color(
    release: Path, tmp_path: Path
) -> None:
    path = tmp_path / "release.duckdb"
    path.write_bytes(release.read_bytes())
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            insert into ops.audit_log (decision_id, before_json, after_json) values
                ('a-color', '{"is_person_of_color": null}', '{"is_person_of_color": "true"}'),
                ('a-notes', '{"notes": null}', '{"notes": "met"}')
            """
        )
    said = {}
    for role in ("admin", "data_steward", "viewer"):
        connection = opened(path, role, (), None)
        said[role] = connection.execute(
            "select count(before_json), count(after_json) from ops.audit_log "
            "where decision_id in ('a-color', 'a-notes')"
        ).fetchone()
        connection.close()
    assert said == {"admin": (2, 2), "data_steward": (1, 1), "viewer": (1, 1)}


def test_a_district_does_not_read_what_a_file_says_of_an_organization(
    release: Path, tmp_path: Path
) -> None:
    path = tmp_path / "release.duckdb"
    path.write_bytes(release.read_bytes())
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.dim_organizations set description = 'Call Ann at home.'")
    for role, districts in (("viewer", ()), ("district_admin", (HICKMAN,))):
        connection = opened(path, role, districts, None)
        said = connection.execute("select count(description) from marts.dim_organizations")
        assert (said.fetchone() == (0,)) == bool(districts)
        connection.close()
