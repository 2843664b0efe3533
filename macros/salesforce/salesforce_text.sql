{#- A text of the CRM on one line: outer blanks off, inner ones to one, null where nothing was
    entered or a program once wrote its word for nothing. "NA" stays: it is a surname and a gender
    (salesforce.md 2, 2.6). -#}
{% macro salesforce_text(expression) -%}
    nullif(
        trim({{ replace_all(expression, '^\\s*(none|nan|null|n/a)\\s*$|\\s+', ' ', 'i') }}), ''
    )
{%- endmacro %}
