{#- Jaro-Winkler of two keys, the same in either order (platform.md 4.9); null where one is missing,
    also where the engine's least() would overlook it. -#}
{% macro alike(one, other) -%}
    case
        when {{ one }} is not null and {{ other }} is not null
            then {{ name_similarity(
                "least(" ~ one ~ ", " ~ other ~ ")", "greatest(" ~ one ~ ", " ~ other ~ ")"
            ) }}
    end
{%- endmacro %}
