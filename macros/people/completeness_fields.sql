{#- What is counted in each kind of record when it is asked how complete they are (platform.md 6.5):
    kind -> columns of its records in int_quality__completeness, in a fixed order. -#}
{% macro completeness_fields() -%}
    {{ return({
        'volunteer': [
            'first_name', 'last_name', 'email', 'phone', 'dob', 'employer', 'job_title', 'industry',
            'department', 'city', 'state_code', 'postal_code', 'gender', 'race_ethnicity',
            'education', 'age_group', 'skills', 'first_volunteer_date', 'last_volunteer_date',
            'consent_signed_at', 'photo_release'
        ],
        'student': [
            'student_id', 'first_name', 'last_name', 'school', 'class', 'grade', 'gender',
            'race_ethnicity', 'dob', 'email', 'phone'
        ],
        'teacher': [
            'first_name', 'last_name', 'email', 'school', 'district', 'pathful_user_id',
            'salesforce_id'
        ],
        'contact': [
            'first_name', 'last_name', 'contact_type', 'email', 'phone', 'street', 'city',
            'state', 'postal_code'
        ],
        'user': [
            'name', 'role', 'email', 'school_or_company', 'job_title', 'skills', 'city',
            'state_code', 'postal_code'
        ],
        'organization': ['name', 'organization_type', 'city', 'state_code', 'website'],
        'affiliation': ['volunteer', 'organization', 'role', 'status', 'start_date'],
        'event': [
            'title', 'event_type', 'format', 'status', 'session_date', 'start_at', 'end_at',
            'place', 'participants', 'career_cluster', 'description'
        ]
    }) }}
{%- endmacro %}
