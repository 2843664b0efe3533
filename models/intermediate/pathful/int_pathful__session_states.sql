{{ config(materialized='incremental', incremental_strategy='append') }}
{#- What was known of a session after each load that named it. Every field holds the value of the
    newest export that filled it, and the order of that export, so that an older export uploaded
    later cannot win and the fold can go on from the last state. A count that the newest export
    leaves blank is unknown, not what it once was (pathful.md 4.6): it stands here as -1. -#}
{%- set fields = [
    'title', 'session_date', 'start_at', 'is_time_known', 'raw_status', 'decisive_status',
    'cancellation_reason', 'duration_minutes', 'career_cluster', 'work_based_learning', 'series',
    'registered_student_count', 'attended_student_count', 'attended_educator_count'
] -%}

with

rules as (select * from {{ ref('rule_event_statuses') }}),

session_rows as (
    select *
    from {{ ref('int_pathful__session_rows') }}
    {% if is_incremental() %}
        where load_seq > (select coalesce(max(this.load_seq), 0) from {{ this }} as this)
    {% endif %}
),

new_rows as (
    select
        session_rows.*,
        rules.is_decisive,
        rules.progression_rank,
        rules.file_precedence
    from session_rows
    inner join rules on session_rows.status = rules.status
    where session_rows.is_session_evidence
),

-- One file says one thing of a session: the furthest status, the highest counts, the last text.
per_load as (
    select
        session_ref,
        load_seq,
        run_id,
        load_order,
        {{ latest('title', 'row_number') }} as title,
        {{ latest('session_date', 'row_number') }} as session_date,
        max_by(start_at, row_number) filter (where session_date is not null) as start_at,
        max_by(is_time_known, row_number) filter (where session_date is not null) as is_time_known,
        max_by(raw_status, file_precedence * 10000000 - row_number)
        filter (where raw_status is not null) as raw_status,
        max_by(status, file_precedence) filter (where is_decisive) as decisive_status,
        max(cancellation_reason) as cancellation_reason,
        max(progression_rank) filter (where not is_decisive) as open_rank,
        {{ latest('duration_minutes', 'row_number') }} as duration_minutes,
        {{ latest('career_cluster', 'row_number') }} as career_cluster,
        {{ latest('work_based_learning', 'row_number') }} as work_based_learning,
        {{ latest('series', 'row_number') }} as series,
        max(case when has_registered_counts then coalesce(registered_student_count, -1) end)
            as registered_student_count,
        max(case when has_attended_counts then coalesce(attended_student_count, -1) end)
            as attended_student_count,
        max(case when has_educator_counts then coalesce(attended_educator_count, -1) end)
        filter (where role = 'educator') as attended_educator_count,
        true as is_new
    from new_rows
    group by session_ref, load_seq, run_id, load_order
),

{% if is_incremental() -%}
    known as (
        select this.*
        from {{ this }} as this
        where this.session_ref in (select per_load.session_ref from per_load)
        qualify row_number() over (partition by this.session_ref order by this.load_seq desc) = 1
    ),
{%- endif %}

stacked as (
    select
        session_ref,
        load_seq,
        run_id,
        load_order,
        open_rank,
        is_new,
        null as first_dated_load_seq,
    {% for field in fields -%}
        {{ field }},
        case when {{ field }} is not null then load_order end as {{ field }}_order
        {{- ',' if not loop.last }}
    {% endfor %}
    from per_load
    {% if is_incremental() %}
        union all
        select
            session_ref,
            load_seq,
            run_id,
            load_order,
            open_rank,
            false as is_new,
            first_dated_load_seq,
        {% for field in fields -%}
            {{ field }},
            {{ field }}_order
            {{- ',' if not loop.last }}
        {% endfor %}
        from known
    {% endif %}
),

folded as (
    select
        session_ref,
        load_seq,
        run_id,
        is_new,
        max(load_order) over so_far as load_order,
        max(open_rank) over so_far as open_rank,
        min(
            coalesce(first_dated_load_seq, case when session_date is not null then load_seq end)
        ) over so_far as first_dated_load_seq,
    {% for field in fields -%}
        max_by({{ field }}, {{ field }}_order)
        filter (where {{ field }}_order is not null) over so_far as {{ field }},
        max({{ field }}_order) over so_far as {{ field }}_order
        {{- ',' if not loop.last }}
    {% endfor %}
    from stacked
    window so_far as (
        partition by session_ref
        order by load_seq
        rows between unbounded preceding and current row
    )
),

resolved as (
    select
        folded.*,
        coalesce(folded.decisive_status, rules.status) as status
    from folded
    left join rules
        on folded.open_rank = rules.progression_rank and not rules.is_decisive
),

printed as (
    select
        *,
        md5(concat_ws(
            '|', coalesce(title, ''), coalesce(cast(start_at as varchar), ''), status,
            coalesce(cast(duration_minutes as varchar), ''), coalesce(career_cluster, ''),
            coalesce(work_based_learning, ''), coalesce(series, ''),
            coalesce(cast(nullif(registered_student_count, -1) as varchar), ''),
            coalesce(cast(nullif(attended_student_count, -1) as varchar), '')
        )) as fingerprint
    from resolved
),

compared as (
    select
        *,
        lag(fingerprint) over (partition by session_ref order by load_seq) as previous_fingerprint
    from printed
)

select
    session_ref,
    load_seq,
    run_id,
    load_order,
    open_rank,
    status,
    first_dated_load_seq,
    {% for field in fields -%}
        {{ field }},
        {{ field }}_order,
    {% endfor -%}
    previous_fingerprint is null as is_first,
    previous_fingerprint <> fingerprint as is_changed
from compared
where is_new
