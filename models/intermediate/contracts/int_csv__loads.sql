{{ config(materialized='view') }}
{#- The loads of files that follow a contract of ours which count: those that a person excluded do
    not (interface.md 4). One row per load. -#}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

{{ words_on_loads() }}

select
    loads.load_seq,
    loads.run_id,
    loads.rows_run_id,
    loads.report_type,
    loads.landed_at
from loads
left join newest_words on loads.run_id = newest_words.run_id
where newest_words.action is distinct from 'exclude_load'
