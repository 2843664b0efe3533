{#- The comparison key of an organisation, tiers 1 and 2 (pathful.md 2.5): case and blanks only.
    The expression must be clean_text already. -#}
{% macro organization_norm(expression) -%}
    lower({{ expression }})
{%- endmacro %}
