{{ config(materialized='view') }}
{#- What each decision is about, under the keys of today: one row per decision that is no revoke.
    A revoke is about what the decision at its end is about. The people as they were named stand
    beside: a merge or a match that came later changes nothing of what was decided. -#}
with

decisions as (select * from {{ ref('stg_decisions__decisions') }}),
event_subjects as (select * from {{ ref('int_decisions__event_subjects') }}),
tickets as (select * from {{ ref('int_virtual__ticket_owners') }}),
roster as (select * from {{ ref('int_roster__roster') }}),
added_teachers as (select * from {{ ref('int_roster__added_teachers') }}),
merged_teachers as (select * from {{ ref('int_roster__merged_teachers') }}),
former_rows as (select * from {{ ref('int_roster__former_keys') }}),
former_places as (select * from {{ ref('int_crm__former_keys') }}),
volunteer_records as (select * from {{ ref('int_identity__records') }}),
volunteers as (select * from {{ ref('int_identity__people') }}),
presenter_keys as (select * from {{ ref('int_virtual__presenter_keys') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),

persons_of_keys as (
    select
        presenter_keys.alias_key,
        min(presenter_matches.person_key) as person_key,
        min(presenter_keys.own_key) as own_key
    from presenter_keys
    inner join presenter_matches on presenter_keys.own_key = presenter_matches.own_key
    group by presenter_keys.alias_key
),

-- A roster row, or a district, under its key of today.
current_keys as (
    select
        decisions.decision_id,
        decisions.decision_seq,
        decisions.decided_at,
        decisions.action,
        decisions.subject_type,
        case
            -- What is set has its name in the payload, whatever a decision calls its subject.
            when decisions.subject_type = 'config' then 'all'
            else coalesce(
                former_rows.roster_key, former_places.place_key, decisions.subject_key
            )
        end as subject_key,
        decisions.payload,
        decisions.revokes
    from decisions
    left join former_rows
        on
            case when decisions.subject_type = 'roster_teacher' then decisions.subject_key end
            = former_rows.former_key
    left join former_places
        on
            case when decisions.subject_type = 'district' then decisions.subject_key end
            = former_places.former_key
            and former_places.entity_type = 'district'
),

-- An issue is about the roster row it was reported for; a ticket may have put somebody on one; of a
-- pair of teachers, the one who would go; of two records of volunteers, the person of the left one.
named as (
    select
        decisions.decision_id,
        decisions.decision_seq,
        decisions.decided_at,
        decisions.action,
        decisions.subject_type,
        decisions.subject_key,
        decisions.payload,
        case
            when decisions.subject_type = 'person' then decisions.subject_key
            when decisions.subject_type = 'pair' then volunteers.person_key
            else {{ json_text('decisions.payload', 'person_key') }}
        end as stated_person_key,
        case
            when decisions.subject_type <> 'pair'
                then
                    coalesce(
                        {{ json_text('decisions.payload', 'teacher_key') }},
                        added_teachers.teacher_key
                    )
            when volunteers.person_key is not null then null
            when {{ json_text('decisions.payload', 'survivor') }} = 'left'
                then split_part(decisions.subject_key, '-', 2)
            else split_part(decisions.subject_key, '-', 1)
        end as stated_teacher_key,
        case
            when decisions.subject_type = 'roster_teacher' then decisions.subject_key
            when decisions.subject_type = 'issue' then issues.subject_key
            else added_teachers.roster_key
        end as roster_key,
        case when decisions.subject_type = 'ticket' then decisions.subject_key end as ticket_key
    from current_keys as decisions
    left join current_keys as issues on decisions.subject_key = issues.decision_id
    left join added_teachers on decisions.decision_id = added_teachers.decision_id
    left join volunteer_records
        on
            case
                when decisions.subject_type = 'pair'
                    then split_part(decisions.subject_key, '-', 1)
            end
            = volunteer_records.record_hash
    left join volunteers on volunteer_records.record_no = volunteers.record_no
    where decisions.revokes is null
)

select
    named.decision_id,
    named.decision_seq,
    named.decided_at,
    named.action,
    named.payload,
    event_subjects.event_key is not null as is_about_event,
    named.subject_type || ':' || coalesce(
        case when named.subject_type = 'event' then event_subjects.event_key end,
        event_subjects.event_key || ':' || event_subjects.flag_type,
        named.subject_key
    ) as subject,
    coalesce(event_subjects.event_key, tickets.event_key) as event_key,
    case
        when named.action = 'merge' then named.stated_teacher_key
        else coalesce(
            merged_teachers.to_teacher_key, named.stated_teacher_key, roster.teacher_key
        )
    end as teacher_key,
    coalesce(persons_of_keys.person_key, named.stated_person_key) as person_key,
    coalesce(named.stated_teacher_key, roster.teacher_key) as named_teacher_key,
    coalesce(persons_of_keys.own_key, named.stated_person_key) as named_person_key,
    named.roster_key,
    named.ticket_key
from named
left join event_subjects
    on
        named.subject_type = event_subjects.subject_type
        and named.subject_key = event_subjects.subject_key
left join tickets on named.ticket_key = tickets.ticket_key
left join roster on named.roster_key = roster.roster_key
left join merged_teachers on named.stated_teacher_key = merged_teachers.from_teacher_key
left join persons_of_keys on named.stated_person_key = persons_of_keys.alias_key
