{#- Where each ticket was seen: one row per ticket, with its rows, sessions and imports. A file
    imported again counts as an import without landing its rows twice. -#}
with

ticket_rows as (select * from {{ ref('int_virtual__ticket_rows') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),

per_run as (
    select
        ticket_key,
        run_id,
        count(*) as row_count,
        min(row_number) as first_row_number
    from ticket_rows
    group by ticket_key, run_id
),

session_counts as (
    select
        ticket_key,
        count(distinct session_ref) as session_count
    from ticket_rows
    group by ticket_key
)

select
    per_run.ticket_key,
    count(*) as occurrence_count,
    sum(per_run.row_count) filter (where loads.has_own_rows) as affected_row_count,
    any_value(session_counts.session_count) as affected_session_count,
    min(loads.load_seq) as first_load_seq,
    max(loads.load_seq) as last_load_seq,
    min(loads.landed_at) as first_seen_at,
    max(loads.landed_at) as last_seen_at,
    min_by(loads.run_id, loads.load_seq) as first_seen_run_id,
    max_by(loads.run_id, loads.load_seq) as last_seen_run_id,
    max_by(per_run.run_id, loads.load_seq) as example_run_id,
    max_by(per_run.first_row_number, loads.load_seq) as example_row_number
from per_run
inner join loads on per_run.run_id = loads.rows_run_id
inner join session_counts on per_run.ticket_key = session_counts.ticket_key
group by per_run.ticket_key
