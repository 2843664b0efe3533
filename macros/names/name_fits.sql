{#- Whether a person's whole name can be the one somebody entered: the surname is the same, the
    first names are or one begins with the other, as "Dan" and "Daniel" or an initial. What was not
    entered speaks against nobody. All three are name_norm already; null for a nameless person. -#}
{% macro name_fits(entered_first, entered_last, whole_name) -%}
    coalesce(
        starts_with({{ whole_name }}, {{ entered_first }})
        or starts_with({{ entered_first }}, split_part({{ whole_name }}, ' ', 1)),
        {{ entered_first }} is null
    )
    and coalesce(
        right(' ' || {{ whole_name }}, length({{ entered_last }}) + 1) = ' ' || {{ entered_last }},
        {{ entered_last }} is null
    )
{%- endmacro %}
