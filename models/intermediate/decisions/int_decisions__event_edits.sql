{#- What staff corrected in events, one row per standing decision and field. A null value takes the
    field's earlier corrections back (interface.md 4); a value that cannot be what the field holds
    is no correction. -#}
{%- set fields = {
    'title': 'text', 'session_date': 'date', 'duration_minutes': 'count',
    'registered_student_count': 'count', 'attended_student_count': 'count',
    'career_cluster': 'text', 'work_based_learning': 'text', 'series': 'text', 'notes': 'text'
} -%}
with

decisions as (select * from {{ ref('int_decisions__events') }}),

edits as (
    {% for field, kind in fields.items() %}
        {%- set text = json_text('payload', field) %}
        select
            decision_seq,
            decision_id,
            decided_at,
            actor,
            event_key,
            '{{ field }}' as field,
            nullif(trim({{ text }}), '') as entered,
            {% if kind == 'date' -%}
                cast(try_cast(trim({{ text }}) as date) as varchar)
            {%- elif kind == 'count' -%}
                cast({{ try_count('trim(' ~ text ~ ')') }} as varchar)
            {%- else -%}
                nullif(trim({{ text }}), '')
            {%- endif %} as edited_value
        from decisions
        where action = 'edit_event' and {{ json_has('payload', field) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    event_key,
    field,
    decision_seq,
    decision_id,
    decided_at,
    actor,
    edited_value,
    row_number() over (partition by event_key, field order by decision_seq desc) = 1 as is_newest
from edits
where entered is null or edited_value is not null
