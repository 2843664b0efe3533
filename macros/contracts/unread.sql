{#- Names, parted by commas, of the columns whose text did not become a value; null for none. The
    text of a column bears its name with _text. -#}
{% macro unread(columns) -%}
    nullif(
        concat_ws(
            ','
            {%- for column in columns %},
                case
                    when {{ column }}_text is not null and {{ column }} is null then '{{ column }}'
                end
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}
