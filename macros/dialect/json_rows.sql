{#- The rows of a group as a JSON list of objects, as text. members: name -> SQL expression. -#}
{% macro json_rows(members, order_by) -%}
    cast(
        to_json(
            list(
                json_object({% for name, expression in members.items() %}
                    '{{ name }}', {{ expression }}{{ ',' if not loop.last }}{% endfor %}
                )
                order by {{ order_by }}
            )
        ) as varchar
    )
{%- endmacro %}
