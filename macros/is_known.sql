{#- Of a group: whether it is known of anybody in it if the flag holds; of nobody all is known. A
    count of those it holds for says something only then. -#}
{% macro is_known(flag, of_whom) -%}
    coalesce(bool_or({{ flag }} is not null) filter (where {{ of_whom }}), true)
{%- endmacro %}
