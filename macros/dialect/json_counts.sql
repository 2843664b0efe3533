{#- The rows of a group as a JSON object, {"key": n}, as text, in the order of its keys; {} for none.
    Each n is a count, or JSON. -#}
{% macro json_counts(key_expression, count_expression) -%}
    coalesce(
        cast(
            to_json(
                map_from_entries(
                    list(
                        struct_pack(k := {{ key_expression }}, v := {{ count_expression }})
                        order by {{ key_expression }}
                    ) filter (where {{ key_expression }} is not null)
                )
            ) as varchar
        ),
        '{}'
    )
{%- endmacro %}
