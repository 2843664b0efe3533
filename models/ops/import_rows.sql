{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['run_id', 'row_number'],
        on_schema_change='fail'
    )
}}
{#- What became of every row of every run, in the light of what was known when it landed: invalid,
    then skipped by a filter, then unmatched, then created, updated or unchanged (interface.md 2).
    A file imported again leaves every row that reached a fact unchanged. The bucket is history;
    the event and the person a row speaks of are those of today. -#}
with

loads as (select * from {{ ref('int_pathful__loads') }}),
session_rows as (select * from {{ ref('int_pathful__session_rows') }}),
user_rows as (select * from {{ ref('int_pathful__user_rows') }}),
sessions as (select * from {{ ref('int_pathful__sessions') }}),
session_states as (select * from {{ ref('int_pathful__session_states') }}),
participation_states as (select * from {{ ref('int_pathful__participation_states') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
undated as (select * from {{ ref('int_virtual__undated_tickets') }}),
teacher_matches as (select * from {{ ref('int_virtual__teacher_matches') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
periods as (select * from {{ ref('int_decisions__ticket_periods') }}),
roster_outcomes as (select * from {{ ref('int_roster__row_outcomes') }}),
signup_outcomes as (select * from {{ ref('int_signups__row_outcomes') }}),
contract_outcomes as (select * from {{ ref('int_csv__row_outcomes') }}),

-- Judged anew by every build: what a withdrawn load said is forgotten, a load that is left out says
-- nothing, and a row that a steward corrected is in another bucket.
judged_anew as (
    select
        run_id,
        load_seq,
        row_number,
        bucket,
        reason,
        event_key,
        person_key
    from signup_outcomes
    union all
    select
        run_id,
        load_seq,
        row_number,
        bucket,
        reason,
        event_key,
        person_key
    from contract_outcomes
),

new_loads as (
    select *
    from loads
    {% if is_incremental() %}
        where load_seq > (select coalesce(max(this.load_seq), 0) from {{ this }} as this)
    {% endif %}
),

people as (
    select
        'educator' as role,
        person_ref,
        ticket_key,
        owner_ref as answer_group,
        teacher_key as person_key,
        case when teacher_key is not null then resolved_since end as known_since
    from teacher_matches
    union all
    select
        'professional' as role,
        person_ref,
        ticket_key,
        coalesce(own_key, person_ref) as answer_group,
        person_key,
        resolved_since as known_since
    from presenter_matches
),

-- What a decision answered when a load landed stays answered for that load when the decision is
-- revoked afterwards.
past_answers as (
    select
        new_loads.run_id,
        periods.ticket_key
    from periods
    inner join new_loads
        on
            periods.stood_from <= new_loads.landed_at
            and periods.stood_until > new_loads.landed_at
    where periods.action in ('match_teacher', 'match_volunteer', 'set_session_date')
),

known_then as (
    select distinct
        past_answers.run_id,
        people.role,
        people.answer_group
    from past_answers
    inner join people on past_answers.ticket_key = people.ticket_key
),

looked_up as (
    select
        new_loads.run_id,
        new_loads.load_seq,
        new_loads.has_own_rows,
        session_rows.row_number,
        session_rows.role,
        session_rows.invalid_reason,
        -- A file imported again may have a narrower window than when its rows landed.
        coalesce(
            session_rows.skip_reason,
            case when session_rows.session_date < new_loads.cutoff_date then 'before_cutoff' end
        ) as skip_reason,
        case when session_rows.is_session_evidence then session_rows.session_ref end
            as session_ref,
        case when session_rows.is_session_evidence then people.ticket_key end as person_ticket_key,
        -- A session stands undated while no report that landed by then named its day.
        session_rows.session_date is null
        and coalesce(sessions.first_dated_load_seq > new_loads.load_seq, true)
        and coalesce(
            undated.decided_date is null or undated.decided_at > new_loads.landed_at, true
        )
        and past_answers.run_id is null as is_undated,
        coalesce(
            session_events.is_ambiguous
            and session_events.ambiguous_since_load_seq <= new_loads.load_seq,
            false
        ) as is_ambiguous_event,
        people.ticket_key is not null
        and coalesce(people.known_since > new_loads.landed_at, true)
        and known_then.run_id is null as is_unknown_person,
        coalesce(participation_states.is_first, session_states.is_first) as is_first,
        coalesce(participation_states.is_changed, false)
        or coalesce(session_states.is_changed, false) as is_changed
    from new_loads
    inner join session_rows on new_loads.rows_run_id = session_rows.run_id
    left join sessions on session_rows.session_ref = sessions.session_ref
    left join session_states
        on
            session_rows.session_ref = session_states.session_ref
            and session_rows.load_seq = session_states.load_seq
    left join participation_states
        on
            session_rows.session_ref = participation_states.session_ref
            and session_rows.role = participation_states.role
            and session_rows.person_ref = participation_states.person_ref
            and session_rows.load_seq = participation_states.load_seq
    left join session_events on session_rows.session_ref = session_events.session_ref
    left join undated on session_rows.session_ref = undated.session_ref
    left join past_answers
        on new_loads.run_id = past_answers.run_id and undated.ticket_key = past_answers.ticket_key
    left join people
        on session_rows.role = people.role and session_rows.person_ref = people.person_ref
    left join known_then
        on
            new_loads.run_id = known_then.run_id
            and people.role = known_then.role
            and people.answer_group = known_then.answer_group
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
        session_ref,
        person_ticket_key,
        cast(null as varchar) as own_person_key,
        cast(null as varchar) as own_event_key
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
        cast(null as varchar) as session_ref,
        cast(null as varchar) as person_ticket_key,
        cast(null as varchar) as own_person_key,
        cast(null as varchar) as own_event_key
    from new_loads
    inner join user_rows on new_loads.rows_run_id = user_rows.run_id
    union all
    select
        run_id,
        load_seq,
        row_number,
        bucket,
        reason,
        cast(null as varchar) as session_ref,
        cast(null as varchar) as person_ticket_key,
        teacher_key as own_person_key,
        cast(null as varchar) as own_event_key
    from roster_outcomes
    {% if is_incremental() %}
        where load_seq > (select coalesce(max(this.load_seq), 0) from {{ this }} as this)
    {% endif %}
    union all
    select
        judged_anew.run_id,
        judged_anew.load_seq,
        judged_anew.row_number,
        judged_anew.bucket,
        judged_anew.reason,
        cast(null as varchar) as session_ref,
        cast(null as varchar) as person_ticket_key,
        judged_anew.person_key as own_person_key,
        judged_anew.event_key as own_event_key
    from judged_anew
    {% if is_incremental() %}
        where
            not exists (
                select 1
                from {{ this }} as this
                where
                    this.run_id = judged_anew.run_id
                    and this.row_number = judged_anew.row_number
                    and this.bucket = judged_anew.bucket
                    and this.reason is not distinct from judged_anew.reason
                    and this.event_key is not distinct from judged_anew.event_key
                    and this.person_key is not distinct from judged_anew.person_key
            )
        union all
        -- Earlier rows whose event or person has got another key since.
        select
            this.run_id,
            this.load_seq,
            this.row_number,
            this.bucket,
            this.reason,
            this.session_ref,
            this.person_ticket_key,
            cast(null as varchar) as own_person_key,
            cast(null as varchar) as own_event_key
        from {{ this }} as this
        left join session_events on this.session_ref = session_events.session_ref
        left join people on this.person_ticket_key = people.ticket_key
        where
            this.session_ref is not null
            and (
                this.event_key is distinct from session_events.event_key
                or this.person_key is distinct from people.person_key
            )
    {% endif %}
)

select
    outcomes.run_id,
    outcomes.load_seq,
    outcomes.row_number,
    outcomes.bucket,
    outcomes.reason,
    coalesce(session_events.event_key, outcomes.own_event_key) as event_key,
    coalesce(people.person_key, outcomes.own_person_key) as person_key,
    outcomes.session_ref,
    outcomes.person_ticket_key
from outcomes
left join session_events on outcomes.session_ref = session_events.session_ref
left join people on outcomes.person_ticket_key = people.ticket_key
