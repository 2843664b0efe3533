{#- Numbers of rule_match_params as one row, a column each; those that rule_config lists too are
    what was decided last (platform.md 11.1). Reads as a table.
    names: the parameters. -#}
{% macro match_params(names) -%}
    {%- set decided = ['auto_enabled', 'auto_threshold', 'review_threshold', 'use_calibrated'] -%}
    (
        select
            {%- for name in names %}
            {%- set value = 'coalesce(config.value, params.value)' if name in decided
                else 'params.value' %}
            max(case when params.name = '{{ name }}' then {{ value }} end) as {{ name }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ ref('rule_match_params') }} as params
        {%- if decided | select('in', names) | list %}
        left join {{ ref('int_decisions__config') }} as config
            on config.config_key = 'dedupe.' || params.name and config.is_decided
        {%- endif %}
    )
{%- endmacro %}
