{#- The comparison key of a name part (platform.md 7.3): plain Latin letters where there are such,
    lower case, no signs, blanks squeezed, without jr, sr, ii, iii, iv at its end. Null for none. -#}
{% macro match_name(expression) -%}
    {%- set folded = "translate(lower(" ~ fold_accents(expression) ~ "), 'łøđð', 'lodd')" -%}
    {%- set spelled -%}
        replace(replace(replace(replace({{ folded }}, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
    {%- endset -%}
    nullif(
        regexp_replace(
            trim(
                {{ replace_all(
                    replace_all(spelled, '[.\'\'’‘`]', ''), '[^\\p{L}\\p{N}]+', ' '
                ) }}
            ),
            '( (jr|sr|ii|iii|iv))+$', ''
        ),
        ''
    )
{%- endmacro %}
