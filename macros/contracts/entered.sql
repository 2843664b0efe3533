{#- A cell in which something was entered: null for the words that mean nothing. Not for names: "NA"
    and "None" are surnames (platform.md 7). Not as an in-list, of which DuckDB makes a join each. -#}
{% macro entered(expression) -%}
    case
        when not contains('|n/a|none|nan|null|-|', '|' || lower({{ expression }}) || '|')
            then {{ expression }}
    end
{%- endmacro %}
