{#- Yes or no as people write it; null for everything else, blanks too (platform.md 7.6). Not as an
    in-list, of which DuckDB makes a join each. -#}
{% macro contract_boolean(expression) -%}
    case
        when contains('|1|true|t|yes|y|on|x|✓|', '|' || lower({{ expression }}) || '|') then true
        when contains('|0|false|f|no|n|off|', '|' || lower({{ expression }}) || '|') then false
    end
{%- endmacro %}
