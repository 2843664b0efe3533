{#- The phone numbers of a cell in E.164: {found: list, invalid_count, extension}, the first one's
    extension (platform.md 7.2). polaris/contact_values.py reads it with the same library and the
    same plan as phone_e164, which reads one number of the CRM. -#}
{% macro contact_phones(expression) -%}
    contact_phones({{ expression }})
{%- endmacro %}
