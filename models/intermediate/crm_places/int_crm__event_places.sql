{#- The districts of each session of the CRM: that of its school and the one its text means, what
    staff linked or unlinked, and only where nothing at all says a place those of its students'
    schools (salesforce.md 1.12, 2.12; lessons 21 and 31). One row per event and district. -#}
with

sessions as (select * from {{ ref('int_salesforce__sessions') }}),
schools as (select * from {{ ref('int_crm__schools') }}),
district_texts as (select * from {{ ref('int_crm__district_texts') }}),
participations as (select * from {{ ref('int_crm__participations') }}),
student_schools as (select * from {{ ref('int_crm__student_schools') }}),
links as (select * from {{ ref('int_decisions__linked_districts') }}),
districts as (select * from {{ ref('int_places__districts') }}),

events as (
    select
        session_id,
        {{ key(["'event'", "'sf:' || session_id"]) }} as event_key,
        school_id,
        coalesce(district_name, parent_account) as district_text,
        case when district_name is null then 'parent_account' else 'sf_district_name' end
            as text_source,
        coalesce(school_id, district_name, parent_account) is null as is_unaffiliated
    from sessions
),

school_districts as (
    select
        school_key,
        min(district_key) as district_key
    from schools
    where district_key is not null
    group by school_key
),

stated as (
    select
        events.event_key,
        schools.school_key,
        schools.district_key,
        'sf_school' as attribution_source,
        1 as precedence
    from events
    inner join schools on events.school_id = schools.account_id
    union all
    select
        events.event_key,
        null as school_key,
        district_texts.district_key,
        events.text_source as attribution_source,
        2 as precedence
    from events
    inner join district_texts on events.district_text = district_texts.district_text
    union all
    select
        events.event_key,
        null as school_key,
        links.district_key,
        'decision' as attribution_source,
        3 as precedence
    from events
    inner join links on events.event_key = links.event_key
    inner join districts on links.district_key = districts.district_key
    where links.is_linked
),

-- A cancelled or missed seat says as much about where the session was as a taken one.
inferred as (
    select distinct
        events.event_key,
        null as school_key,
        school_districts.district_key,
        'inferred_from_students' as attribution_source,
        4 as precedence
    from events
    inner join participations on events.event_key = participations.event_key
    inner join student_schools on participations.student_key = student_schools.student_key
    inner join school_districts on student_schools.school_key = school_districts.school_key
    left join links on events.event_key = links.event_key and links.is_linked
    where
        events.is_unaffiliated
        and participations.outcome = 'kept'
        and links.event_key is null
),

attributed as (
    select * from stated
    union all
    select * from inferred
)

select
    events.event_key,
    events.session_id,
    attributed.school_key,
    attributed.district_key,
    attributed.attribution_source
from attributed
inner join events on attributed.event_key = events.event_key
left join links
    on
        attributed.event_key = links.event_key
        and attributed.district_key = links.district_key
        and not links.is_linked
where attributed.district_key is not null and links.event_key is null
qualify
    row_number() over (
        partition by attributed.event_key, attributed.district_key
        order by attributed.precedence asc
    ) = 1
