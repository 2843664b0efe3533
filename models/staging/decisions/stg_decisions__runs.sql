with

runs as (select * from {{ source('raw_decisions', 'runs') }})

select
    run_id,
    run_seq,
    source,
    adapter,
    command,
    status,
    coalesce(dry_run, false) as dry_run,
    label,
    started_at,
    finished_at,
    triggered_by,
    file_name,
    file_sha256,
    report_type,
    error_summary,
    warnings_json,
    ingest_params_json,
    counts_json,
    gate_json,
    release
from runs
