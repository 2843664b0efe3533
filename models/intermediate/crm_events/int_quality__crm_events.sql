{{ config(materialized='view') }}
{#- What the CRM's sessions, participations, affiliations and history say that cannot be right: one
    row per thing and rule, a word nobody knows once for all who use it (salesforce.md 7.1). What is
    deleted or none of ours is not looked at, but for a participation that reaches no fact: each has
    one row that says why (L13, appendix B 2). Ids and codes only. -#}
with

events as (select * from {{ ref('int_crm__events') }}),
event_skills as (select * from {{ ref('int_crm__event_skills') }}),
participations as (select * from {{ ref('int_crm__participations') }}),
students as (select * from {{ ref('int_crm__students') }}),
affiliations as (select * from {{ ref('int_crm__affiliations') }}),
communications as (select * from {{ ref('int_crm__communications') }}),
cases as (select * from {{ ref('int_salesforce__cases') }}),

-- A lack of title or start is told of sessions that would be ours.
own_events as (
    select
        *,
        json_object('session_id', session_id) as payload
    from events
    where scope in ('in_scope', 'no_title', 'no_start')
),

own_participations as (
    select
        participations.*,
        json_object(
            'participant_id', participations.participant_id,
            'session_id', participations.session_id,
            'contact_id', participations.contact_id,
            'event_scope', participations.event_scope
        ) as payload,
        case participations.participant_type
            when 'Student' then students.student_key is null
            else not participations.is_contact_landed
        end as is_person_unknown
    from participations
    left join students on participations.student_key = students.student_key
    where
        participations.outcome in (
            'kept', 'duplicate', 'unknown_event', 'unknown_person', 'out_of_scope_event'
        )
),

{%- set event_rules = {
    'event_missing_start': "start_at is null",
    'event_missing_title': "title is null",
    'event_end_before_start': "scope = 'in_scope' and ends_before_start",
    'event_too_long': "scope = 'in_scope' and is_too_long"
} %}
{%- set participation_rules = {
    'unknown_event': "outcome = 'unknown_event'",
    'event_rejected':
        "outcome = 'out_of_scope_event' and event_scope in ('no_title', 'no_start')",
    'event_filtered':
        "outcome = 'out_of_scope_event' and event_scope not in ('no_title', 'no_start')",
    'missing_person': "outcome = 'unknown_person'",
    'unknown_person': "is_person_unknown and outcome = 'kept'",
    'duplicate_participation': "outcome = 'duplicate'",
    'scheduled_in_past': "outcome = 'kept' and is_scheduled_in_past",
    'credited_without_hours':
        "outcome = 'kept' and participant_type = 'Volunteer' and is_credited"
        ~ " and delivery_hours is null",
    'hours_over_24': "outcome = 'kept' and raw_delivery_hours > " ~ var('max_event_hours'),
    'negative_hours': "outcome = 'kept' and raw_delivery_hours < 0"
} %}
{%- set words = {
    'unmapped_event_type': ['event', 'events', 'raw_event_type', "scope = 'in_scope' and is_type_unmapped"],
    'unmapped_event_status': ['event', 'events', 'raw_status', "scope = 'in_scope' and is_status_unmapped"],
    'unmapped_cancellation_reason':
        ['event', 'events', 'raw_cancellation_reason', "scope = 'in_scope' and is_reason_unmapped"],
    'unmapped_participation_status':
        ['participation', 'participations', 'raw_status', "outcome = 'kept' and is_status_unmapped"]
} %}

found as (
    {% for rule_code, condition in event_rules.items() -%}
        select
            'event' as entity_type,
            '{{ rule_code }}' as rule_code,
            session_id as record_key,
            session_id as external_id,
            payload,
            first_load_seq,
            load_seq,
            1 as occurrence_count
        from own_events
        where {{ condition }}
        union all
    {% endfor -%}
    {% for rule_code, condition in participation_rules.items() -%}
        select
            'participation' as entity_type,
            '{{ rule_code }}' as rule_code,
            participant_id as record_key,
            participant_id as external_id,
            payload,
            first_load_seq,
            load_seq,
            1 as occurrence_count
        from own_participations
        where {{ condition }}
        union all
    {% endfor -%}
    {% for rule_code, (entity, source, word, condition) in words.items() -%}
        select
            '{{ entity }}' as entity_type,
            '{{ rule_code }}' as rule_code,
            coalesce(lower({{ word }}), '') as record_key,
            cast(null as varchar) as external_id,
            json_object('value', min({{ word }})) as payload,
            min(first_load_seq) as first_load_seq,
            max(load_seq) as load_seq,
            count(*) as occurrence_count
        from {{ source }}
        where {{ condition }}
        group by lower({{ word }})
        union all
    {% endfor -%}
    {% for entity, source, id in [
        ('event', 'events', 'session_id'), ('participation', 'participations', 'participant_id'),
        ('affiliation', 'affiliations', 'affiliation_id'),
        ('communication', 'communications', 'source_id'), ('case', 'cases', 'case_id')
    ] -%}
        select
            '{{ entity }}' as entity_type,
            'crm_unreadable_value' as rule_code,
            {{ id }} as record_key,
            {{ id }} as external_id,
            json_object('id', {{ id }}, 'fields', unreadable_fields) as payload,
            first_load_seq,
            load_seq,
            1 as occurrence_count
        from {{ source }}
        where
            unreadable_fields is not null
            and {{ {'events': "scope <> 'deleted'", 'cases': 'not is_deleted'}.get(
                source, "outcome <> 'deleted'"
            ) }}
        union all
    {% endfor -%}
    select
        'affiliation' as entity_type,
        'skipped_affiliation' as rule_code,
        affiliation_id as record_key,
        affiliation_id as external_id,
        json_object(
            'affiliation_id', affiliation_id, 'contact_id', contact_id, 'account_id', account_id,
            'outcome', outcome
        ) as payload,
        first_load_seq,
        load_seq,
        1 as occurrence_count
    from affiliations
    where outcome in ('unknown_contact', 'unknown_organization')
    union all
    select
        'communication' as entity_type,
        'unmatched_history' as rule_code,
        source_id as record_key,
        source_id as external_id,
        json_object('id', source_id, 'object', source_object) as payload,
        first_load_seq,
        load_seq,
        1 as occurrence_count
    from communications
    where outcome = 'unmatched'
    union all
    -- What is no skill could be anything somebody typed: the session is named, the token is not.
    select
        'event' as entity_type,
        'garbage_skill' as rule_code,
        event_skills.session_id as record_key,
        event_skills.session_id as external_id,
        json_object('session_id', event_skills.session_id) as payload,
        min(event_skills.first_load_seq) as first_load_seq,
        max(event_skills.load_seq) as load_seq,
        cast(sum(event_skills.occurrence_count) as bigint) as occurrence_count
    from event_skills
    inner join events on event_skills.session_id = events.session_id
    where event_skills.is_garbage and events.scope = 'in_scope'
    group by event_skills.session_id
)

select
    entity_type,
    rule_code,
    record_key,
    external_id,
    cast(payload as varchar) as payload_json,
    first_load_seq,
    load_seq as last_load_seq,
    occurrence_count
from found
