{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail') }}
{#- What became of every row of every run, in the light of what was known when it landed: invalid,
    then skipped by a filter, then unmatched, then created, updated or unchanged (interface.md 2).
    A file imported again leaves every row that reached a fact unchanged. -#}
with

loads as (select * from {{ ref('stg_pathful__loads') }}),
session_rows as (select * from {{ ref('int_pathful__session_rows') }}),
user_rows as (select * from {{ ref('int_pathful__user_rows') }}),
session_states as (select * from {{ ref('int_pathful__session_states') }}),
participation_states as (select * from {{ ref('int_pathful__participation_states') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
undated as (select * from {{ ref('int_virtual__undated_tickets') }}),
teacher_matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
roster_outcomes as (select * from {{ ref('int_roster__row_outcomes') }}),

new_loads as (
    select *
    from loads
    {% if is_incremental() %}
        where load_seq > (select coalesce(max(this.load_seq), 0) from {{ this }} as this)
    {% endif %}
),

looked_up as (
    select
        new_loads.run_id,
        new_loads.load_seq,
        new_loads.has_own_rows,
        session_rows.row_number,
        session_rows.role,
        session_rows.invalid_reason,
        session_rows.skip_reason,
        session_events.event_key,
        session_rows.is_session_evidence,
        -- A session stands undated while no report that landed by then named its day.
        session_rows.session_date is null
        and coalesce(session_states.first_dated_load_seq > new_loads.load_seq, true)
        and coalesce(
            undated.decided_date is null or undated.decided_at > new_loads.landed_at, true
        ) as is_undated,
        coalesce(session_events.is_ambiguous, false) as is_ambiguous_event,
        coalesce(teacher_matches.teacher_key, presenter_matches.person_key) as person_key,
        case session_rows.role
            when 'educator'
                then
                    teacher_matches.teacher_key is null
                    or teacher_matches.resolved_since > new_loads.landed_at
            when 'professional'
                then
                    not coalesce(presenter_matches.is_matched, false)
                    or presenter_matches.resolved_since > new_loads.landed_at
            else false
        end as is_unknown_person,
        coalesce(participation_states.is_first, session_states.is_first) as is_first,
        coalesce(participation_states.is_changed, false)
        or coalesce(session_states.is_changed, false) as is_changed
    from new_loads
    inner join session_rows on new_loads.rows_run_id = session_rows.run_id
    left join session_states
        on
            session_rows.session_ref = session_states.session_ref
            and session_rows.load_seq = session_states.load_seq
    left join participation_states
        on
            session_rows.session_ref = participation_states.session_ref
            and session_rows.role is not distinct from participation_states.role
            and session_rows.person_ref = participation_states.person_ref
            and session_rows.load_seq = participation_states.load_seq
    left join session_events on session_rows.session_ref = session_events.session_ref
    left join undated on session_rows.session_ref = undated.session_ref
    left join teacher_matches
        on
            session_rows.role = 'educator'
            and session_rows.person_ref = teacher_matches.person_ref
    left join presenter_matches
        on
            session_rows.role = 'professional'
            and session_rows.person_ref = presenter_matches.person_ref
),

session_outcomes as (
    select
        *,
        case
            when invalid_reason is not null then 'invalid'
            when skip_reason is not null then 'skipped'
            when is_undated or is_ambiguous_event or is_unknown_person then 'unmatched'
            when has_own_rows and is_first then 'created'
            when has_own_rows and is_changed then 'updated'
            else 'skipped'
        end as bucket
    from looked_up
),

outcomes as (
    select
        run_id,
        load_seq,
        row_number,
        bucket,
        case
            when bucket = 'invalid' then invalid_reason
            when bucket = 'skipped' then coalesce(skip_reason, 'unchanged')
            when bucket = 'unmatched' and is_undated then 'no_date_session'
            when bucket = 'unmatched'
                then concat_ws(
                    '_and_',
                    case
                        when is_unknown_person and role = 'educator' then 'teacher'
                        when is_unknown_person then 'volunteer'
                    end,
                    case when is_ambiguous_event then 'event' end
                )
        end as reason,
        case when is_session_evidence then event_key end as event_key,
        case when is_session_evidence then person_key end as person_key
    from session_outcomes
    union all
    select
        new_loads.run_id,
        new_loads.load_seq,
        user_rows.row_number,
        case
            when user_rows.skip_reason is not null then 'skipped'
            when new_loads.has_own_rows and user_rows.is_first then 'created'
            when new_loads.has_own_rows and user_rows.is_changed then 'updated'
            else 'skipped'
        end as bucket,
        case
            when user_rows.skip_reason is not null then user_rows.skip_reason
            when not new_loads.has_own_rows or not (user_rows.is_first or user_rows.is_changed)
                then 'unchanged'
        end as reason,
        cast(null as varchar) as event_key,
        cast(null as varchar) as person_key
    from new_loads
    inner join user_rows on new_loads.rows_run_id = user_rows.run_id
    union all
    select
        run_id,
        load_seq,
        row_number,
        bucket,
        reason,
        cast(null as varchar) as event_key,
        teacher_key as person_key
    from roster_outcomes
    {% if is_incremental() %}
        where load_seq > (select coalesce(max(this.load_seq), 0) from {{ this }} as this)
    {% endif %}
)

select
    run_id,
    load_seq,
    row_number,
    bucket,
    reason,
    event_key,
    person_key
from outcomes
