{#- Why a row was not taken over, in the words of platform.md 2.9; `rows` has its bucket. It is
    joined with map_skip_types as skip_types and with rule_handling as handling, by its reason. -#}
{% macro skip_type(rows) -%}
    coalesce(
        skip_types.skip_type,
        case
            when handling.category = 'required' then 'missing_required_field'
            when {{ rows }}.bucket = 'unmatched' then 'missing_reference'
            when {{ rows }}.bucket = 'invalid' then 'validation_error'
            else 'other'
        end
    )
{%- endmacro %}
