{#- Districts that a person put on an event of the CRM or took off it; the newest standing word per
    event and district. Links are not the CRM's to decide, so no sync touches them
    (salesforce.md 4.1). -#}
with

decisions as (select * from {{ ref('int_decisions__events') }}),
former_keys as (select * from {{ ref('int_crm__former_keys') }}),

said as (
    select
        event_key,
        decision_seq,
        decision_id,
        decided_at,
        actor,
        nullif(trim({{ json_text('payload', 'district_key') }}), '') as district_key,
        action = 'link_district' as is_linked
    from decisions
    where action in ('link_district', 'unlink_district')
),

meant as (
    select
        said.event_key,
        said.decision_seq,
        said.decision_id,
        said.decided_at,
        said.actor,
        coalesce(former_keys.place_key, said.district_key) as district_key,
        said.is_linked
    from said
    left join former_keys
        on said.district_key = former_keys.former_key and former_keys.entity_type = 'district'
)

select
    event_key,
    district_key,
    is_linked,
    decision_id,
    decided_at,
    actor
from meant
where district_key is not null
qualify row_number() over (partition by event_key, district_key order by decision_seq desc) = 1
