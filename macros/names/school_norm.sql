{#- The comparison key of a school or building name (pathful.md 2.3): like a person's key, with
    "elementary" and "and" abbreviated and a trailing "school" dropped. -#}
{% macro school_norm(expression) -%}
    {%- set plain = name_norm(expression) -%}
    regexp_replace(
        {{ replace_all(replace_all(plain, '\\belementary\\b', 'elem'), ' and ', ' & ') }},
        ' schools?$', ''
    )
{%- endmacro %}
