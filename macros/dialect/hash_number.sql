{#- A text as a 64-bit number: equal texts give equal numbers within one build. Never published. -#}
{% macro hash_number(expression) -%}
    hash({{ expression }})
{%- endmacro %}
