{#- The e-mail addresses of a cell: {found: list, invalid_count, extension} (platform.md 7.1).
    polaris/contact_values.py does it; every connection of dbt knows it by polaris/dbt_plugin.py.
    The CRM's addresses are only put in lower case and judged (salesforce.md 2.3): its fields hold
    one each, and what is none must stay in the record as it came. -#}
{% macro contact_emails(expression) -%}
    contact_emails({{ expression }})
{%- endmacro %}
