{#- Whom a message of the CRM is about: one row per message and contact, by the strongest sign. A
    task is about its Who; an e-mail about everybody it went to, whoever sent it, the contact it is
    filed under, the contact of its case, and of those who got a copy the contacts of the account it
    is filed under (salesforce.md 2.14, L19: a mail to five is about five). An address that several
    contacts share is all of theirs, unless the message names one of them itself or is filed under
    the account of some. A Lead is nobody here. -#}
with

tasks as (select * from {{ ref('int_salesforce__tasks') }}),
emails as (select * from {{ ref('int_salesforce__email_messages') }}),
cases as (select * from {{ ref('int_salesforce__cases') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),
addresses as (select * from {{ ref('int_crm__message_addresses') }}),
roots as (select * from {{ ref('int_crm__contact_roots') }}),
methods as (select * from {{ ref('rule_match_methods') }}),

known as (
    select
        contact_id,
        survivor_id
    from roots
    where is_landed
),

contact_addresses as (
    {% for field in ['email', 'home_email', 'work_email', 'alternate_email'] -%}
        select
            known.survivor_id as contact_id,
            contacts.account_id,
            lower(contacts.{{ field }}) as address
        from contacts
        inner join known on contacts.contact_id = known.contact_id
        where contacts.{{ field }} is not null and not contacts.is_deleted
        {{ 'union' if not loop.last }}
    {% endfor %}
),

named as (
    select
        tasks.task_id as source_id,
        known.survivor_id as contact_id,
        'who_id' as match_method
    from tasks
    inner join known on tasks.who_id = known.contact_id
    union all
    select
        emails.email_message_id as source_id,
        known.survivor_id as contact_id,
        'related_to' as match_method
    from emails
    inner join known on emails.related_to_id = known.contact_id
    {% for field in ['parent_id', 'related_to_id'] -%}
        union all
        select
            emails.email_message_id as source_id,
            known.survivor_id as contact_id,
            'case' as match_method
        from emails
        inner join cases on emails.{{ field }} = cases.case_id
        inner join known on cases.contact_id = known.contact_id
    {% endfor -%}
),

addressed as (
    select
        addresses.email_message_id as source_id,
        addresses.address,
        addresses.match_method,
        contact_addresses.contact_id,
        bool_or(named.contact_id is not null) as is_named,
        bool_or(coalesce(contact_addresses.account_id = emails.related_to_id, false))
            as is_of_account
    from addresses
    inner join emails on addresses.email_message_id = emails.email_message_id
    inner join contact_addresses on addresses.address = contact_addresses.address
    left join named
        on
            addresses.email_message_id = named.source_id
            and contact_addresses.contact_id = named.contact_id
    group by
        addresses.email_message_id, addresses.address, addresses.match_method,
        contact_addresses.contact_id
),

-- Who only got a copy counts where the account the message is filed under is theirs.
told_apart as (
    select *
    from addressed
    where match_method <> 'account' or is_of_account
    qualify
        rank() over (
            partition by source_id, address, match_method
            order by is_named desc, is_of_account desc
        ) = 1
),

found as (
    select
        source_id,
        contact_id,
        match_method
    from named
    union all
    select
        source_id,
        contact_id,
        match_method
    from told_apart
)

select
    {{ key(["'communication'", "'sf:' || found.source_id"]) }} as communication_key,
    found.source_id,
    found.contact_id,
    found.match_method
from found
inner join methods on found.match_method = methods.match_method
qualify
    row_number() over (
        partition by found.source_id, found.contact_id order by methods.strength, found.match_method
    ) = 1
