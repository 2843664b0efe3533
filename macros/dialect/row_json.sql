{#- All columns of a row of a from clause as a JSON object, as text. -#}
{% macro row_json(alias) -%}
    cast(to_json({{ alias }}) as varchar)
{%- endmacro %}
