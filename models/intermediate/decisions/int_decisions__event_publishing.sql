{#- Whether an event of the CRM stands on the website's page, where a person said so: the page is
    not the CRM's to decide, so no sync touches it (salesforce.md 4.1). The newest standing word per
    event. -#}
with

decisions as (select * from {{ ref('int_decisions__events') }}),

said as (
    select
        event_key,
        decision_seq,
        decision_id,
        decided_at,
        actor,
        case lower(trim({{ json_text('payload', 'visible') }}))
            when 'true' then true
            when 'false' then false
        end as is_visible
    from decisions
    where action = 'set_page_visible'
)

select
    event_key,
    is_visible,
    decision_id,
    decided_at,
    actor
from said
where is_visible is not null
qualify row_number() over (partition by event_key order by decision_seq desc) = 1
