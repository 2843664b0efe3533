{#- The addresses an e-mail of the CRM went to and came from, in lower case, without those of our
    own staff: one row per message, address and what it could tell: To and From name their contacts,
    a copy names one of the account that the message is filed under (salesforce.md 2.14). -#}
{%- set domains = var('staff_email_domains') -%}
with

emails as (select * from {{ ref('int_salesforce__email_messages') }}),

parts as (
    select
        email_message_id,
        'to' as match_method,
        {{ split_list("replace(lower(to_address), ',', ';')", ';') }} as part
    from emails
    where to_address is not null
    {% for field in ['cc_address', 'bcc_address'] -%}
        union all
        select
            email_message_id,
            'account' as match_method,
            {{ split_list("replace(lower(" ~ field ~ "), ',', ';')", ';') }} as part
        from emails
        where {{ field }} is not null
    {% endfor -%}
    union all
    select
        email_message_id,
        'from' as match_method,
        lower(from_address) as part
    from emails
    where from_address is not null
),

addresses as (
    select distinct
        email_message_id,
        match_method,
        regexp_extract(part, '[^\s<>"''(),;:]+@[^\s<>"''(),;:]+') as address
    from parts
)

select
    email_message_id,
    match_method,
    address
from addresses
where
    address <> ''
    {% for domain in domains -%}
        and not ends_with(address, '@{{ domain | lower }}')
    {% endfor %}
