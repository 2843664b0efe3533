{{ config(materialized='view') }}
{#- Who signed up and is named by address and whole name, not by an id: a record of a volunteer of
    the system that took the sign-up, judged and corrected as one by file and resolved like every
    other (platform.md 2.1, 2.6, R-21). The newest row of a landing about a person counts. One row
    per landed row and person. -#}
with

signup_rows as (select * from {{ ref('int_signups__rows') }}),

newest as (
    select *
    from signup_rows
    where signer_id is not null and has_own_rows
    qualify
        row_number() over (
            partition by run_id, signer_system, signer_id order by updated_at desc, row_number desc
        ) = 1
)

select
    'volunteer' as entity_type,
    run_id,
    row_number,
    landed_at,
    signer_system as external_system,
    signer_id as external_id,
    false as is_id_synthesised,
    {{ record_hash("'volunteer'", 'signer_system', 'signer_id') }} as record_hash,
    first_name,
    last_name,
    email,
    cast(source_updated_at as varchar) as source_updated_at,
    is_blank,
    false as is_system_odd,
    payload
from newest
