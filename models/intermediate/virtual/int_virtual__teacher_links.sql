{#- A matched educator in an event, with the attendance the reports give (pathful.md 4.3). One row
    per event and teacher; overrides come later. -#}
with

participations as (select * from {{ ref('int_virtual__participations') }}),
matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
events as (select * from {{ ref('int_virtual__events') }}),
rules as (select * from {{ ref('rule_event_statuses') }}),

-- Two references of one teacher in one session: the newest data, then the best evidence.
merged as (
    select
        participations.event_key,
        matches.teacher_key,
        {{ latest(
            'participations.educator_count',
            ['participations.educator_count_order', 'participations.educator_count']
        ) }} as educator_count,
        {{ latest(
            'participations.stated_attendance',
            ['participations.stated_attendance_order',
             "participations.stated_attendance = 'Attended'", 'participations.stated_attendance']
        ) }} as stated_attendance,
        min_by(
            matches.match_rule,
            row(
                case matches.match_rule
                    when 'decision' then 1 when 'email' then 2 when 'name' then 3 else 4
                end,
                matches.match_rule
            )
        ) as match_rule
    from participations
    inner join matches on participations.person_ref = matches.person_ref
    where participations.role = 'educator' and matches.teacher_key is not null
    group by participations.event_key, matches.teacher_key
)

select
    merged.event_key,
    merged.teacher_key,
    case
        when rules.attendance_rule = 'cancelled' then 'Canceled'
        when rules.attendance_rule = 'no_show' then 'NoShow'
        when rules.attendance_rule = 'registered' then 'SignedUp'
        when merged.stated_attendance in ('Attended', 'Absent', 'NoShow', 'Canceled')
            then merged.stated_attendance
        when merged.educator_count is null or merged.educator_count >= 1 then 'Attended'
        else 'NoShow'
    end as imported_attendance_status,
    case
        when rules.attendance_rule <> 'counted' then 'session_status'
        when merged.stated_attendance in ('Attended', 'Absent', 'NoShow', 'Canceled')
            then 'attendance_status'
        when merged.educator_count is not null then 'attended_educator_count'
        -- The file had no such column: everybody registered counts (contract D, pathful.md 4.3).
        else 'session_status'
    end as attendance_basis,
    merged.match_rule,
    'pathful_direct' as import_source
from merged
inner join events on merged.event_key = events.event_key
inner join rules on events.status = rules.status
