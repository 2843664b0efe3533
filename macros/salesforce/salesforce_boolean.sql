{#- A checkbox of the CRM: true for the words that mean it, false for every other text, null for
    null: an unknown consent is never a refusal or a permission (salesforce.md 2.9). -#}
{% macro salesforce_boolean(expression) -%}
    lower(trim({{ expression }})) in ('true', 'yes', '1', 't', 'y')
{%- endmacro %}
