{#- A cell of a file of ours as text on one line: blanks squeezed, what cannot be seen left out, and
    the one apostrophe off that an export puts before what a spreadsheet takes for a formula
    (platform.md 0.2 R-22). Null for nothing. With lines=true line breaks stay. Most cells need none
    of it, so one look decides. -#}
{% macro contract_text(expression, lines=false) -%}
    {%- set bare = "regexp_replace(" ~ expression ~ ", '^''([\\t\\r\\n]|\\s*[=+@-])', '\\1')" -%}
    case
        when
            regexp_matches(
                {{ expression }},
                '^[''\s\x{00a0}]|[\s\x{00a0}]$|[\p{Z}]{2}|[\p{Cc}\p{Cf}\x{00a0}]'
            )
            then
                nullif(
                    trim(
                        {% if lines -%}
                            {{ replace_all(bare, '[\\p{Cf}]|^\\s+|\\s+$', '') }}
                        {%- else -%}
                            {{ replace_all(
                                replace_all(bare, '[\\p{Cf}]', ''), '[\\p{Cc}\\p{Z}]+', ' '
                            ) }}
                        {%- endif %}
                    ),
                    ''
                )
        else nullif({{ expression }}, '')
    end
{%- endmacro %}
