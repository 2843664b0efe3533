{#- Why a row was not taken over, in the words of platform.md 2.9; `rows` has its bucket and reason,
    `entity` says what its file is. It is joined with map_skip_types as skip_types and with
    rule_handling as handling, by its reason. A teacher is one e-mail address of a roster, so a row
    that repeats one of it repeats its e-mail. -#}
{% macro skip_type(rows, entity) -%}
    coalesce(
        skip_types.skip_type,
        case
            when {{ entity }} = 'roster' and {{ rows }}.reason = 'duplicate_row' then 'duplicate_email'
            when handling.category = 'required' then 'missing_required_field'
            when {{ rows }}.bucket = 'unmatched' then 'missing_reference'
            when {{ rows }}.bucket = 'invalid' then 'validation_error'
            else 'other'
        end
    )
{%- endmacro %}
