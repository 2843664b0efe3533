{{ config(materialized='view') }}
{#- How each rule judges the rows of its source: the newest decision about its mode, else the list,
    else it is enforced (platform.md 3.1). A rule in warn mode warns where it would refuse; one that
    is off has no row. IMPORTER_RULES_MODE stands over all that are not off (11.1), and nothing over
    a rule without which a row would lead nowhere (fixed_because of rule_modes). One row per rule. -#}
with

rules as (select * from {{ ref('rule_data_quality') }}),
modes as (select * from {{ ref('rule_modes') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

said as (
    select
        {{ json_text('payload', 'rule_code') }} as rule_code,
        {{ json_text('payload', 'source') }} as source, -- noqa: RF04
        {{ json_text('payload', 'mode') }} as mode,
        decision_seq
    from decisions
    where action = 'set_rule_mode'
),

newest as (
    select *
    from said
    where mode in ('off', 'warn', 'enforce')
    qualify row_number() over (partition by rule_code, source order by decision_seq desc) = 1
),

judged as (
    select
        rules.rule_code,
        rules.severity,
        modes.source,
        modes.fixed_because is not null as is_fixed,
        coalesce(
            case when modes.fixed_because is null then newest.mode end, modes.mode, 'enforce'
        ) as mode
    from rules
    left join modes on rules.rule_code = modes.rule_code
    left join newest on modes.rule_code = newest.rule_code and modes.source = newest.source
)

select
    rule_code,
    source, -- noqa: RF04
    severity,
    case
        when is_fixed then mode
        else coalesce(nullif('{{ rules_mode() }}', ''), mode)
    end as mode
from judged
where mode <> 'off'
