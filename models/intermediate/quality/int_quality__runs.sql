{#- The run ledger with what each landed run did, before anybody judges it: anomalies and
    reconciliation look at runs, so what they say of a run joins it in import_runs. One row per run,
    failed runs included. -#}
{%- set told -%}
    case
        when runs.is_left_out or runs.dry_run
            then try_cast({{ json_text('runs.ledger_counts_json', '%s') }} as bigint)
    end
{%- endset -%}
with

ledger as (select * from {{ ref('stg_decisions__runs') }}),
pathful_loads as (select * from {{ ref('stg_pathful__loads') }}),
counting_loads as (select * from {{ ref('int_pathful__loads') }}),
roster_loads as (select * from {{ ref('stg_roster__loads') }}),
csv_loads as (select * from {{ ref('stg_csv__loads') }}),
crm_loads as (select * from {{ ref('stg_salesforce__loads') }}),
counting_rosters as (select * from {{ ref('int_roster__loads') }}),
counting_files as (select * from {{ ref('int_csv__loads') }}),
run_metrics as (select * from {{ ref('int_quality__run_metrics') }}),
import_rows as (select * from {{ ref('import_rows') }}),
run_counts as (select * from {{ ref('int_virtual__run_counts') }}),
roster_counts as (select * from {{ ref('int_roster__run_counts') }}),

loads as (
    select
        run_id,
        load_seq,
        'pathful' as source,
        report_type,
        file_name,
        file_sha256,
        import_mode,
        cutoff_date,
        landed_at,
        unmapped_columns,
        warnings,
        run_id not in (select counting_loads.run_id from counting_loads) as is_left_out
    from pathful_loads
    union all
    select
        run_id,
        load_seq,
        'roster' as source,
        'roster' as report_type,
        file_name,
        file_sha256,
        cast(null as varchar) as import_mode,
        cast(null as date) as cutoff_date,
        landed_at,
        unmapped_columns,
        warnings,
        run_id not in (select counting_rosters.run_id from counting_rosters) as is_left_out
    from roster_loads
    union all
    select
        run_id,
        load_seq,
        'csv' as source,
        report_type,
        file_name,
        file_sha256,
        cast(null as varchar) as import_mode,
        cast(null as date) as cutoff_date,
        landed_at,
        unmapped_columns,
        warnings,
        run_id not in (select counting_files.run_id from counting_files) as is_left_out
    from csv_loads
    union all
    -- A run reads several objects; the run stands once, with its last load.
    select
        run_id,
        max(load_seq) as load_seq,
        'salesforce' as source,
        'salesforce' as report_type,
        cast(null as varchar) as file_name,
        cast(null as varchar) as file_sha256,
        cast(null as varchar) as import_mode,
        cast(null as date) as cutoff_date,
        max(landed_at) as landed_at,
        cast(null as varchar) as unmapped_columns,
        cast(null as varchar) as warnings,
        false as is_left_out
    from crm_loads
    group by run_id
),

-- Of the CRM's records the load rows say what became of them.
crm_buckets as (
    select
        run_id,
        unnest(['created', 'updated', 'updated', 'skipped', 'skipped']) as bucket,
        unnest([null, null, 'reactivated', 'unchanged', 'duplicate_row']) as reason,
        unnest(
            [
                rows_inserted,
                rows_updated - rows_reactivated,
                rows_reactivated,
                rows_unchanged,
                rows_duplicate
            ]
        ) as row_count
    from crm_loads
),

bucket_counts as (
    select
        run_id,
        bucket,
        reason,
        count(*) as row_count
    from import_rows
    group by run_id, bucket, reason
    union all
    select
        run_id,
        bucket,
        reason,
        cast(sum(row_count) as bigint) as row_count
    from crm_buckets
    group by run_id, bucket, reason
    having sum(row_count) > 0
),

rows_of_runs as (
    select
        run_id,
        cast(sum(row_count) as bigint) as rows_processed,
        cast(coalesce(sum(row_count) filter (where bucket = 'created'), 0) as bigint)
            as rows_created,
        cast(coalesce(sum(row_count) filter (where bucket = 'updated'), 0) as bigint)
            as rows_updated,
        cast(coalesce(sum(row_count) filter (where reason = 'reactivated'), 0) as bigint)
            as rows_reactivated,
        cast(coalesce(sum(row_count) filter (where bucket = 'skipped'), 0) as bigint)
            as rows_skipped,
        cast(coalesce(sum(row_count) filter (where bucket = 'unmatched'), 0) as bigint)
            as rows_unmatched,
        cast(coalesce(sum(row_count) filter (where bucket = 'invalid'), 0) as bigint)
            as rows_invalid,
        {{ json_counts("case when bucket = 'skipped' then reason end", "row_count") }}
            as skipped_by_reason,
        {{ json_counts("case when bucket = 'unmatched' then reason end", "row_count") }}
            as unmatched_by_type,
        {{ json_counts("case when bucket = 'invalid' then reason end", "row_count") }}
            as invalid_by_reason
    from bucket_counts
    group by run_id
),

-- A landing whose ledger was lost still is a run.
runs as (
    select
        coalesce(ledger.run_id, loads.run_id) as run_id,
        loads.load_seq,
        coalesce(ledger.source, loads.source) as source,
        coalesce(
            ledger.adapter, case loads.source when 'salesforce' then 'salesforce' else 'file' end
        ) as adapter,
        coalesce(ledger.status, 'succeeded') as status,
        coalesce(ledger.dry_run, false) as dry_run,
        ledger.label,
        coalesce(loads.report_type, ledger.report_type) as report_type,
        coalesce(loads.file_name, ledger.file_name) as file_name,
        coalesce(loads.file_sha256, ledger.file_sha256) as file_sha256,
        coalesce(ledger.started_at, loads.landed_at) as started_at,
        coalesce(ledger.finished_at, loads.landed_at) as finished_at,
        ledger.triggered_by,
        loads.import_mode,
        loads.cutoff_date,
        loads.load_seq is not null as has_landed,
        coalesce(loads.is_left_out, false) as is_left_out,
        coalesce(loads.unmapped_columns, '[]') as unmapped_columns,
        coalesce(ledger.warnings_json, loads.warnings, '[]') as warnings_json,
        ledger.counts_json as ledger_counts_json,
        ledger.error_summary,
        ledger.ingest_params_json,
        ledger.gate_json,
        ledger.release
    from ledger
    full outer join loads on ledger.run_id = loads.run_id
),

counted as (
    select
        runs.*,
        round(epoch(runs.finished_at) - epoch(runs.started_at), 3) as duration_seconds,
        -- What a file did that was left out later, and a dry run, is in the report of its run.
        {% for name in [
            'rows_processed', 'rows_created', 'rows_updated', 'rows_reactivated', 'rows_skipped',
            'rows_unmatched', 'rows_invalid'
        ] -%}
            coalesce(
                rows_of_runs.{{ name }},
                {{ told | replace('%s', name) }},
                0
            ) as {{ name }},
        {% endfor -%}
        rows_of_runs.run_id is not null as has_rows,
        coalesce(rows_of_runs.skipped_by_reason, '{}') as skipped_by_reason,
        -- What became of the CRM's records, or of a file left out, the ledger alone still knows.
        case
            when
                {{ json_has('run_metrics.metrics_json', 'staging') }}
                and coalesce(runs.report_type, '') <> 'salesforce'
                then run_metrics.metrics_json
            when runs.dry_run
                then coalesce({{ json_text('runs.ledger_counts_json', 'metrics') }}, '{}')
            else
                cast(
                    json_merge_patch(
                        '{}',
                        json_object(
                            {% for part in ['staging', 'dq', 'clean', 'core'] -%}
                                '{{ part }}',
                                try_cast(
                                    {{ json_text('runs.ledger_counts_json', 'metrics.' ~ part) }}
                                    as json
                                ){{ ',' if not loop.last }}
                            {% endfor %}
                        ),
                        coalesce(run_metrics.metrics_json, '{}')
                    ) as varchar
                )
        end as metrics_json,
        coalesce(rows_of_runs.unmatched_by_type, '{}') as unmatched_by_type,
        coalesce(rows_of_runs.invalid_by_reason, '{}') as invalid_by_reason,
        coalesce(
            run_counts.events_created,
            case when runs.report_type = 'events' then rows_of_runs.rows_created end,
            {{ told | replace('%s', 'events_created') }},
            0
        ) as events_created,
        coalesce(
            run_counts.events_updated,
            case when runs.report_type = 'events' then rows_of_runs.rows_updated end,
            {{ told | replace('%s', 'events_updated') }},
            0
        ) as events_updated,
        {% for name in [
            'teachers_matched', 'volunteers_matched', 'tickets_new', 'tickets_open'
        ] -%}
            coalesce(run_counts.{{ name }}, {{ told | replace('%s', name) }}, 0) as {{ name }},
        {% endfor -%}
        coalesce(roster_counts.teachers_deactivated, 0) as teachers_deactivated,
        coalesce(roster_counts.teachers_flagged, 0) as teachers_flagged
    from runs
    left join rows_of_runs on runs.run_id = rows_of_runs.run_id
    left join run_metrics on runs.run_id = run_metrics.run_id
    left join run_counts on runs.run_id = run_counts.run_id
    left join roster_counts on runs.run_id = roster_counts.run_id
)

select
    run_id,
    load_seq,
    source,
    adapter,
    status,
    dry_run,
    label,
    report_type,
    file_name,
    file_sha256,
    started_at,
    finished_at,
    duration_seconds,
    triggered_by,
    import_mode,
    cutoff_date,
    has_landed,
    has_rows,
    is_left_out,
    unmapped_columns,
    warnings_json,
    ledger_counts_json,
    metrics_json,
    skipped_by_reason,
    unmatched_by_type,
    invalid_by_reason,
    rows_processed,
    rows_created,
    rows_updated,
    rows_reactivated,
    rows_skipped,
    rows_unmatched,
    rows_invalid,
    events_created,
    events_updated,
    teachers_matched,
    volunteers_matched,
    tickets_new,
    tickets_open,
    teachers_deactivated,
    teachers_flagged,
    error_summary,
    ingest_params_json,
    gate_json,
    release
from counted
