{#- An address without what somebody put behind a plus to sort mail: `ann+school@example.org` is
    `ann@example.org`. -#}
{% macro untagged(address) -%}
    regexp_replace({{ address }}, '^([^+@]+)[+][^@]*@', '\1@')
{%- endmacro %}
