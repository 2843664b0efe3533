{#- The run in which a corrected row is read once more as it landed (int_decisions__row_patches). No
    load has it, so nothing counts such a row. -#}
{% macro run_as_landed(run_id) -%}
    'as landed:' || {{ run_id }}
{%- endmacro %}
