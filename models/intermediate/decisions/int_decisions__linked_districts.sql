{#- Districts that a person put on an event of the CRM or took off it; the newest standing word per
    event and district. Links are not the CRM's to decide, so no sync touches them
    (salesforce.md 4.1). -#}
with

decisions as (select * from {{ ref('int_decisions__events') }}),

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
)

select
    event_key,
    district_key,
    is_linked,
    decision_id,
    decided_at,
    actor
from said
where district_key is not null
qualify row_number() over (partition by event_key, district_key order by decision_seq desc) = 1
