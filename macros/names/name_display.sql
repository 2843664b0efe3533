{#- A part of a name for reading: straight apostrophes, and capitals where it came all in capitals
    or all in small letters; words such as "de la" stay small inside it (platform.md 7.3). Mixed
    spellings stay as they are. The expression must be contract_text already. -#}
{% macro name_display(expression) -%}
    {%- set straight = "translate(" ~ expression ~ ", '’‘´`', '''''''''')" -%}
    case
        when {{ straight }} in (upper({{ straight }}), lower({{ straight }}))
            then {{ title_case(straight, small_words=['de', 'la', 'del', 'der', 'den', 'van', 'von']) }}
        else {{ straight }}
    end
{%- endmacro %}
