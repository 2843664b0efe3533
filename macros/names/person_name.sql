{#- A person's name in reading order, for display and for splitting: title and suffix off,
    "Last, First" turned round (pathful.md 2.2). Null when nothing is left. The expression must be
    clean_text already. Few names have any of it, so one cheap look decides. -#}
{% macro person_name(expression) -%}
    {%- set title = "^(dr|mr|mrs|ms|prof)(\\.\\s*|\\s+)" -%}
    {%- set suffix = "([,\\s]+(jr|sr|ii|iii|iv|md|phd|edd|m\\.d|ph\\.d|ed\\.d)\\.?)+\\s*$" -%}
    {%- set bare = "regexp_replace(regexp_replace(" ~ expression ~ ", '" ~ suffix ~ "', '', 'i'), '"
        ~ title ~ "', '', 'i')" -%}
    {%- set turned = "regexp_replace(" ~ bare ~ ", '^([^,]+),\\s*([^,]+)$', '\\2 \\1')" -%}
    case
        when
            regexp_matches(
                {{ expression }},
                ',|^(dr|mr|mrs|ms|prof)[. ]|\s(jr|sr|ii|iii|iv|md|phd|edd|m\.d|ph\.d|ed\.d)\.?$',
                'i'
            )
            then nullif(
                trim(
                    regexp_replace(
                        regexp_replace({{ turned }}, '{{ suffix }}', '', 'i'), '{{ title }}', '', 'i'
                    )
                ),
                ''
            )
        else {{ expression }}
    end
{%- endmacro %}
