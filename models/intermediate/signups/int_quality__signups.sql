{{ config(materialized='view') }}
{#- Sign-ups that lead to no volunteer or no event of ours (platform.md 2.6), one row per sign-up
    and rule. Keys and codes only: what a file names people by may be an address. -#}
with

signups as (select * from {{ ref('int_signups__signups') }})

select
    'signup' as entity_type,
    'signup_unmatched' as rule_code,
    signup_key as record_key,
    external_id,
    cast(
        json_object(
            'signup_key', signup_key,
            'missing', concat_ws(
                '_and_',
                case when person_key is null then 'volunteer' end,
                case when event_key is null then 'event' end
            )
        ) as varchar
    ) as payload_json,
    first_load_seq,
    last_load_seq,
    1 as occurrence_count
from signups
where person_key is null or event_key is null
