with

events as (select * from {{ ref('int_virtual__events') }}),
educators as (select * from {{ ref('int_virtual__educators') }}),
teacher_links as (select * from {{ ref('int_virtual__teacher_links') }}),
presenter_links as (select * from {{ ref('int_virtual__presenter_links') }}),
confidences as (select * from {{ ref('rule_draft_confidence') }}),

past_drafts as (
    select
        *,
        case
            when attended_student_count > 0 then 'attended_students'
            when registered_student_count > 0 then 'registered_students'
            else 'none'
        end as evidence
    from events
    where status = 'Draft' and session_date < {{ logical_date() }}
),

people as (
    select
        event_key,
        1 as teacher_count,
        0 as presenter_count
    from teacher_links
    union all
    select
        event_key,
        1 as teacher_count,
        0 as presenter_count
    from educators
    where teacher_key is null
    union all
    select
        event_key,
        0 as teacher_count,
        1 as presenter_count
    from presenter_links
),

counted as (
    select
        people.event_key,
        sum(people.teacher_count) as teacher_count,
        sum(people.presenter_count) as presenter_count
    from people
    inner join past_drafts on people.event_key = past_drafts.event_key
    group by people.event_key
)

select
    past_drafts.event_key,
    past_drafts.pathful_session_id,
    past_drafts.title,
    past_drafts.session_date,
    cast({{ logical_date() }} - past_drafts.session_date as bigint) as days_past,
    cast(coalesce(counted.teacher_count, 0) as bigint) as teacher_count,
    cast(coalesce(counted.presenter_count, 0) as bigint) as presenter_count,
    past_drafts.registered_student_count,
    past_drafts.attended_student_count,
    confidences.confidence,
    confidences.confidence_label
from past_drafts
inner join confidences on past_drafts.evidence = confidences.evidence
left join counted on past_drafts.event_key = counted.event_key
