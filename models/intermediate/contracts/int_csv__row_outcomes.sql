{{ config(materialized='view') }}
{#- What became of every row by file: nothing in it, held back by a rule (invalid) or because
    what it refers to is not here (unmatched), one of several rows about one record, new,
    changed, older than what is known, or nothing new (platform.md 3.1, interface.md 2). What
    was known when it landed decides whether it is new; corrections and references count as they
    stand today. One row per load and spreadsheet row. -#}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
findings as (select * from {{ ref('int_csv__findings') }}),
reference_findings as (select * from {{ ref('int_csv__reference_findings') }}),

refusals as (
    select
        run_id,
        row_number,
        rule_code,
        sub_code
    from findings
    where is_quarantining
    union all
    select
        run_id,
        row_number,
        rule_code,
        sub_code
    from reference_findings
    where is_quarantining
),

held_back as (
    select
        run_id,
        row_number,
        min(rule_code) filter (where sub_code is null) as rule_code,
        min(lower(sub_code)) as missing
    from refusals
    group by run_id, row_number
),

stated as (
    select
        loads.run_id,
        loads.load_seq,
        landed.row_number,
        landed.record_hash,
        landed.fingerprint,
        coalesce(landed.source_updated_at, loads.landed_at) as updated_at,
        landed.is_blank,
        landed.is_superseded,
        held_back.run_id is not null as is_held_back,
        held_back.rule_code,
        held_back.missing
    from loads
    inner join landed on loads.rows_run_id = landed.run_id
    left join held_back
        on landed.run_id = held_back.run_id and landed.row_number = held_back.row_number
),

compared as (
    select
        run_id,
        row_number,
        fingerprint,
        updated_at,
        max(updated_at) over earlier as known_updated_at,
        max_by(fingerprint, row(updated_at, load_seq)) over earlier as known_fingerprint
    from stated
    where not is_blank and not is_superseded and not is_held_back
    window earlier as (
        partition by record_hash
        order by load_seq
        rows between unbounded preceding and 1 preceding
    )
),

decided as (
    select
        stated.*,
        compared.known_fingerprint is not null
        and compared.fingerprint <> compared.known_fingerprint as is_changed,
        case
            when stated.is_blank then 'skipped'
            when stated.rule_code is not null then 'invalid'
            when stated.is_superseded then 'skipped'
            when stated.is_held_back then 'unmatched'
            when compared.known_fingerprint is null then 'created'
            when
                compared.fingerprint <> compared.known_fingerprint
                and compared.updated_at >= compared.known_updated_at
                then 'updated'
            else 'skipped'
        end as bucket
    from stated
    left join compared
        on stated.run_id = compared.run_id and stated.row_number = compared.row_number
)

select
    run_id,
    load_seq,
    row_number,
    bucket,
    case
        when bucket = 'invalid' then rule_code
        when bucket = 'unmatched' then missing
        when bucket = 'skipped' and is_blank then 'blank_row'
        when bucket = 'skipped' and is_superseded then 'duplicate_row'
        when bucket = 'skipped' and is_changed then 'older_version'
        when bucket = 'skipped' then 'unchanged'
    end as reason
from decided
