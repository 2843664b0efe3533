{#- What stewards corrected in rows of files, as one JSON object of fields per landed row
    (platform.md 1.3 IMP-22, 3.1). The first half of a violation's key says which record was
    corrected. A correction holds for every row of the record that says in that field what the
    newest row said when it was made: the same file again is corrected again, and a source that has
    mended or changed the value itself is left alone. Of a corrected row there is a second reading
    beside it, as it landed and in a run that counts nowhere: what the rules find in that one alone
    is what the correction mended. -#}
{%- set entities = {
    'volunteers': 'stg_csv__volunteers', 'events': 'stg_csv__events', 'shifts': 'stg_csv__shifts',
    'students': 'stg_csv__students', 'organizations': 'stg_csv__organizations',
    'affiliations': 'stg_csv__affiliations', 'signups': 'int_signups__people'
} -%}
with

decisions as (select * from {{ ref('int_decisions__active') }}),
{% for entity, model in entities.items() %}
    {{ entity }} as (select * from {{ ref(model) }}),
{% endfor %}

fixes as (
    select
        decision_seq,
        decided_at,
        payload,
        left(subject_key, 16) as record_hash
    from decisions
    where action = 'dq_fix' and subject_type = 'violation' and payload is not null
),

corrections as (
    select
        decision_seq,
        decided_at,
        record_hash,
        payload,
        {{ json_members('payload') }} as field
    from fixes
),

landed as (
    {% for entity in entities %}
        select
            entity_type,
            run_id,
            row_number,
            landed_at,
            record_hash,
            {{ row_json(entity) }} as texts
        from {{ entity }}
        where record_hash in (select fixes.record_hash from fixes)
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

seen as (
    select
        corrections.decision_seq,
        corrections.field,
        corrections.record_hash,
        {{ json_member('corrections.payload', 'corrections.field') }} as corrected_value,
        max_by(
            coalesce({{ json_member('landed.texts', 'corrections.field') }}, ''),
            row(landed.landed_at, landed.row_number)
        ) as text_then
    from corrections
    inner join landed
        on
            corrections.record_hash = landed.record_hash
            and corrections.decided_at >= landed.landed_at
    group by
        corrections.decision_seq,
        corrections.field,
        corrections.record_hash,
        corrections.payload
),

applied as (
    select
        landed.entity_type,
        landed.run_id,
        landed.row_number,
        seen.field,
        seen.corrected_value
    from seen
    inner join landed
        on
            seen.record_hash = landed.record_hash
            and seen.text_then = coalesce({{ json_member('landed.texts', 'seen.field') }}, '')
    qualify
        row_number() over (
            partition by landed.run_id, landed.row_number, seen.field
            order by seen.decision_seq desc
        ) = 1
),

corrected as (
    select
        entity_type,
        run_id,
        row_number,
        {{ json_object_of('field', 'corrected_value') }} as fields
    from applied
    group by entity_type, run_id, row_number
)

select
    entity_type,
    run_id,
    row_number,
    run_id as read_as_run_id,
    fields
from corrected
union all
select
    entity_type,
    run_id,
    row_number,
    {{ run_as_landed('run_id') }} as read_as_run_id,
    cast(null as varchar) as fields
from corrected
