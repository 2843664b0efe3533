{#- Our own key of a thing: a hash of its identity, stable across rebuilds and engines.
    parts: list of SQL text expressions; null counts as the empty string. -#}
{% macro key(parts) -%}
    md5(concat_ws('|'{% for part in parts %}, coalesce({{ part }}, ''){% endfor %}))
{%- endmacro %}
