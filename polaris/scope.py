"""What each role may read of a release (pathful.md 6.6, salesforce.md 9.1).

Per published table there is the query that stands for it. The queries read a database attached as
`published`; a reader makes views of the same names from them, so that its own SQL runs unchanged. A
table that is not named here is not readable at all.

An event belongs to a district through `bridge_event_districts`, a teacher through a row on its
roster, of whatever year. Of an event that two districts share, each sees the event and its own
teachers.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from polaris import access, scope_crm

_NOTHING = "select * from published.{name} where false"
_EVERYTHING = "select * from published.{name}"
# What a file says of an organization may say something of people.
_ORGANIZATIONS = "select * replace (null::varchar as description) from published.{name}"
_OWN_EVENT = (
    "event_key in (select event_key from published.marts.bridge_event_districts"
    " where district_key in ({districts}))"
)
_OWN_TEACHER = (
    "teacher_key in (select teacher_key from published.marts.fct_teacher_roster"
    " where district_key in ({districts}))"
)
_OWN_ROSTER = (
    "roster_key in (select roster_key from published.marts.fct_teacher_roster"
    " where district_key in ({districts}))"
)
_OWN_SCHOOL = (
    "school_key in (select school_key from published.marts.dim_schools"
    " where district_key in ({districts}))"
)
_OWN_DISTRICT = "district_key in ({districts})"
_BY_DISTRICT = f"select * from published.{{name}} where {_OWN_DISTRICT}"
_BY_EVENT = f"select * from published.{{name}} where {_OWN_EVENT}"
_BY_SCOPE = (
    "select * from published.{name} where scope_type = 'district' and scope_key in ({districts})"
)

# A teacher who has left for another district keeps the name here; where to, and the address
# there, are the other district's.
_TEACHERS = f"""
    select * replace (
        if({_OWN_SCHOOL}, school_key, null) as school_key,
        if({_OWN_DISTRICT}, district_key, null) as district_key,
        if({_OWN_DISTRICT}, email, null) as email
    )
    from published.{{name}} where {_OWN_TEACHER}
"""
# Names to tag by; nothing to reach or describe a volunteer with.
_VOLUNTEERS = """
    select
        person_key, first_name, last_name, null::varchar as email, null::varchar as phone_e164,
        null::date as dob, organization_key, employer, null::varchar as city,
        null::varchar as state_code, null::varchar as postal_code, null::varchar as gender,
        null::varchar as race_ethnicity, null::varchar as education, null::varchar as age_group,
        null::boolean as do_not_call, null::boolean as do_not_email,
        null::boolean as do_not_contact, null::boolean as is_contactable,
        null::varchar as local_status, is_provisional, null::boolean as possible_duplicate,
        null::varchar as household_key, null::date as first_volunteer_date,
        null::date as last_volunteer_date, null::timestamptz as consent_signed_at,
        null::boolean as photo_release, null::varchar as pathful_user_id,
        null::boolean as is_person_of_color, null::varchar as salesforce_id, job_title,
        null::varchar as department, null::varchar as industry, null::boolean as email_opt_out,
        null::timestamptz as email_bounced_at, null::boolean as has_valid_email,
        null::boolean as has_valid_phone, null::boolean as is_deceased,
        null::boolean as is_excluded_from_reports, null::varchar as volunteer_status,
        null::varchar as local_status_source, null::bigint as additional_volunteer_count,
        null::bigint as credited_count, null::bigint as times_volunteered,
        null::bigint as sf_attended_session_count, null::date as sf_first_volunteer_date,
        null::date as sf_last_volunteer_date, null::date as last_email_date,
        null::date as last_non_internal_email_date, null::date as last_activity_date,
        null::varchar as recruitment_notes, null::varchar as interests, null::varchar as skills,
        null::bigint as salesforce_contact_count, is_deleted, null::varchar as staff_notes,
        null::boolean as is_recruitable
    from published.{name}
"""
_ON_OWN_EVENT = (
    " where person_key in (select person_key from published.marts.fct_volunteer_participation"
    f" where {_OWN_EVENT})"
)
# The names beside a shared event are those of the own district only.
_RECRUITMENT = f"""
    select * replace (
        if({_OWN_SCHOOL}, school_key, null) as school_key,
        (
            select string_agg(schools.school_name, ', ' order by schools.school_name)
            from published.marts.bridge_event_schools as bridge
            inner join published.marts.dim_schools as schools using (school_key)
            where bridge.event_key = queue.event_key and schools.district_key in ({{districts}})
        ) as school_names,
        (
            select string_agg(districts.district_name, ', ' order by districts.district_name)
            from published.marts.bridge_event_districts as bridge
            inner join published.marts.dim_districts as districts using (district_key)
            where bridge.event_key = queue.event_key and bridge.district_key in ({{districts}})
        ) as district_names,
        (
            select string_agg(teachers.teacher_name, ', ' order by teachers.teacher_name)
            from published.marts.fct_teacher_participation as participations
            inner join published.marts.dim_teachers as teachers using (teacher_key)
            where participations.event_key = queue.event_key
                and participations.{_OWN_TEACHER}
        ) as teacher_names
    )
    from published.{{name}} as queue where {_OWN_EVENT}
"""
# The source row and the suggestions may name people of other districts.
_TICKETS = f"""
    select * replace ('[]' as candidates_json, '{{{{}}}}' as raw_json)
    from published.{{name}} where {_OWN_DISTRICT}
"""
_TICKET_EVENTS = f"""
    select * from published.{{name}}
    where {_OWN_EVENT}
        and ticket_key in (
            select ticket_key from published.queues.queue_unmatched where {_OWN_DISTRICT}
        )
"""
# That something was imported, when and how it ended; not which file, by whom, or what was in it.
_OF_A_RUN = (
    "adapter_health_json",
    "anomaly_flags",
    "counts_json",
    "error_summary",
    "file_name",
    "file_sha256",
    "gate_json",
    "hashes",
    "ingest_params_json",
    "label",
    "metrics_json",
    "notes",
    "triggered_by",
    "warnings_json",
)
_UNSAID = ", ".join(f"null::varchar as {column}" for column in _OF_A_RUN)
# A release of an earlier version has not all of these columns.
_RUNS = f"""
    select * replace ({_UNSAID})
    from (
        from published.{{name}}
        union all by name
        select {_UNSAID} where false
    )
"""
_AUDIT = f"""
    select * from published.{{name}}
    where (event_key is not null or roster_key is not null)
        and (event_key is null or {_OWN_EVENT})
        and (teacher_key is null or {_OWN_TEACHER})
        and (roster_key is null or {_OWN_ROSTER})
"""
_OWN_SCHOOLS_OF_EVENT = f"{_BY_EVENT} and {_OWN_SCHOOL}"
_OWN_TEACHERS_OF_EVENT = f"{_BY_EVENT} and {_OWN_TEACHER}"
_OWN_DISTRICT_OF_EVENT = f"{_BY_EVENT} and {_OWN_DISTRICT}"

_DISTRICT: dict[str, str] = {
    **scope_crm.of_district(
        by_event=_BY_EVENT,
        by_scope=_BY_SCOPE,
        by_district=_BY_DISTRICT,
        by_school=f"select * from published.{{name}} where {_OWN_SCHOOL}",
    ),
    "marts.dim_districts": _BY_DISTRICT,
    "marts.dim_schools": _BY_DISTRICT,
    "marts.dim_organizations": _ORGANIZATIONS,
    "marts.dim_teachers": _TEACHERS,
    "marts.dim_volunteers": _VOLUNTEERS,
    "marts.dim_events": f"""
        select * replace (if({_OWN_SCHOOL}, school_key, null) as school_key)
        from published.{{name}} where {_OWN_EVENT}
    """,
    "marts.bridge_event_districts": _OWN_DISTRICT_OF_EVENT,
    "marts.bridge_event_schools": _OWN_SCHOOLS_OF_EVENT,
    "marts.bridge_volunteer_organizations": _EVERYTHING,
    "marts.fct_teacher_roster": _BY_DISTRICT,
    "marts.fct_teacher_participation": _OWN_TEACHERS_OF_EVENT,
    "marts.fct_volunteer_participation": _BY_EVENT,
    "marts.fct_teacher_progress": _BY_DISTRICT,
    "marts.fct_progress_archive": _BY_DISTRICT,
    "marts.agg_school_progress": _BY_DISTRICT,
    "marts.agg_district_progress": _BY_DISTRICT,
    "marts.agg_district_year_end": _BY_SCOPE,
    "marts.agg_district_year_end_months": _BY_SCOPE,
    "marts.agg_virtual_impact": _BY_SCOPE,
    "queues.queue_unmatched": _TICKETS,
    "queues.queue_ticket_events": _TICKET_EVENTS,
    "queues.queue_event_flags": _BY_EVENT,
    "queues.queue_draft_review": _BY_EVENT,
    "queues.queue_presenter_recruitment": _RECRUITMENT,
    "queues.queue_issue_reports": _BY_DISTRICT,
    "queues.queue_teacher_duplicates": _NOTHING,
    "queues.queue_presenter_matches": _NOTHING,
    "queues.queue_dq_violations": _NOTHING,
    "ops.audit_log": _AUDIT,
    "ops.event_lineage": _BY_EVENT,
    "ops.import_runs": _RUNS,
    "ops.import_rows": _NOTHING,
    "ops.gate_results": _NOTHING,
    "ops.external_id_map": _NOTHING,
    "ops.releases": _EVERYTHING,
    "ops.source_freshness": _EVERYTHING,
}
# A district viewer takes no decision, so needs no more people than those on the own events.
_VIEWER = _DISTRICT | {
    "marts.dim_volunteers": _VOLUNTEERS + _ON_OWN_EVENT,
    "marts.bridge_volunteer_organizations": f"select * from published.{{name}}{_ON_OWN_EVENT}",
    "queues.queue_unmatched": _NOTHING,
    "queues.queue_ticket_events": _NOTHING,
}

_ME = "teacher_key = {teacher}"
_BY_ME = f"select * from published.{{name}} where {_ME}"
_MY_EVENT = (
    f"event_key in (select event_key from published.marts.fct_teacher_participation where {_ME})"
)
_MY_DISTRICT = (
    f"district_key in (select district_key from published.marts.fct_teacher_roster where {_ME})"
)
_TEACHER: dict[str, str] = dict.fromkeys(_DISTRICT, _NOTHING) | {
    "marts.dim_districts": f"select * from published.{{name}} where {_MY_DISTRICT}",
    "marts.dim_schools": f"select * from published.{{name}} where {_MY_DISTRICT}",
    "marts.dim_teachers": _BY_ME,
    "marts.dim_events": f"""
        select * replace (null::varchar as staff_notes) from published.{{name}} where {_MY_EVENT}
    """,
    "marts.fct_teacher_roster": _BY_ME,
    "marts.fct_teacher_participation": _BY_ME,
    "marts.fct_teacher_progress": _BY_ME,
    "marts.fct_progress_archive": _BY_ME,
    "queues.queue_issue_reports": _BY_ME,
    "ops.import_runs": _RUNS,
    "ops.releases": _EVERYTHING,
    "ops.source_freshness": _EVERYTHING,
}
_STAFF = dict.fromkeys(_DISTRICT, _EVERYTHING)
_BY_ROLE = {
    access.ADMIN: _STAFF,
    access.DATA_STEWARD: _STAFF | scope_crm.STEWARD,
    access.VIEWER: _STAFF | scope_crm.VIEWER,
    access.DISTRICT_ADMIN: _DISTRICT,
    access.DISTRICT_VIEWER: _VIEWER,
    access.TEACHER: _TEACHER,
}
TABLES = tuple(_DISTRICT)


@dataclass(frozen=True)
class _Names:
    """What the queries speak of, quoted for SQL."""

    districts: str
    teacher: str


def views(
    role: str | None, districts: Collection[str] = (), *, teacher_key: str | None = None
) -> list[tuple[str, str, str]]:
    """The queries that stand for the published tables: (schema, table, select) of each.

    Args:
        role: an administrator reads everything; a role nobody knows reads nothing.
        districts: keys of the districts a district role is limited to; none of them, no rows.
        teacher_key: of the teacher whose own record is read, for the role teacher.
    """
    names = _Names(
        districts=", ".join(_quoted(key) for key in sorted(districts)) or "null",
        teacher=_quoted(teacher_key) if teacher_key else "null",
    )
    chosen = _queries((role or "").strip().lower())
    return [
        (*_parted(name), query.format(name=name, districts=names.districts, teacher=names.teacher))
        for name, query in chosen.items()
    ]


def _queries(role: str) -> dict[str, str]:
    return _BY_ROLE.get(role, dict.fromkeys(TABLES, _NOTHING))


def _parted(name: str) -> tuple[str, str]:
    schema, _, table = name.partition(".")
    return schema, table


def _quoted(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
