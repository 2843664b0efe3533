{#- A record id in its 18 characters: the 15-character form, which tells letters apart by case, gets
    its three characters of checksum. Null for anything that is no id (salesforce.md 1.0). -#}
{% macro salesforce_id(expression) -%}
    case
        when regexp_matches(trim({{ expression }}), '^[A-Za-z0-9]{18}$') then trim({{ expression }})
        when regexp_matches(trim({{ expression }}), '^[A-Za-z0-9]{15}$')
            then
                trim({{ expression }})
                {%- for chunk in range(3) %}
                || substr(
                    'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
                    1
                    {%- for place in range(5) %}
                    + case
                        when
                            regexp_matches(
                                substr(trim({{ expression }}), {{ chunk * 5 + place + 1 }}, 1),
                                '[A-Z]'
                            )
                            then {{ 2 ** place }}
                        else 0
                    end
                    {%- endfor %},
                    1
                )
                {%- endfor %}
    end
{%- endmacro %}
