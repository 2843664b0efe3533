{#- The schools and districts of the educators of each session, as the reports spell them. -#}
with

session_rows as (select * from {{ ref('int_pathful__session_rows') }})

select distinct
    session_ref,
    school_name_norm,
    lower(district_name) as district_name_norm
from session_rows
where
    is_session_evidence and role = 'educator'
    and (school_name_norm is not null or district_name is not null)
