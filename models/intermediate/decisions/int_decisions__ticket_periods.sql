{#- From when until when each answer to a ticket stood, those that were revoked or replaced since
    included. One row per decision about a ticket. -#}
with

decisions as (select * from {{ ref('stg_decisions__decisions') }}),

revokes as (
    select
        revokes as decision_id,
        min(decided_at) as revoked_at
    from decisions
    where revokes is not null
    group by revokes
)

select
    decisions.decision_id,
    decisions.subject_key as ticket_key,
    decisions.action,
    decisions.decided_at as stood_from,
    least(
        lead(decisions.decided_at) over (
            partition by decisions.subject_key order by decisions.decision_seq
        ),
        revokes.revoked_at
    ) as stood_until
from decisions
left join revokes on decisions.decision_id = revokes.decision_id
where decisions.subject_type = 'ticket'
