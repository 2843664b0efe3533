{#- The comparison key of a name or a part of one: lower case, no diacritics, hyphen to space,
    . , ' and quotes removed, blanks squeezed (pathful.md 2.2). The original stays for display. -#}
{% macro name_norm(expression) -%}
    nullif(
        trim(
            {{ replace_all(
                replace_all(
                    replace_all("lower(" ~ fold_accents(expression) ~ ")", '[.,\'\'’‘`"]', ''),
                    '[-‐‑–]', ' '
                ),
                '\\s+', ' '
            ) }}
        ),
        ''
    )
{%- endmacro %}
