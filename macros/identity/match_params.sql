{#- Numbers of rule_match_params as one row, a column each. Reads as a table.
    names: the parameters. -#}
{% macro match_params(names) -%}
    (
        select
            {%- for name in names %}
            max(case when name = '{{ name }}' then value end) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref('rule_match_params') }}
    )
{%- endmacro %}
