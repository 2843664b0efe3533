{#- An ISO-8601 date-time that carries its offset, as an instant; null for anything else. -#}
{% macro try_offset_timestamp(expression) -%}
    case
        when
            regexp_matches(
                {{ expression }},
                '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+ ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'
            )
            then try_cast({{ expression }} as timestamptz)
    end
{%- endmacro %}
