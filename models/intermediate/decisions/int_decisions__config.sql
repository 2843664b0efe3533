{{ config(materialized='view') }}
{#- What each number and switch is today: the newest standing decision about it, else the default of
    the list (platform.md 11.1). A value that is none, or out of its range, is passed over. One row
    per key. -#}
with

settings as (select * from {{ ref('rule_config') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

said as (
    select
        decision_id,
        decision_seq,
        decided_at,
        actor,
        {{ json_text('payload', 'key') }} as config_key,
        case lower({{ json_text('payload', 'value') }})
            when 'true' then 1
            when 'false' then 0
            else try_cast({{ json_text('payload', 'value') }} as double)
        end as value -- noqa: RF04
    from decisions
    where action = 'set_config'
),

newest as (
    select said.*
    from said
    inner join settings on said.config_key = settings.config_key
    where said.value between settings.lowest and settings.highest
    qualify row_number() over (partition by said.config_key order by said.decision_seq desc) = 1
)

select
    settings.config_key,
    coalesce(newest.value, settings.default_value) as value, -- noqa: RF04
    settings.default_value,
    newest.decision_id is not null as is_decided,
    newest.decision_id,
    newest.decided_at,
    newest.actor
from settings
left join newest on settings.config_key = newest.config_key
