{#- Final attendance: what the reports and tags give plus the active override, which is a layer of
    its own (pathful.md 4.10). Both are weighed under each teacher's own key; of two teachers merged
    into one the better result holds (3.6). -#}
with

events as (select * from {{ ref('int_virtual__events') }}),
own_links as (select * from {{ ref('int_virtual__own_teacher_links') }}),
links as (select * from {{ ref('int_virtual__teacher_links') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
words as (select * from {{ ref('int_virtual__person_words') }}),
status_rules as (select * from {{ ref('rule_event_statuses') }}),

-- An override may name a teacher whom no import knows on the session, never one on no roster.
keep_newest_overrides as (
    select
        words.event_key,
        words.own_key as own_teacher_key,
        words.entity_key as teacher_key,
        words.decision_id,
        words.decision_seq,
        words.reason,
        words.actor,
        words.decided_at,
        words.effect
    from words
    inner join teachers on words.own_key = teachers.teacher_key
    where words.action = 'override_attendance'
    qualify
        row_number() over (
            partition by words.event_key, words.own_key
            order by words.decision_seq desc
        ) = 1
),

-- An override of several keys that are one teacher is about the best that any of them has.
lay_overrides_over_links as (
    select
        own_links.attendance_status as given_status,
        own_links.attendance_basis,
        overrides.decision_id as override_decision_id,
        overrides.decision_seq as override_seq,
        overrides.effect as override_effect,
        overrides.reason as override_reason,
        overrides.actor as overridden_by,
        overrides.decided_at as overridden_at,
        own_links.event_key is not null as is_linked,
        coalesce(own_links.attendance_status = 'Attended', false) as is_given_attended,
        coalesce(own_links.event_key, overrides.event_key) as event_key,
        coalesce(own_links.teacher_key, overrides.teacher_key) as teacher_key,
        coalesce(own_links.own_teacher_key, overrides.own_teacher_key) as own_teacher_key
    from own_links
    full outer join keep_newest_overrides as overrides
        on
            own_links.event_key = overrides.event_key
            and own_links.own_teacher_key = overrides.own_teacher_key
    qualify
        row_number() over (
            partition by
                coalesce(own_links.event_key, overrides.event_key),
                coalesce(own_links.teacher_key, overrides.teacher_key),
                overrides.decision_id
            order by
                own_links.event_key is null,
                {{ attendance_rank('own_links.attendance_status') }},
                coalesce(own_links.own_teacher_key, overrides.own_teacher_key)
        ) = 1
),

-- Null where the override has nothing to change (pathful.md 4.10).
weigh_overrides as (
    select
        participations.*,
        events.session_date,
        case
            when status_rules.attendance_rule = 'cancelled' then null
            when participations.override_effect = 'remove' and participations.is_given_attended
                then 'Canceled'
            when
                coalesce(participations.override_effect, 'none') <> 'add'
                or participations.is_given_attended
                then null
            when events.session_date <= {{ logical_date() }} then 'Attended'
            else 'SignedUp'
        end as overriding_status
    from lay_overrides_over_links as participations
    inner join events on participations.event_key = events.event_key
    left join status_rules on events.status = status_rules.status
),

settle_attendance as (
    select
        *,
        coalesce(overriding_status, given_status) as attendance_status,
        overriding_status is not null as has_override
    from weigh_overrides
    where is_linked or overriding_status is not null
),

-- Between equals the teacher who survived the merge speaks.
keep_best as (
    select *
    from settle_attendance
    qualify
        row_number() over (
            partition by event_key, teacher_key
            order by
                {{ attendance_rank('attendance_status') }},
                own_teacher_key <> teacher_key,
                override_seq desc nulls last,
                own_teacher_key
        ) = 1
)

select
    best.event_key,
    best.teacher_key,
    best.attendance_status,
    links.imported_attendance_status,
    case when best.has_override then 'override' else best.attendance_basis end as attendance_basis,
    best.has_override,
    coalesce(links.match_rule, 'override') as match_rule,
    coalesce(links.import_source, 'manual_entry') as import_source,
    coalesce(links.is_tagged, false) as is_tagged,
    best.attendance_status = 'Attended' and best.session_date <= {{ logical_date() }}
        as is_credited,
    best.attendance_status in ('Absent', 'NoShow') as is_no_show,
    best.override_decision_id,
    best.override_effect,
    best.override_reason,
    best.overridden_by,
    best.overridden_at
from keep_best as best
left join links on best.event_key = links.event_key and best.teacher_key = links.teacher_key
