{#- A number of the CRM, with decimals; null for anything else, also for infinity. -#}
{% macro salesforce_number(expression) -%}
    case
        when regexp_matches(trim({{ expression }}), '^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?$')
            then try_cast(trim({{ expression }}) as double)
    end
{%- endmacro %}
