{#- Sessions that first were named without a date and whose status is not Draft (pathful.md 4.7),
    one row each, with the date a person gave. Undated drafts are no evidence and never come this
    far; a session that had a date keeps it. -#}
with

session_rows as (select * from {{ ref('int_pathful__session_rows') }}),
sessions as (select * from {{ ref('int_pathful__sessions') }}),
decisions as (select * from {{ ref('int_decisions__tickets') }}),

undated as (
    select
        session_ref,
        min(load_seq) as first_load_seq,
        max(load_seq) as last_load_seq,
        count(*) as row_count,
        count(distinct role || person_ref) as participant_count
    from session_rows
    where is_session_evidence and session_date is null
    group by session_ref
),

keyed as (
    select *, {{ key(["'ticket'", "'no_date_session'", "session_ref"]) }} as ticket_key
    from undated
)

select
    keyed.ticket_key,
    keyed.session_ref,
    keyed.first_load_seq,
    keyed.last_load_seq,
    keyed.row_count,
    keyed.participant_count,
    sessions.session_date as reported_date,
    sessions.first_dated_load_seq,
    case
        when decisions.action = 'set_session_date'
            then try_cast({{ json_text('decisions.payload', 'session_date') }} as date)
    end as decided_date,
    decisions.decision_id,
    decisions.action,
    decisions.decided_at,
    decisions.actor,
    decisions.reason
from keyed
inner join sessions
    on
        keyed.session_ref = sessions.session_ref
        and coalesce(keyed.first_load_seq < sessions.first_dated_load_seq, true)
left join decisions on keyed.ticket_key = decisions.ticket_key
