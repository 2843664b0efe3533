{#- The skills of each volunteer as the CRM lists them today, in full length: two fields, one parted
    by semicolons, one by commas (salesforce.md 2.7, lesson L28). is_garbage: signs and digits only,
    or the cut-off piece of a skill. One row per person and skill. -#}
with

speakers as (select * from {{ ref('int_crm__volunteer_speakers') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),

listed as (
    select
        speakers.person_key,
        {{ split_list('contacts.skills_text', ';') }} as skill
    from speakers
    inner join contacts on speakers.speaker_id = contacts.contact_id
    union all
    select
        speakers.person_key,
        {{ split_list('contacts.skills', ',') }} as skill
    from speakers
    inner join contacts on speakers.speaker_id = contacts.contact_id
),

cleaned as (
    select
        person_key,
        lower(trim({{ replace_all('skill', '\\s+', ' ') }})) as skill
    from listed
)

select distinct
    person_key,
    upper(substr(skill, 1, 1)) || substr(skill, 2) as skill_name,
    not regexp_matches(skill, '\p{L}') or skill like '%...' or skill like '%…' as is_garbage
from cleaned
where skill <> ''
