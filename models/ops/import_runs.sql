{#- The run ledger with what each landed run did, and what was found about it since: what is
    unusual, whether its rows add up, how new its source is, what people wrote (platform.md 2.9).
    One row per run, failed runs included. -#}
with

runs as (select * from {{ ref('int_quality__runs') }}),
crm_loads as (select * from {{ ref('stg_salesforce__loads') }}),
pathful_loads as (select * from {{ ref('stg_pathful__loads') }}),
csv_loads as (select * from {{ ref('stg_csv__loads') }}),
csv_rows as (select * from {{ ref('int_csv__rows') }}),
anomalies as (select * from {{ ref('anomalies') }}),
checks as (select * from {{ ref('reconciliation') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

-- A backfill reads an object in windows; all of them describe it alike.
crm_objects as (
    select
        run_id,
        object_name,
        max(max_modified_at) as source_updated_at,
        max_by(describe_sha256, load_seq) as describe_sha256
    from crm_loads
    group by run_id, object_name
),

-- A file of a contract says it row by row, an export as a whole; a roster does not say it.
sources as (
    select
        run_id,
        max(source_updated_at) as source_updated_at,
        {{ json_object_of('object_name', 'describe_sha256') }} as described_objects
    from crm_objects
    group by run_id
    union all
    select
        run_id,
        exported_at as source_updated_at,
        cast(null as varchar) as described_objects
    from pathful_loads
    union all
    select
        csv_loads.run_id,
        max(csv_rows.source_updated_at) as source_updated_at,
        cast(null as varchar) as described_objects
    from csv_loads
    inner join csv_rows on csv_loads.rows_run_id = csv_rows.run_id
    group by csv_loads.run_id
),

unusual as (
    select
        run_id,
        {{ json_list('rule_code') }} as anomaly_flags
    from anomalies
    where status = 'flagged'
    group by run_id
),

checked as (
    select
        run_id,
        cast(
            to_json(
                list(
                    struct_pack(
                        object_name := object_name,
                        check_name := check_name,
                        source_count := source_count,
                        warehouse_count := warehouse_count,
                        is_within_tolerance := is_within_tolerance
                    )
                    order by object_name, check_name
                )
            ) as varchar
        ) as reconciliation
    from checks
    group by run_id
),

remarks as (
    select
        subject_key as run_id,
        reason,
        decided_at
    from decisions
    where action in ('exclude_load', 'include_load') and reason is not null
    union
    select
        run_id,
        acknowledged_reason as reason,
        acknowledged_at as decided_at
    from anomalies
    where acknowledged_reason is not null
),

noted as (
    select
        run_id,
        string_agg(reason, chr(10) order by decided_at, reason) as notes
    from remarks
    group by run_id
),

judged as (
    select
        runs.*,
        case
            when checked.reconciliation is null then runs.metrics_json
            else
                cast(
                    json_merge_patch(
                        runs.metrics_json,
                        json_object('reconciliation', cast(checked.reconciliation as json))
                    ) as varchar
                )
        end as all_metrics_json,
        noted.notes,
        sources.source_updated_at as max_source_updated_at,
        coalesce(unusual.anomaly_flags, '[]') as anomaly_flags,
        -- What a run over the CRM said of its calls; a file is read by nobody's leave.
        case
            when runs.ledger_counts_json is not null and runs.source = 'salesforce'
                then
                    cast(
                        json_object(
                            {% for name in ['calls', 'calls_used', 'calls_allowed', 'retries'] -%}
                                '{{ name }}',
                                try_cast(
                                    {{ json_text('runs.ledger_counts_json', name) }} as json
                                ){{ ',' if not loop.last }}
                            {% endfor %}
                        ) as varchar
                    )
        end as adapter_health_json,
        cast(
            json_merge_patch(
                '{}',
                json_object(
                    'file_sha256', runs.file_sha256,
                    'objects', cast(sources.described_objects as json)
                )
            ) as varchar
        ) as "hashes" -- noqa: RF06
    from runs
    left join sources on runs.run_id = sources.run_id
    left join unusual on runs.run_id = unusual.run_id
    left join checked on runs.run_id = checked.run_id
    left join noted on runs.run_id = noted.run_id
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
    case
        -- What a run over the CRM says of its objects stands in the ledger alone.
        when
            has_landed
            and (
                (report_type <> 'salesforce' and not (is_left_out and not has_rows))
                or ledger_counts_json is null
            )
            then
                cast(
                    json_object(
                        'run_id', run_id,
                        'status', status,
                        'source', source,
                        'report_type', report_type,
                        'file', file_name,
                        'file_sha256', file_sha256,
                        'dry_run', dry_run,
                        'started_at', {{ iso_instant('started_at') }},
                        'finished_at', {{ iso_instant('finished_at') }},
                        'duration_seconds', duration_seconds,
                        'rows_processed', rows_processed,
                        'rows_created', rows_created,
                        'rows_updated', rows_updated,
                        'rows_reactivated', rows_reactivated,
                        'rows_skipped', rows_skipped,
                        'rows_unmatched', rows_unmatched,
                        'rows_invalid', rows_invalid,
                        'skipped_by_reason', cast(skipped_by_reason as json),
                        'unmatched_by_type', cast(unmatched_by_type as json),
                        'invalid_by_reason', cast(invalid_by_reason as json),
                        'events_created', events_created,
                        'events_updated', events_updated,
                        'teachers_matched', teachers_matched,
                        'volunteers_matched', volunteers_matched,
                        'tickets_new', tickets_new,
                        'tickets_open', tickets_open,
                        -- The same input again makes no difference (platform.md 1.4).
                        'idempotency', json_object(
                            'diff',
                            case
                                when rows_created > 0 then 'created'
                                when rows_updated > 0 then 'updated'
                                else 'none'
                            end
                        ),
                        'metrics', cast(all_metrics_json as json),
                        'unmapped_columns', cast(unmapped_columns as json),
                        'warnings', cast(warnings_json as json),
                        'gate', cast(gate_json as json),
                        'release', release
                    ) as varchar
                )
        when has_landed
            then
                cast(
                    json_merge_patch(
                        ledger_counts_json,
                        json_object('metrics', cast(all_metrics_json as json))
                    ) as varchar
                )
        else ledger_counts_json
    end as counts_json,
    all_metrics_json as metrics_json,
    is_left_out,
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
    warnings_json,
    notes,
    ingest_params_json,
    try_cast({{ json_text('ingest_params_json', 'mapping_version') }} as bigint)
        as mapping_version,
    {{ json_text('ingest_params_json', 'mapping_checksum') }} as mapping_checksum,
    adapter_health_json,
    max_source_updated_at,
    anomaly_flags,
    "hashes", -- noqa: RF06
    gate_json,
    release
from judged
