{{ config(materialized='table') }}
{#- A sample of what sources wrote last beside what the marts have of it, each as a hash
    (platform.md 5.5): of every kind a hundred keys, the first by their hash. A row of a roster and
    a shift stand in their marts as they came. Marts of people and sessions mix sources, so compared
    is only what this source alone has to say, nobody decided, and the newest row does not leave
    blank: of people in one record of a file the fields whose word was heard from the file; of people who are
    one contact of the CRM what only the CRM knows, and their name where it gave it;
    of sessions of the CRM and of files what stands in their mart as it came; of those in the newest
    export of Pathful title and day, unless staff corrected the session. One row per kind and key. -#}
{%- set most = 100 -%}
{%- set address = 'coalesce(said.street, said.city, said.state_code, said.postal_code)' -%}
{#- Field -> its unit of rule_survivorship, its name in the mart, when the row says it. -#}
{%- set of_people = {
    'first_name': ['identity', 'first_name', 'said.last_name'],
    'last_name': ['identity', 'last_name', 'said.last_name'],
    'email': ['email', 'email', 'said.email'],
    'phone': ['phone', 'phone_e164', 'said.phone'],
    'dob': ['birth', 'dob', 'said.dob'],
    'gender': ['gender', 'gender', 'said.gender'],
    'age_group': ['age', 'age_group', 'said.age_group'],
    'consent_signed_at': ['consent', 'consent_signed_at', 'said.consent_signed_at'],
    'city': ['address', 'city', address],
    'state_code': ['address', 'state_code', address],
    'postal_code': ['address', 'postal_code', address]
} -%}
{%- set said_of_people, known_of_people = [], [] -%}
{%- for field, (unit, known_as, is_said) in of_people.items() -%}
    {%- set when = "case when survivors." ~ unit ~ "_source = 'csv' and " ~ is_said
        ~ " is not null then " -%}
    {%- do said_of_people.append(when ~ 'said.' ~ field ~ ' end') -%}
    {%- do known_of_people.append(when ~ 'volunteers.' ~ known_as ~ ' end') -%}
{%- endfor -%}
with

import_rows as (select * from {{ ref('import_rows') }}),
csv_loads as (select * from {{ ref('int_csv__loads') }}),
csv_rows as (select * from {{ ref('int_csv__rows') }}),
csv_people as (select * from {{ ref('int_csv__people_rows') }}),
csv_events as (select * from {{ ref('int_csv__events_rows') }}),
roster_rows as (select * from {{ ref('int_roster__rows') }}),
roster_teachers as (select * from {{ ref('int_roster__load_teachers') }}),
contacts as (select * from {{ ref('stg_salesforce__contacts') }}),
crm_sessions as (select * from {{ ref('stg_salesforce__sessions') }}),
crm_volunteers as (select * from {{ ref('int_crm__volunteers') }}),
crm_events as (select * from {{ ref('int_crm__events') }}),
pathful_loads as (select * from {{ ref('int_pathful__loads') }}),
session_rows as (select * from {{ ref('int_pathful__session_rows') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
people as (select * from {{ ref('int_identity__people') }}),
survivors as (select * from {{ ref('int_people__survivors') }}),
roster as (select * from {{ ref('fct_teacher_roster') }}),
shifts as (select * from {{ ref('dim_shifts') }}),
volunteers as (select * from {{ ref('dim_volunteers') }}),
events as (select * from {{ ref('dim_events') }}),

-- Of every thing that files brought the row that created or changed it last.
of_csv as (
    select
        csv_rows.entity_type,
        csv_rows.external_system,
        csv_rows.external_id,
        csv_rows.fingerprint,
        csv_rows.run_id as rows_run_id,
        csv_rows.row_number,
        csv_loads.run_id,
        csv_loads.landed_at
    from import_rows
    inner join csv_loads on import_rows.run_id = csv_loads.run_id
    inner join csv_rows
        on
            csv_loads.rows_run_id = csv_rows.run_id
            and import_rows.row_number = csv_rows.row_number
    where
        import_rows.bucket in ('created', 'updated')
        and csv_loads.report_type is distinct from 'signups'
    qualify
        row_number() over (
            partition by csv_rows.entity_type, csv_rows.external_system, csv_rows.external_id
            order by csv_loads.load_seq desc
        ) = 1
),

shift_keys as (
    select
        of_csv.*,
        {{ key(["'shift'", "external_system", "external_id"]) }} as shift_key
    from of_csv
    where of_csv.entity_type = 'shift'
    qualify row_number() over (order by md5(shift_key), shift_key) <= {{ most }}
),

event_keys as (
    select
        *,
        external_system || ':' || external_id as event_id
    from of_csv
    -- A file that repeats a session of another system says nothing new of it.
    where entity_type = 'event' and external_system not in ('salesforce', 'pathful')
    qualify row_number() over (order by md5(event_id), event_id) <= {{ most }}
),

person_keys as (
    select
        of_csv.*,
        people.record_key,
        people.person_key
    from of_csv
    inner join people
        on 'csv:' || of_csv.external_system || ':' || of_csv.external_id = people.record_key
    inner join survivors on people.person_key = survivors.person_key
    where of_csv.entity_type = 'volunteer' and survivors.csv_record_count = 1
    qualify row_number() over (order by md5(people.record_key), people.record_key) <= {{ most }}
),

roster_keys as (
    select *
    from (
        select
            roster_teachers.roster_key,
            roster_teachers.run_id,
            roster_teachers.row_number,
            roster_teachers.landed_at
        from import_rows
        inner join roster_teachers
            on
                import_rows.run_id = roster_teachers.run_id
                and import_rows.row_number = roster_teachers.row_number
        where import_rows.bucket in ('created', 'updated')
        qualify
            row_number() over (
                partition by roster_teachers.roster_key order by roster_teachers.load_seq desc
            ) = 1
    ) as of_rosters
    qualify row_number() over (order by md5(roster_key), roster_key) <= {{ most }}
),

contact_keys as (
    select
        contact_id,
        person_key
    from crm_volunteers
    where contact_count = 1 and not is_provisional
    qualify row_number() over (order by md5(contact_id), contact_id) <= {{ most }}
),

contact_versions as (
    select
        contact_keys.person_key,
        contacts.*
    from contact_keys
    inner join contacts on contact_keys.contact_id = contacts.contact_id
    qualify row_number() over (partition by contacts.contact_id order by contacts.load_seq desc) = 1
),

crm_event_keys as (
    select
        session_id,
        event_key
    from crm_events
    where scope = 'in_scope'
    qualify row_number() over (order by md5(session_id), session_id) <= {{ most }}
),

session_versions as (
    select
        crm_event_keys.event_key,
        crm_sessions.*
    from crm_event_keys
    inner join crm_sessions on crm_event_keys.session_id = crm_sessions.session_id
    qualify
        row_number() over (
            partition by crm_sessions.session_id order by crm_sessions.load_seq desc
        ) = 1
),

newest_export as (
    select
        max_by(load_seq, load_order) as load_seq,
        max_by(run_id, load_order) as run_id,
        max_by(landed_at, load_order) as landed_at
    from pathful_loads
    where report_type = 'session_report' and has_own_rows
),

-- What the newest export of Pathful says last of a session, where one reference stands for it.
exported as (
    select
        session_events.event_key,
        any_value(newest_export.run_id) as run_id,
        any_value(newest_export.landed_at) as landed_at,
        {{ latest('session_rows.title', 'session_rows.row_number') }} as title,
        {{ latest('session_rows.session_date', 'session_rows.row_number') }} as session_date
    from newest_export
    inner join session_rows on newest_export.load_seq = session_rows.load_seq
    inner join session_events on session_rows.session_ref = session_events.session_ref
    where session_rows.is_session_evidence and session_events.event_key is not null
    group by session_events.event_key
    having count(distinct session_rows.session_ref) = 1
),

export_keys as (
    select exported.*
    from exported
    left join events on exported.event_key = events.event_key
    where events.is_corrected is distinct from true
    qualify row_number() over (order by md5(exported.event_key), exported.event_key) <= {{ most }}
),

beside as (
    select
        'roster' as source, -- noqa: RF04
        'roster' as object_name,
        roster_keys.roster_key as entity_key,
        roster_keys.run_id,
        roster_keys.landed_at,
        roster.roster_key is not null as is_there,
        roster_rows.fingerprint as stored_hash,
        md5(concat_ws(
            '|',
            coalesce(roster.building, ''),
            coalesce(roster.teacher_name, ''),
            coalesce(roster.grade, ''),
            roster.virtual_year
        )) as mart_hash
    from roster_keys
    inner join roster_rows
        on
            roster_keys.run_id = roster_rows.run_id
            and roster_keys.row_number = roster_rows.row_number
    left join roster on roster_keys.roster_key = roster.roster_key
    union all
    select
        'csv' as source, -- noqa: RF04
        'shift' as object_name,
        shift_keys.shift_key as entity_key,
        shift_keys.run_id,
        shift_keys.landed_at,
        shifts.shift_key is not null as is_there,
        shift_keys.fingerprint as stored_hash,
        {{ fingerprint([
            'shifts.event_ref', 'shifts.start_at', 'shifts.end_at', 'shifts.capacity',
            'lower(shifts.role)'
        ]) }} as mart_hash
    from shift_keys
    left join shifts on shift_keys.shift_key = shifts.shift_key
    union all
    select
        'csv' as source, -- noqa: RF04
        'event' as object_name,
        event_keys.event_id as entity_key,
        event_keys.run_id,
        event_keys.landed_at,
        events.event_key is not null as is_there,
        {{ fingerprint([
            'said.title', 'said.start_at', 'said.end_at', 'said.event_status_raw',
            'said.program_type_raw', 'said.capacity', 'said.additional_information',
            'said.virtual_link'
        ]) }} as stored_hash,
        {{ fingerprint([
            'events.title', 'events.start_at', 'events.end_at', 'events.raw_status',
            'events.raw_event_type', 'events.available_slot_count', 'events.description',
            'events.virtual_link'
        ]) }} as mart_hash
    from event_keys
    inner join csv_events as said
        on event_keys.rows_run_id = said.run_id and event_keys.row_number = said.row_number
    left join events
        on
            event_keys.external_system = events.external_system
            and event_keys.external_id = events.external_id
    union all
    select
        'csv' as source, -- noqa: RF04
        'volunteer' as object_name,
        person_keys.record_key as entity_key,
        person_keys.run_id,
        person_keys.landed_at,
        volunteers.person_key is not null as is_there,
        {{ fingerprint(said_of_people) }} as stored_hash,
        {{ fingerprint(known_of_people) }} as mart_hash
    from person_keys
    inner join csv_people as said
        on person_keys.rows_run_id = said.run_id and person_keys.row_number = said.row_number
    inner join survivors on person_keys.person_key = survivors.person_key
    left join volunteers on person_keys.person_key = volunteers.person_key
    union all
    select
        'salesforce' as source, -- noqa: RF04
        'Contact' as object_name,
        said.contact_id as entity_key,
        said.run_id,
        said.landed_at,
        volunteers.person_key is not null as is_there,
        {{ fingerprint([
            'case when survivors.identity_source = \'salesforce\' then lower(said.first_name) end',
            'case when survivors.identity_source = \'salesforce\' then lower(said.last_name) end',
            'said.job_title', 'said.department', 'said.industry', 'said.first_volunteer_date',
            'said.last_volunteer_date', 'said.last_email_date', 'said.recruitment_notes',
            'said.interests'
        ]) }} as stored_hash,
        {{ fingerprint([
            'case when survivors.identity_source = \'salesforce\' then lower(volunteers.first_name) end',
            'case when survivors.identity_source = \'salesforce\' then lower(volunteers.last_name) end',
            'volunteers.job_title', 'volunteers.department', 'volunteers.industry',
            'volunteers.sf_first_volunteer_date', 'volunteers.sf_last_volunteer_date',
            'volunteers.last_email_date', 'volunteers.recruitment_notes', 'volunteers.interests'
        ]) }} as mart_hash
    from contact_versions as said
    inner join survivors on said.person_key = survivors.person_key
    left join volunteers on said.person_key = volunteers.person_key
    union all
    select
        'salesforce' as source, -- noqa: RF04
        'Session__c' as object_name,
        said.session_id as entity_key,
        said.run_id,
        said.landed_at,
        events.event_key is not null as is_there,
        {{ fingerprint([
            'said.title', 'said.start_at', 'said.end_at', 'said.location', 'said.status',
            'said.session_type', 'said.cancellation_reason'
        ]) }} as stored_hash,
        {{ fingerprint([
            'events.title', 'events.start_at', 'events.end_at', 'events.location',
            'events.raw_status', 'events.raw_event_type', 'events.raw_cancellation_reason'
        ]) }} as mart_hash
    from session_versions as said
    left join events on said.event_key = events.event_key
    union all
    select
        'pathful' as source, -- noqa: RF04
        'session_report' as object_name,
        said.event_key as entity_key,
        said.run_id,
        said.landed_at,
        events.event_key is not null as is_there,
        {{ fingerprint(['said.title', 'said.session_date']) }} as stored_hash,
        {{ fingerprint([
            'case when said.title is not null then events.title end',
            'case when said.session_date is not null then events.session_date end'
        ]) }} as mart_hash
    from export_keys as said
    left join events on said.event_key = events.event_key
)

select
    source, -- noqa: RF04
    object_name,
    entity_key,
    run_id,
    landed_at,
    is_there and stored_hash = mart_hash as is_same
from beside
