{#- The name of a field whose text is there but did not read as its type; else null.
    field: the CRM's name; text: the landed text; value: what was read of it. -#}
{% macro unless_read(field, text, value) -%}
    case when {{ salesforce_text(text) }} is not null and {{ value }} is null then '{{ field }}' end
{%- endmacro %}
