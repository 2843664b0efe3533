{#- What became of every row of every roster load in the light of the loads of its scope before it:
    a new teacher, a change (also a return after an absence), nothing new, or a repeated e-mail.
    Loads that were excluded later happened all the same. One row per load and spreadsheet row. -#}
with

loads as (select * from {{ ref('stg_roster__loads') }}),
roster_rows as (select * from {{ ref('stg_roster__rows') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),

placed as (
    select
        roster_rows.run_id,
        roster_rows.load_seq,
        roster_rows.row_number,
        roster_rows.email,
        {{ key(["'roster'", "district_names.district_key", "roster_rows.email",
                "loads.academic_year"]) }} as roster_key,
        dense_rank() over (
            partition by district_names.district_key, loads.academic_year
            order by roster_rows.load_seq
        ) as scope_load_number,
        row_number() over (
            partition by roster_rows.run_id, roster_rows.email order by roster_rows.row_number
        ) as occurrence,
        md5(concat_ws(
            '|', coalesce(roster_rows.building, ''), coalesce(roster_rows.teacher_name, ''),
            coalesce(roster_rows.grade, ''), loads.virtual_year
        )) as fingerprint,
        coalesce(roster_rows.target_sessions, loads.target_sessions) as target_sessions
    from loads
    inner join roster_rows on loads.run_id = roster_rows.run_id
    inner join district_names on lower(loads.district_name) = district_names.district_name_norm
),

first_rows as (
    select
        *,
        lag(scope_load_number) over earlier as previous_load_number,
        lag(fingerprint) over earlier as previous_fingerprint,
        coalesce(
            max_by(target_sessions, load_seq)
            filter (where target_sessions is not null) over all_earlier,
            {{ var('default_target_sessions') }}
        ) as previous_target_sessions
    from placed
    where email is not null and occurrence = 1
    window
        earlier as (partition by roster_key order by load_seq),
        all_earlier as (
            partition by roster_key
            order by load_seq
            rows between unbounded preceding and 1 preceding
        )
),

judged as (
    select
        placed.run_id,
        placed.load_seq,
        placed.row_number,
        placed.email,
        case
            when placed.email is null then 'invalid'
            when placed.occurrence > 1 then 'skipped'
            when first_rows.previous_load_number is null then 'created'
            when
                first_rows.previous_load_number < first_rows.scope_load_number - 1
                or first_rows.previous_fingerprint <> first_rows.fingerprint
                or first_rows.target_sessions <> first_rows.previous_target_sessions
                then 'updated'
            else 'skipped'
        end as bucket,
        case
            when placed.email is null then 'missing_email'
            when placed.occurrence > 1 then 'duplicate_row'
            else 'unchanged'
        end as reason_if_not_taken
    from placed
    left join first_rows
        on placed.run_id = first_rows.run_id and placed.row_number = first_rows.row_number
)

select
    run_id,
    load_seq,
    row_number,
    bucket,
    case when bucket in ('invalid', 'skipped') then reason_if_not_taken end as reason,
    case when email is not null then {{ key(["'teacher'", "email"]) }} end as teacher_key
from judged
