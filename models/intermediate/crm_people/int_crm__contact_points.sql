{#- Where each volunteer is reached: every address and number once, exactly one of each kind the
    primary one, a valid one where there is any (salesforce.md 2.3-2.5). Of several contacts of one
    person the one last changed speaks first. One row per person, kind and value. -#}
with

speakers as (select * from {{ ref('int_crm__volunteer_speakers') }}),
channels as (select * from {{ ref('int_crm__contact_channels') }}),
addresses as (select * from {{ ref('int_crm__addresses') }}),

points as (
    select
        contact_id,
        kind,
        value, -- noqa: RF04
        value_type,
        source_field,
        is_valid,
        place
    from channels
    union all
    select
        contact_id,
        'address' as kind,
        concat_ws(
            ', ',
            street,
            city,
            nullif(concat_ws(' ', coalesce(state_code, state_entered), postal_code), '')
        ) as value, -- noqa: RF04
        value_type,
        source_field,
        true as is_valid,
        place
    from addresses
),

of_people as (
    select
        speakers.person_key,
        points.kind,
        points.value,
        points.value_type,
        points.source_field,
        points.is_valid,
        row_number() over (
            partition by speakers.person_key, points.kind
            order by
                points.is_valid desc,
                speakers.place asc,
                points.place asc
        ) as point_place
    from speakers
    inner join points on speakers.speaker_id = points.contact_id
)

select
    person_key,
    kind,
    value, -- noqa: RF04
    value_type,
    point_place = 1 as is_primary,
    is_valid,
    source_field
from of_people
qualify row_number() over (partition by person_key, kind, value order by point_place asc) = 1
