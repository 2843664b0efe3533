{#- A JSON object, as text, of those members for which a condition holds. names: the members;
    condition and expression are SQL in which %s stands for the member's name. -#}
{% macro json_object_where(names, condition, expression) -%}
    '{' || concat_ws(
        ','
        {%- for name in names %},
            case
                when {{ condition | replace('%s', name) }}
                    then '"{{ name }}":' || coalesce(
                        cast(to_json({{ expression | replace('%s', name) }}) as varchar), 'null'
                    )
            end
        {%- endfor %}
    ) || '}'
{%- endmacro %}
