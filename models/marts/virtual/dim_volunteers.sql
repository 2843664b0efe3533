with

presenters as (select * from {{ ref('int_virtual__presenters') }}),
participations as (select * from {{ ref('fct_volunteer_participation') }}),
events as (select * from {{ ref('int_virtual__events') }}),

dated as (
    select
        participations.person_key,
        min(events.session_date) filter (where participations.is_credited) as first_volunteer_date,
        max(events.session_date) filter (where participations.is_credited) as last_volunteer_date
    from participations
    inner join events on participations.event_key = events.event_key
    group by participations.person_key
),

-- The same name under two keys is worth a look; it never merges anybody.
namesakes as (
    select name_norm
    from presenters
    where name_norm is not null
    group by name_norm
    having count(*) > 1
)

select
    presenters.person_key,
    presenters.first_name,
    presenters.last_name,
    presenters.email,
    cast(null as varchar) as phone_e164,
    cast(null as date) as dob,
    presenters.organization_key,
    presenters.company_name as employer,
    presenters.city,
    presenters.state_code,
    presenters.postal_code,
    cast(null as varchar) as gender,
    cast(null as varchar) as race_ethnicity,
    cast(null as varchar) as education,
    cast(null as varchar) as age_group,
    cast(null as boolean) as do_not_call,
    cast(null as boolean) as do_not_email,
    cast(null as boolean) as do_not_contact,
    presenters.email is not null as is_contactable,
    'unknown' as local_status,
    presenters.is_provisional,
    namesakes.name_norm is not null as possible_duplicate,
    cast(null as varchar) as household_key,
    dated.first_volunteer_date,
    dated.last_volunteer_date,
    cast(null as timestamp with time zone) as consent_signed_at,
    cast(null as boolean) as photo_release,
    cast(null as boolean) as is_person_of_color,
    presenters.user_id as pathful_user_id
from presenters
left join dated on presenters.person_key = dated.person_key
left join namesakes on presenters.name_norm = namesakes.name_norm
