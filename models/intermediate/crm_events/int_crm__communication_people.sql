{#- Whom a message of the CRM is about, as the person we know: a volunteer, else a teacher, else a
    student, each message and person once. One row per message and person. -#}
with

matches as (select * from {{ ref('int_crm__communication_contacts') }}),
people as (select * from {{ ref('int_crm__contact_people') }}),
teachers as (select * from {{ ref('int_crm__teachers') }}),
students as (select * from {{ ref('int_crm__students') }}),
methods as (select * from {{ ref('rule_match_methods') }}),

persons as (
    select
        matches.communication_key,
        matches.contact_id,
        matches.match_method,
        coalesce(people.person_key, teachers.teacher_key, students.student_key) as person_key,
        case
            when people.person_key is not null then 'volunteer'
            when teachers.teacher_key is not null then 'teacher'
            else 'student'
        end as person_kind
    from matches
    left join people on matches.contact_id = people.contact_id
    left join teachers on matches.contact_id = teachers.contact_id
    left join students on matches.contact_id = students.contact_id
)

select
    persons.communication_key,
    persons.person_key,
    persons.person_kind,
    persons.contact_id,
    persons.match_method
from persons
inner join methods on persons.match_method = methods.match_method
where persons.person_key is not null
qualify
    row_number() over (
        partition by persons.communication_key, persons.person_key
        order by methods.strength, persons.contact_id
    ) = 1
