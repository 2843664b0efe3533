{#- What staff said about a person in the fields that no source owns, one row per person and field:
    the newest standing word. A null takes the field's earlier words back, and then the field has no
    row (interface.md 4, salesforce.md 4.3); a value that cannot be what the field holds is no
    word. -#}
{%- set fields = {
    'local_status': 'text', 'is_excluded_from_reports': 'boolean', 'volunteer_status': 'text',
    'additional_volunteer_count': 'count', 'is_person_of_color': 'boolean',
    'organization_key': 'text', 'notes': 'text'
} -%}
with

active as (select * from {{ ref('int_decisions__active') }}),
former_keys as (select * from {{ ref('int_crm__former_keys') }}),

edits as (
    {% for field, kind in fields.items() %}
        {%- set text = json_text('payload', field) %}
        select
            decision_seq,
            decision_id,
            decided_at,
            actor,
            subject_key as person_key,
            '{{ field }}' as field,
            nullif(trim({{ text }}), '') as entered,
            {% if kind == 'boolean' -%}
                case
                    when lower(trim({{ text }})) in ('true', 'false') then lower(trim({{ text }}))
                end as edited_value
            {%- elif kind == 'count' -%}
                cast({{ try_count('trim(' ~ text ~ ')') }} as varchar) as edited_value
            {%- else -%}
                nullif(trim({{ text }}), '') as edited_value
            {%- endif %}
        from active
        where
            action = 'edit_person'
            and subject_type = 'person'
            and {{ json_has('payload', field) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

newest as (
    select *
    from edits
    where entered is null or edited_value is not null
    qualify row_number() over (partition by person_key, field order by decision_seq desc) = 1
)

-- An organization that the CRM has merged since is named by its key of today.
select
    newest.person_key,
    newest.field,
    coalesce(former_keys.place_key, newest.edited_value) as value,
    newest.decision_id,
    newest.decided_at,
    newest.actor
from newest
left join former_keys
    on
        case when newest.field = 'organization_key' then newest.edited_value end
        = former_keys.former_key
        and former_keys.entity_type = 'organization'
where newest.edited_value is not null
