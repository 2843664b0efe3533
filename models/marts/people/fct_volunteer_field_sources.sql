{#- Whose word each field of a volunteer is, and who else has one (platform.md 4.11). -#}
{%- set told = [] -%}
{%- for unit, said in survivorship_units().items() -%}
    {%- for field in said.fields if field != 'name_norm' -%}
        {%- do told.append({'field': field, 'unit': unit, 'group': said.group or unit}) -%}
    {%- endfor -%}
{%- endfor -%}
with

survivors as (select * from {{ ref('int_people__survivors') }}),
edits as (select * from {{ ref('int_crm__person_edits') }}),

said as (
    {% for one in told %}
        select
            person_key,
            '{{ one.field }}' as field,
            '{{ one.group }}' as field_group,
            {{ one.unit }}_source as source,
            {{ one.unit }}_known_by as known_by
        from survivors
        where {{ one.unit }}_source is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    said.person_key,
    said.field,
    said.source,
    said.field_group,
    said.known_by,
    said.field_group = 'employer' and edits.organization_key is not null as is_edited
from said
left join edits on said.person_key = edits.person_key
