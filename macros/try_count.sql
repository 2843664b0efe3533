{#- A count: 1, 1.0 and "1" are 1; blank, negative and anything else is null = unknown, never 0
    (pathful.md 1.4). The expression must be clean_text already. -#}
{% macro try_count(expression) -%}
    case
        when try_cast({{ expression }} as double) >= 0
            then try_cast(try_cast({{ expression }} as double) as bigint)
    end
{%- endmacro %}
