{#- A date or date-time without an offset, in any format of pathful.md 1.4; null when it is none of
    them. Two-digit years are refused: the parser would read 25 as the year 25. -#}
{% macro try_local_timestamp(expression) -%}
    case
        when regexp_matches({{ expression }}, '^([0-9]{4}-|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})')
            then try_strptime(
                {{ expression }},
                [
                    '%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S', '%Y-%m-%d', '%m/%d/%Y %H:%M:%S',
                    '%m/%d/%Y', '%Y-%m-%d %H:%M', '%Y-%m-%dT%H:%M', '%m/%d/%Y %H:%M',
                    '%m/%d/%Y %I:%M %p', '%m/%d/%Y %I:%M:%S %p', '%Y-%m-%d %H:%M:%S.%f',
                    '%Y-%m-%dT%H:%M:%S.%f'
                ]
            )
    end
{%- endmacro %}
