{#- An id as opaque text: cleaned, and without the .0 a spreadsheet puts behind a number. Leading
    zeros stay (pathful.md 1.4). The expression must be clean_text already. -#}
{% macro clean_id(expression) -%}
    regexp_replace({{ expression }}, '^([0-9]+)\.0+$', '\1')
{%- endmacro %}
