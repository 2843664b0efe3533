{#- What the data say that cannot be right, one row per thing and rule; nothing here is lost, the
    row says where it went. Keys and codes only: the row itself is one click away. Of files that
    follow a contract of ours the row is here, as it came and as it was read, because it is corrected
    here; those violations have keys and states of their own (int_csv__violations). The mode of a rule
    says whether its finding stands here and how grave it is (platform.md 3.1). -#}
{%- set parts = [
    ('pathful', 'pathful'), ('roster', 'roster'), ('salesforce', 'crm_places'),
    ('salesforce', 'crm_people'), ('salesforce', 'crm_events'), ('csv', 'signups')
] -%}
{%- set sources = [
    ('pathful', 'pathful_loads'), ('roster', 'roster_loads'), ('salesforce', 'crm_loads'),
    ('csv', 'csv_loads')
] -%}
with

pathful as (select * from {{ ref('int_quality__pathful') }}),
roster as (select * from {{ ref('int_quality__roster') }}),
crm_places as (select * from {{ ref('int_quality__crm_places') }}),
crm_people as (select * from {{ ref('int_quality__crm_people') }}),
crm_events as (select * from {{ ref('int_quality__crm_events') }}),
signups as (select * from {{ ref('int_quality__signups') }}),
contracts as (select * from {{ ref('int_csv__violations') }}),
pathful_loads as (select * from {{ ref('int_pathful__loads') }}),
roster_loads as (select * from {{ ref('stg_roster__loads') }}),
crm_loads as (select * from {{ ref('stg_salesforce__loads') }}),
csv_loads as (select * from {{ ref('stg_csv__loads') }}),
rules as (select * from {{ ref('rule_data_quality') }}),
handling as (select * from {{ ref('rule_handling') }}),
modes as (select * from {{ ref('int_quality__rules') }}),
states as (select * from {{ ref('int_decisions__violation_states') }}),

found as (
    {% for system, findings in parts -%}
        select
            '{{ system }}' as external_system,
            entity_type,
            rule_code,
            {{ 'sub_code' if findings == 'signups' else 'cast(null as varchar)' }} as sub_code,
            record_key,
            external_id,
            payload_json,
            first_load_seq,
            last_load_seq,
            occurrence_count
        from {{ findings }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

loads as (
    {% for system, system_loads in sources -%}
        select
            '{{ system }}' as external_system,
            load_seq,
            run_id
        from {{ system_loads }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    {{ key(["'violation'", "found.entity_type", "found.rule_code", "found.record_key"]) }}
        as violation_key,
    found.entity_type,
    found.external_system,
    found.external_id,
    found.record_key,
    found.rule_code,
    rules.catalog_code,
    found.sub_code,
    case
        when modes.mode = 'warn' and rules.severity = 'error' then 'warn' else rules.severity
    end as severity,
    coalesce(states.decided_status, 'open') as status,
    rules.is_quarantining and modes.mode = 'enforce' as is_quarantining,
    rules.message,
    rules.remediation_hint,
    rules.field,
    found.payload_json,
    cast(null as varchar) as normalized_json,
    first_loads.run_id as first_seen_run_id,
    last_loads.run_id as last_seen_run_id,
    found.occurrence_count,
    handling.category,
    handling.owner as rule_owner,
    handling.is_auto_fixable
from found
inner join rules on found.rule_code = rules.rule_code
inner join modes on found.rule_code = modes.rule_code
left join handling on found.rule_code = handling.rule_code
left join loads as first_loads
    on
        found.external_system = first_loads.external_system
        and found.first_load_seq = first_loads.load_seq
left join loads as last_loads
    on
        found.external_system = last_loads.external_system
        and found.last_load_seq = last_loads.load_seq
left join states
    on
        {{ key(["'violation'", "found.entity_type", "found.rule_code", "found.record_key"]) }}
        = states.violation_key
union all
select
    contracts.violation_key,
    contracts.entity_type,
    contracts.external_system,
    contracts.external_id,
    contracts.record_key,
    contracts.rule_code,
    rules.catalog_code,
    contracts.sub_code,
    coalesce(contracts.severity, rules.severity) as severity,
    contracts.status,
    contracts.is_quarantining,
    rules.message,
    rules.remediation_hint,
    contracts.field,
    contracts.payload_json,
    contracts.normalized_json,
    first_loads.run_id as first_seen_run_id,
    last_loads.run_id as last_seen_run_id,
    contracts.occurrence_count,
    handling.category,
    handling.owner as rule_owner,
    handling.is_auto_fixable
from contracts
inner join rules on contracts.rule_code = rules.rule_code
left join handling on contracts.rule_code = handling.rule_code
left join csv_loads as first_loads on contracts.first_load_seq = first_loads.load_seq
left join csv_loads as last_loads on contracts.last_load_seq = last_loads.load_seq
