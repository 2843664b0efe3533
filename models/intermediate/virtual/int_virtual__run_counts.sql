{#- What each landed run did beyond its rows: events, people and tickets. One row per run; of a file
    that follows a contract of ours only the tickets are counted here, for it makes other events. -#}
with

pathful_loads as (select * from {{ ref('int_pathful__loads') }}),
roster_loads as (select * from {{ ref('stg_roster__loads') }}),
csv_loads as (select * from {{ ref('int_csv__loads') }}),
states as (select * from {{ ref('int_pathful__session_states') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
import_rows as (select * from {{ ref('import_rows') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
sightings as (select * from {{ ref('int_virtual__ticket_sightings') }}),
owners as (select * from {{ ref('int_virtual__ticket_owners') }}),

loads as (
    select
        run_id,
        load_seq,
        landed_at,
        true as counts_sessions
    from pathful_loads
    union all
    select
        run_id,
        load_seq,
        landed_at,
        true as counts_sessions
    from roster_loads
    union all
    select
        run_id,
        load_seq,
        landed_at,
        false as counts_sessions
    from csv_loads
),

-- An event exists from the load that first named its day.
event_changes as (
    select
        states.load_seq,
        session_events.event_key,
        bool_or(states.is_changed and states.first_dated_load_seq < states.load_seq) as is_changed,
        min(min(states.first_dated_load_seq)) over (partition by session_events.event_key)
            as created_load_seq
    from states
    inner join session_events on states.session_ref = session_events.session_ref
    where session_events.event_key is not null
    group by states.load_seq, session_events.event_key
),

events as (
    select
        load_seq,
        count(*) filter (where created_load_seq = load_seq) as events_created,
        count(*) filter (where is_changed and created_load_seq < load_seq) as events_updated
    from event_changes
    group by load_seq
),

people as (
    select
        import_rows.run_id,
        count(distinct import_rows.person_key) filter (where teachers.teacher_key is not null)
            as teachers_matched,
        count(distinct import_rows.person_key) filter (where teachers.teacher_key is null)
            as volunteers_matched
    from import_rows
    left join teachers on import_rows.person_key = teachers.teacher_key
    where
        import_rows.bucket in ('created', 'updated')
        or (import_rows.bucket = 'skipped' and import_rows.reason = 'unchanged')
    group by import_rows.run_id
),

-- As it was when the run had landed: what was settled later still waited then.
tickets as (
    select
        loads.run_id,
        count(*) filter (where sightings.first_seen_run_id = loads.run_id) as tickets_new,
        count(*) filter (
            where
            sightings.first_load_seq <= loads.load_seq
            and coalesce(owners.resolved_at > loads.landed_at, true)
        ) as tickets_open
    from loads
    cross join sightings
    inner join owners on sightings.ticket_key = owners.ticket_key
    group by loads.run_id
)

select
    loads.run_id,
    case when loads.counts_sessions then coalesce(events.events_created, 0) end as events_created,
    case when loads.counts_sessions then coalesce(events.events_updated, 0) end as events_updated,
    case when loads.counts_sessions then coalesce(people.teachers_matched, 0) end
        as teachers_matched,
    case when loads.counts_sessions then coalesce(people.volunteers_matched, 0) end
        as volunteers_matched,
    coalesce(tickets.tickets_new, 0) as tickets_new,
    coalesce(tickets.tickets_open, 0) as tickets_open
from loads
left join events on loads.load_seq = events.load_seq
left join people on loads.run_id = people.run_id
left join tickets on loads.run_id = tickets.run_id
