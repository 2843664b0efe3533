"""Compares the CRM part of a published release with the truth of the sample CRM."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

_EXAMPLES = 10
_TRUTHS = ("contacts", "participations", "students", "events", "counts", "presenters")
# What a release with a CRM has; without one of them there is nothing to judge.
_NEEDED = (
    ("dim_students", "school_assignment_status"),
    ("fct_volunteer_participation", "salesforce_id"),
    ("fct_student_participation", "salesforce_id"),
    ("crm_outcomes", "row_count"),
)

_TABLES = """
create temp table crm_keys as
select external_id as contact_id, entity_type, entity_id as entity_key
from release.ops.external_id_map
where external_system = 'salesforce' and entity_type in ('volunteer', 'student');

create temp table crm_people as
select truth.contact_id, truth.cluster, truth.trap, keys.entity_key
from crm_truth_contacts as truth
left join crm_keys as keys
    on truth.contact_id = keys.contact_id and keys.entity_type = 'volunteer'
where truth.stage = $stage and truth.is_volunteer = 'True';

create temp table crm_rows as
select
    salesforce_id as participant_id, 'Volunteer' as participant_type, is_credited,
    coalesce(hours, 0) as hours
from release.marts.fct_volunteer_participation
where salesforce_id is not null
union all
select salesforce_id, 'Student', is_attended, 0
from release.marts.fct_student_participation where salesforce_id is not null;

create temp table crm_groups as
select
    truth.participant_type,
    truth.outcome in ('kept', 'duplicate') as is_kept,
    case when is_kept then truth."group" else truth.participant_id end as group_key,
    string_agg(distinct truth.trap, '; ' order by truth.trap) as traps,
    count(found.participant_id) as found_rows,
    bool_or(truth.is_credited = 'True') as expected_credit,
    coalesce(bool_or(found.is_credited), false) as found_credit,
    sum(cast(truth.hours as double)) as expected_hours,
    coalesce(sum(found.hours) filter (where found.is_credited), 0) as found_hours
from crm_truth_participations as truth
left join crm_rows as found
    on
        truth.participant_id = found.participant_id
        and truth.participant_type = found.participant_type
where truth.stage = $stage
group by all;
"""

_QUERIES = {
    "split_persons": """
        select cluster, count(distinct entity_key) as persons, string_agg(distinct trap) as traps
        from crm_people where entity_key is not null
        group by cluster having count(distinct entity_key) > 1 order by cluster
    """,
    "merged_persons": """
        select entity_key, count(distinct cluster) as clusters, string_agg(distinct trap) as traps
        from crm_people where entity_key is not null
        group by entity_key having count(distinct cluster) > 1 order by entity_key
    """,
    "missing_persons": """
        select contact_id, trap from crm_people where entity_key is null order by contact_id
    """,
    "wrong_presenters": """
        select truth.person_id, truth.found_by, people.entity_key, judged.person_key as found
        from crm_truth_presenters as truth
        inner join crm_people as people on truth.contact_id = people.contact_id
        inner join judged on truth.person_id = judged.person_id
        where
            judged.expected_with_crm = 'created/'
            and judged.person_key is distinct from people.entity_key
        group by all order by truth.person_id
    """,
    "wrong_outcomes": """
        select group_key, participant_type, is_kept, found_rows, traps
        from crm_groups where found_rows <> cast(is_kept as integer) order by group_key
    """,
    "wrong_outcome_counts": """
        select truth.object, truth.what, cast(truth.count as bigint) as expected, found.row_count
        from crm_truth_counts as truth
        full join (
            select object_name, outcome, row_count from release.ops.crm_outcomes
            where object_name in ('Session_Participant__c', 'npe5__Affiliation__c', 'Session__c')
        ) as found on truth.object = found.object_name and truth.what = found.outcome
        where
            coalesce(truth.stage, $stage) = $stage
            and coalesce(truth.object, '') not in ('students', 'records', 'organizations')
            and coalesce(cast(truth.count as bigint), 0) <> coalesce(found.row_count, 0)
        order by all
    """,
    "wrong_credits": """
        select group_key, participant_type, expected_credit, found_credit, traps
        from crm_groups where expected_credit <> found_credit order by group_key
    """,
    "wrong_hours": """
        select group_key, expected_hours, found_hours, traps
        from crm_groups
        where participant_type = 'Volunteer' and abs(expected_hours - found_hours) > 0.001
        order by group_key
    """,
    "wrong_students": """
        select
            truth.contact_id, truth.status, found.school_assignment_status as found,
            truth.school_account_id, schools.salesforce_id as found_school
        from crm_truth_students as truth
        left join release.marts.dim_students as found
            on truth.contact_id = found.salesforce_id and not coalesce(found.is_deleted, false)
        left join release.marts.dim_schools as schools on found.school_key = schools.school_key
        where
            truth.stage = $stage
            and (
                truth.status is distinct from found.school_assignment_status
                or truth.school_account_id <> coalesce(schools.salesforce_id, '')
            )
        order by truth.contact_id
    """,
    "missing_events": """
        select truth.session_id, truth.scope, truth.trap, events.event_key
        from crm_truth_events as truth
        left join release.marts.dim_events as events
            on truth.session_id = events.salesforce_id and events.source = 'salesforce'
        where truth.stage = $stage and (truth.scope = 'in_scope') <> (events.event_key is not null)
        order by truth.session_id
    """,
    "wrong_event_dates": """
        select truth.session_id, truth.session_date, events.session_date as found, truth.trap
        from crm_truth_events as truth
        inner join release.marts.dim_events as events on truth.session_id = events.salesforce_id
        where
            truth.stage = $stage and truth.scope = 'in_scope'
            and truth.session_date <> cast(events.session_date as varchar)
        order by truth.session_id
    """,
    "wrong_event_districts": """
        select
            truth.session_id, truth.districts, truth.trap,
            coalesce(
                string_agg(distinct places.district_name, ';' order by places.district_name), ''
            ) as found
        from crm_truth_events as truth
        inner join release.marts.dim_events as events on truth.session_id = events.salesforce_id
        left join release.marts.bridge_event_districts as bridge
            on events.event_key = bridge.event_key
        left join release.marts.dim_districts as places
            on bridge.district_key = places.district_key
        where truth.stage = $stage and truth.scope = 'in_scope'
        group by all having found <> truth.districts order by truth.session_id
    """,
}
_TOTALS = """
select
    (select count(distinct cluster) from crm_people) as people_judged,
    (select count(*) from crm_truth_presenters) as presenters_judged,
    (select count(*) from crm_truth_participations where stage = $stage) as participations_judged,
    (select count(*) from crm_groups where expected_credit and participant_type = 'Volunteer')
        as credits_judged,
    (select count(*) from crm_truth_students where stage = $stage) as students_judged,
    (select count(*) from crm_truth_events where stage = $stage and scope = 'in_scope')
        as events_judged,
    (select round(sum(expected_hours), 2) from crm_groups) as hours_expected,
    (select round(sum(found_hours), 2) from crm_groups) as hours_found
"""


def has_crm(connection: duckdb.DuckDBPyConnection) -> bool:
    """True when the attached release knows contacts of a CRM."""
    known = set(
        connection.execute(
            "select table_name, column_name from information_schema.columns "
            "where table_catalog = 'release'"
        ).fetchall()
    )
    if not known.issuperset(_NEEDED):
        return False
    found = connection.execute(
        "select count(*) from release.ops.external_id_map where external_system = 'salesforce'"
    ).fetchone()
    return found is not None and found[0] > 0


def score_crm(connection: duckdb.DuckDBPyConnection, truth_dir: Path) -> dict[str, Any]:
    """How well the attached release tells the truth about the sample CRM.

    Args:
        connection: with the release attached as `release` and the table `judged` of the score.
        truth_dir: the folder that `write_sources` filled.

    Returns:
        Counts, each 0 when all is well except those named ``…_judged``, ``hours_…``; ``stage``;
        ``examples`` with the first offenders of each kind.
    """
    for name in _TRUTHS:
        source = str(truth_dir / f"truth_crm_{name}.csv").replace("'", "''")
        connection.execute(
            f"create temp table crm_truth_{name} as select * from "
            f"read_csv('{source}', all_varchar = true, header = true, quote = '\"', "
            "escape = '\"', delim = ',', null_padding = false, nullstr = '\\N')"
        )
    stage = _stage(connection)
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            connection.execute(statement.replace("$stage", f"'{stage}'"))
    result: dict[str, Any] = {"stage": stage, "examples": {}}
    row = connection.execute(_TOTALS.replace("$stage", f"'{stage}'")).fetchone()
    columns = [column[0] for column in connection.description or ()]
    result |= dict(zip(columns, row or (), strict=True))
    for name, query in _QUERIES.items():
        rows = connection.execute(query.replace("$stage", f"'{stage}'")).fetchall()
        columns = [column[0] for column in connection.description or ()]
        result[name] = len(rows)
        if rows:
            shown = [dict(zip(columns, row, strict=True)) for row in rows[:_EXAMPLES]]
            result["examples"][name] = shown
    return result


def _stage(connection: duckdb.DuckDBPyConnection) -> str:
    """Which state of the CRM is in the release: `history`, or `weekly` after the delta."""
    row = connection.execute(
        """
        select count(*) from crm_truth_contacts as later
        inner join release.ops.external_id_map as found on later.contact_id = found.external_id
        where later.stage = 'weekly' and later.contact_id not in (
            select contact_id from crm_truth_contacts where stage = 'history'
        ) and found.is_active
        """
    ).fetchone()
    return "weekly" if row and row[0] else "history"


_WORDS = (
    ("people_judged", ("missing_persons",), "volunteers of the CRM found"),
    ("presenters_judged", ("wrong_presenters",), "presenters recognized without a ticket"),
    ("participations_judged", ("wrong_outcomes",), "participations with the right outcome"),
    ("credits_judged", ("wrong_credits", "wrong_hours"), "credited participations, hours right"),
    ("students_judged", ("wrong_students",), "students with the right school, or rightly none"),
    (
        "events_judged",
        ("missing_events", "wrong_event_dates", "wrong_event_districts"),
        "sessions of the CRM on the right day, in the right districts",
    ),
)
_NEVER = (
    ("split_persons", "volunteers split in two"),
    ("merged_persons", "volunteers merged"),
    ("wrong_outcome_counts", "outcomes miscounted"),
)


def crm_score_lines(score: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """The score of the CRM for a person: (style, text) per line."""
    if score is None:
        return []
    out = []
    for total, faults, text in _WORDS:
        wrong = sum(score[fault] for fault in faults)
        right = max(0, score[total] - wrong)
        out.append(("warning" if wrong else "plain", f"  {right:,} of {score[total]:,} {text}"))
    counts = [(score[name], text) for name, text in _NEVER]
    style = "warning" if any(count for count, _ in counts) else "plain"
    out.append((style, "  " + ", ".join(f"{count:,} {text}" for count, text in counts)))
    return out
