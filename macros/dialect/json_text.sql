{#- One member of a JSON object as text; null where the text is no JSON or has no such member. -#}
{% macro json_text(expression, member) -%}
    json_extract_string(try_cast({{ expression }} as json), '$.{{ member }}')
{%- endmacro %}
