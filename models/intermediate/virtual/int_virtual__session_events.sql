{#- Which event a session reference of the reports is (pathful.md 3.1). Null event_key: the
    session has no date yet, or its title and day fit two sessions with different ids. -#}
with

session_rows as (select * from {{ ref('int_pathful__session_rows') }}),
sessions as (select * from {{ ref('int_pathful__sessions') }}),
undated as (select * from {{ ref('int_virtual__undated_tickets') }}),

dated as (
    select
        sessions.session_ref,
        sessions.session_ref like 'id:%' as has_id,
        sessions.last_load_seq,
        coalesce(sessions.session_date, undated.decided_date) as session_date,
        lower(sessions.title) as title_norm
    from sessions
    left join undated on sessions.session_ref = undated.session_ref
),

-- A row without id may stand under the title and day that an id bore in any export.
days_of_ids as (
    select
        session_ref,
        title_norm,
        session_date,
        load_seq
    from session_rows
    where is_session_evidence and session_id is not null and session_date is not null
    union all
    select
        session_ref,
        title_norm,
        session_date,
        last_load_seq as load_seq
    from dated
    where has_id and session_date is not null
),

first_days as (
    select
        session_ref,
        title_norm,
        session_date,
        min(load_seq) as first_load_seq,
        row_number() over (
            partition by title_norm, session_date order by min(load_seq), session_ref
        ) as candidate_number
    from days_of_ids
    group by session_ref, title_norm, session_date
),

candidates as (
    select
        title_norm,
        session_date,
        count(*) as candidate_count,
        min(session_ref) filter (where candidate_number = 1) as candidate_ref,
        min(first_load_seq) filter (where candidate_number = 1) as first_load_seq,
        min(first_load_seq) filter (where candidate_number = 2) as second_load_seq
    from first_days
    group by title_norm, session_date
),

claimed as (
    select
        dated.session_ref,
        dated.has_id,
        dated.session_date,
        dated.title_norm,
        not dated.has_id and coalesce(candidates.candidate_count, 0) > 1 as is_ambiguous,
        case when not dated.has_id then candidates.second_load_seq end
            as ambiguous_since_load_seq,
        case
            when dated.session_date is null then null
            when dated.has_id then {{ key(["'event'", "dated.session_ref"]) }}
            when
                candidates.candidate_count = 1
                or candidates.first_load_seq < candidates.second_load_seq
                then {{ key(["'event'", "candidates.candidate_ref"]) }}
            when candidates.candidate_count is null
                then
                    {{ key(
                        ["'event'", "dated.title_norm", "cast(dated.session_date as varchar)"]
                    ) }}
        end as inherited_event_key
    from dated
    left join candidates
        on
            -- Only rows without id look for one; as a key, because a condition on one side alone
            -- would compare every session with every candidate.
            case when not dated.has_id then dated.title_norm end = candidates.title_norm
            and dated.session_date = candidates.session_date
)

select
    session_ref,
    has_id,
    session_date,
    title_norm,
    is_ambiguous,
    ambiguous_since_load_seq,
    -- What people decided while only one id fitted stays with that one.
    inherited_event_key,
    case when not is_ambiguous then inherited_event_key end as event_key
from claimed
