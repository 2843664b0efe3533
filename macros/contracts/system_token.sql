{#- The name of a source system as one token, as the option --source-system has it
    (loaders/csv_contracts.py system_name); null for anything else. -#}
{% macro system_token(expression) -%}
    case
        when regexp_full_match(lower({{ expression }}), '[a-z0-9][a-z0-9_.-]{0,63}')
            then lower({{ expression }})
    end
{%- endmacro %}
