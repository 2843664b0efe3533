{#- What tells a person in a file who has no id there (platform.md 4.10): address, number, name and day
    of birth as they are compared, not as they are spelled. Null for who has one. Reads the columns
    of `marked` in contract_rows. others: further columns that tell one from another. -#}
{% macro person_content(others=[]) -%}
    case
        when own_id is null
            then concat_ws(
                '|',
                coalesce({{ untagged(contact_emails('email') ~ '.found[1]') }}, ''),
                coalesce({{ contact_phones('phone') }}.found[1], ''),
                coalesce({{ name_key("concat_ws(' ', first_name, last_name)") }}, ''),
                coalesce(cast({{ contract_date('dob') }} as varchar), '')
                {%- for column in others %},
                coalesce({{ column }}, '')
                {%- endfor %}
            )
    end
{%- endmacro %}
