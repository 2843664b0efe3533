{#- The CRM's tasks and e-mails as messages, one row each, in exactly one outcome. Whom a message is
    about stands in int_crm__communication_people; one that is about nobody we know is kept and
    reported, never forgotten (salesforce.md 2.14, L19). A message without a day of its own shows
    when it was entered, and says so. -#}
with

tasks as (select * from {{ ref('int_salesforce__tasks') }}),
emails as (select * from {{ ref('int_salesforce__email_messages') }}),
events as (select * from {{ ref('int_crm__events') }}),
types as (select * from {{ ref('map_task_types') }}),
people as (select * from {{ ref('int_crm__communication_people') }}),

matched as (
    select distinct communication_key
    from people
),

messages as (
    select
        {{ key(["'communication'", "'sf:' || tasks.task_id"]) }} as communication_key,
        'Task' as source_object,
        tasks.task_id as source_id,
        coalesce(types.activity_type, 'note') as activity_type,
        tasks.subject,
        {{ html_text('tasks.description') }} as body,
        tasks.status,
        cast(null as varchar) as direction,
        cast(null as boolean) as is_incoming,
        cast(null as varchar) as from_address,
        {{ site_local_to_utc('cast(tasks.activity_date as timestamp)') }} as own_time,
        tasks.created_at,
        tasks.what_id as session_id,
        tasks.who_id is not null as is_about_somebody,
        tasks.is_deleted,
        tasks.unreadable_fields,
        tasks.run_id,
        tasks.first_load_seq,
        tasks.load_seq
    from tasks
    left join types on lower(tasks.task_type) = types.raw_type
    union all
    select
        {{ key(["'communication'", "'sf:' || emails.email_message_id"]) }} as communication_key,
        'EmailMessage' as source_object,
        emails.email_message_id as source_id,
        'Email' as activity_type,
        emails.subject,
        coalesce(emails.text_body, {{ html_text('emails.html_body') }}) as body,
        case when emails.is_incoming then 'Received' else 'Sent' end as status,
        case when emails.is_incoming then 'incoming' else 'outgoing' end as direction,
        coalesce(emails.is_incoming, false) as is_incoming,
        emails.from_address,
        emails.message_at as own_time,
        emails.created_at,
        emails.related_to_id as session_id,
        emails.related_to_id is not null as is_about_somebody,
        emails.is_deleted,
        emails.unreadable_fields,
        emails.run_id,
        emails.first_load_seq,
        emails.load_seq
    from emails
)

select
    messages.communication_key,
    messages.source_object,
    messages.source_id,
    events.event_key,
    messages.activity_type,
    messages.subject,
    messages.body,
    messages.status,
    messages.direction,
    messages.is_incoming,
    messages.from_address,
    coalesce(messages.own_time, messages.created_at) as occurred_at,
    messages.own_time is null as is_time_of_entry,
    case
        when messages.is_deleted then 'deleted'
        when matched.communication_key is not null then 'kept'
        when messages.is_about_somebody then 'unmatched'
        else 'out_of_scope'
    end as outcome,
    messages.unreadable_fields,
    messages.run_id,
    messages.first_load_seq,
    messages.load_seq
from messages
left join events on messages.session_id = events.session_id and events.scope = 'in_scope'
left join matched on messages.communication_key = matched.communication_key
