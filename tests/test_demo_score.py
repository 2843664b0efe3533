"""The score: nothing to say about a release that tells the truth, and every lie is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from polaris.demo.score import score_release
from polaris.demo.sources import FULL_FILE, WEEKLY_FILE, Sources, write_sources

SCHEMA = Path(__file__).parent / "support" / "release_schema.sql"
FAULTS = (
    "bucket_mismatches",
    "split_persons",
    "merged_persons",
    "wrong_teacher_rows",
    "unknown_people_not_one_ticket",
    "merged_sessions",
    "events_missing",
    "events_split",
    "events_surplus",
    "events_wrong_date",
    "events_wrong_status",
    "events_wrong_title",
    "events_wrong_students",
    "wrong_completed",
    "wrong_completed_settleable",
    "wrong_planned",
    "wrong_progress_status",
)

# A release that says of every person and session what is true.
TRUTHFUL = """
insert into ops.import_runs (run_id, load_seq, report_type, file_name, status)
values ('run-1', 1, 'session_report', '{file}', 'succeeded');
insert into ops.import_rows (run_id, row_number, bucket, reason, event_key, person_key)
select
    'run-1',
    cast(row_number as bigint),
    expected_bucket,
    nullif(expected_reason, ''),
    case
        when expected_bucket = 'created' or expected_reason in ('teacher', 'volunteer')
            then 'event-' || session_id
    end,
    case
        when expected_bucket = 'created' and role = 'Educator' then 'teacher-' || person_id
        when expected_reason = 'volunteer' then 'person-' || person_id
    end
from truth_rows where file = '{file}';
insert into marts.dim_teachers (teacher_key, email)
select 'teacher-' || person_id, roster_emails from truth_people where roster_emails <> '';
insert into marts.dim_districts (district_key, district_name)
select distinct district_name, district_name from truth_progress;
insert into marts.fct_teacher_progress (
    email, district_key, virtual_year, period, completed_sessions, planned_sessions,
    progress_status
)
select
    email, district_name, virtual_year, 'year', cast(completed_sessions as bigint),
    cast(planned_sessions as bigint), progress_status
from truth_progress where stage = 'history';
insert into marts.dim_events (
    event_key, source, title, session_date, status, registered_student_count,
    attended_student_count
)
select
    'event-' || session_id, 'pathful', title, cast(session_date as date), status,
    try_cast(nullif(registered_student_count, '') as bigint),
    try_cast(nullif(attended_student_count, '') as bigint)
from truth_sessions where stage = 'history' and is_event = 'True';
insert into queues.queue_unmatched (ticket_key, unmatched_type, pathful_user_id, attempted_name)
select distinct
    'ticket-' || rows.person_id,
    rows.expected_reason,
    nullif(string_split(people.user_ids, ';')[1], ''),
    people.name
from truth_rows as rows inner join truth_people as people on rows.person_id = people.person_id
where
    rows.file = '{file}' and rows.expected_reason in ('teacher', 'volunteer')
    and people.is_settleable = 'True';
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write_sources(tmp_path_factory.mktemp("sample"), 0.02)


@pytest.fixture(scope="module")
def truthful(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "truthful.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA.read_text(encoding="utf-8"))
        for name in ("rows", "people", "progress", "sessions"):
            connection.execute(
                f"create temp table truth_{name} as select * from read_csv("
                f"'{sources.folder}/truth_{name}.csv', all_varchar = true, header = true, "
                "quote = '\"', escape = '\"', delim = ',', nullstr = '\\N')"
            )
        connection.execute(TRUTHFUL.format(file=FULL_FILE))
    return path


@pytest.fixture
def lie(truthful: Path, sources: Sources, tmp_path: Path) -> Callable[..., dict[str, object]]:
    """Scores a copy of the truthful release after statements that spoil it."""

    def spoil(*statements: str) -> dict[str, object]:
        path = tmp_path / "spoiled.duckdb"
        shutil.copyfile(truthful, path)
        with duckdb.connect(str(path)) as connection:
            for statement in statements:
                changed = connection.execute(statement).fetchone()
                assert changed is None or changed[0] > 0, statement
        return score_release(path, sources.folder)

    return spoil


def test_nothing_is_wrong_with_the_truth(truthful: Path, sources: Sources) -> None:
    score = score_release(truthful, sources.folder)
    assert {name: score[name] for name in FAULTS} == dict.fromkeys(FAULTS, 0)
    assert score["examples"] == {}
    assert score["stage"] == "history"
    assert score["rows_judged"] > 550
    assert score["unknown_people"] > 30
    assert score["events_expected"] > 150
    assert score["progress_judged"] > 150


LIES = {
    "bucket_mismatches": "update ops.import_rows set bucket = 'invalid' where row_number = 30",
    "split_persons": (
        "update ops.import_rows set person_key = 'teacher-x' where row_number = ("
        "select max(row_number) from ops.import_rows where person_key = ("
        "select person_key from ops.import_rows where bucket = 'created' "
        "and person_key is not null group by 1 order by count(*) desc, 1 limit 1))"
    ),
    "merged_persons": (
        "update ops.import_rows set person_key = 'person-x' where person_key in ("
        "select distinct person_key from ops.import_rows where person_key like 'person-%' limit 9)"
    ),
    "wrong_teacher_rows": (
        "update marts.dim_teachers set email = 'x@example.org' where teacher_key = ("
        "select min(person_key) from ops.import_rows where person_key like 'teacher-%')"
    ),
    "unknown_people_not_one_ticket": (
        "insert into queues.queue_unmatched select * from queues.queue_unmatched "
        "where pathful_user_id is not null limit 1"
    ),
    "merged_sessions": (
        "update ops.import_rows set event_key = 'event-x' where row_number between 100 and 120"
    ),
    "events_missing": (
        "update ops.import_rows set event_key = null where event_key = ("
        "select min(event_key) from ops.import_rows)"
    ),
    "events_split": (
        "update ops.import_rows set event_key = 'event-x' where row_number = ("
        "select max(row_number) from ops.import_rows where event_key = ("
        "select event_key from ops.import_rows where event_key is not null "
        "group by 1 order by count(*) desc, 1 limit 1))"
    ),
    "events_surplus": (
        "insert into marts.dim_events (event_key, source) values ('event-x', 'pathful')"
    ),
    "events_wrong_date": "update marts.dim_events set session_date = session_date - 1",
    "events_wrong_status": "update marts.dim_events set status = 'Simulcast'",
    "events_wrong_title": "update marts.dim_events set title = title || '!'",
    "events_wrong_students": (
        "update marts.dim_events set attended_student_count = 999 "
        "where event_key = (select min(event_key) from marts.dim_events)"
    ),
    "wrong_completed": "update marts.fct_teacher_progress set completed_sessions = 50",
    "wrong_completed_settleable": "update marts.fct_teacher_progress set completed_sessions = 50",
    "wrong_planned": "update marts.fct_teacher_progress set planned_sessions = 50",
    "wrong_progress_status": "delete from marts.fct_teacher_progress",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_lie_is_found(lie: Callable[..., dict[str, object]], fault: str) -> None:
    score = lie(LIES[fault])
    found = score[fault]
    assert isinstance(found, int)
    assert found > 0


def test_a_part_of_the_history_is_judged_by_its_rows_only(
    lie: Callable[..., dict[str, object]],
) -> None:
    score = lie("update ops.import_runs set file_name = 'session_report_traps.csv'")
    assert score["stage"] is None
    assert score["wrong_completed"] is None
    assert score["events_expected"] is None


def test_the_weekly_export_is_judged_by_what_was_known_before(
    lie: Callable[..., dict[str, object]], sources: Sources
) -> None:
    score = lie(
        "insert into ops.import_runs (run_id, load_seq, report_type, file_name) "
        f"values ('run-2', 2, 'session_report', '{WEEKLY_FILE}')",
        "insert into ops.import_rows (run_id, row_number, bucket, reason) "
        "select 'run-2', unnest(range(2, 58)), 'skipped', 'unchanged'",
    )
    assert score["stage"] == "weekly"
    assert 0 < int(str(score["bucket_mismatches"])) < 56
