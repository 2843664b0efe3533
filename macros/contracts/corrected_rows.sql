{#- The CTEs `corrected` and `entered` of rows by file, after `staged` and `patches`
    (int_decisions__row_patches): each value as a steward corrected it, else as it came, and then as
    text, `<field>_text`. A row that was corrected is read once more as it landed, in a run of its
    own, so that what the correction mended can be told (platform.md 3.4).
    fields: those where words such as "none" mean nothing; bare: those where they do not. -#}
{% macro corrected_rows(fields, bare=[]) -%}
    {%- set keys = row_keys().replace('\n', ' ').split(',') | map('trim') | list -%}
    corrected as (
        select
            {% for name in keys -%}
                {{ 'coalesce(patches.read_as_run_id, staged.run_id)' if name == 'run_id'
                    else 'staged.' ~ name }} as {{ name }},
            {% endfor -%}
            {% for field in bare + fields -%}
                {{ patched(field) }} as {{ field }},
            {% endfor -%}
            staged.payload
        from staged
        left join patches
            on staged.run_id = patches.run_id and staged.row_number = patches.row_number
    ),

    entered as (
        select
            {{ row_keys() }},
            {% for field in bare -%}
                {{ field }} as {{ field }}_text,
            {% endfor -%}
            {% for field in fields -%}
                {{ entered(field) }} as {{ field }}_text,
            {% endfor -%}
            payload
        from corrected
    )
{%- endmacro %}
