{#- What files of events and shifts refer to that is not here (platform.md 3.2 REF-401), tested anew
    by every build, so that a row is let through when what it refers to arrives. A place is there
    when the CRM has it or when a file brought it and nothing holds its row back; a file's id is
    looked for in its own system first and among ids of the CRM, and places may be named instead. An
    event is there when it is one of ours, whoever brought it. A shift that is not within its event is
    told too, and an event that Pathful or the CRM has under the same title on the same day: nothing
    merges it, a person may look. One row per landed row and finding. -#}
with

findings as (select * from {{ ref('int_csv__findings') }}),
all_rows as (select * from {{ ref('int_csv__rows') }}),
events as (select * from {{ ref('int_csv__events_rows') }}),
shifts as (select * from {{ ref('int_csv__shifts_rows') }}),
organizations as (select * from {{ ref('int_csv__organizations_rows') }}),
crm_accounts as (select * from {{ ref('int_salesforce__accounts') }}),
crm_events as (select * from {{ ref('int_crm__events') }}),
pathful_events as (select * from {{ ref('int_virtual__events') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),
rules as (select * from {{ ref('int_quality__rules') }}),
states as (select * from {{ ref('int_decisions__violation_states') }}),

{{ clean_rows() }},

known_places as (
    select distinct lower(external_system || ':' || external_id) as ref_key
    from clean
    where entity_type = 'organization'
    union
    select distinct 'name:' || lower(organizations.organization_name) as ref_key
    from organizations
    inner join clean
        on
            organizations.run_id = clean.run_id
            and organizations.row_number = clean.row_number
    union
    select 'crm:' || account_id as ref_key
    from crm_accounts
    where not is_deleted
    union
    select 'name:' || lower(account_name) as ref_key
    from crm_accounts
    where not is_deleted and account_name is not null
    union
    select 'name:' || district_name_norm as ref_key
    from district_names
    where district_name_norm is not null
),

place_refs as (
    select
        run_id,
        row_number,
        external_system,
        school_ref as ref,
        'school_ref' as field,
        'REF_SCHOOL_MISSING' as sub_code
    from events
    union all
    select
        run_id,
        row_number,
        external_system,
        host_org_ref as ref,
        'host_org_ref' as field,
        'REF_ORG_MISSING' as sub_code
    from events
    union all
    select
        run_id,
        row_number,
        external_system,
        district_ref as ref,
        'district_ref' as field,
        'REF_DISTRICT_MISSING' as sub_code
    from events
),

lost_places as (
    select
        place_refs.run_id,
        place_refs.row_number,
        place_refs.field,
        place_refs.sub_code
    from place_refs
    left join known_places as own
        on lower(place_refs.external_system || ':' || place_refs.ref) = own.ref_key
    left join known_places as crm on 'crm:' || {{ salesforce_id('place_refs.ref') }} = crm.ref_key
    left join known_places as named on 'name:' || lower(place_refs.ref) = named.ref_key
    where
        place_refs.ref is not null
        and coalesce(own.ref_key, crm.ref_key, named.ref_key) is null
),

-- An event whose school is missing is held back, and so are its shifts, unless a person let it
-- through.
waiting as (
    select distinct
        lost_places.run_id,
        lost_places.row_number
    from lost_places
    inner join clean
        on lost_places.run_id = clean.run_id and lost_places.row_number = clean.row_number
    inner join rules on rules.rule_code = 'REF-401' and rules.mode = 'enforce'
    left join states
        on
            clean.record_hash || {{ rule_hash("'REF-401'", 'lost_places.field') }}
            = states.violation_key
    where states.decided_status is distinct from 'suppressed'
),

file_events as (
    select
        lower(events.external_system || ':' || events.external_id) as ref_key,
        max_by(events.start_at, row(events.landed_at, events.row_number)) as start_at,
        max_by(events.end_at, row(events.landed_at, events.row_number)) as end_at
    from events
    inner join clean on events.run_id = clean.run_id and events.row_number = clean.row_number
    left join waiting
        on events.run_id = waiting.run_id and events.row_number = waiting.row_number
    where waiting.run_id is null and not clean.is_superseded
    group by lower(events.external_system || ':' || events.external_id)
),

other_events as (
    select
        'crm:' || session_id as ref_key,
        title,
        session_date,
        start_at,
        end_at
    from crm_events
    where scope = 'in_scope'
    union all
    select
        'pathful:' || pathful_session_id as ref_key,
        title,
        session_date,
        start_at,
        end_at
    from pathful_events
),

placed_shifts as (
    select
        shifts.run_id,
        shifts.row_number,
        shifts.event_ref,
        shifts.start_at,
        shifts.end_at,
        coalesce(own.ref_key, crm.ref_key, pathful.ref_key) as ref_key,
        coalesce(own.start_at, crm.start_at, pathful.start_at) as event_start_at,
        coalesce(own.end_at, crm.end_at, pathful.end_at) as event_end_at
    from shifts
    left join file_events as own
        on lower(shifts.external_system || ':' || shifts.event_ref) = own.ref_key
    left join other_events as crm
        on 'crm:' || {{ salesforce_id('shifts.event_ref') }} = crm.ref_key
    left join other_events as pathful
        on 'pathful:' || shifts.event_ref = pathful.ref_key
),

other_names as (
    select distinct
        lower(title) as title,
        session_date
    from other_events
),

found as (
    select
        run_id,
        row_number,
        'REF-401' as rule_code,
        sub_code,
        field,
        cast(null as varchar) as severity
    from lost_places
    union all
    select
        run_id,
        row_number,
        'REF-401' as rule_code,
        'REF_EVENT_MISSING' as sub_code,
        'event_ref' as field,
        cast(null as varchar) as severity
    from placed_shifts
    where event_ref is not null and ref_key is null
    union all
    select
        run_id,
        row_number,
        'SHIFT_WINDOW' as rule_code,
        cast(null as varchar) as sub_code,
        'start_at' as field,
        cast(null as varchar) as severity
    from placed_shifts
    where start_at < event_start_at or coalesce(end_at, start_at) > event_end_at
    union all
    select
        events.run_id,
        events.row_number,
        'EVENT_ALSO_ELSEWHERE' as rule_code,
        cast(null as varchar) as sub_code,
        'title' as field,
        cast(null as varchar) as severity
    from events
    inner join other_names
        on
            lower(events.title) = other_names.title
            and cast({{ utc_to_site_local('events.start_at') }} as date) = other_names.session_date
)

{{ judged() }}
