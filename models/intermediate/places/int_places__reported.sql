{#- The school, district and company texts that stand together in Pathful's reports, with how many
    rows bear them: all that deciding about places needs, small however often it was landed.
    One row per combination. -#}
with

session_rows as (select * from {{ ref('int_pathful__session_rows') }})

select
    school_name,
    school_name_norm,
    district_name,
    company_name,
    organization_norm,
    count(*) as row_count
from session_rows
where is_session_evidence and role in ('educator', 'professional')
group by school_name, school_name_norm, district_name, company_name, organization_norm
