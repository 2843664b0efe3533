{#- An instant: its offset counts; without one it is the site's time, the first of two where clocks
    go back, an hour later where they go forward (platform.md 7.4). Null for anything else. The
    expression must be contract_text already. -#}
{% macro contract_timestamp(expression) -%}
    {%- set local_time = try_local_timestamp(expression) -%}
    coalesce(
        {{ try_offset_timestamp(expression) }},
        least(
            {{ site_local_to_utc(local_time) }},
            {{ site_local_to_utc("(" ~ local_time ~ " - interval 1 hour)") }} + interval 1 hour
        )
    )
{%- endmacro %}
