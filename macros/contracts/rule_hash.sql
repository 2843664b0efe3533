{#- The other half of a violation's key: which rule and field; see record_hash. -#}
{% macro rule_hash(rule_code, field) -%}
    left({{ key([rule_code, field]) }}, 16)
{%- endmacro %}
