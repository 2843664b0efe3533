{#- The ticket of each presenter reference and company string, whatever was decided: decisions find
    their company through it. -#}
with

person_rows as (select * from {{ ref('int_pathful__person_rows') }})

select
    {{ key(["'ticket'", "'organization'", "person_ref", "organization_norm"]) }} as ticket_key,
    person_ref,
    organization_norm,
    {{ latest('company_name', ['last_load_order', 'row_count', 'company_name']) }} as company_name,
    sum(row_count) as row_count,
    min(first_load_seq) as first_load_seq,
    max(last_load_seq) as last_load_seq
from person_rows
where role = 'professional' and organization_norm is not null
group by person_ref, organization_norm
