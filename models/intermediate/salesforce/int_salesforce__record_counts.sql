{#- How many records of each object of the CRM there are here, and how many of them are deleted
    there. One row per object that
    has any. -#}
with

accounts as (select * from {{ ref('int_salesforce__accounts') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),
affiliations as (select * from {{ ref('int_salesforce__affiliations') }}),
sessions as (select * from {{ ref('int_salesforce__sessions') }}),
participants as (select * from {{ ref('int_salesforce__session_participants') }}),
tasks as (select * from {{ ref('int_salesforce__tasks') }}),
messages as (select * from {{ ref('int_salesforce__email_messages') }}),
cases as (select * from {{ ref('int_salesforce__cases') }}),
classes as (select * from {{ ref('int_salesforce__classes') }}),

records as (
    select
        'Account' as object_name,
        is_deleted
    from accounts
    union all
    select
        'Contact' as object_name,
        is_deleted
    from contacts
    union all
    select
        'npe5__Affiliation__c' as object_name,
        is_deleted
    from affiliations
    union all
    select
        'Session__c' as object_name,
        is_deleted
    from sessions
    union all
    select
        'Session_Participant__c' as object_name,
        is_deleted
    from participants
    union all
    select
        'Task' as object_name,
        is_deleted
    from tasks
    union all
    select
        'EmailMessage' as object_name,
        is_deleted
    from messages
    union all
    select
        'Case' as object_name,
        is_deleted
    from cases
    union all
    select
        'Class__c' as object_name,
        is_deleted
    from classes
)

select
    object_name,
    count(*) as record_count,
    count(*) filter (where is_deleted) as deleted_count,
    count(*) filter (where not is_deleted) as live_count
from records
group by object_name
