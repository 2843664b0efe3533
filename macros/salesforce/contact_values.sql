{#- The CTEs `entered`, `numbers` and `contact_values`: every address and number that contacts of the
    CRM have, e-mails in lower case, phones in E.164, what is neither as it came (salesforce.md 2.3).
    `relation` has columns as stg_salesforce__contacts; `keys` tell its rows. -#}
{% macro contact_values(relation, keys=['contact_id']) -%}
    {%- set fields = {
        'email': {
            'Email': 'email', 'npe01__HomeEmail__c': 'home_email',
            'npe01__WorkEmail__c': 'work_email', 'npe01__AlternateEmail__c': 'alternate_email'
        },
        'phone': {
            'MobilePhone': 'mobile_phone', 'HomePhone': 'home_phone',
            'npe01__WorkPhone__c': 'work_phone', 'Phone': 'phone'
        }
    } -%}
    entered as (
        {% for kind, columns in fields.items() %}
            {% for source_field, column in columns.items() %}
                select
                    {{ keys | join(', ') }},
                    '{{ kind }}' as kind,
                    '{{ source_field }}' as source_field,
                    {{ 'lower(' ~ column ~ ')' if kind == 'email' else column }} as entered,
                    coalesce(lower(preferred_{{ kind }}), 'blank') as preferred
                from {{ relation }}
                where {{ column }} is not null
                {{ 'union all' if not loop.last }}
            {% endfor %}
            {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    -- The library reads every number once.
    numbers as (
        select
            entered,
            {{ phone_e164('entered') }} as phone_e164
        from (select distinct entered.entered from entered where entered.kind = 'phone') as spellings
    ),

    contact_values as (
        select
            entered.*,
            case
                when entered.kind = 'email' then entered.entered
                else coalesce(numbers.phone_e164, entered.entered)
            end as value, -- noqa: RF04
            case
                when entered.kind = 'phone' then numbers.phone_e164 is not null
                else
                    regexp_matches(
                        entered.entered,
                        '^[^@\s<>(),;:"]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z0-9]{2,}$'
                    )
            end as is_valid
        from entered
        left join numbers
            on case when entered.kind = 'phone' then entered.entered end = numbers.entered
    )
{%- endmacro %}
