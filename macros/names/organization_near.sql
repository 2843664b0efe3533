{#- The near-organisation key, tier 3 (pathful.md 2.5): without punctuation and legal forms. Equal
    keys make a suggestion, never a match. -#}
{% macro organization_near(expression) -%}
    {%- set words = "\\b(inc|llc|company|corp|co|ltd|incorporated|corporation|group)\\b" -%}
    nullif(
        trim(
            {{ replace_all(
                replace_all(
                    replace_all("lower(" ~ fold_accents(expression) ~ ")", '[.,&\'\'"-]', ''),
                    words, ''
                ),
                '\\s+', ' '
            ) }}
        ),
        ''
    )
{%- endmacro %}
