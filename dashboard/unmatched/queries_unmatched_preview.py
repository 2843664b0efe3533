"""What a match would bring: both sides, the sessions that move, and the progress it changes."""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache
from typing import Any

from dashboard.release import OpenRelease
from polaris.settings import PROJECT_ROOT

_STATUS_RULES = PROJECT_ROOT / "seeds" / "rule_event_statuses.csv"

_PEOPLE = {
    "teacher": """
        select
            teachers.teacher_key as key,
            teachers.teacher_name as name,
            teachers.email,
            teachers.pathful_user_id,
            schools.school_name as place,
            districts.district_name as district,
            false as is_provisional
        from marts.dim_teachers as teachers
        left join marts.dim_schools as schools on teachers.school_key = schools.school_key
        left join marts.dim_districts as districts
            on teachers.district_key = districts.district_key
        where teachers.teacher_key = $person
    """,
    "volunteer": """
        select
            volunteers.person_key as key,
            concat_ws(' ', volunteers.first_name, volunteers.last_name) as name,
            volunteers.email,
            volunteers.pathful_user_id,
            coalesce(organizations.organization_name, volunteers.employer) as place,
            null as district,
            coalesce(volunteers.is_provisional, false) as is_provisional
        from marts.dim_volunteers as volunteers
        left join marts.dim_organizations as organizations using (organization_key)
        where volunteers.person_key = $person
    """,
    "school": """
        select
            schools.school_key as key,
            schools.school_name as name,
            null as email,
            null as pathful_user_id,
            schools.level as place,
            districts.district_name as district,
            coalesce(schools.is_provisional, false) as is_provisional
        from marts.dim_schools as schools
        left join marts.dim_districts as districts using (district_key)
        where schools.school_key = $person
    """,
    "organization": """
        select
            organization_key as key,
            organization_name as name,
            null as email,
            null as pathful_user_id,
            organization_type as place,
            null as district,
            coalesce(is_provisional, false) as is_provisional
        from marts.dim_organizations
        where organization_key = $person
    """,
}

# Where both sides sit in one session it counts once, with the better evidence (pathful.md 3.6);
# an override is laid over that, and whom staff took off a session stays off (pathful.md 4.10).
_TEACHER_SESSIONS = """
with ranks(attendance, attendance_rank) as (
    values ('Attended', 4), ('NoShow', 3), ('Absent', 3), ('SignedUp', 2), ('Canceled', 1)
),
brought as (
    select event_key, imported_attendance_status as attendance
    from queues.queue_ticket_events
    where ticket_key = $ticket
),
own as (
    select event_key, attendance_status as attendance, override_effect
    from marts.fct_teacher_participation
    where teacher_key = $person
),
taken_off as (
    select distinct event_key
    from ops.audit_log
    where action = 'untag_teacher' and teacher_key = $person and is_standing
),
sides as (
    select
        coalesce(brought.event_key, own.event_key) as event_key,
        brought.event_key is not null as is_brought,
        own.event_key is not null as is_own,
        brought.attendance as ticket_attendance,
        own.attendance as own_attendance,
        own.override_effect
    from brought
    full outer join own on brought.event_key = own.event_key
),
joined as (
    select
        sides.*,
        events.title,
        events.session_date,
        events.status,
        not sides.is_own and taken_off.event_key is not null as is_taken_off,
        case
            when coalesce(theirs.attendance_rank, 0) > coalesce(mine.attendance_rank, 0)
                then sides.ticket_attendance
            else sides.own_attendance
        end as better_attendance
    from sides
    inner join marts.dim_events as events on sides.event_key = events.event_key
    left join taken_off on sides.event_key = taken_off.event_key
    left join ranks as theirs on sides.ticket_attendance = theirs.attendance
    left join ranks as mine on sides.own_attendance = mine.attendance
),
sessions as (
    select
        event_key,
        title,
        session_date,
        status,
        ticket_attendance,
        own_attendance,
        case
            when is_taken_off then 'off'
            when is_brought and is_own then 'both'
            when is_brought then 'moves'
            else 'own'
        end as place,
        case
            when is_taken_off then null
            when override_effect = 'add' then own_attendance
            when override_effect = 'remove' and better_attendance = 'Attended' then 'Canceled'
            else better_attendance
        end as attendance_after
    from joined
)
"""
_PRESENTER_SESSIONS = """
with brought as (
    select event_key from queues.queue_ticket_events where ticket_key = $ticket
),
own as (
    select event_key, attendance_status as attendance
    from marts.fct_volunteer_participation
    where person_key = $person
),
taken_off as (
    select distinct event_key
    from ops.audit_log
    where action = 'untag_presenter' and person_key = $person and is_standing
),
sides as (
    select
        coalesce(brought.event_key, own.event_key) as event_key,
        brought.event_key is not null as is_brought,
        own.event_key is not null as is_own,
        own.attendance as own_attendance
    from brought
    full outer join own on brought.event_key = own.event_key
),
sessions as (
    select
        sides.event_key,
        events.title,
        events.session_date,
        events.status,
        null as ticket_attendance,
        sides.own_attendance,
        case
            when not sides.is_own and taken_off.event_key is not null then 'off'
            when sides.is_brought and sides.is_own then 'both'
            when sides.is_brought then 'moves'
            else 'own'
        end as place,
        null as attendance_after
    from sides
    inner join marts.dim_events as events on sides.event_key = events.event_key
    left join taken_off on sides.event_key = taken_off.event_key
)
"""
_LISTED = "select * from sessions order by session_date desc, title, event_key"

# The rule of pathful.md 5.2 on distinct sessions, before and after the match.
_PROGRESS = """,
rosters as (
    select
        roster.district_key,
        coalesce(districts.district_name, 'Unknown') as district_name,
        roster.virtual_year,
        coalesce(nullif(roster.target_sessions, 0), 1) as target_sessions,
        make_date(cast(left(roster.virtual_year, 4) as integer), 8, 1) as first_day,
        make_date(cast(left(roster.virtual_year, 4) as integer) + 1, 8, 1) as next_first_day
    from marts.fct_teacher_roster as roster
    left join marts.dim_districts as districts using (district_key)
    where roster.teacher_key = $person and roster.is_active
    qualify
        row_number() over (
            partition by roster.district_key, roster.virtual_year
            order by roster.academic_year desc, roster.roster_key
        ) = 1
),
counts as (
    select
        rosters.district_key,
        rosters.district_name,
        rosters.virtual_year,
        rosters.target_sessions,
        count(distinct sessions.event_key) filter (
            where sessions.own_attendance = 'Attended' and sessions.session_date <= $today
        ) as completed_before,
        count(distinct sessions.event_key) filter (
            where
                sessions.own_attendance = 'SignedUp'
                and sessions.session_date >= $today
                and sessions.status in (select unnest($planned))
        ) as planned_before,
        count(distinct sessions.event_key) filter (
            where sessions.attendance_after = 'Attended' and sessions.session_date <= $today
        ) as completed_after,
        count(distinct sessions.event_key) filter (
            where
                sessions.attendance_after = 'SignedUp'
                and sessions.session_date >= $today
                and sessions.status in (select unnest($planned))
        ) as planned_after
    from rosters
    left join sessions
        on
            rosters.first_day <= sessions.session_date
            and rosters.next_first_day > sessions.session_date
    group by all
)
select
    district_key,
    district_name,
    virtual_year,
    target_sessions,
    completed_before,
    planned_before,
    completed_after,
    planned_after,
    case
        when completed_before >= target_sessions then 'Achieved'
        when completed_before > 0 or planned_before > 0 then 'In Progress'
        else 'Not Started'
    end as status_before,
    case
        when completed_after >= target_sessions then 'Achieved'
        when completed_after > 0 or planned_after > 0 then 'In Progress'
        else 'Not Started'
    end as status_after
from counts
order by virtual_year desc, district_name, district_key
"""

# One answer about a company string, or a school string, answers all its tickets.
_ANSWERED = """
with this as (
    select
        ticket_key,
        unmatched_type,
        coalesce(own_key, lower(trim(attempted_organization)), ticket_key) as organization_ref,
        lower(trim(attempted_school)) as school_name
    from queues.queue_unmatched
    where ticket_key = $ticket
),
answered as (
    select queue.ticket_key, queue.affected_row_count
    from queues.queue_unmatched as queue
    cross join this
    where
        queue.ticket_key = this.ticket_key
        or (
            this.unmatched_type = 'organization'
            and queue.unmatched_type = 'organization'
            and queue.status in ('pending', 'ignored')
            and coalesce(queue.own_key, lower(trim(queue.attempted_organization)))
            = this.organization_ref
        )
)
select
    (select count(*) from answered) as ticket_count,
    (select sum(affected_row_count) from answered) as row_count,
    (
        select count(distinct event_key) from queues.queue_ticket_events
        where ticket_key in (select ticket_key from answered)
    ) as session_count,
    (
        select count(*)
        from queues.queue_unmatched as queue
        cross join this
        where
            this.unmatched_type = 'school_unresolved'
            and queue.unmatched_type in ('teacher', 'teacher_and_event')
            and queue.status = 'pending'
            and lower(trim(queue.attempted_school)) = this.school_name
            -- The same name in a district that has such a school is another school.
            and exists (
                select 1
                from queues.queue_ticket_events as of_teacher
                inner join queues.queue_ticket_events as of_school using (event_key)
                where
                    of_teacher.ticket_key = queue.ticket_key
                    and of_school.ticket_key = this.ticket_key
            )
    ) as teacher_ticket_count
"""
_OWN_NUMBERS = {
    "school": """
        select
            (
                select count(distinct teacher_key) from marts.fct_teacher_roster
                where school_key = $person and is_active
            ) as people_count,
            (
                select count(distinct event_key) from marts.bridge_event_schools
                where school_key = $person
            ) as session_count
    """,
    "organization": """
        select
            (
                select count(*) from marts.dim_volunteers
                where organization_key = $person and not coalesce(is_deleted, false)
            ) as people_count,
            (
                select count(distinct participation.event_key)
                from marts.fct_volunteer_participation as participation
                inner join marts.dim_volunteers as volunteers using (person_key)
                where
                    volunteers.organization_key = $person
                    and (
                        participation.participant_type is distinct from 'Volunteer'
                        or participation.attendance_status in ('Attended', 'SignedUp')
                    )
            ) as session_count
    """,
}


def target(release: OpenRelease, kind: str, key: str) -> dict[str, Any] | None:
    """Whom or what the ticket would be matched to; None when the release does not have it."""
    return release.row(_PEOPLE[kind], {"person": key})


def sessions(release: OpenRelease, kind: str, ticket_key: str, key: str) -> list[dict[str, Any]]:
    """Sessions of both sides, newest first; `place` is moves, both, own or off."""
    prefix = _TEACHER_SESSIONS if kind == "teacher" else _PRESENTER_SESSIONS
    return release.rows(prefix + _LISTED, {"ticket": ticket_key, "person": key})


def progress(
    release: OpenRelease, ticket_key: str, teacher_key: str, today: date
) -> list[dict[str, Any]]:
    """Per active roster row of the teacher: completed, planned and status before and after."""
    params = {
        "ticket": ticket_key,
        "person": teacher_key,
        "today": today,
        "planned": list(planned_statuses()),
    }
    return release.rows(_TEACHER_SESSIONS.rstrip() + _PROGRESS, params)


def answered(release: OpenRelease, ticket_key: str) -> dict[str, Any]:
    """How many tickets, rows and sessions one answer settles."""
    return release.rows(_ANSWERED, {"ticket": ticket_key})[0]


def own_numbers(release: OpenRelease, kind: str, key: str) -> dict[str, Any]:
    """People and sessions a school or company has already."""
    return release.rows(_OWN_NUMBERS[kind], {"person": key})[0]


@lru_cache(maxsize=1)
def planned_statuses() -> tuple[str, ...]:
    """Event statuses in which a future sign-up counts as planned, from the seed dbt reads too."""
    with _STATUS_RULES.open(encoding="utf-8", newline="") as file:
        return tuple(row["status"] for row in csv.DictReader(file) if row["is_planned"] == "true")
