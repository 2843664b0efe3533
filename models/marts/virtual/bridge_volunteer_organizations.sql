with

matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
tickets as (select * from {{ ref('int_virtual__organization_tickets') }}),
organization_names as (select * from {{ ref('int_places__organization_names') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),

affiliated as (
    select distinct
        matches.person_key,
        organization_names.organization_key
    from matches
    inner join tickets on matches.person_ref = tickets.person_ref
    inner join organization_names
        on tickets.organization_norm = organization_names.organization_norm
    where matches.person_key is not null
)

select
    affiliated.person_key,
    affiliated.organization_key,
    cast(null as varchar) as role,
    'Current' as status,
    affiliated.organization_key = presenters.organization_key as is_primary,
    cast(null as date) as start_date,
    cast(null as date) as end_date
from affiliated
inner join presenters on affiliated.person_key = presenters.person_key
