with

matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
tickets as (select * from {{ ref('int_virtual__organization_tickets') }}),
organization_names as (select * from {{ ref('int_places__organization_names') }}),
presenters as (select * from {{ ref('int_virtual__presenters') }}),
affiliations as (select * from {{ ref('int_crm__affiliations') }}),
file_affiliations as (select * from {{ ref('int_csv__affiliations') }}),

affiliated as (
    select distinct
        matches.person_key,
        organization_names.organization_key
    from matches
    inner join tickets on matches.person_ref = tickets.person_ref
    inner join organization_names
        on tickets.organization_norm = organization_names.organization_norm
    where matches.person_key is not null
),

together as (
    select
        affiliated.person_key,
        affiliated.organization_key,
        cast(null as varchar) as role,
        'Current' as status,
        affiliated.organization_key = presenters.organization_key as is_primary,
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        {{ key([
            "'affiliation'", "'pathful'", "affiliated.person_key", "affiliated.organization_key"
        ]) }} as affiliation_key,
        'pathful' as source,
        cast(null as varchar) as salesforce_id,
        true as is_current
    from affiliated
    inner join presenters on affiliated.person_key = presenters.person_key
    union all
    select
        person_key,
        organization_key,
        role,
        status,
        is_primary,
        start_date,
        end_date,
        {{ key(["'affiliation'", "'sf:' || affiliation_id"]) }} as affiliation_key,
        'salesforce' as source,
        affiliation_id as salesforce_id,
        end_date is null and coalesce(status, 'Current') = 'Current' as is_current
    from affiliations
    where outcome = 'kept'
    union all
    select
        person_key,
        organization_key,
        role,
        status,
        is_primary,
        start_date,
        end_date,
        affiliation_key,
        'csv' as source,
        null as salesforce_id,
        is_current
    from file_affiliations
    where is_newest_of_pair
),

-- Current before past, then what a file marks primary, then the latest start: a start that nobody
-- entered is the earliest (salesforce.md L14).
ordered as (
    select
        *,
        case status when 'Current' then 1 when 'Pending' then 2 when 'Past' then 3 else 4 end
            as status_order
    from together
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_key, organization_key
            order by
                status_order asc,
                source = 'csv' and is_primary desc,
                start_date desc nulls last,
                source desc,
                affiliation_key asc
        ) as place_of_pair,
        row_number() over (
            partition by person_key, source, is_primary
            order by status_order asc, start_date desc nulls last, affiliation_key asc
        ) as place_of_primary,
        bool_or(source = 'csv' and is_primary) over (partition by person_key) as is_said_by_file
    from ordered
)

select
    person_key,
    organization_key,
    role,
    status,
    -- What a file marks is newer than what stood before and demotes the others (platform.md 2.4).
    is_primary
    and place_of_primary = 1
    and (source = 'csv' or not is_said_by_file) as is_primary,
    start_date,
    end_date,
    affiliation_key,
    source,
    salesforce_id,
    place_of_pair = 1 as is_newest_of_pair,
    is_current
from ranked
