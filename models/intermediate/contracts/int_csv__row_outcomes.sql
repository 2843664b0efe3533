{{ config(materialized='view') }}
{#- What became of every row by file: nothing in it, held back by a rule (invalid) or because
    what it refers to is not here (unmatched), one of several rows about one record, new,
    changed, older than what is known, or nothing new (platform.md 3.1, interface.md 2). What
    was known when it landed decides whether it is new; corrections and references count as they
    stand today, and so do the event and the volunteer a row speaks of. A load that a person excluded
    is left out whole, and nothing is known by it. One row per load and spreadsheet row. -#}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
findings as (select * from {{ ref('int_csv__findings') }}),
reference_findings as (select * from {{ ref('int_csv__reference_findings') }}),
counting_loads as (select * from {{ ref('int_csv__loads') }}),
file_events as (select * from {{ ref('int_csv__events') }}),
shifts as (select * from {{ ref('dim_shifts') }}),
people as (select * from {{ ref('int_identity__people') }}),

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

-- What becomes of rows of sign-ups is said by int_signups__row_outcomes.
stated as (
    select
        loads.run_id,
        loads.load_seq,
        landed.row_number,
        landed.record_hash,
        landed.entity_type,
        landed.external_system,
        landed.external_id,
        landed.fingerprint,
        counting_loads.run_id is null as is_left_out,
        coalesce(landed.source_updated_at, loads.landed_at) as updated_at,
        landed.is_blank,
        landed.is_superseded,
        held_back.run_id is not null as is_held_back,
        held_back.rule_code,
        held_back.missing
    from loads
    inner join landed on loads.rows_run_id = landed.run_id
    left join counting_loads on loads.run_id = counting_loads.run_id
    left join held_back
        on landed.run_id = held_back.run_id and landed.row_number = held_back.row_number
    where loads.report_type is distinct from 'signups'
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
    where not is_left_out and not is_blank and not is_superseded and not is_held_back
    window earlier as (
        partition by record_hash
        order by load_seq
        rows between unbounded preceding and 1 preceding
    )
),

decided as (
    select
        stated.*,
        -- Parts of the joins below: asked there, they would make nested loops of them.
        case when stated.entity_type = 'event' then stated.external_id end as event_id,
        case when stated.entity_type = 'shift' then stated.external_id end as shift_id,
        case
            when stated.entity_type = 'volunteer'
                then 'csv:' || stated.external_system || ':' || stated.external_id
        end as volunteer_record_key,
        compared.known_fingerprint is not null
        and compared.fingerprint <> compared.known_fingerprint as is_changed,
        case
            when stated.is_left_out or stated.is_blank then 'skipped'
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
    decided.run_id,
    decided.load_seq,
    decided.row_number,
    decided.bucket,
    case
        when decided.is_left_out then 'left_out'
        when decided.bucket = 'invalid' then decided.rule_code
        when decided.bucket = 'unmatched' then decided.missing
        when decided.bucket = 'skipped' and decided.is_blank then 'blank_row'
        when decided.bucket = 'skipped' and decided.is_superseded then 'duplicate_row'
        when decided.bucket = 'skipped' and decided.is_changed then 'older_version'
        when decided.bucket = 'skipped' then 'unchanged'
    end as reason,
    coalesce(file_events.event_key, shifts.event_key) as event_key,
    people.person_key
from decided
left join file_events
    on
        decided.external_system = file_events.external_system
        and decided.event_id = file_events.external_id
left join shifts
    on
        decided.external_system = shifts.external_system
        and decided.shift_id = shifts.external_id
left join people on decided.volunteer_record_key = people.record_key
