{#- Which side's value people chose when they merged two records (platform.md 4.11, 4.12): it is as
    said by hand for the person. The newest standing word per person and field; nothing where that
    record has no value, or where the two are not one person after all. A name and an address are
    chosen whole, so their parts come from one record, blanks included. -#}
{%- set fields = {
    'first_name': 'identity', 'last_name': 'identity', 'email': 'email', 'phone_e164': 'phone',
    'dob': 'dob', 'city': 'address', 'state_code': 'address', 'postal_code': 'address',
    'gender': 'gender', 'race_ethnicity': 'race_ethnicity', 'education': 'education',
    'age_group': 'age_group'
} -%}
{%- set demographics = ['gender', 'race_ethnicity', 'education', 'age_group'] -%}
{%- set values = {
    'first_name': 'first_name', 'last_name': 'last_name', 'email': 'email', 'phone_e164': 'phone',
    'dob': 'cast(dob as varchar)', 'city': 'city', 'state_code': 'state_code',
    'postal_code': 'postal5', 'gender': 'gender', 'race_ethnicity': 'race_ethnicity',
    'education': 'education', 'age_group': 'age_group'
} -%}
with

decisions as (select * from {{ ref('int_decisions__active') }}),
records as (select * from {{ ref('int_identity__records') }}),
record_demographics as (select * from {{ ref('int_people__record_demographics') }}),
people as (select * from {{ ref('int_identity__people') }}),

manual_merges as (
    select
        decision_seq,
        decision_id,
        subject_key,
        {{ json_text('payload', 'winners') }} as winners
    from decisions
    where action = 'merge' and subject_type = 'pair' and {{ json_has('payload', 'winners') }}
),

chosen as (
    {% for unit in ['identity', 'email', 'phone', 'address', 'dob'] + demographics %}
        select
            decision_seq,
            decision_id,
            subject_key,
            '{{ unit }}' as unit,
            {{ json_text('winners', unit) }} as side
        from manual_merges
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

winners as (
    select
        chosen.decision_seq,
        chosen.decision_id,
        chosen.unit,
        one_person.person_key,
        case when chosen.side = 'left' then one.record_no else other.record_no end as record_no
    from chosen
    inner join records as one on split_part(chosen.subject_key, '-', 1) = one.record_hash
    inner join records as other on split_part(chosen.subject_key, '-', 2) = other.record_hash
    inner join people as one_person on one.record_no = one_person.record_no
    inner join people as other_person on other.record_no = other_person.record_no
    where
        chosen.side in ('left', 'right')
        and one_person.person_key = other_person.person_key
),

told as (
    select
        winners.person_key,
        winners.unit,
        winners.decision_seq,
        winners.decision_id,
        {% for field in demographics -%}
            record_demographics.{{ field }},
        {% endfor -%}
        records.*
    from winners
    inner join records on winners.record_no = records.record_no
    left join record_demographics on records.record_key = record_demographics.record_key
    where
        case winners.unit
            when 'identity' then coalesce(records.first_name, records.last_name) is not null
            when 'email' then records.email is not null
            when 'phone' then records.phone is not null
            when 'dob' then records.dob is not null
            {% for field in demographics -%}
                when '{{ field }}' then record_demographics.{{ field }} is not null
            {% endfor -%}
            else coalesce(records.city, records.state_code, records.postal5) is not null
        end
    qualify
        row_number() over (
            partition by winners.person_key, winners.unit order by winners.decision_seq desc
        ) = 1
)

{% for field, unit in fields.items() %}
    select
        person_key,
        '{{ field }}' as field,
        {{ values[field] }} as value,
        record_key,
        decision_id
    from told
    where unit = '{{ unit }}'
    {{ 'union all' if not loop.last }}
{% endfor %}
