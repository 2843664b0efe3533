{#- "Today" of every rule as a date literal: POLARIS_LOGICAL_DATE, else the calendar day at the
    site's zone when dbt started (interface.md 1). Never current_date. -#}
{% macro logical_date() -%}
    {%- set given = env_var('POLARIS_LOGICAL_DATE', '') -%}
    {%- if given -%}
        date '{{ given }}'
    {%- else -%}
        {%- set zone = modules.pytz.timezone(var('site_timezone')) -%}
        date '{{ run_started_at.astimezone(zone).strftime("%Y-%m-%d") }}'
    {%- endif -%}
{%- endmacro %}
