{#- An e-mail as an identity: lower case, null when there is no @ in it (pathful.md 2.1). -#}
{% macro clean_email(expression) -%}
    case
        when {{ clean_text(expression) }} like '%_@_%' then lower({{ clean_text(expression) }})
    end
{%- endmacro %}
