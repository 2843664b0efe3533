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
),

-- "Registered" tells nothing that a count of this educator does not tell better.
judged as (
    select
        *,
        stated_attendance is not null
        and (stated_attendance <> 'SignedUp' or educator_count is null) as has_telling_statement
    from merged
)

select
    judged.event_key,
    judged.teacher_key,
    case
        when rules.attendance_rule = 'cancelled' then 'Canceled'
        when rules.attendance_rule = 'no_show' then 'NoShow'
        when rules.attendance_rule = 'registered' then 'SignedUp'
        when judged.has_telling_statement then judged.stated_attendance
        when judged.educator_count is null or judged.educator_count >= 1 then 'Attended'
        else 'NoShow'
    end as imported_attendance_status,
    case
        when rules.attendance_rule <> 'counted' then 'session_status'
        when judged.has_telling_statement then 'attendance_status'
        when judged.educator_count is not null then 'attended_educator_count'
        -- The file had no such column: everybody registered counts (contract D, pathful.md 4.3).
        else 'session_status'
    end as attendance_basis,
    judged.match_rule,
    'pathful_direct' as import_source
from judged
inner join events on judged.event_key = events.event_key
inner join rules on events.status = rules.status
