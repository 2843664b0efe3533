{#- Every record of the CRM that is a thing of ours, with what became of it there (salesforce.md
    1.13, 4.4). One row per kind of thing and record id; several records may be one person. -#}
with

contacts as (select * from {{ ref('int_salesforce__contacts') }}),
accounts as (select * from {{ ref('int_salesforce__accounts') }}),
sessions as (select * from {{ ref('int_salesforce__sessions') }}),
absences as (select * from {{ ref('stg_salesforce__absences') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }}),
roots as (select * from {{ ref('int_crm__contact_roots') }}),
people as (select * from {{ ref('int_crm__contact_people') }}),
students as (select * from {{ ref('int_crm__students') }}),
teachers as (select * from {{ ref('int_crm__teachers') }}),
organizations as (select * from {{ ref('int_crm__organizations') }}),
schools as (select * from {{ ref('int_crm__schools') }}),
districts as (select * from {{ ref('int_crm__districts') }}),
events as (select * from {{ ref('int_crm__events') }}),
affiliations as (select * from {{ ref('int_crm__affiliations') }}),
landed_affiliations as (select * from {{ ref('int_salesforce__affiliations') }}),

things as (
    select
        'volunteer' as entity_type,
        'Contact' as object_name,
        people.contact_id as record_id,
        people.person_key as entity_id,
        case
            when people.contact_id <> people.survivor_id then 'sf_merged'
            when people.survivor_id <> people.root_contact_id then 'same_person'
            else 'own'
        end as match_rule
    from people
    union all
    select
        'student' as entity_type,
        'Contact' as object_name,
        roots.contact_id as record_id,
        students.student_key as entity_id,
        case when roots.contact_id = roots.survivor_id then 'own' else 'sf_merged' end
            as match_rule
    from roots
    inner join students on roots.survivor_id = students.contact_id
    union all
    select
        'teacher' as entity_type,
        'Contact' as object_name,
        roots.contact_id as record_id,
        teachers.teacher_key as entity_id,
        case
            when roots.contact_id <> roots.survivor_id then 'sf_merged'
            when teachers.is_on_roster then 'email'
            else 'own'
        end as match_rule
    from roots
    inner join teachers on roots.survivor_id = teachers.contact_id
    union all
    select
        'organization' as entity_type,
        'Account' as object_name,
        account_id as record_id,
        organization_key as entity_id,
        case when is_merged then 'sf_merged' else 'own' end as match_rule
    from organizations
    union all
    select
        'school' as entity_type,
        'Account' as object_name,
        account_id as record_id,
        school_key as entity_id,
        case when is_merged then 'sf_merged' else 'own' end as match_rule
    from schools
    union all
    select
        'district' as entity_type,
        'Account' as object_name,
        account_id as record_id,
        district_key as entity_id,
        case when is_merged then 'sf_merged' else 'own' end as match_rule
    from districts
    union all
    select
        'event' as entity_type,
        'Session__c' as object_name,
        session_id as record_id,
        event_key as entity_id,
        'own' as match_rule
    from events
    union all
    select
        'affiliation' as entity_type,
        'npe5__Affiliation__c' as object_name,
        affiliation_id as record_id,
        {{ key(["'affiliation'", "'sf:' || affiliation_id"]) }} as entity_id,
        'own' as match_rule
    from affiliations
    where outcome in ('kept', 'deleted')
),

records as (
    select
        'Contact' as object_name,
        contact_id as record_id,
        is_deleted,
        deletion_source,
        first_load_seq,
        landed_at
    from contacts
    union all
    select
        'Account' as object_name,
        account_id as record_id,
        is_deleted,
        deletion_source,
        first_load_seq,
        landed_at
    from accounts
    union all
    select
        'Session__c' as object_name,
        session_id as record_id,
        is_deleted,
        deletion_source,
        first_load_seq,
        landed_at
    from sessions
    union all
    select
        'npe5__Affiliation__c' as object_name,
        affiliation_id as record_id,
        is_deleted,
        deletion_source,
        first_load_seq,
        landed_at
    from landed_affiliations
),

gone as (
    select
        absences.object_name,
        absences.record_id,
        max(loads.landed_at) as landed_at
    from absences
    inner join loads on absences.load_seq = loads.load_seq
    group by absences.object_name, absences.record_id
)

select
    things.entity_type,
    things.record_id as external_id,
    things.entity_id,
    things.match_rule,
    first_load.run_id,
    first_load.landed_at as first_seen_at,
    records.landed_at as last_seen_at,
    not records.is_deleted as is_active,
    case
        when records.is_deleted and records.deletion_source = 'is_deleted' then records.landed_at
        when records.is_deleted then gone.landed_at
    end as deactivated_at,
    case
        when not records.is_deleted then null
        when things.match_rule = 'sf_merged' then 'sf_merged'
        when records.deletion_source in ('is_deleted', 'get_deleted') then 'salesforce_is_deleted'
        else 'absent_from_snapshot'
    end as upstream_deleted_reason,
    cast(null as varchar) as metadata_json
from things
inner join records
    on things.object_name = records.object_name and things.record_id = records.record_id
left join loads as first_load on records.first_load_seq = first_load.load_seq
left join gone
    on things.object_name = gone.object_name and things.record_id = gone.record_id
