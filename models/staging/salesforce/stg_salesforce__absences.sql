{#- Records that the CRM no longer has, one row per record and load that noticed it. -#}
with

absences as (select * from {{ source('raw_salesforce', 'absences') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }})

select
    {{ salesforce_id('absences.record_id') }} as record_id,
    absences.object_name,
    absences.deletion_source,
    absences.deleted_at,
    absences.run_id,
    absences.load_seq
from absences
inner join loads on absences.load_seq = loads.load_seq
