{#- One row per word of a text; words are parted by single blanks. Stands alone in a select. -#}
{% macro split_words(expression) -%}
    unnest(string_split({{ expression }}, ' '))
{%- endmacro %}
