{#- The parts of a text between semicolons, each once whatever its capitals, in their order, as one
    text with "; "; null for none (platform.md 7.7). polaris/contact_values.py does it. -#}
{% macro distinct_parts(expression) -%}
    distinct_parts({{ expression }})
{%- endmacro %}
