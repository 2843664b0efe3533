{#- An instant as the wall-clock timestamp at the site's zone (pathful.md 2.6). -#}
{% macro utc_to_site_local(expression) -%}
    ({{ expression }} at time zone '{{ var("site_timezone") }}')
{%- endmacro %}
