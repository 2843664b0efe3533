with

skills as (select * from {{ ref('int_crm__volunteer_skills') }})

select
    person_key,
    skill_name
from skills
where not is_garbage
