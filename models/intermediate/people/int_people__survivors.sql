{#- One row per volunteer: of every field the word of whoever is heard first and has one
    (int_people__source_order), within a source of what changed last (platform.md 4.11). A name and
    an address come whole from one record; any refusal holds for the person. The columns that end
    with _source say whose word it is, those with _known_by which sources have one. -#}
{%- set units = survivorship_units() -%}
{%- set groups = [
    'identity', 'contact', 'address', 'birth', 'demographics', 'employer', 'consent'
] -%}
with

source_values as (select * from {{ ref('int_people__source_values') }}),
rules as (select * from {{ ref('int_people__source_order') }}),

places as (
    select
        {% for group in groups -%}
            max(place) filter (where field_group = '{{ group }}') as {{ group }}_place,
        {% endfor -%}
        source
    from rules
    group by source
),

heard as (
    select
        {% for unit, told in units.items() -%}
            {{ told.has }} as has_{{ unit }}_value,
            row_number() over (
                partition by source_values.person_key, {{ told.has }}
                order by
                    places.{{ told.group or unit }}_place asc,
                    source_values.updated_at desc nulls last,
                    source_values.record_key asc
            ) as {{ unit }}_rank,
        {% endfor -%}
        source_values.*
    from source_values
    inner join places on source_values.source = places.source
)

select
    person_key,
    {% for unit, told in units.items() -%}
        {% for field in told.fields -%}
            max({{ field }}) filter (
                where has_{{ unit }}_value and {{ unit }}_rank = 1
            ) as {{ field }},
        {% endfor -%}
        max(source) filter (
            where has_{{ unit }}_value and {{ unit }}_rank = 1
        ) as {{ unit }}_source,
        {{ list_text('source', ',') }} filter (where has_{{ unit }}_value) as {{ unit }}_known_by,
    {% endfor -%}
    bool_or(do_not_call) as do_not_call,
    bool_or(do_not_email) as do_not_email,
    bool_or(do_not_contact) as do_not_contact,
    count(*) filter (where source = 'csv') as csv_record_count
from heard
group by person_key
