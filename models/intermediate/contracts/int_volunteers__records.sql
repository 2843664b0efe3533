{#- The volunteers that files brought, those of sign-ups too, as their sources said last: of each
    record the newest row that no rule holds back (platform.md 2.1, 4.1). Newest is what the source changed last, else
    what landed last, so that an older version that comes late changes nothing and a bad update
    leaves the good one before it. A blank takes nothing away: the newest row that has a value gives
    it (4.11), a number with its extension and an address whole. Loads that a person excluded do not
    count. One row per system and id. -#}
{%- set of_newest = [
    'first_name', 'last_name', 'middle_name', 'preferred_name', 'name_suffix', 'source_updated_at',
    'fingerprint', 'is_signup'
] -%}
{%- set of_any = [
    'email', 'email_raw', 'match_email', 'alternate_emails', 'alternate_phones', 'dob', 'gender',
    'race_ethnicity', 'education_level', 'age_group', 'employer', 'title', 'department', 'notes',
    'school_affiliation', 'student_flag', 'consent_signed_at', 'background_check_status',
    'background_check_date', 'photo_release', 'skills', 'interests', 'do_not_call', 'do_not_email',
    'do_not_contact'
] -%}
{%- set units = {
    'phone': {'has': 'people.phone', 'fields': ['phone', 'phone_raw', 'phone_extension']},
    'address': {
        'has': 'coalesce(people.street, people.city, people.state_code, people.postal_code)',
        'fields': [
            'street', 'street2', 'city', 'state_code', 'postal_code', 'postal5', 'country_code'
        ]
    }
} -%}
{%- set order = ['clean.updated_at', 'clean.load_seq', 'clean.row_number'] -%}
with

people as (select * from {{ ref('int_csv__people_rows') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
findings as (select * from {{ ref('int_csv__findings') }}),
loads as (select * from {{ ref('int_csv__loads') }}),

{{ counting_rows('volunteer') }},

seen as (
    select
        clean.record_hash,
        min(clean.landed_at) as first_seen_at,
        max(clean.landed_at) as last_seen_at,
        min(clean.load_seq) as first_load_seq,
        {% for field in of_any -%}
            {{ latest('people.' ~ field, order) }} as {{ field }},
        {% endfor -%}
        {% for unit, told in units.items() -%}
            {% for column in ['rows_run_id', 'row_number'] -%}
                {{ latest(
                    'case when ' ~ told.has ~ ' is not null then clean.' ~ column ~ ' end', order
                ) }} as {{ unit }}_{{ column }},
            {% endfor -%}
        {% endfor -%}
        {{ latest('clean.rows_run_id', order) }} as rows_run_id,
        {{ latest('clean.run_id', order) }} as run_id,
        {{ latest('clean.load_seq', order) }} as load_seq,
        {{ latest('clean.row_number', order) }} as row_number
    from clean
    inner join people
        on clean.rows_run_id = people.run_id and clean.row_number = people.row_number
    group by clean.record_hash
)

select
    'csv:' || people.external_system || ':' || people.external_id as record_key,
    people.external_system,
    people.external_id,
    people.is_id_synthesised,
    {% for column in of_newest -%}
        people.{{ column }},
    {% endfor -%}
    {% for column in of_any -%}
        seen.{{ column }},
    {% endfor -%}
    {% for unit, told in units.items() -%}
        {% for column in told.fields -%}
            {{ unit }}_rows.{{ column }},
        {% endfor -%}
    {% endfor -%}
    seen.first_seen_at,
    seen.last_seen_at,
    seen.first_load_seq,
    seen.load_seq,
    seen.run_id,
    seen.row_number
from seen
inner join people
    on seen.rows_run_id = people.run_id and seen.row_number = people.row_number
{% for unit in units -%}
    left join people as {{ unit }}_rows
        on
            seen.{{ unit }}_rows_run_id = {{ unit }}_rows.run_id
            and seen.{{ unit }}_row_number = {{ unit }}_rows.row_number
{% endfor %}
