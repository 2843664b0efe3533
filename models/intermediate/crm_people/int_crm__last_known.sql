{#- What a blank in the CRM takes nothing away from, as it was last said: refusals of contact, and
    the picklists of a person (salesforce.md 2.6, 2.17; lessons L20, L27). The survivor's own words
    before those of contacts merged into it. A bounce holds until the address changes. One row per
    survivor that is no student. -#}
{%- set order = ['is_own', 'versions.load_seq'] -%}
with

versions as (select * from {{ ref('stg_salesforce__contacts') }}),
roots as (select * from {{ ref('int_crm__contact_roots') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),
picklist_values as (select * from {{ ref('int_crm__picklist_values') }}),

people as (
    select
        contact_id,
        survivor_id,
        speaker_id,
        contact_id = survivor_id as is_own
    from roots
    where is_landed and contact_role <> 'student'
),

known as (
    select
        people.survivor_id,
        {{ latest('versions.do_not_call', order) }} as do_not_call,
        {{ latest('versions.do_not_contact', order) }} as do_not_contact,
        {{ latest('versions.email_opt_out', order) }} as email_opt_out,
        {{ latest('genders.code', order) }} as gender,
        {{ latest('versions.racial_ethnic_background', order) }} as racial_ethnic_background,
        {{ latest('versions.highest_education', order) }} as highest_education,
        {{ latest('versions.age_group', order) }} as age_group
    from people
    inner join versions on people.contact_id = versions.contact_id
    left join picklist_values as genders
        on genders.field = 'gender' and versions.gender = genders.word
    group by people.survivor_id
),

bounces as (
    select
        people.survivor_id,
        {{ latest('versions.email_bounced_at', 'versions.load_seq') }} as email_bounced_at
    from people
    inner join contacts on people.contact_id = contacts.contact_id
    inner join versions
        on
            contacts.contact_id = versions.contact_id
            and lower(contacts.email) is not distinct from lower(versions.email)
    where people.contact_id = people.speaker_id
    group by people.survivor_id
)

select
    known.survivor_id,
    known.do_not_call,
    known.do_not_contact,
    known.email_opt_out,
    bounces.email_bounced_at,
    known.gender,
    known.racial_ethnic_background,
    known.highest_education,
    known.age_group
from known
left join bounces on known.survivor_id = bounces.survivor_id
