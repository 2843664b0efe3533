{#- Outer blanks off, inner blanks (also non-breaking ones) to one space, null tokens to null
    (pathful.md 1.4). -#}
{% macro clean_text(expression) -%}
    {%- set squeezed = "trim(" ~ replace_all(expression, '[\\s\\x{00a0}]+', ' ') ~ ")" -%}
    case
        when lower({{ squeezed }}) in ('{{ var("null_tokens") | join("', '") }}') then null
        else {{ squeezed }}
    end
{%- endmacro %}
