{{ config(materialized='incremental', incremental_strategy='append') }}
{#- What was known of a person in a session after each load that named both. -#}

with

session_rows as (select * from {{ ref('int_pathful__session_rows') }}),
attendance_texts as (select * from {{ ref('map_attendance_statuses') }}),

new_rows as (
    select
        session_rows.*,
        attendance_texts.attendance_status as stated_attendance
    from session_rows
    left join attendance_texts on session_rows.attendance_text = attendance_texts.raw_status
    where
        session_rows.is_session_evidence
        and session_rows.person_ref is not null
        and session_rows.role is not null
        {% if is_incremental() %}
            and session_rows.load_seq
            > (select coalesce(max(this.load_seq), 0) from {{ this }} as this)
        {% endif %}
),

-- Several rows of one person in one file are one participation, best evidence first
-- (pathful.md 2.8): a blank count in a column that exists means nobody came (4.3).
per_load as (
    select
        session_ref,
        role,
        person_ref,
        load_seq,
        load_order,
        max(case when has_educator_counts then coalesce(attended_educator_count, 0) end)
            as educator_count,
        -- After Attended, the words are in the order of the alphabet: Absent, NoShow, SignedUp.
        coalesce(
            max(stated_attendance) filter (where stated_attendance = 'Attended'),
            min(stated_attendance)
        ) as stated_attendance,
        true as is_new
    from new_rows
    group by session_ref, role, person_ref, load_seq, load_order
),

{% if is_incremental() -%}
    known as (
        select this.*
        from {{ this }} as this
        semi join per_load
            on
                this.session_ref = per_load.session_ref
                and this.role = per_load.role
                and this.person_ref = per_load.person_ref
        qualify
            row_number() over (
                partition by this.session_ref, this.role, this.person_ref
                order by this.load_seq desc
            ) = 1
    ),
{%- endif %}

stacked as (
    select
        session_ref,
        role,
        person_ref,
        load_seq,
        load_order,
        is_new,
        educator_count,
        case when educator_count is not null then load_order end as educator_count_order,
        stated_attendance,
        case when stated_attendance is not null then load_order end as stated_attendance_order
    from per_load
    {% if is_incremental() %}
        union all
        select
            session_ref,
            role,
            person_ref,
            load_seq,
            load_order,
            false as is_new,
            educator_count,
            educator_count_order,
            stated_attendance,
            stated_attendance_order
        from known
    {% endif %}
),

folded as (
    select
        session_ref,
        role,
        person_ref,
        load_seq,
        is_new,
        max(load_order) over so_far as load_order,
        max_by(educator_count, educator_count_order)
        filter (where educator_count_order is not null) over so_far as educator_count,
        max(educator_count_order) over so_far as educator_count_order,
        max_by(stated_attendance, stated_attendance_order)
        filter (where stated_attendance_order is not null) over so_far as stated_attendance,
        max(stated_attendance_order) over so_far as stated_attendance_order
    from stacked
    window so_far as (
        partition by session_ref, role, person_ref
        order by load_seq
        rows between unbounded preceding and current row
    )
),

compared as (
    select
        *,
        -- Only the educator's own count is attendance (lesson 50), and only "came" or "not".
        case
            when role = 'educator'
                then
                    concat_ws(
                        '|', coalesce(cast(educator_count > 0 as varchar), ''), stated_attendance
                    )
            else coalesce(stated_attendance, '')
        end as fingerprint
    from folded
),

judged as (
    select
        *,
        lag(fingerprint) over (
            partition by session_ref, role, person_ref order by load_seq
        ) as previous_fingerprint
    from compared
)

select
    session_ref,
    role,
    person_ref,
    load_seq,
    load_order,
    educator_count,
    educator_count_order,
    stated_attendance,
    stated_attendance_order,
    previous_fingerprint is null as is_first,
    previous_fingerprint <> fingerprint as is_changed
from judged
where is_new
