{#- What each record of a volunteer says of a person's demographics, in the words of dim_volunteers
    (platform.md 4.11): what two records are compared by when staff choose, and what is chosen. What
    the CRM calls unknown is no value. A view: few rows of it are asked for. One row per record. -#}
{{ config(materialized='view') }}
with

last_known as (select * from {{ ref('int_crm__last_known') }}),
picklist_values as (select * from {{ ref('int_crm__picklist_values') }}),
csv_volunteers as (select * from {{ ref('int_volunteers__records') }}),
contract_words as (select * from {{ ref('map_contract_words') }}),

crm_words as (
    {{ crm_words('contract_words') }}
)

select
    'salesforce:' || last_known.survivor_id as record_key,
    last_known.gender,
    nullif(races.code, 'unknown') as race_ethnicity,
    nullif(educations.code, 'UNKNOWN') as education,
    nullif(age_groups.code, 'UNKNOWN') as age_group
from last_known
left join picklist_values as races
    on races.field = 'race_ethnicity' and last_known.racial_ethnic_background = races.word
left join picklist_values as educations
    on educations.field = 'education' and last_known.highest_education = educations.word
left join picklist_values as age_groups
    on age_groups.field = 'age_group' and last_known.age_group = age_groups.word
union all
select
    csv_volunteers.record_key,
    csv_volunteers.gender,
    races.crm_code as race_ethnicity,
    educations.crm_code as education,
    csv_volunteers.age_group
from csv_volunteers
left join crm_words as races
    on races.field = 'race_ethnicity' and csv_volunteers.race_ethnicity = races.word
left join crm_words as educations
    on educations.field = 'education_level' and csv_volunteers.education_level = educations.word
