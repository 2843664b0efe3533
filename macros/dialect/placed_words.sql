{#- One row per word of a text, and its place from 1; words are parted by single blanks. Gives the
    columns word and place. -#}
{% macro placed_words(expression) -%}
    unnest(string_split({{ expression }}, ' ')) as word,
    generate_subscripts(string_split({{ expression }}, ' '), 1) as place
{%- endmacro %}
