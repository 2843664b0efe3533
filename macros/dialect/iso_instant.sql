{#- A moment as ISO 8601 in UTC to the millisecond, as reports write it; null for none. -#}
{% macro iso_instant(moment) -%}
    strftime(timezone('UTC', {{ moment }}), '%Y-%m-%dT%H:%M:%S.%g+00:00')
{%- endmacro %}
