{#- The reports of Pathful that count: those that a person left out never came (interface.md 4). The
    rows of a report that came again are those of its first import that counts and whose window was
    as wide; `landed_run_id` says where they lie. One row per load. -#}
with

loads as (select * from {{ ref('stg_pathful__loads') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

{{ words_on_loads() }},

counting as (
    select loads.*
    from loads
    left join newest_words on loads.run_id = newest_words.run_id
    where newest_words.action is distinct from 'exclude_load'
),

owners as (
    select
        later.run_id,
        min_by(earlier.run_id, earlier.load_seq) as rows_run_id
    from counting as later
    inner join counting as earlier
        on
            later.report_type = earlier.report_type
            and later.file_sha256 = earlier.file_sha256
            and later.load_seq > earlier.load_seq
            and coalesce(later.cutoff_date >= earlier.cutoff_date, earlier.cutoff_date is null)
            -- The old sheet under another virtual year is of other days.
            and (
                later.import_source is distinct from 'pathful_via_gsheet'
                or later.rows_run_id = earlier.rows_run_id
            )
    group by later.run_id
)

select
    counting.load_seq,
    counting.run_id,
    coalesce(owners.rows_run_id, counting.run_id) as rows_run_id,
    counting.rows_run_id as landed_run_id,
    counting.report_type,
    counting.row_count,
    counting.import_mode,
    counting.cutoff_date,
    counting.landed_at,
    counting.import_source,
    owners.run_id is null as has_own_rows,
    counting.has_registered_counts,
    counting.has_attended_counts,
    counting.has_educator_counts,
    counting.load_order
from counting
left join owners on counting.run_id = owners.run_id
