{#- A share in percent with one decimal; 0 where there is nothing to share (pathful.md 5.5). -#}
{% macro percentage(part, whole) -%}
    cast(coalesce(round(100.0 * {{ part }} / nullif({{ whole }}, 0), 1), 0) as double)
{%- endmacro %}
