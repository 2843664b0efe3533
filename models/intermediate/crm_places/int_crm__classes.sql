{#- The classes of the CRM that say whose and of which year they are; the others are quality rows
    (salesforce.md 1.4). The school is looked up at each build, so a class may come before its
    school. One row per class. -#}
with

classes as (select * from {{ ref('int_salesforce__classes') }}),
schools as (select * from {{ ref('int_crm__schools') }})

select
    classes.class_id,
    {{ key(["'class'", "'sf:' || classes.class_id"]) }} as class_key,
    classes.class_name,
    classes.school_id as school_account_id,
    schools.school_key,
    cast(classes.class_year as bigint) as class_year,
    classes.is_deleted,
    classes.first_load_seq,
    classes.load_seq
from classes
left join schools on classes.school_id = schools.account_id
where
    classes.class_name is not null
    and classes.school_id is not null
    and classes.class_year = floor(classes.class_year)
