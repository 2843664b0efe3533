{#- What the checks of whole loads and of sources look at, and what they compare with (platform.md
    3.2 SET-501 to SET-504, 5.2 to 5.4): `anomalies` judges the rows with `is_judged`, each beside
    the rows before it. One row per load or day, check and field. -#}
with

load_measures as (select * from {{ ref('int_quality__set_measures') }}),
run_measures as (select * from {{ ref('int_quality__run_measures') }}),
runs as (select * from {{ ref('stg_decisions__runs') }}),

measures as (
    select
        load_measures.load_seq,
        load_measures.run_id,
        load_measures.landed_at,
        load_measures.source,
        load_measures.entity_type,
        load_measures.rule_code,
        load_measures.field,
        load_measures.row_count,
        load_measures.measured,
        load_measures.usual,
        coalesce(runs.label = 'backfill', false) as is_backfill,
        true as is_judged
    from load_measures
    left join runs on load_measures.run_id = runs.run_id
    union all
    select
        load_seq,
        run_id,
        landed_at,
        source,
        entity_type,
        rule_code,
        field,
        row_count,
        measured,
        cast(null as double) as usual,
        is_backfill,
        is_judged
    from run_measures
)

select
    {{ key([
        'rule_code', 'source', 'entity_type', 'field', 'cast(load_seq as varchar)', 'run_id'
    ]) }} as measure_key,
    rule_code,
    source,
    entity_type,
    field,
    run_id,
    load_seq,
    landed_at,
    row_count,
    measured,
    usual,
    is_backfill,
    is_judged
from measures
