{#- Latin letters without their diacritics: José -> Jose. -#}
{% macro fold_accents(expression) -%}
    strip_accents({{ expression }})
{%- endmacro %}
