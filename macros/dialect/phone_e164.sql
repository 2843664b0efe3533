{#- A phone number in E.164, +1 where no country is said; null for what is none (salesforce.md 2.4).
    polaris/phone_numbers.py does it; every connection of dbt knows it by polaris/dbt_plugin.py. -#}
{% macro phone_e164(expression) -%}
    phone_e164({{ expression }})
{%- endmacro %}
