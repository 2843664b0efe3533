{#- One member of a JSON object as text, whatever its name is made of; null as in json_text. The
    name is given by an expression. -#}
{% macro json_key(expression, key_expression) -%}
    json_extract_string(
        try_cast({{ expression }} as json),
        '/' || replace(replace({{ key_expression }}, '~', '~0'), '/', '~1')
    )
{%- endmacro %}
