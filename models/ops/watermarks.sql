{#- From where the next run of each object goes on. A backfill moves no watermark back
    (salesforce.md 5.2). One row per source and object. -#}
with

loads as (select * from {{ ref('stg_salesforce__loads') }})

select
    'salesforce' as source,
    object_name as entity,
    watermark,
    run_id,
    landed_at as updated_at
from loads
where watermark is not null
qualify
    row_number() over (partition by object_name order by watermark desc, load_seq desc) = 1
