{#- References of rows that lead nowhere (platform.md 3.2 REF-401), tested anew by every build,
    so that a row is let through when what it refers to arrives. A thing is there when the CRM
    has it or when a file brought it and nothing holds its row back; a file's id is looked for
    in its own system first and among ids of the CRM. Schools and organizations may be named
    instead. Of events and shifts int_csv__event_findings says it. Beside them stand rows whose id
    or number the CRM gives to somebody of another name. One row per landed row and finding. -#}
with

findings as (select * from {{ ref('int_csv__findings') }}),
all_rows as (select * from {{ ref('int_csv__rows') }}),
event_findings as (select * from {{ ref('int_csv__event_findings') }}),
people as (select * from {{ ref('int_csv__people_rows') }}),
affiliation_links as (select * from {{ ref('int_csv__affiliation_links') }}),
student_schools as (select * from {{ ref('int_csv__student_schools') }}),
file_students as (select * from {{ ref('int_csv__students') }}),
crm_students as (select * from {{ ref('int_crm__students') }}),
contact_roots as (select * from {{ ref('int_crm__contact_roots') }}),
contact_names as (select * from {{ ref('int_crm__contact_names') }}),
rules as (select * from {{ ref('int_quality__rules') }}),
states as (select * from {{ ref('int_decisions__violation_states') }}),

{{ clean_rows() }},

lost_ends as (
    select
        run_id,
        row_number,
        'contact_external_id' as field,
        'AFF_CONTACT_MISSING' as sub_code
    from affiliation_links
    where contact_ref is not null and person_key is null
    union all
    select
        run_id,
        row_number,
        'organization_external_id' as field,
        'AFF_ORG_MISSING' as sub_code
    from affiliation_links
    where organization_ref is not null and organization_key is null
),

-- Who bore a number first in its system and district has it; the finding is about the others.
student_numbers as (
    select
        people.run_id,
        people.row_number,
        people.record_hash,
        first_value(people.record_hash) over (
            partition by
                people.external_system,
                lower(people.student_id),
                coalesce(student_schools.scope_key, '')
            order by people.landed_at asc, people.row_number asc, people.run_id asc
        ) as first_record_hash
    from people
    inner join clean on people.run_id = clean.run_id and people.row_number = clean.row_number
    inner join student_schools
        on people.run_id = student_schools.run_id and people.row_number = student_schools.row_number
    where people.entity_type = 'student' and regexp_matches(lower(people.student_id), '[a-z1-9]')
),

-- Whom the CRM knows by the id or the number of a row.
meant as (
    select
        people.run_id,
        people.row_number,
        'external_id' as field,
        people.first_name,
        people.last_name,
        contact_names.first_name as known_first_name,
        contact_names.last_name as known_last_name
    from people
    inner join contact_roots
        on {{ salesforce_id('people.external_id') }} = contact_roots.contact_id
    inner join contact_names on contact_roots.speaker_id = contact_names.contact_id
    where
        people.entity_type = 'volunteer'
        and people.external_system = 'salesforce'
        and contact_roots.contact_role <> 'student'
    union all
    select
        people.run_id,
        people.row_number,
        case
            when file_students.match_rule = 'salesforce_id' then 'external_id'
            else 'student_id'
        end as field,
        people.first_name,
        people.last_name,
        crm_students.first_name as known_first_name,
        crm_students.last_name as known_last_name
    from people
    inner join file_students
        on
            people.external_system = file_students.external_system
            and people.external_id = file_students.external_id
    inner join crm_students on file_students.student_key = crm_students.student_key
    where people.entity_type = 'student' and file_students.is_of_crm
),

spelled as (
    select
        run_id,
        row_number,
        field,
        {{ match_name('first_name') }} as first_norm,
        {{ match_name('last_name') }} as last_norm,
        {{ match_name('known_first_name') }} as known_first_norm,
        {{ match_name('known_last_name') }} as known_last_norm
    from meant
),

-- Of a name that has nothing in common by the levels of rule_match_levels, nor is turned round.
strangers as (
    select
        spelled.run_id,
        spelled.row_number,
        spelled.field
    from spelled
    inner join clean
        on spelled.run_id = clean.run_id and spelled.row_number = clean.row_number
    where
        {{ alike('spelled.first_norm', 'spelled.known_first_norm') }} < 0.7
        and {{ alike('spelled.last_norm', 'spelled.known_last_norm') }} < 0.84
        and {{ alike('spelled.first_norm', 'spelled.known_last_norm') }} < 0.84
        and {{ alike('spelled.last_norm', 'spelled.known_first_norm') }} < 0.84
),

found as (
    select
        run_id,
        row_number,
        'REF-401' as rule_code,
        sub_code,
        field,
        cast(null as varchar) as severity
    from lost_ends
    union all
    -- A student without a school is a student all the same.
    select
        run_id,
        row_number,
        'REF-401' as rule_code,
        'REF_SCHOOL_MISSING' as sub_code,
        'school_ref' as field,
        'warn' as severity
    from student_schools
    where school_assignment_status = 'missing_school'
    union all
    select
        run_id,
        row_number,
        'STUDENT_ID_DUPLICATE' as rule_code,
        cast(null as varchar) as sub_code,
        'student_id' as field,
        cast(null as varchar) as severity
    from student_numbers
    where record_hash <> first_record_hash
    union all
    select
        run_id,
        row_number,
        'ID_OTHER_NAME' as rule_code,
        cast(null as varchar) as sub_code,
        field,
        cast(null as varchar) as severity
    from strangers
)

{{ judged() }}
union all
select
    entity_type,
    run_id,
    row_number,
    record_hash,
    rule_code,
    sub_code,
    field,
    violation_key,
    severity,
    decided_status,
    is_quarantining
from event_findings
