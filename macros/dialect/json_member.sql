{#- One member of a JSON object as text, its name given by an expression; null as in json_text. -#}
{% macro json_member(expression, member_expression) -%}
    json_extract_string(
        try_cast({{ expression }} as json), '$."' || {{ member_expression }} || '"'
    )
{%- endmacro %}
