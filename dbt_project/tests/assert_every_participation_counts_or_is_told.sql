{#- What is this? Every participation of the CRM that is neither deleted there nor of a kind that is
    not ours must stand in a fact, or in exactly one quarantining row of queue_dq_violations; one
    that stands in a fact must be in none (salesforce.md appendix B 2).
    When does it matter? Hours and attendance that are in neither are lost without a word; those in
    both are told to staff as missing although they count (L13).
    How to resolve? Look the participant up in int_crm__participations: its outcome must have a rule
    in int_quality__crm_events, and rule_data_quality must say whether that rule holds it back. -#}
with

participations as (select * from {{ ref('int_crm__participations') }}),
volunteer_facts as (select * from {{ ref('fct_volunteer_participation') }}),
student_facts as (select * from {{ ref('fct_student_participation') }}),
violations as (select * from {{ ref('queue_dq_violations') }}),

facts as (
    select participation_key from volunteer_facts
    union all
    select participation_key from student_facts
),

count_facts as (
    select
        participation_key,
        count(*) as fact_count
    from facts
    group by participation_key
),

told as (
    select
        record_key,
        count(*) as told_count
    from violations
    where entity_type = 'participation' and is_quarantining
    group by record_key
)

select
    participations.participant_id,
    participations.outcome,
    coalesce(count_facts.fact_count, 0) as fact_count,
    coalesce(told.told_count, 0) as told_count
from participations
left join count_facts on participations.participation_key = count_facts.participation_key
left join told on participations.participant_id = told.record_key
where
    coalesce(count_facts.fact_count, 0) + coalesce(told.told_count, 0)
    <> case when participations.outcome in ('deleted', 'other_type') then 0 else 1 end
