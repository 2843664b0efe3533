{#- An instant of the CRM: ISO 8601 with its offset, or a bare date-time of an export, which is UTC
    (salesforce.md 2.8). Null for anything else. -#}
{% macro try_salesforce_timestamp(expression) -%}
    case
        when
            regexp_matches(
                {{ expression }}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})$'
            )
            then
                try_cast(
                    regexp_replace({{ expression }}, '([+-][0-9]{2}):?([0-9]{2})$', '\1:\2')
                    as timestamptz
                )
        when
            regexp_matches(
                {{ expression }}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?$'
            )
            then try_cast({{ expression }} || '+00:00' as timestamptz)
    end
{%- endmacro %}
