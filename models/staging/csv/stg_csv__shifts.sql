{#- The rows of every complete landing of shifts of events as clean text,
    each with the id that tells it from others: its system's own, else one made of what it says and
    never of its place in the file (platform.md 0.2 R-11, 4.10). One row per landed row. -#}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
shifts as (select * from {{ source('raw_csv', 'shifts') }}),

cleaned as (
    select
        shifts.run_id,
        shifts.row_number,
        shifts.landed_at,
        lower(loads.external_system) as file_system,
        lower({{ contract_text('shifts.external_system') }}) as row_system,
        {{ clean_id(contract_text('shifts.external_id')) }} as own_id,
        {{ clean_id(contract_text('shifts.event_ref')) }} as event_ref,
        {{ contract_text('shifts.start_at') }} as start_at,
        {{ contract_text('shifts.end_at') }} as end_at,
        {{ contract_text('shifts.capacity') }} as capacity,
        {{ contract_text('shifts.role') }} as role,
        {{ contract_text('shifts.source_updated_at') }} as source_updated_at,
        shifts.payload
    from shifts
    inner join loads on shifts.run_id = loads.run_id
),

marked as (
    select
        *,
        coalesce(row_system, file_system, 'csv') as external_system,
        coalesce(
            own_id,
            event_ref,
            start_at,
            end_at,
            capacity,
            role
        ) is null as is_blank
    from cleaned
),

described as (
    select
        *,
        case
            when external_system = 'salesforce' then coalesce({{ salesforce_id('own_id') }}, own_id)
            else own_id
        end as given_id,
        concat_ws('|', event_ref, start_at, lower(role)) as content
    from marked
),

identified as (
    select
        *,
        case
            when not is_blank
                then coalesce(
                    given_id,
                    -- A row that says nothing of this is told by all that it says.
                    'csv:'
                    || left(
                        sha256(
                            coalesce(case when trim(content, '|') <> '' then content end, payload)
                        ),
                        16
                    )
                )
        end as external_id
    from described
)

select
    'shift' as entity_type,
    run_id,
    row_number,
    landed_at,
    external_system,
    external_id,
    false as is_id_synthesised,
    case
        when not is_blank
            then {{ record_hash("'shift'", 'external_system', 'external_id') }}
    end as record_hash,
    event_ref,
    start_at,
    end_at,
    capacity,
    role,
    source_updated_at,
    is_blank,
    payload
from identified
