{#- Every spelling under which a person stands in the reports: one row per person, name, e-mail,
    school, district and company, with where it was seen. Small however often it was landed. -#}
with

session_rows as (select * from {{ ref('int_pathful__session_rows') }})

select
    role,
    person_ref,
    user_id,
    person_name,
    name_norm,
    email,
    school_name,
    school_name_norm,
    district_name,
    company_name,
    organization_norm,
    count(*) as row_count,
    max(load_order) as last_load_order,
    min(load_seq) as first_load_seq,
    max(load_seq) as last_load_seq
from session_rows
where is_session_evidence and person_ref is not null and role in ('educator', 'professional')
group by all
