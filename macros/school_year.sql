{#- The school year of a local date, August 1 to July 31, as YYYY-YYYY (pathful.md 5.3). -#}
{% macro school_year(expression) -%}
    case
        when month({{ expression }}) >= 8
            then concat(year({{ expression }}), '-', year({{ expression }}) + 1)
        else concat(year({{ expression }}) - 1, '-', year({{ expression }}))
    end
{%- endmacro %}
