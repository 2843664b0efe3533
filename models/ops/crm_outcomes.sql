{#- Where the CRM's records went: each current one in exactly one outcome, so that they add up to
    what landed (salesforce.md L13, appendix B). -#}
with

participations as (select * from {{ ref('int_crm__participations') }}),
affiliations as (select * from {{ ref('int_crm__affiliations') }}),
events as (select * from {{ ref('int_crm__events') }}),
communications as (select * from {{ ref('int_crm__communications') }}),

outcomes as (
    select
        'Session_Participant__c' as object_name,
        outcome
    from participations
    union all
    select
        'npe5__Affiliation__c' as object_name,
        outcome
    from affiliations
    union all
    select
        'Session__c' as object_name,
        scope as outcome
    from events
    union all
    select
        source_object as object_name,
        outcome
    from communications
)

select
    object_name,
    outcome,
    count(*) as row_count
from outcomes
group by object_name, outcome
