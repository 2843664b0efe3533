{#- Half of a violation's key: which record of which system. The other half says which rule and
    field, so that a decision about the violation names its row (platform.md 3.4). -#}
{% macro record_hash(entity_type, external_system, external_id) -%}
    left({{ key([entity_type, external_system, external_id]) }}, 16)
{%- endmacro %}
