{#- Outer blanks off, inner blanks (also tabs, line breaks and non-breaking ones) to one space, null
    tokens to null (pathful.md 1.4). Most cells are clean already and most are longer than a null
    token, so the costly steps are behind cheap questions. DuckDB makes of an `in` of so many words a
    join of all rows, one for each column. -#}
{% macro clean_text(expression) -%}
    {%- set tokens = var("null_tokens") -%}
    {%- set squeezed -%}
        case
            when
                contains({{ expression }}, '  ')
                {%- for code in [9, 10, 12, 13, 160] %}
                or contains({{ expression }}, chr({{ code }}))
                {%- endfor %}
                then trim({{ replace_all(expression, '[\\s\\x{00a0}]+', ' ') }})
            else trim({{ expression }})
        end
    {%- endset -%}
    case
        when
            length({{ squeezed }}) <= {{ tokens | map('length') | max }}
            and list_contains(['{{ tokens | join("', '") }}'], lower({{ squeezed }}))
            then null
        else {{ squeezed }}
    end
{%- endmacro %}
