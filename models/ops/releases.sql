{#- Releases that were published before this build; publishing adds its own row. -#}
with

runs as (select * from {{ ref('stg_decisions__runs') }})

select
    release,
    max_by(run_id, run_seq) as run_id,
    max(finished_at) as published_at,
    cast(null as date) as logical_date,
    cast(null as bigint) as table_count,
    cast(null as bigint) as row_count,
    false as is_current
from runs
where release is not null and status = 'succeeded'
group by release
