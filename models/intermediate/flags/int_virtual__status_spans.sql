{#- From when until when an event had one status, one date and one reason: the history of the
    reports with the decisions of people laid over it in the order of time. The last span of an
    event is how it stands today, so a flag and a reason know their past without remembering
    anything. Reports move a status only forward (pathful.md 4.2); what a person decided stands
    against every report; leaving Cancelled takes the reason away for good (6.3). -#}
with

states as (select * from {{ ref('int_pathful__session_states') }}),
session_events as (select * from {{ ref('int_virtual__session_events') }}),
loads as (select * from {{ ref('int_pathful__loads') }}),
rules as (select * from {{ ref('rule_event_statuses') }}),
decisions as (select * from {{ ref('int_decisions__events') }}),
edits as (select * from {{ ref('int_decisions__event_edits') }}),

members as (
    select
        event_key,
        session_ref,
        session_date,
        count(*) over (partition by event_key) > 1 as is_joined
    from session_events
    where event_key is not null
),

-- A state that changed nothing may still be the newer one of two references of an event.
reported as (
    select
        members.event_key,
        members.is_joined,
        states.session_ref,
        states.load_seq,
        states.decisive_status,
        states.decisive_status_order,
        states.open_rank,
        states.session_date_order,
        states.cancellation_reason,
        states.cancellation_reason_order,
        coalesce(states.session_date, members.session_date) as session_date,
        decisive_rules.file_precedence
    from states
    inner join members on states.session_ref = members.session_ref
    left join rules as decisive_rules on states.decisive_status = decisive_rules.status
    where
        states.is_first or states.is_changed
        or states.cancellation_reason is not null or members.is_joined
),

-- Several references of one event: of each field the newest export so far, as for one of them.
joined as (
    select distinct
        event_key,
        load_seq,
        {{ latest('decisive_status', ['decisive_status_order', 'file_precedence']) }} over so_far
            as decisive_status,
        max(open_rank) over so_far as open_rank,
        {{ latest('session_date', ['coalesce(session_date_order, 0)', 'session_ref']) }} over so_far
            as session_date,
        {{ latest('cancellation_reason', ['cancellation_reason_order', 'session_ref']) }}
            over so_far as cancellation_reason
    from reported
    where is_joined
    window so_far as (
        partition by event_key
        order by load_seq
        range between unbounded preceding and current row
    )
),

imported as (
    select
        event_key,
        load_seq,
        decisive_status,
        open_rank,
        session_date,
        cancellation_reason
    from reported
    where not is_joined
    union all
    select
        event_key,
        load_seq,
        decisive_status,
        open_rank,
        session_date,
        cancellation_reason
    from joined
),

decided as (
    select
        event_key,
        decision_seq,
        decision_id,
        decided_at,
        case action
            when 'promote_draft' then 'Completed'
            when 'dismiss_draft' then 'Cancelled'
            when 'set_status' then {{ json_text('payload', 'status') }}
        end as manual_status,
        case action
            when 'dismiss_draft' then 'OTHER'
            when 'set_cancellation_reason' then {{ json_text('payload', 'code') }}
        end as reason_code,
        cast(null as varchar) as edited_date
    from decisions
    where action in ('promote_draft', 'dismiss_draft', 'set_status', 'set_cancellation_reason')
    union all
    select
        event_key,
        decision_seq,
        decision_id,
        decided_at,
        cast(null as varchar) as manual_status,
        cast(null as varchar) as reason_code,
        coalesce(edited_value, 'as reported') as edited_date
    from edits
    where field = 'session_date'
),

moments as (
    select
        imported.event_key,
        loads.landed_at as moment_at,
        0 as decision_seq,
        imported.load_seq,
        coalesce(imported.decisive_status, rules.status) as imported_status,
        imported.session_date as imported_date,
        imported.cancellation_reason as imported_reason,
        cast(null as varchar) as manual_status,
        cast(null as varchar) as status_decision_id,
        cast(null as varchar) as reason_code,
        cast(null as varchar) as reason_decision_id,
        cast(null as varchar) as edited_date
    from imported
    inner join loads on imported.load_seq = loads.load_seq
    left join rules on imported.open_rank = rules.progression_rank and not rules.is_decisive
    union all
    select
        event_key,
        decided_at as moment_at,
        decision_seq,
        0 as load_seq,
        cast(null as varchar) as imported_status,
        cast(null as date) as imported_date,
        cast(null as varchar) as imported_reason,
        manual_status,
        case when manual_status is not null then decision_id end as status_decision_id,
        reason_code,
        case when reason_code is not null then decision_id end as reason_decision_id,
        edited_date
    from decided
),

numbered as (
    select
        *,
        row_number() over (
            partition by event_key order by moment_at, decision_seq, load_seq
        ) as moment_number
    from moments
),

folded as (
    select
        event_key,
        moment_at,
        moment_number,
        reason_code,
        reason_decision_id,
        {{ latest('imported_status', 'moment_number') }} over so_far as imported_status,
        {{ latest('imported_date', 'moment_number') }} over so_far as imported_date,
        {{ latest('imported_reason', 'moment_number') }} over so_far as imported_reason,
        {{ latest('manual_status', 'moment_number') }} over so_far as manual_status,
        {{ latest('status_decision_id', 'moment_number') }} over so_far as status_decision_id,
        {{ latest('edited_date', 'moment_number') }} over so_far as edited_date
    from numbered
    window so_far as (
        partition by event_key
        order by moment_number
        rows between unbounded preceding and current row
    )
),

-- Nothing was known of an event before a report named it.
settled as (
    select
        *,
        coalesce(manual_status, imported_status) as status,
        coalesce(try_cast(edited_date as date), imported_date) as session_date
    from folded
    where imported_status is not null
),

compared as (
    select
        *,
        lag(status) over (partition by event_key order by moment_number) as previous_status,
        lag(session_date) over (partition by event_key order by moment_number)
            as previous_session_date
    from settled
),

status_runs as (
    select
        *,
        sum(case when status is distinct from previous_status then 1 else 0 end) over (
            partition by event_key order by moment_number
        ) as status_run
    from compared
),

-- A person's reason stands while the status does during which it was given.
reasoned as (
    select
        event_key,
        moment_at,
        moment_number,
        status,
        session_date,
        imported_status,
        status_decision_id,
        case
            when status = 'Cancelled'
                then {{ latest('reason_decision_id', 'moment_number') }} over this_status
        end as reason_decision_id,
        case
            when status = 'Cancelled'
                then coalesce(
                    {{ latest('reason_code', 'moment_number') }} over this_status,
                    case when imported_status = 'Cancelled' then imported_reason end
                )
        end as cancellation_reason
    from status_runs
    window this_status as (
        partition by event_key, status_run
        order by moment_number
        rows between unbounded preceding and current row
    )
),

-- Another decision behind the same status is a change too.
printed as (
    select
        *,
        concat_ws(
            '|', status, cast(session_date as varchar), imported_status,
            coalesce(status_decision_id, ''), coalesce(reason_decision_id, ''),
            coalesce(cancellation_reason, '')
        ) as fingerprint
    from reasoned
),

changes as (
    select *
    from printed
    qualify
        fingerprint
        is distinct from lag(fingerprint) over (partition by event_key order by moment_number)
)

select
    event_key,
    moment_number,
    status,
    session_date,
    imported_status,
    status_decision_id,
    reason_decision_id,
    cancellation_reason,
    moment_at as began_at,
    lead(moment_at) over (partition by event_key order by moment_number) as ended_at,
    lead(status) over (partition by event_key order by moment_number) as next_status,
    lead(session_date) over (partition by event_key order by moment_number) as next_session_date
from changes
