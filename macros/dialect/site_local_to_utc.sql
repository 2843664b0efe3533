{#- A wall-clock timestamp at the site's zone as an instant (pathful.md 2.6). -#}
{% macro site_local_to_utc(expression) -%}
    ({{ expression }} at time zone '{{ var("site_timezone") }}')
{%- endmacro %}
