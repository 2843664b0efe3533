{#- What became of every row of every roster load that counts in the light of those of its scope
    before it: a new teacher, a change (also a return after an absence), nothing new, or a repeated
    e-mail. Who had been added from a ticket is no new teacher. A load that a person left out never
    came (interface.md 4). One row per load and spreadsheet row. -#}
with

loads as (select * from {{ ref('int_roster__loads') }}),
roster_rows as (select * from {{ ref('int_roster__rows') }}),
district_names as (select * from {{ ref('int_places__district_names') }}),
added_teachers as (select * from {{ ref('int_roster__added_teachers') }}),

placed_loads as (
    select
        loads.run_id,
        loads.academic_year,
        loads.landed_at,
        district_names.district_key,
        row_number() over (
            partition by district_names.district_key, loads.academic_year order by loads.load_seq
        ) as scope_load_number
    from loads
    inner join district_names on lower(loads.district_name) = district_names.district_name_norm
),

placed as (
    select
        roster_rows.*,
        placed_loads.academic_year,
        placed_loads.landed_at,
        placed_loads.district_key,
        placed_loads.scope_load_number
    from placed_loads
    inner join roster_rows on placed_loads.run_id = roster_rows.run_id
),

first_rows as (
    select
        *,
        lag(scope_load_number) over earlier as previous_load_number,
        lag(fingerprint) over earlier as previous_fingerprint,
        coalesce(
            max_by(stated_target_sessions, load_seq)
            filter (where stated_target_sessions is not null) over all_earlier,
            {{ var('default_target_sessions') }}
        ) as previous_target_sessions
    from placed
    where email is not null and occurrence = 1
    window
        earlier as (partition by district_key, academic_year, email order by load_seq),
        all_earlier as (
            partition by district_key, academic_year, email
            order by load_seq
            rows between unbounded preceding and 1 preceding
        )
),

already_added as (
    select distinct
        placed.run_id,
        placed.row_number
    from placed
    inner join added_teachers
        on
            placed.district_key = added_teachers.district_key
            and placed.academic_year = added_teachers.academic_year
            and placed.email = added_teachers.email
            and placed.landed_at > added_teachers.stood_from
            and coalesce(placed.landed_at < added_teachers.stood_until, true)
),

judged as (
    select
        placed.run_id,
        placed.load_seq,
        placed.row_number,
        placed.teacher_key,
        case
            when placed.email is null then 'invalid'
            when placed.occurrence > 1 then 'skipped'
            when
                first_rows.previous_load_number is null and already_added.run_id is null
                then 'created'
            when first_rows.previous_load_number is null then 'updated'
            when
                first_rows.previous_load_number < first_rows.scope_load_number - 1
                or first_rows.previous_fingerprint <> first_rows.fingerprint
                or first_rows.stated_target_sessions <> first_rows.previous_target_sessions
                then 'updated'
            else 'skipped'
        end as bucket,
        case
            when placed.email is null then 'missing_email'
            when placed.occurrence > 1 then 'duplicate_row'
            else 'unchanged'
        end as reason_if_not_taken,
        coalesce(first_rows.previous_load_number < first_rows.scope_load_number - 1, false)
            as is_back
    from placed
    left join first_rows
        on placed.run_id = first_rows.run_id and placed.row_number = first_rows.row_number
    left join already_added
        on placed.run_id = already_added.run_id and placed.row_number = already_added.row_number
)

select
    run_id,
    load_seq,
    row_number,
    teacher_key,
    bucket,
    case
        when bucket in ('invalid', 'skipped') then reason_if_not_taken
        when bucket = 'updated' and is_back then 'reactivated'
    end as reason
from judged
