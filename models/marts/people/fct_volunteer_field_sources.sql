{%- set fields = {
    'first_name': 'identity', 'last_name': 'identity', 'email': 'email', 'phone_e164': 'phone',
    'city': 'address', 'state_code': 'address', 'postal_code': 'address', 'dob': 'birth',
    'gender': 'gender', 'race_ethnicity': 'race_ethnicity', 'education': 'education',
    'age_group': 'age', 'organization_key': 'employer', 'employer': 'employer',
    'consent_signed_at': 'consent', 'photo_release': 'photo'
} -%}
with

survivors as (select * from {{ ref('int_people__survivors') }})

{% for field, unit in fields.items() %}
    select
        person_key,
        '{{ field }}' as field,
        {{ unit }}_source as source
    from survivors
    where {{ unit }}_source is not null
    {{ 'union all' if not loop.last }}
{% endfor %}
