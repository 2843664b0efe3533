"""Compares a published release with the truth of the sample data it was built from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris.demo.crm_score import has_crm, score_crm
from polaris.demo.names import name_key
from polaris.demo.sources import FULL_FILE, TRAP_FILES, WEEKLY_FILE, YEARLY_FILES

if TYPE_CHECKING:
    import duckdb

_EXAMPLES = 10
_TRUTHS = ("rows", "people", "progress", "sessions")

# Every judged row: what became of it beside what should have become of it.
_JUDGED = """
create temp table judged as
select
    truth.*,
    people.kind,
    people.is_settleable = 'True' as is_settleable,
    people.roster_emails,
    found.bucket,
    coalesce(found.reason, '') as reason,
    found.event_key,
    found.person_key
from truth_rows as truth
inner join judged_files as files on truth.file = files.file_name
left join release.ops.import_rows as found
    on files.run_id = found.run_id and cast(truth.row_number as bigint) = found.row_number
left join truth_people as people on truth.person_id = people.person_id
"""

_MISMATCHES = """
select
    file, row_number, trap, coalesce(bucket || '/' || reason, 'no row') as found, expected
from (
    select
        judged.*,
        case
            when files.is_after_history and expected_after_history <> ''
                then if($has_crm, expected_after_history_with_crm, expected_after_history)
            when $has_crm then expected_with_crm || '|' || also_accepted
            else expected_bucket || '/' || expected_reason || '|' || also_accepted
        end as expected
    from judged inner join judged_files as files on judged.file = files.file_name
    where files.is_bucket_judged
)
where
    also_accepted <> '*'
    and not list_contains(
        list_transform(string_split(expected, '|'), part -> rtrim(part, '/')),
        rtrim(coalesce(bucket || '/' || reason, ''), '/')
    )
order by file, cast(row_number as bigint)
"""

_SPLIT_PEOPLE = """
select person_id, kind, count(distinct person_key) as keys
from judged
where person_key is not null and is_settleable and role in ('Educator', 'Professional')
group by all having count(distinct person_key) > 1
order by person_id
"""

_MERGED_PEOPLE = """
select person_key, string_agg(distinct person_id, ', ' order by person_id) as people
from judged
where person_key is not null and person_id <> '' and role in ('Educator', 'Professional')
group by all having count(distinct person_id) > 1 and bool_or(is_settleable)
order by person_key
"""

_WRONG_TEACHERS = """
select judged.file, judged.row_number, judged.person_id, judged.kind, teachers.email as found
from judged
inner join release.marts.dim_teachers as teachers on judged.person_key = teachers.teacher_key
where judged.role = 'Educator' and lower(teachers.email) is distinct from judged.roster_emails
order by judged.file, cast(judged.row_number as bigint)
"""

_PROGRESS = """
select
    truth.email,
    truth.district_name,
    truth.virtual_year,
    truth.kind,
    truth.is_settleable = 'True' as is_settleable,
    cast(truth.completed_sessions as bigint) as expected_completed,
    found.completed_sessions as found_completed,
    cast(truth.planned_sessions as bigint) as expected_planned,
    found.planned_sessions as found_planned,
    truth.progress_status as expected_status,
    found.progress_status as found_status
from truth_progress as truth
left join release.marts.dim_districts as districts on truth.district_name = districts.district_name
left join release.marts.fct_teacher_progress as found
    on
        truth.email = lower(found.email)
        and truth.virtual_year = found.virtual_year
        and districts.district_key = found.district_key
        and found.period = 'year'
where truth.stage = $stage
"""

_EVENTS = """
select
    count(*) filter (where truth.is_event = 'True') as expected,
    count(*) filter (where truth.is_event = 'True' and keys.event_key is null) as missing,
    count(*) filter (where keys.key_count > 1) as split,
    count(*) filter (
        where truth.is_event = 'True' and truth.session_date <> cast(events.session_date as varchar)
    ) as wrong_date,
    count(*) filter (where truth.is_event = 'True' and truth.status <> events.status)
        as wrong_status,
    count(*) filter (
        where
            truth.is_event = 'True'
            and trim(regexp_replace(truth.title, '\\s+', ' ', 'g'))
            <> trim(regexp_replace(events.title, '\\s+', ' ', 'g'))
    ) as wrong_title,
    count(*) filter (
        where
            truth.is_event = 'True'
            and (
                truth.registered_student_count
                is distinct from coalesce(cast(events.registered_student_count as varchar), '')
                or truth.attended_student_count
                is distinct from coalesce(cast(events.attended_student_count as varchar), '')
            )
    ) as wrong_students
from truth_sessions as truth
left join (
    select session_id, min(event_key) as event_key, count(distinct event_key) as key_count
    from judged where event_key is not null and expected_reason <> 'event' group by session_id
) as keys on truth.session_id = keys.session_id
left join release.marts.dim_events as events on keys.event_key = events.event_key
where truth.stage = $stage
"""

_MERGED_SESSIONS = """
select event_key, string_agg(distinct session_id, ', ' order by session_id) as sessions
from judged where event_key is not null and expected_reason <> 'event'
group by event_key having count(distinct session_id) > 1
order by event_key
"""

_TICKETS = """
select ticket_key, coalesce(pathful_user_id, ''), coalesce(attempted_name, '')
from release.queues.queue_unmatched where unmatched_type like $kind order by ticket_key
"""


def score_release(release_path: Path, truth_dir: Path) -> dict[str, Any]:
    """How well a release tells the truth about the sample data.

    Progress and events are judged when the whole history is in the release and the file of traps
    is not; after the weekly export they are judged against the truth after it. Where the sample
    CRM is in the release, presenters whom it knows need no ticket.

    Args:
        release_path: a published release.
        truth_dir: the folder that `write_sources` filled.

    Returns:
        Counts, each 0 when all is well except those named ``…_expected``, ``…_judged`` and
        ``unknown_people``; None where nothing could be judged; ``examples`` with the first
        offenders of each kind; ``crm`` as `polaris.demo.crm_score.score_crm` has it, None without.
    """
    import duckdb

    with duckdb.connect() as connection:
        path = str(release_path).replace("'", "''")
        connection.execute(f"attach '{path}' as release (read_only)")
        for name in _TRUTHS:
            source = str(truth_dir / f"truth_{name}.csv").replace("'", "''")
            connection.execute(
                f"create temp table truth_{name} as select * from "
                f"read_csv('{source}', all_varchar = true, header = true, quote = '\"', "
                "escape = '\"', delim = ',', null_padding = false, nullstr = '\\N')"
            )
        stage = _choose_files(connection)
        connection.execute(_JUDGED)
        result: dict[str, Any] = {"stage": stage, "examples": {}}
        with_crm = has_crm(connection)
        _score_rows(connection, result, with_crm=with_crm)
        _score_people(connection, result)
        _score_tickets(connection, result, with_crm=with_crm)
        _score_events(connection, result, stage)
        _score_progress(connection, result, stage)
        result["crm"] = score_crm(connection, truth_dir) if with_crm else None
        if with_crm:
            found = result["crm"].pop("examples")
            result["examples"] |= {f"crm_{name}": rows for name, rows in found.items()}
    return result


def _choose_files(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Picks the first run of each sample file and says which truth holds: history or weekly."""
    runs = connection.execute(
        """
        select file_name, min_by(run_id, load_seq) as run_id, min(load_seq) as load_seq
        from release.ops.import_runs
        where
            report_type = 'session_report'
            and run_id in (select run_id from release.ops.import_rows)
            and file_name in (select file from truth_rows)
        group by file_name order by load_seq
        """
    ).fetchall()
    connection.execute(
        "create temp table judged_files "
        "(file_name text, run_id text, is_bucket_judged boolean, is_after_history boolean)"
    )
    earlier: set[str] = set()
    whole = False
    for file_name, run_id, _ in runs:
        overlaps = {
            FULL_FILE: set(YEARLY_FILES.values()) | {WEEKLY_FILE},
            WEEKLY_FILE: set() if whole else {FULL_FILE, *YEARLY_FILES.values()},
            **{name: {other for other in TRAP_FILES if other != name} for name in TRAP_FILES},
        }.get(file_name, {FULL_FILE, WEEKLY_FILE})
        is_after = file_name == WEEKLY_FILE and whole
        row = [file_name, run_id, not overlaps & earlier, is_after]
        connection.execute("insert into judged_files values (?, ?, ?, ?)", row)
        earlier.add(file_name)
        whole = FULL_FILE in earlier or earlier >= set(YEARLY_FILES.values())
    if not whole or earlier & set(TRAP_FILES):
        return None
    return "weekly" if WEEKLY_FILE in earlier else "history"


def _offenders(
    connection: duckdb.DuckDBPyConnection, result: dict[str, Any], name: str, query: str
) -> None:
    """Stores the number of rows a query returns, and the first of them."""
    rows = connection.execute(query).fetchall()
    columns = [column[0] for column in connection.description or ()]
    result[name] = len(rows)
    if rows:
        shown = [dict(zip(columns, row, strict=True)) for row in rows[:_EXAMPLES]]
        result["examples"][name] = shown


def _score_rows(
    connection: duckdb.DuckDBPyConnection, result: dict[str, Any], *, with_crm: bool
) -> None:
    count = connection.execute(
        "select count(*) from judged inner join judged_files as files "
        "on judged.file = files.file_name where files.is_bucket_judged"
    ).fetchone()
    result["rows_judged"] = count[0] if count else 0
    mismatches = _MISMATCHES.replace("$has_crm", str(with_crm).lower())
    _offenders(connection, result, "bucket_mismatches", mismatches)


def _score_people(connection: duckdb.DuckDBPyConnection, result: dict[str, Any]) -> None:
    _offenders(connection, result, "split_persons", _SPLIT_PEOPLE)
    _offenders(connection, result, "merged_persons", _MERGED_PEOPLE)
    _offenders(connection, result, "wrong_teacher_rows", _WRONG_TEACHERS)


def _score_tickets(
    connection: duckdb.DuckDBPyConnection, result: dict[str, Any], *, with_crm: bool
) -> None:
    """Unknown educators and professionals: one ticket per person; none for whom the CRM knows."""
    people = connection.execute(
        """
        select distinct
            people.person_id, people.kind, people.role, user_ids, name_key,
            people.is_in_crm = 'True' and $with_crm as is_known
        from judged inner join truth_people as people on judged.person_id = people.person_id
        where
            expected_bucket = 'unmatched' and expected_reason in ('teacher', 'volunteer')
            and judged.is_settleable
        order by people.person_id
        """,
        {"with_crm": with_crm},
    ).fetchall()
    known = {row[0] for row in people if row[5]}
    result["unknown_people"] = len(people) - len(known)
    counts = dict.fromkeys((row[0] for row in people), 0)
    for role, kind in (("Educator", "teacher%"), ("Professional", "volunteer%")):
        members = [row for row in people if row[2] == role]
        by_id = {user_id: row[0] for row in members for user_id in row[3].split(";") if user_id}
        by_name: dict[str, set[str]] = {}
        for row in members:
            by_name.setdefault(row[4], set()).add(row[0])
        for _, user_id, name in connection.execute(_TICKETS, {"kind": kind}).fetchall():
            owners = {by_id[user_id]} if user_id in by_id else set()
            if not user_id:
                owners = by_name.get(name_key(name), set())
            # Namesakes without an id share their tickets: each is owed one of them.
            for owner in owners:
                counts[owner] += 1
        for group in by_name.values():
            share = max((counts[person] for person in group), default=0)
            if len(group) > 1 and share == len(group):
                counts.update(dict.fromkeys(group, 1))
    kinds = {row[0]: row[1] for row in people}
    wrong = [person for person, count in counts.items() if count != int(person not in known)]
    result["unknown_people_not_one_ticket"] = len(wrong)
    if wrong:
        result["examples"]["unknown_people_not_one_ticket"] = [
            {"person_id": person, "kind": kinds[person], "tickets": counts[person]}
            for person in wrong[:_EXAMPLES]
        ]


def _score_events(
    connection: duckdb.DuckDBPyConnection, result: dict[str, Any], stage: str | None
) -> None:
    _offenders(connection, result, "merged_sessions", _MERGED_SESSIONS)
    names = ("expected", "missing", "split", "wrong_date", "wrong_status", "wrong_title")
    keys = [f"events_{name}" for name in (*names, "wrong_students")]
    result |= dict.fromkeys((*keys, "events_surplus"), None)
    if stage is None:
        return
    row = connection.execute(_EVENTS, {"stage": stage}).fetchone()
    result |= dict(zip(keys, row or (), strict=True))
    found = connection.execute(
        "select count(*) from release.marts.dim_events where source = 'pathful'"
    ).fetchone()
    surplus = (found[0] if found else 0) - result["events_expected"] + result["events_missing"]
    result["events_surplus"] = surplus


def _score_progress(
    connection: duckdb.DuckDBPyConnection, result: dict[str, Any], stage: str | None
) -> None:
    keys = ("progress_judged", "wrong_completed", "wrong_completed_settleable", "wrong_planned")
    result |= dict.fromkeys((*keys, "wrong_progress_status"), None)
    if stage is None:
        return
    connection.execute(f"create temp table progress as {_PROGRESS}", {"stage": stage})
    count = connection.execute("select count(*) from progress").fetchone()
    result["progress_judged"] = count[0] if count else 0
    for name, condition in (
        ("wrong_completed", "expected_completed is distinct from found_completed"),
        (
            "wrong_completed_settleable",
            "is_settleable and expected_completed is distinct from found_completed",
        ),
        ("wrong_planned", "expected_planned is distinct from found_planned"),
        ("wrong_progress_status", "expected_status is distinct from found_status"),
    ):
        query = f"select * from progress where {condition} order by email, virtual_year"
        _offenders(connection, result, name, query)
