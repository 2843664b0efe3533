{#- What of a person is heard as one thing (platform.md 4.11): unit -> when a record has it, its
    columns in int_people__source_values, and the group of settings priority.* that orders the
    sources, where it is not called like the unit. -#}
{% macro survivorship_units() -%}
    {{ return({
        'identity': {'has': 'has_name', 'fields': ['first_name', 'last_name', 'name_norm']},
        'address': {'has': 'has_address', 'fields': ['city', 'state_code', 'postal_code']},
        'email': {'has': 'email is not null', 'fields': ['email'], 'group': 'contact'},
        'phone': {'has': 'phone_e164 is not null', 'fields': ['phone_e164'], 'group': 'contact'},
        'birth': {'has': 'dob is not null', 'fields': ['dob']},
        'gender': {'has': 'gender is not null', 'fields': ['gender'], 'group': 'demographics'},
        'race_ethnicity': {
            'has': 'race_ethnicity is not null',
            'fields': ['race_ethnicity'],
            'group': 'demographics'
        },
        'education': {
            'has': 'education is not null', 'fields': ['education'], 'group': 'demographics'
        },
        'age': {'has': 'age_group is not null', 'fields': ['age_group'], 'group': 'demographics'},
        'employer': {
            'has': 'coalesce(organization_key, employer) is not null',
            'fields': ['organization_key', 'employer']
        },
        'consent': {'has': 'consent_signed_at is not null', 'fields': ['consent_signed_at']},
        'photo': {
            'has': 'photo_release is not null', 'fields': ['photo_release'], 'group': 'consent'
        }
    }) }}
{%- endmacro %}
