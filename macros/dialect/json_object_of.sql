{#- The rows of a group as one JSON object of texts, {"key": "value"}; null for none. A key may
    stand once in a group. -#}
{% macro json_object_of(key_expression, value_expression) -%}
    cast(
        to_json(
            map_from_entries(
                list(
                    struct_pack(k := {{ key_expression }}, v := {{ value_expression }})
                    order by {{ key_expression }}
                ) filter (where {{ key_expression }} is not null)
            )
        ) as varchar
    )
{%- endmacro %}
