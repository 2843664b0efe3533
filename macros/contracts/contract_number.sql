{#- A whole number, negative ones too; null for anything else. -#}
{% macro contract_number(expression) -%}
    case
        when regexp_full_match({{ expression }}, '[-+]?[0-9]{1,15}([.]0+)?')
            then cast(cast({{ expression }} as decimal(18, 2)) as bigint)
    end
{%- endmacro %}
