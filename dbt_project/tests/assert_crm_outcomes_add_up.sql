{#- What is this? Every current record of the CRM's sessions, participants, affiliations, tasks and
    e-mails must be in exactly one outcome of ops.crm_outcomes.
    When does it matter? Where a join loses or doubles a record: hours and history would vanish
    without a word, as they once did for weeks (salesforce.md L13).
    How to resolve? Compare the model the object goes through with its int_salesforce model and look
    for the join that is not one to one. -#}
with

outcomes as (select * from {{ ref('crm_outcomes') }}),

{% for object_name, model in {
    'Session_Participant__c': 'session_participants', 'npe5__Affiliation__c': 'affiliations',
    'Session__c': 'sessions', 'Task': 'tasks', 'EmailMessage': 'email_messages'
}.items() -%}
    {{ model }} as (
        select
            '{{ object_name }}' as object_name,
            count(*) as landed_count
        from {{ ref('int_salesforce__' ~ model) }}
    ),

{% endfor -%}
landed as (
    {% for model in [
        'session_participants', 'affiliations', 'sessions', 'tasks', 'email_messages'
    ] -%}
        select * from {{ model }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

told as (
    select
        object_name,
        sum(row_count) as told_count
    from outcomes
    group by object_name
)

select
    landed.object_name,
    landed.landed_count,
    coalesce(told.told_count, 0) as told_count
from landed
left join told on landed.object_name = told.object_name
where landed.landed_count <> coalesce(told.told_count, 0)
