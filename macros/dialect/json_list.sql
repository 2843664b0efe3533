{#- The different texts of a group as a JSON list, in their own order, as text; [] for none. -#}
{% macro json_list(expression) -%}
    coalesce(
        cast(
            to_json(
                list(distinct {{ expression }} order by {{ expression }})
                filter (where {{ expression }} is not null)
            ) as varchar
        ),
        '[]'
    )
{%- endmacro %}
