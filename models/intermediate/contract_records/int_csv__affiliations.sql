{#- The ties of people to organizations that files brought, as their sources said last
    (platform.md 2.4). Several records of one person and one organization are one tie, which says
    what the newest does. The newest tie that is marked primary and stands is the only one; an end
    is never invented. A record that the CRM has itself is the CRM's. One row per system and id. -#}
with

affiliations as (select * from {{ ref('int_csv__affiliations_rows') }}),
links as (select * from {{ ref('int_csv__affiliation_links') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
findings as (select * from {{ ref('int_csv__findings') }}),
reference_findings as (select * from {{ ref('int_csv__reference_findings') }}),
loads as (select * from {{ ref('int_csv__loads') }}),
crm_affiliations as (select * from {{ ref('int_crm__affiliations') }}),
statuses as (select * from {{ ref('map_affiliation_statuses') }}),

{{ standing_rows('affiliation', ['findings', 'reference_findings']) }},

linked as (
    select
        standing.*,
        affiliations.external_system,
        affiliations.external_id,
        links.person_key,
        links.organization_key,
        affiliations.role,
        coalesce(
            statuses.status,
            affiliations.status,
            case when affiliations.is_current then 'Current' else 'Past' end
        ) as status,
        affiliations.is_primary and affiliations.is_current as claims_primary,
        affiliations.is_current,
        affiliations.start_date,
        affiliations.end_date
    from standing
    inner join affiliations
        on
            standing.rows_run_id = affiliations.run_id
            and standing.row_number = affiliations.row_number
    inner join links
        on standing.rows_run_id = links.run_id and standing.row_number = links.row_number
    left join statuses on lower(affiliations.status) = statuses.raw_status
    left join crm_affiliations
        on
            case when affiliations.external_system = 'salesforce' then affiliations.external_id end
            = crm_affiliations.affiliation_id
    where
        links.person_key is not null
        and links.organization_key is not null
        and crm_affiliations.affiliation_id is null
),

paired as (
    select
        *,
        first_value('csv:' || external_system || ':' || external_id) over (
            partition by person_key, organization_key
            order by first_load_seq asc, record_hash asc
        ) as first_record,
        row_number() over (
            partition by person_key, organization_key
            order by updated_at desc, load_seq desc, row_number desc, record_hash asc
        ) = 1 as is_newest_of_pair
    from linked
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_key, is_newest_of_pair, claims_primary
            order by updated_at desc, load_seq desc, row_number desc, record_hash asc
        ) as place_of_claim
    from paired
)

select
    external_system,
    external_id,
    {{ key(["'affiliation'", "first_record"]) }} as affiliation_key,
    person_key,
    organization_key,
    role,
    status,
    is_newest_of_pair and claims_primary and place_of_claim = 1 as is_primary,
    is_current,
    start_date,
    end_date,
    is_newest_of_pair,
    first_seen_at,
    last_seen_at,
    first_load_seq,
    load_seq
from ranked
