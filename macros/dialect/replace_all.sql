{#- Every match of an RE2/Java pattern replaced; flags as DuckDB writes them ('i' = ignore case). -#}
{% macro replace_all(expression, pattern, replacement, flags='') -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}', 'g{{ flags }}')
{%- endmacro %}
