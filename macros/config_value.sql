{#- A number or switch of rule_config as it is decided today, as a scalar. key: such as delta.sigma. -#}
{% macro config_value(key) -%}
    (select max(value) from {{ ref('int_decisions__config') }} where config_key = '{{ key }}')
{%- endmacro %}
