{#- Where a Pathful educator was reported: schools and districts as keys of ours. -#}
with

person_rows as (select * from {{ ref('int_pathful__person_rows') }}),
school_names as (select * from {{ ref('int_places__school_names') }}),
district_names as (select * from {{ ref('int_places__district_names') }})

select distinct
    person_rows.person_ref,
    person_rows.school_name_norm,
    school_names.school_key,
    coalesce(school_names.is_resolved, false) as is_known_school,
    district_names.district_key
from person_rows
left join district_names
    on lower(person_rows.district_name) = district_names.district_name_norm
left join school_names
    on
        person_rows.school_name_norm = school_names.school_name_norm
        and district_names.district_key is not distinct from school_names.district_key
where person_rows.role = 'educator'
