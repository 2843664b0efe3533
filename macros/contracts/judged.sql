{#- The end of a model of findings: the severity each has by its rule's mode, its key, what people
    decided about it, and whether it holds its row back (platform.md 3.1, 3.4). CTEs `found` (run_id,
    row_number, rule_code, sub_code, field, severity), `all_rows`, `rules` and `states` must stand
    before it. -#}
{% macro judged() -%}
    select
        all_rows.entity_type,
        all_rows.run_id,
        all_rows.row_number,
        all_rows.record_hash,
        found.rule_code,
        found.sub_code,
        found.field,
        all_rows.record_hash || {{ rule_hash('found.rule_code', 'found.field') }} as violation_key,
        case
            when rules.mode = 'warn' and coalesce(found.severity, rules.severity) = 'error'
                then 'warn'
            else coalesce(found.severity, rules.severity)
        end as severity,
        states.decided_status,
        rules.mode = 'enforce'
        and coalesce(found.severity, rules.severity) = 'error'
        and coalesce(states.decided_status, '') <> 'suppressed' as is_quarantining
    from found
    inner join all_rows
        on found.run_id = all_rows.run_id and found.row_number = all_rows.row_number
    inner join rules on found.rule_code = rules.rule_code
    left join states
        on
            all_rows.record_hash || {{ rule_hash('found.rule_code', 'found.field') }}
            = states.violation_key
{%- endmacro %}
