{#- How alike two names are, 0 to 1 (Jaro-Winkler). It ranks suggestions and never decides;
    engines differ below 0.76. -#}
{% macro name_similarity(left_name, right_name) -%}
    jaro_winkler_similarity({{ left_name }}, {{ right_name }})
{%- endmacro %}
