{#- The rows of every complete landing of events as clean text,
    each with the id that tells it from others: its system's own, else one made of what it says and
    never of its place in the file (platform.md 0.2 R-11, 4.10). One row per landed row. -#}
with

loads as (select * from {{ ref('stg_csv__loads') }}),
events as (select * from {{ source('raw_csv', 'events') }}),

cleaned as (
    select
        events.run_id,
        events.row_number,
        events.landed_at,
        lower(loads.external_system) as file_system,
        lower({{ contract_text('events.external_system') }}) as row_system,
        {{ clean_id(contract_text('events.external_id')) }} as own_id,
        {{ contract_text('events.title') }} as title,
        {{ contract_text('events.start_at') }} as start_at,
        {{ contract_text('events.end_at') }} as end_at,
        {{ contract_text('events.location') }} as location,
        {{ contract_text('events.location_address') }} as location_address,
        {{ contract_text('events.virtual_link') }} as virtual_link,
        {{ contract_text('events.host_org_ref') }} as host_org_ref,
        {{ contract_text('events.program_type') }} as program_type,
        {{ contract_text('events.event_status') }} as event_status,
        {{ contract_text('events.event_format') }} as event_format,
        {{ contract_text('events.cancellation_reason') }} as cancellation_reason,
        {{ contract_text('events.capacity') }} as capacity,
        {{ contract_text('events.district_ref') }} as district_ref,
        {{ contract_text('events.school_ref') }} as school_ref,
        {{ contract_text('events.parent_account_ref') }} as parent_account_ref,
        {{ contract_text('events.total_requested_volunteer_jobs') }}
            as total_requested_volunteer_jobs,
        {{ contract_text('events.non_scheduled_students_count') }}
            as non_scheduled_students_count,
        {{ contract_text('events.requested_skills') }} as requested_skills,
        {{ contract_text('events.additional_information', lines=true) }} as additional_information,
        {{ contract_text('events.source_updated_at') }} as source_updated_at,
        events.payload
    from events
    inner join loads on events.run_id = loads.run_id
),

marked as (
    select
        *,
        coalesce(row_system, file_system, 'csv') as external_system,
        coalesce(
            own_id,
            title,
            start_at,
            end_at,
            location,
            location_address,
            virtual_link,
            host_org_ref,
            program_type,
            event_status,
            event_format,
            cancellation_reason,
            capacity,
            district_ref,
            school_ref,
            parent_account_ref,
            total_requested_volunteer_jobs,
            non_scheduled_students_count,
            requested_skills,
            additional_information
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
        concat_ws('|', lower(title), start_at) as content
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
    'event' as entity_type,
    run_id,
    row_number,
    landed_at,
    external_system,
    external_id,
    given_id is null and not is_blank as is_id_synthesised,
    case
        when not is_blank
            then {{ record_hash("'event'", 'external_system', 'external_id') }}
    end as record_hash,
    title,
    start_at,
    end_at,
    location,
    location_address,
    virtual_link,
    host_org_ref,
    program_type,
    event_status,
    event_format,
    cancellation_reason,
    capacity,
    district_ref,
    school_ref,
    parent_account_ref,
    total_requested_volunteer_jobs,
    non_scheduled_students_count,
    requested_skills,
    additional_information,
    source_updated_at,
    is_blank,
    payload
from identified
