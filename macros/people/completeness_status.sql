{#- What a share of fields with a value is called (platform.md 6.5); null where nothing is measured. -#}
{% macro completeness_status(share) -%}
    case
        when {{ share }} >= {{ var('completeness_good_pct') }} then 'good'
        when {{ share }} >= {{ var('completeness_warning_pct') }} then 'warning'
        when {{ share }} is not null then 'critical'
    end
{%- endmacro %}
