"""Teachers who may be one person: the pairs, both sides, and which attendance would win."""

from __future__ import annotations

from typing import Any

from dashboard.release import OpenRelease

_PAIRS = """
select
    pairs.pair_key,
    pairs.left_teacher_key,
    pairs.right_teacher_key,
    pairs.left_event_count,
    pairs.right_event_count,
    pairs.shared_event_count,
    pairs.overlap_pct,
    pairs.status,
    pairs.survivor_teacher_key,
    pairs.decision_id,
    pairs.decided_by,
    pairs.decided_at,
    coalesce(left_teachers.teacher_name, pairs.left_teacher_key) as left_name,
    coalesce(right_teachers.teacher_name, pairs.right_teacher_key) as right_name
from queues.queue_teacher_duplicates as pairs
left join marts.dim_teachers as left_teachers
    on pairs.left_teacher_key = left_teachers.teacher_key
left join marts.dim_teachers as right_teachers
    on pairs.right_teacher_key = right_teachers.teacher_key
order by
    pairs.shared_event_count desc, pairs.overlap_pct desc, left_name, right_name, pairs.pair_key
"""
_TEACHER = """
select
    teachers.teacher_key,
    teachers.teacher_name,
    teachers.email,
    teachers.pathful_user_id,
    schools.school_name,
    districts.district_name,
    (
        select
            string_agg(
                concat(
                    roster.academic_year,
                    case when roster.building is not null then concat(' ', roster.building) end,
                    case when not roster.is_active then ' (inactive)' end
                ),
                ', '
                order by roster.academic_year desc, roster.building
            )
        from marts.fct_teacher_roster as roster
        where roster.teacher_key = teachers.teacher_key
    ) as roster_years
from marts.dim_teachers as teachers
left join marts.dim_schools as schools on teachers.school_key = schools.school_key
left join marts.dim_districts as districts on teachers.district_key = districts.district_key
where teachers.teacher_key = $teacher
"""
# Per session the best evidence stays: attended, then no-show, then signed up (pathful.md 3.6).
_EVENTS = """
with ranks(attendance, attendance_rank) as (
    values ('Attended', 3), ('NoShow', 2), ('Absent', 2), ('SignedUp', 1), ('Canceled', 0)
),
left_side as (
    select event_key, attendance_status as attendance
    from marts.fct_teacher_participation where teacher_key = $left
),
right_side as (
    select event_key, attendance_status as attendance
    from marts.fct_teacher_participation where teacher_key = $right
),
sides as (
    select
        coalesce(left_side.event_key, right_side.event_key) as event_key,
        left_side.attendance as left_attendance,
        right_side.attendance as right_attendance
    from left_side
    full outer join right_side on left_side.event_key = right_side.event_key
)
select
    sides.event_key,
    events.session_date,
    events.title,
    events.status,
    sides.left_attendance,
    sides.right_attendance,
    sides.left_attendance is not null and sides.right_attendance is not null as is_shared,
    case
        when coalesce(left_ranks.attendance_rank, -1) >= coalesce(right_ranks.attendance_rank, -1)
            then sides.left_attendance
        else sides.right_attendance
    end as attendance_after
from sides
inner join marts.dim_events as events on sides.event_key = events.event_key
left join ranks as left_ranks on sides.left_attendance = left_ranks.attendance
left join ranks as right_ranks on sides.right_attendance = right_ranks.attendance
order by is_shared desc, events.session_date desc, events.title, sides.event_key
"""


def pairs(release: OpenRelease) -> list[dict[str, Any]]:
    """Every pair, most shared sessions first; the model keeps the top 50 and the decided ones."""
    return release.rows(_PAIRS)


def teacher(release: OpenRelease, teacher_key: str) -> dict[str, Any] | None:
    """One side; None when the release has no such teacher."""
    return release.row(_TEACHER, {"teacher": teacher_key})


def events(release: OpenRelease, left: str, right: str) -> list[dict[str, Any]]:
    """Sessions of both, the shared ones first, with the attendance that stays after a merge."""
    return release.rows(_EVENTS, {"left": left, "right": right})
