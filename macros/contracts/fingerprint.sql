{#- A hash of what a row says, without when it was said (platform.md 2, business hash). -#}
{% macro fingerprint(columns) -%}
    md5(
        concat_ws(
            '|'
            {%- for column in columns %},
                coalesce(cast({{ column }} as varchar), '')
            {%- endfor %}
        )
    )
{%- endmacro %}
