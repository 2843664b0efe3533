{{ config(materialized='view') }}
{#- What the checks of sources look at (platform.md 5.2, 5.4): the new people of a day, the share of
    rows that the last runs (reject.window) held back, the share of the automatic merges of seven days that
    were undone, the pairs that wait for longer than allowed, and the fields that a load brought and
    nothing reads. Of a source that is read by itself
    a day without a run is a day without new people; such a day is compared with but not judged
    itself. One row per run or day and check. -#}
with

runs as (select * from {{ ref('int_quality__runs') }}),
crm_loads as (select * from {{ ref('import_objects') }}),
known as (select * from {{ ref('external_id_map') }}),
rules as (select * from {{ ref('rule_source_freshness') }}),
joins as (select * from {{ ref('merge_log') }}),
pairs as (select * from {{ ref('queue_duplicate_pairs') }}),
unmapped as (select * from {{ ref('unmapped_fields') }}),

landed as (
    select
        run_id,
        load_seq,
        source,
        report_type,
        coalesce(label = 'backfill', false) as is_backfill,
        started_at,
        cast({{ utc_to_site_local('started_at') }} as date) as run_date
    from runs
    where load_seq is not null and not dry_run
),

-- Of a person with several ids the first is the one that is new. An account of Pathful belongs to a
-- teacher whom a roster has named before.
first_ids as (
    select run_id
    from known
    where
        entity_type in ('volunteer', 'student')
        or (entity_type = 'teacher' and external_system <> 'pathful')
    qualify row_number() over (
        partition by entity_type, entity_id
        order by first_seen_at asc, run_id asc, external_system asc, external_id asc
    ) = 1
),

new_people as (
    select
        run_id,
        count(*) as people
    from first_ids
    group by run_id
),

run_days as (
    select
        landed.source,
        landed.is_backfill,
        landed.run_date,
        max_by(landed.run_id, landed.started_at) as run_id,
        max(landed.started_at) as landed_at,
        coalesce(sum(new_people.people), 0) as people
    from landed
    left join new_people on landed.run_id = new_people.run_id
    group by landed.source, landed.is_backfill, landed.run_date
),

scheduled as (
    select distinct source
    from rules
    where cadence = 'scheduled'
),

every_day as (
    select
        source,
        unnest(
            generate_series(
                cast(min(run_date) as timestamp),
                cast(max(run_date) as timestamp),
                to_days(1)
            )
        ) as day_start
    from run_days
    where source in (select scheduled.source from scheduled) and not is_backfill
    group by source
),

idle_days as (
    select
        every_day.source,
        cast(every_day.day_start as date) as run_date
    from every_day
    left join run_days
        on
            every_day.source = run_days.source
            and cast(every_day.day_start as date) = run_days.run_date
            and not run_days.is_backfill
    where run_days.run_id is null
),

new_people_days as (
    select
        run_id,
        landed_at,
        source,
        run_date,
        is_backfill,
        true as is_judged,
        people
    from run_days
    union all
    select
        cast(null as varchar) as run_id,
        {{ site_local_to_utc('cast(run_date as timestamp)') }} as landed_at,
        source,
        run_date,
        false as is_backfill,
        false as is_judged,
        0 as people
    from idle_days
),

held_back as (
    select
        run_id,
        sum(rows_extracted) as rows_evaluated,
        sum(rows_quarantined) as rows_held
    from crm_loads
    group by run_id
),

-- A blank row of a file is none that could be held back.
evaluated as (
    select
        runs.run_id,
        coalesce(
            held_back.rows_evaluated,
            try_cast(json_extract_string(runs.metrics_json, '$.dq.*.rows_evaluated')[1] as bigint),
            runs.rows_processed
        ) as rows_evaluated,
        coalesce(held_back.rows_held, runs.rows_invalid) as rows_held
    from runs
    left join held_back on runs.run_id = held_back.run_id
),

rejected as (
    select
        landed.*,
        evaluated.rows_evaluated,
        evaluated.rows_held / nullif(evaluated.rows_evaluated, 0) as reject_rate
    from landed
    inner join evaluated on landed.run_id = evaluated.run_id
    where not landed.is_backfill
),

placed as (
    select
        *,
        row_number() over (partition by source, report_type order by load_seq) as place
    from rejected
    where rows_evaluated > 0
),

last_runs as (
    select
        now.run_id,
        now.load_seq,
        now.started_at,
        now.source,
        now.report_type,
        now.rows_evaluated,
        median(before.reject_rate) as middle_rate
    from placed as now
    inner join placed as before
        on
            now.source = before.source
            and now.report_type = before.report_type
            and now.place >= before.place
            and now.place - before.place < {{ config_value('reject.window') }}
    group by
        now.run_id, now.load_seq, now.started_at, now.source, now.report_type, now.rows_evaluated
),

newest as (
    select
        max_by(run_id, load_seq) as run_id,
        max(load_seq) as load_seq,
        max(started_at) as landed_at
    from landed
),

today as (
    select max(started_at) as measured_at
    from runs
    where not dry_run
),

undone as (
    select count(*) as undo_count
    from joins
    cross join today
    where
        joins.decision_type = 'undo'
        and joins.undone_decision_id is null
        and joins.performed_at > today.measured_at - to_days(7)
),

merged as (
    select count(*) as merge_count
    from pairs
    cross join today
    where
        pairs.decision = 'auto_merged'
        and pairs.found_at > today.measured_at - to_days(7)
),

waiting as (
    select count(*) as pair_count
    from pairs
    cross join today
    where
        pairs.decision = 'pending'
        and coalesce(pairs.match_type <> 'household', true)
        and coalesce(pairs.is_asked, true)
        and epoch(pairs.found_at)
        <= epoch(today.measured_at) - 60 * {{ config_value('queue.alert_minutes') }}
),

-- The first load of a source has nothing but new fields.
new_fields as (
    select
        landed.run_id,
        landed.load_seq,
        landed.started_at,
        landed.source,
        count(*) as field_count
    from unmapped
    inner join landed on unmapped.first_seen_run_id = landed.run_id
    where
        landed.load_seq > (
            select min(before.load_seq)
            from landed as before
            where before.source = landed.source and before.report_type = landed.report_type
        )
    group by landed.run_id, landed.load_seq, landed.started_at, landed.source
)

select
    date_diff('day', date '2000-01-01', run_date) as load_seq,
    run_id,
    landed_at,
    source,
    'person' as entity_type,
    'SET-505' as rule_code,
    cast(null as varchar) as field,
    cast(people as bigint) as row_count,
    cast(people as double) as measured,
    is_backfill,
    is_judged
from new_people_days
union all
select
    load_seq,
    run_id,
    started_at as landed_at,
    source,
    report_type as entity_type,
    'SET-506' as rule_code,
    cast(null as varchar) as field,
    cast(rows_evaluated as bigint) as row_count,
    cast(middle_rate as double) as measured,
    false as is_backfill,
    true as is_judged
from last_runs
union all
select
    newest.load_seq,
    newest.run_id,
    newest.landed_at,
    'identity' as source,
    'volunteer' as entity_type,
    'SET-507' as rule_code,
    cast(null as varchar) as field,
    undone.undo_count + merged.merge_count as row_count,
    coalesce(undone.undo_count / nullif(undone.undo_count + merged.merge_count, 0), 0) as measured,
    false as is_backfill,
    true as is_judged
from newest
cross join undone
cross join merged
where newest.run_id is not null
union all
select
    newest.load_seq,
    newest.run_id,
    newest.landed_at,
    'identity' as source,
    'volunteer' as entity_type,
    'SET-508' as rule_code,
    cast(null as varchar) as field,
    waiting.pair_count as row_count,
    cast(waiting.pair_count as double) as measured,
    false as is_backfill,
    true as is_judged
from newest
cross join waiting
where newest.run_id is not null
union all
select
    load_seq,
    run_id,
    started_at as landed_at,
    source,
    'field' as entity_type,
    'SET-509' as rule_code,
    cast(null as varchar) as field,
    field_count as row_count,
    cast(field_count as double) as measured,
    false as is_backfill,
    true as is_judged
from new_fields
