{#- Whether a volunteer is local as the data say (salesforce.md 2.15): whoever came in person is;
    else the primary address says so, else the place Pathful has. What staff said comes on top, in
    dim_volunteers. One row per volunteer: those of the CRM, and presenters who are none of them. -#}
with

volunteers as (select * from {{ ref('int_crm__volunteers') }}),
participations as (select * from {{ ref('int_crm__participations') }}),
events as (select * from {{ ref('int_crm__events') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),
zip_rules as (select * from {{ ref('rule_local_zip') }}),

came_in_person as (
    select distinct participations.person_key
    from participations
    inner join events on participations.event_key = events.event_key
    where
        participations.outcome = 'kept'
        and participations.is_credited
        and coalesce(events.format, '') <> 'virtual'
        and coalesce(events.event_type, '') <> 'virtual_session'
        and coalesce(events.status, '') <> 'Cancelled'
),

placed as (
    select
        coalesce(volunteers.person_key, presenters.person_key) as person_key,
        came_in_person.person_key is not null as has_come_in_person,
        volunteers.address_kind is not null or presenters.postal_code is not null as has_address,
        case
            when volunteers.address_kind is not null then volunteers.zip3
            else nullif(regexp_extract(presenters.postal_code, '^[0-9]{3}'), '')
        end as zip3
    from volunteers
    full outer join presenters on volunteers.person_key = presenters.person_key
    left join came_in_person on volunteers.person_key = came_in_person.person_key
)

select
    placed.person_key,
    case
        when placed.has_come_in_person then 'local'
        when zip_rules.local_status is not null then zip_rules.local_status
        when placed.zip3 is not null then 'non_local'
        when placed.has_address then 'partial'
        else 'unknown'
    end as local_status
from placed
left join zip_rules on placed.zip3 = zip_rules.zip3
