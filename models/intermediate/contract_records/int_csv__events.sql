{#- The events that files brought, as their sources said last: of each record the newest row that
    nothing holds back (platform.md 2.5, 11.3), with the school, the district and the organization
    that it names, where we know them. Newest is what the source changed last, else what landed last.
    Told apart by system and id alone: the same title on the same day is a hint for a person
    (EVENT_ALSO_ELSEWHERE). A file that repeats an event of the CRM or of Pathful under that system's
    own id says nothing new of it. Names are met whole. One row per system and id. -#}
{%- set values = [
    'title', 'start_at', 'end_at', 'duration_minutes', 'program_type', 'program_type_raw',
    'event_status', 'event_status_raw', 'event_format', 'cancellation_reason', 'capacity',
    'total_requested_volunteer_jobs', 'non_scheduled_students_count', 'additional_information',
    'virtual_link', 'requested_skills'
] -%}
with

events as (select * from {{ ref('int_csv__events_rows') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
findings as (select * from {{ ref('int_csv__findings') }}),
event_findings as (select * from {{ ref('int_csv__event_findings') }}),
loads as (select * from {{ ref('int_csv__loads') }}),
file_organizations as (select * from {{ ref('int_csv__organizations') }}),
crm_events as (select * from {{ ref('int_crm__events') }}),
pathful_events as (select * from {{ ref('int_virtual__events') }}),
crm_schools as (select * from {{ ref('int_crm__schools') }}),
known_schools as (select * from {{ ref('int_places__known_schools') }}),
crm_districts as (select * from {{ ref('int_crm__districts') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),
crm_organizations as (select * from {{ ref('int_crm__organizations') }}),
words as (select * from {{ ref('map_contract_words') }}),
statuses as (select * from {{ ref('map_session_statuses') }}),
types as (select * from {{ ref('map_session_types') }}),

{{ standing_rows('event', ['findings', 'event_findings']) }},

-- What the events of a file's system call an organization.
organization_ids as (
    select
        lower(external_system || ':' || external_id) as ref_key,
        min_by(organization_name, external_id) as organization_name,
        min_by(organization_key, external_id) as organization_key
    from file_organizations
    group by lower(external_system || ':' || external_id)
),

said as (
    select
        standing.first_load_seq,
        standing.last_load_seq,
        events.run_id,
        events.row_number,
        events.external_system,
        events.external_id,
        {% for column in values -%}
            events.{{ column }},
        {% endfor -%}
        nullif(concat_ws(', ', events.location, events.location_address), '') as location,
        coalesce(schools.organization_name, events.school_ref) as school_name,
        {{ salesforce_id('events.school_ref') }} as school_account_id,
        coalesce(events.district_ref, events.parent_account_ref) as district_name,
        {{ salesforce_id('coalesce(events.district_ref, events.parent_account_ref)') }}
            as district_account_id,
        case
            when events.district_ref is not null then 'file_district'
            when events.parent_account_ref is not null then 'file_parent_account'
        end as district_source,
        coalesce(hosts.organization_name, events.host_org_ref) as host_name,
        hosts.organization_key as file_host_key,
        {{ salesforce_id('events.host_org_ref') }} as host_account_id,
        coalesce(events.school_ref, events.district_ref, events.parent_account_ref) is null
            as is_unaffiliated,
        case
            when events.external_system = 'salesforce'
                then {{ key(["'event'", "'sf:' || events.external_id"]) }}
            else {{ key(["'event'", "'csv'", "events.external_system", "events.external_id"]) }}
        end as event_key
    from standing
    inner join events
        on standing.rows_run_id = events.run_id and standing.row_number = events.row_number
    left join organization_ids as schools
        on lower(events.external_system || ':' || events.school_ref) = schools.ref_key
    left join organization_ids as hosts
        on lower(events.external_system || ':' || events.host_org_ref) = hosts.ref_key
    left join crm_events
        on
            case when events.external_system = 'salesforce' then events.external_id end
            = crm_events.session_id
            and crm_events.scope = 'in_scope'
    left join pathful_events
        on
            case when events.external_system = 'pathful' then events.external_id end
            = pathful_events.pathful_session_id
    where crm_events.session_id is null and pathful_events.event_key is null
),

named_districts as (
    select
        district_name_norm,
        min(district_key) as district_key
    from district_names
    group by district_name_norm
),

-- A name that schools of several districts bear means one of them only beside its district.
named_schools as (
    select
        district_key,
        school_name_norm,
        min(school_key) as school_key,
        count(*) over (partition by school_name_norm) as bearer_count
    from known_schools
    where is_met_by_name and school_name_norm is not null
    group by district_key, school_name_norm
),

coded_schools as (
    select
        lower(school_code) as school_code,
        min(school_key) as school_key
    from crm_schools
    where school_code is not null and not is_merged and not is_deleted
    group by lower(school_code)
    having count(distinct school_key) = 1
),

-- A second account of one name is met by its id only; what the CRM has goes before files.
organization_names as (
    select
        organization_norm,
        organization_key,
        organization_name,
        true as is_of_crm
    from crm_organizations
    where is_name_holder and not is_deleted
    union all
    select
        organization_norm,
        organization_key,
        organization_name,
        false as is_of_crm
    from file_organizations
    where is_newest_of_key
),

named_organizations as (
    select *
    from organization_names
    qualify
        row_number() over (
            partition by organization_norm order by is_of_crm desc, organization_key asc
        ) = 1
),

placed as (
    select
        said.*,
        {{ school_norm('said.school_name') }} as school_name_norm,
        {{ utc_to_site_local('said.start_at') }} as local_start,
        coalesce(own_districts.district_key, named_districts.district_key) as district_key
    from said
    left join crm_districts as own_districts
        on said.district_account_id = own_districts.account_id
    left join named_districts on lower(said.district_name) = named_districts.district_name_norm
),

schooled as (
    select
        placed.*,
        coalesce(
            own_schools.school_key,
            beside.school_key,
            alone.school_key,
            coded_schools.school_key
        ) as school_key
    from placed
    left join crm_schools as own_schools on placed.school_account_id = own_schools.account_id
    left join named_schools as beside
        on
            placed.district_key = beside.district_key
            and placed.school_name_norm = beside.school_name_norm
    left join named_schools as alone
        on
            placed.school_name_norm = alone.school_name_norm
            and alone.bearer_count = 1
    left join coded_schools on lower(placed.school_name) = coded_schools.school_code
),

school_districts as (
    select
        school_key,
        min(district_key) as district_key
    from known_schools
    group by school_key
),

reasons as (
    select distinct
        word,
        nullif(crm_code, '') as crm_code
    from words
    where field = 'cancellation_reason'
)

select
    schooled.event_key,
    schooled.external_system,
    schooled.external_id,
    schooled.title,
    schooled.start_at,
    schooled.end_at,
    cast(schooled.local_start as date) as session_date,
    -- A day without a time starts at local midnight (platform.md 7.4).
    cast(schooled.local_start as time) <> time '00:00:00' as is_time_known,
    schooled.duration_minutes,
    -- The kinds of the CRM where the word is one of them, so that one kind has one name.
    coalesce(types.event_type, schooled.program_type) as event_type,
    schooled.program_type_raw as raw_event_type,
    schooled.event_format as format,
    -- As the CRM's: nobody is to come yet to an event of which no status is known.
    coalesce(statuses.status, 'Draft') as status,
    schooled.event_status_raw as raw_status,
    case when statuses.status = 'Cancelled' then reasons.crm_code end as cancellation_reason,
    schooled.cancellation_reason as raw_cancellation_reason,
    schooled.capacity,
    case
        when schooled.total_requested_volunteer_jobs >= 0
            then schooled.total_requested_volunteer_jobs
    end as requested_volunteer_count,
    case
        when schooled.non_scheduled_students_count >= 0
            then schooled.non_scheduled_students_count
    end as participant_count,
    schooled.additional_information as description,
    schooled.location,
    schooled.virtual_link,
    schooled.requested_skills,
    schooled.school_key,
    school_districts.district_key as school_district_key,
    schooled.district_key,
    schooled.district_source,
    schooled.is_unaffiliated,
    coalesce(
        schooled.file_host_key, own_hosts.organization_key, named_hosts.organization_key
    ) as host_organization_key,
    coalesce(
        own_hosts.organization_name, named_hosts.organization_name, schooled.host_name
    ) as session_host,
    schooled.run_id as rows_run_id,
    schooled.row_number,
    schooled.first_load_seq,
    schooled.last_load_seq,
    first_loads.run_id as first_seen_run_id,
    last_loads.run_id as last_seen_run_id
from schooled
inner join loads as first_loads on schooled.first_load_seq = first_loads.load_seq
inner join loads as last_loads on schooled.last_load_seq = last_loads.load_seq
left join school_districts on schooled.school_key = school_districts.school_key
left join crm_organizations as own_hosts on schooled.host_account_id = own_hosts.account_id
left join named_organizations as named_hosts
    on {{ organization_norm('schooled.host_name') }} = named_hosts.organization_norm
left join statuses on schooled.event_status = statuses.raw_status
left join types on lower(schooled.program_type_raw) = types.raw_type
left join reasons on schooled.cancellation_reason = reasons.word
