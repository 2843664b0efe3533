{#- What failed at the gates of earlier runs; publishing adds everything the gates of its own run
    said. -#}
with

runs as (select * from {{ ref('stg_decisions__runs') }}),

failures as (
    select
        run_id,
        finished_at,
        unnest(
            from_json(json_extract(try_cast(gate_json as json), '$.failures'), '["json"]')
        ) as failure
    from runs
    where gate_json is not null
)

select
    run_id,
    json_extract_string(failure, '$.checkpoint') as checkpoint,
    json_extract_string(failure, '$.suite') as suite,
    json_extract_string(failure, '$.expectation') as expectation,
    json_extract_string(failure, '$.column_name') as column_name,
    false as is_success,
    json_extract_string(failure, '$.severity') as severity,
    json_extract_string(failure, '$.observed') as observed,
    try_cast(json_extract_string(failure, '$.unexpected_count') as bigint) as unexpected_count,
    json_extract_string(failure, '$.failing_rows_json') as failing_rows_json,
    finished_at as evaluated_at
from failures
