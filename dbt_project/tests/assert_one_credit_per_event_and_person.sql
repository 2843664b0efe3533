{#- What is this? Nobody is credited twice for one event, whatever systems and records say so.
    When does it matter? A second credited row would double hours and engagements in every total
    (salesforce.md L18, 7.3).
    How to resolve? Look at the printed rows: two records of the CRM are the work of
    int_crm__participations, a record of the CRM and one of Pathful of the keys of their events. -#}
with

participations as (select * from {{ ref('fct_volunteer_participation') }})

select
    event_key,
    person_key,
    count(*) as credited_count,
    min(participation_key) as first_participation_key
from participations
where is_credited
group by event_key, person_key
having count(*) > 1
