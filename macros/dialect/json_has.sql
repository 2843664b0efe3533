{#- Whether a JSON object has the member, also where its value is null; false where the text is no
    JSON. -#}
{% macro json_has(expression, member) -%}
    coalesce(json_exists(try_cast({{ expression }} as json), '$.{{ member }}'), false)
{%- endmacro %}
