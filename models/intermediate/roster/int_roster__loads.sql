{#- The roster loads that count: landed whole, and not excluded by a person. One row per load. -#}
with

loads as (select * from {{ ref('stg_roster__loads') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

{{ words_on_loads() }}

select
    loads.run_id,
    loads.load_seq,
    loads.landed_at,
    loads.district_name,
    loads.academic_year,
    loads.virtual_year,
    loads.target_sessions
from loads
left join newest_words on loads.run_id = newest_words.run_id
where newest_words.action is distinct from 'exclude_load'
