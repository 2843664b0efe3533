{#- How far the students have come (salesforce.md 3.4), one row. Phase 1: somebody landed; phase 2:
    everybody has a school. As real data never get there, the share of those who name an account is
    beside it. Ids and counts only. Phase 2 runs in every build, so nobody ever waits for it. -#}
with

students as (select * from {{ ref('int_crm__students') }}),
student_schools as (select * from {{ ref('int_crm__student_schools') }}),
schools as (select * from {{ ref('int_crm__schools') }}),
participations as (select * from {{ ref('int_crm__participations') }}),
advice as (select * from {{ ref('rule_student_pipeline_advice') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }}),

judged as (
    select
        students.student_key,
        students.contact_id,
        students.primary_affiliation_id,
        student_schools.school_key,
        student_schools.school_assignment_status
    from students
    inner join student_schools on students.student_key = student_schools.student_key
    where not students.is_deleted
),

counted as (
    select
        count(*) as total_students,
        count(*) filter (where school_assignment_status = 'assigned') as students_with_schools,
        count(*) filter (where school_assignment_status <> 'assigned') as students_without_schools,
        count(*) filter (where school_assignment_status = 'missing_school')
            as students_missing_school,
        count(*) filter (where school_assignment_status = 'not_a_school') as students_not_a_school,
        count(*) filter (where school_assignment_status = 'no_affiliation')
            as students_no_affiliation,
        count(*) filter (where school_assignment_status = 'excluded') as students_excluded,
        count(*) filter (where school_assignment_status <> 'assigned' and contact_id is not null)
            as students_needing_schools
    from judged
),

school_counts as (
    select count(*) as total_schools
    from schools
    where not is_deleted
),

missing_accounts as (
    select
        primary_affiliation_id as account_id,
        count(*) as student_count
    from judged
    where school_assignment_status = 'missing_school'
    group by primary_affiliation_id
    qualify row_number() over (order by count(*) desc, primary_affiliation_id asc) <= 20
),

missing_json as (
    select
        {{ json_rows(
            {'account_id': 'account_id', 'student_count': 'student_count'},
            'student_count desc, account_id'
        ) }} as missing_accounts_json
    from missing_accounts
),

top_schools as (
    select
        school_key,
        count(*) as student_count
    from judged
    where school_assignment_status = 'assigned'
    group by school_key
    qualify row_number() over (order by count(*) desc, school_key asc) <= 10
),

top_json as (
    select
        {{ json_rows(
            {'school_key': 'school_key', 'student_count': 'student_count'},
            'student_count desc, school_key'
        ) }} as top_schools_json
    from top_schools
),

samples as (
    select contact_id
    from judged
    where school_assignment_status <> 'assigned'
    qualify row_number() over (order by contact_id asc) <= 10
),

sample_json as (
    select '["' || {{ list_text('contact_id', '","') }} || '"]' as sample_student_ids_json
    from samples
),

recommended as (
    select
        advice.code,
        advice.place,
        advice.advice,
        case advice.code
            when 'run_phase_1' then case when counted.total_students = 0 then 0 end
            when 'run_backfill'
                then
                    case
                        when
                            counted.total_students > 0
                            and counted.students_no_affiliation = counted.total_students
                            then counted.total_students
                    end
            when 'import_schools' then nullif(counted.students_missing_school, 0)
            when 'correct_affiliation'
                then nullif(counted.students_not_a_school + counted.students_excluded, 0)
            when 'name_a_school'
                then
                    case
                        when counted.students_no_affiliation < counted.total_students
                            then nullif(counted.students_no_affiliation, 0)
                    end
            when 'complete'
                then
                    case
                        when counted.total_students > 0 and counted.students_without_schools = 0
                            then counted.total_students
                    end
        end as student_count
    from advice
    cross join counted
),

recommended_json as (
    select
        {{ json_rows(
            {'code': 'code', 'student_count': 'student_count', 'advice': 'advice'}, 'place'
        ) }} as recommendations_json
    from recommended
    where student_count is not null
),

-- Attended, and in no district's numbers (salesforce.md 3.7): who left or never landed counts too.
lost as (
    select count(*) as lost_participation_count
    from participations
    left join student_schools on participations.student_key = student_schools.student_key
    where
        participations.outcome = 'kept'
        and participations.participant_type = 'Student'
        and participations.is_credited
        and coalesce(student_schools.school_assignment_status, 'unknown') <> 'assigned'
),

newest_load as (
    select max(landed_at) as as_of
    from loads
    where object_name = 'Contact'
)

select
    counted.total_students,
    counted.students_with_schools,
    counted.students_without_schools,
    counted.students_missing_school,
    counted.students_not_a_school,
    counted.students_no_affiliation,
    counted.students_excluded,
    counted.students_needing_schools,
    school_counts.total_schools,
    cast(case when counted.total_students > 0 then 100 else 0 end as double) as phase1_pct,
    {{ percentage('counted.students_with_schools', 'counted.total_students') }} as phase2_pct,
    {{ percentage('counted.students_with_schools', 'counted.total_students') }} as overall_pct,
    {{ percentage(
        'counted.students_with_schools',
        '(counted.students_with_schools + counted.students_missing_school'
        ~ ' + counted.students_not_a_school)'
    ) }} as assignable_pct,
    counted.total_students > 0 as is_phase1_complete,
    counted.students_without_schools = 0 as is_phase2_complete,
    counted.total_students > 0 and counted.students_without_schools = 0 as is_pipeline_complete,
    coalesce(missing_json.missing_accounts_json, '[]') as missing_accounts_json,
    coalesce(top_json.top_schools_json, '[]') as top_schools_json,
    coalesce(sample_json.sample_student_ids_json, '[]') as sample_student_ids_json,
    coalesce(recommended_json.recommendations_json, '[]') as recommendations_json,
    lost.lost_participation_count,
    newest_load.as_of
from counted
cross join school_counts
cross join missing_json
cross join top_json
cross join sample_json
cross join recommended_json
cross join lost
cross join newest_load
