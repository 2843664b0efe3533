{#- The rows of volunteers and students by file, and who signed up by one, corrected where a
    steward did, every value typed and normalised as platform.md 7 says; what could not be read is null and named in
    unreadable_fields or unmapped_fields. Names, words and places are judged otherwise than the
    CRM's where that dossier says so (docs/adr/0019). One row per landed row. -#}
{%- set names = ['first_name', 'last_name', 'middle_name', 'preferred_name'] -%}
{%- set shared = [
    'email', 'alternate_emails', 'phone', 'alternate_phones', 'dob', 'gender', 'race_ethnicity',
    'street', 'street2', 'city', 'state_code', 'postal_code', 'country_code', 'source_updated_at'
] -%}
{%- set of_volunteers = [
    'employer', 'notes', 'school_affiliation', 'student_flag', 'consent_signed_at',
    'background_check_status', 'background_check_date', 'photo_release', 'title', 'department',
    'skills', 'interests', 'education_level', 'age_group', 'do_not_call', 'do_not_email',
    'do_not_contact'
] -%}
{%- set of_students = [
    'student_id', 'grade', 'enrollment_date', 'graduation_date', 'graduation_year', 'school_ref'
] -%}
{%- set of_signups = ['first_name', 'last_name', 'email', 'source_updated_at'] -%}
{%- set words_of = [
    'gender', 'race_ethnicity', 'education_level', 'age_group', 'background_check_status'
] -%}
{%- set flags = [
    'student_flag', 'photo_release', 'do_not_call', 'do_not_email', 'do_not_contact'
] -%}
{%- set dates = ['dob', 'background_check_date', 'enrollment_date', 'graduation_date'] -%}
{%- set suffix = "'[,\\s]+(jr|sr|ii|iii|iv)[.]?$'" -%}
with

volunteers as (select * from {{ ref('stg_csv__volunteers') }}),
students as (select * from {{ ref('stg_csv__students') }}),
signups as (select * from {{ ref('int_signups__people') }}),
patches as (select * from {{ ref('int_decisions__row_patches') }}),
contract_words as (select * from {{ ref('map_contract_words') }}),
genders as (select * from {{ ref('map_genders') }}),
states as (select * from {{ ref('map_states') }}),
countries as (select * from {{ ref('map_countries') }}),

words as (
    select
        field,
        raw_word,
        word
    from contract_words
    union all
    select
        'gender' as field,
        value as raw_word,
        code as word
    from genders
),

staged as (
    select
        {{ row_keys() }},
        {% for name in names + shared + of_volunteers -%}
            {{ name }},
        {% endfor -%}
        {% for field in of_students -%}
            cast(null as varchar) as {{ field }},
        {% endfor -%}
        payload
    from volunteers
    union all
    select
        {{ row_keys() }},
        {% for name in names + shared -%}
            {{ name }},
        {% endfor -%}
        {% for field in of_volunteers -%}
            cast(null as varchar) as {{ field }},
        {% endfor -%}
        {% for field in of_students -%}
            {{ field }},
        {% endfor -%}
        payload
    from students
    union all
    select
        {{ row_keys() }},
        {% for field in names + shared + of_volunteers + of_students -%}
            {{ field if field in of_signups else 'cast(null as varchar) as ' ~ field }},
        {% endfor -%}
        payload
    from signups
),

{{ corrected_rows(shared + of_volunteers + of_students, bare=names) }},

read_values as (
    select
        *,
        {{ contact_emails('email_text') }} as email_cell,
        {{ contact_emails('alternate_emails_text') }} as alternate_email_cell,
        {{ contact_phones('phone_text') }} as phone_cell,
        {{ contact_phones('alternate_phones_text') }} as alternate_phone_cell,
        nullif(trim(regexp_replace(last_name_text, {{ suffix }}, '', 'i')), '') as bare_last_name,
        regexp_extract(last_name_text, {{ suffix }}, 1, 'i') as suffix_text,
        regexp_replace(postal_code_text, '[.]0+$', '') as postal_text,
        lower(first_name_text) as first_name_word,
        lower(last_name_text) as last_name_word,
        {{ replace_all('lower(gender_text)', '[ -]', '_') }} as gender_word,
        lower(race_ethnicity_text) as race_ethnicity_word,
        {{ replace_all('lower(education_level_text)', '[‘’`´]', '\'\'') }} as education_level_word,
        lower(age_group_text) as age_group_word,
        lower(background_check_status_text) as background_check_status_word,
        {% for field in dates -%}
            {{ contract_date(field ~ '_text') }} as {{ field }},
        {% endfor -%}
        {% for field in flags -%}
            {{ contract_boolean(field ~ '_text') }} as {{ field }},
        {% endfor -%}
        {{ contract_timestamp('consent_signed_at_text') }} as consent_signed_at,
        {{ contract_timestamp('source_updated_at_text') }} as source_updated_at,
        {{ contract_number('graduation_year_text') }} as graduation_year,
        -- "13-17", "65+", "under 13": the youngest and the oldest of the group.
        try_cast(
            regexp_extract(lower(age_group_text), '^([0-9]{1,3}) *([-–+]|to |and )', 1) as integer
        ) as youngest,
        coalesce(
            try_cast(
                regexp_extract(lower(age_group_text), '^[0-9]{1,3} *(-|–|to) *([0-9]{1,3})$', 2)
                as integer
            ),
            try_cast(
                regexp_extract(lower(age_group_text), '^(under|<) *([0-9]{1,3})$', 2) as integer
            ) - 1
        ) as oldest
    from entered
),

looked_up as (
    select
        read_values.*,
        {% for field in words_of if field != 'age_group' -%}
            {{ field }}_words.word as {{ field }},
        {% endfor -%}
        coalesce(
            age_group_words.word,
            case
                when read_values.oldest <= 12 then 'child'
                when read_values.youngest >= 13 and read_values.oldest <= 17 then 'teen'
                when read_values.youngest >= 18 and read_values.oldest <= 64 then 'adult'
                when read_values.youngest >= 65 then 'senior'
            end
        ) as age_group,
        -- Digits are no name, nor are words such as "test".
        first_no_name.word is not null
        or regexp_full_match(read_values.first_name_text, '[0-9 ]+') as is_first_no_name,
        last_no_name.word is not null
        or regexp_full_match(read_values.last_name_text, '[0-9 ]+') as is_last_no_name,
        case
            when read_values.country_code_text is null then 'US'
            else
                coalesce(
                    countries.country_code,
                    case
                        when regexp_full_match(read_values.country_code_text, '[A-Za-z]{2}')
                            then upper(read_values.country_code_text)
                    end
                )
        end as country_code,
        states.state_code as listed_state,
        zero_states.word is not null as has_zero_postal
    from read_values
    {% for field in words_of -%}
        left join words as {{ field }}_words
            on
                {{ field }}_words.field = '{{ field }}'
                and read_values.{{ field }}_word = {{ field }}_words.raw_word
    {% endfor -%}
    left join words as first_no_name
        on first_no_name.field = 'no_name' and read_values.first_name_word = first_no_name.raw_word
    left join words as last_no_name
        on last_no_name.field = 'no_name' and read_values.last_name_word = last_no_name.raw_word
    left join countries on lower(read_values.country_code_text) = countries.value
    left join states on lower(read_values.state_code_text) = states.value
    left join words as zero_states
        on
            zero_states.field = 'zero_postal_state'
            and lower(states.state_code) = zero_states.raw_word
),

typed as (
    select
        *,
        case when not is_first_no_name then {{ name_display('first_name_text') }} end as first_name,
        case when not is_last_no_name then {{ name_display('bare_last_name') }} end as last_name,
        {{ name_display('middle_name_text') }} as middle_name,
        {{ name_display('preferred_name_text') }} as preferred_name,
        case
            when lower(suffix_text) in ('jr', 'sr')
                then upper(suffix_text[1:1]) || lower(suffix_text[2:])
            else nullif(upper(suffix_text), '')
        end as name_suffix,
        case when email_cell['invalid_count'] = 0 then email_cell['found'][1] end as email,
        case when phone_cell['invalid_count'] = 0 then phone_cell['found'][1] end as phone,
        {{ distinct_parts(
            "array_to_string(list_concat(case when email_cell['invalid_count'] = 0 then "
            ~ "email_cell['found'][2:] else [] end, alternate_email_cell['found']), ';')"
        ) }} as alternate_emails,
        {{ distinct_parts(
            "array_to_string(list_concat(case when phone_cell['invalid_count'] = 0 then "
            ~ "phone_cell['found'][2:] else [] end, alternate_phone_cell['found']), ';')"
        ) }} as alternate_phones,
        case
            when country_code = 'US' then listed_state else state_code_text
        end as state_code,
        case
            when country_code <> 'US' then postal_code_text
            when regexp_full_match(postal_text, '[0-9]{5}[- ]?[0-9]{4}')
                then left(postal_text, 5) || '-' || right(postal_text, 4)
            when regexp_full_match(postal_text, '[0-9]{3,4}') and has_zero_postal
                then lpad(postal_text, 5, '0')
            else postal_text
        end as postal_code
    from looked_up
)

select
    {{ row_keys() }},
    payload,
    regexp_full_match(external_id, 'signup:[0-9a-f]{16}') as is_signup,
    source_updated_at,
    first_name,
    last_name,
    middle_name,
    preferred_name,
    name_suffix,
    email,
    email_text as email_raw,
    case
        when email is not null
            then {{ untagged('email') }}
    end as match_email,
    alternate_emails,
    phone,
    phone_text as phone_raw,
    phone_cell['extension'] as phone_extension,
    alternate_phones,
    dob,
    gender,
    race_ethnicity,
    education_level,
    age_group,
    street_text as street,
    street2_text as street2,
    city_text as city,
    state_code,
    state_code_text as state_entered,
    postal_code,
    case
        when country_code = 'US' then nullif(regexp_extract(postal_code, '^[0-9]{5}'), '')
    end as postal5,
    country_code,
    employer_text as employer,
    title_text as title,
    department_text as department,
    notes_text as notes,
    coalesce(school_affiliation_text, school_ref_text) as school_affiliation,
    student_flag,
    consent_signed_at,
    background_check_status,
    background_check_date,
    photo_release,
    {{ distinct_parts('skills_text') }} as skills,
    {{ distinct_parts('interests_text') }} as interests,
    do_not_call,
    do_not_email,
    do_not_contact,
    {{ clean_id('student_id_text') }} as student_id,
    grade_text as grade,
    enrollment_date,
    graduation_date,
    coalesce(graduation_year, year(graduation_date)) as graduation_year,
    -- What the rules ask of the cells themselves.
    email_cell['invalid_count'] > 0 as has_invalid_email,
    phone_cell['invalid_count'] > 0 as has_invalid_phone,
    alternate_email_cell['invalid_count'] > 0 as has_invalid_alternate_email,
    alternate_phone_cell['invalid_count'] > 0 as has_invalid_alternate_phone,
    email_cell['invalid_count'] = 0 and len(email_cell['found']) > 1 as has_several_emails,
    phone_cell['invalid_count'] = 0 and len(phone_cell['found']) > 1 as has_several_phones,
    email_cell['invalid_count'] = 0
    and len(email_cell['found']) = 0
    and phone_cell['invalid_count'] = 0
    and len(phone_cell['found']) = 0
    and len(alternate_email_cell['found']) = 0
    and len(alternate_phone_cell['found']) = 0 as is_without_contact,
    coalesce(
        country_code = 'US'
        and not regexp_full_match(postal_code_text, '[0-9]{5}(-[0-9]{4})?'),
        false
    ) as is_postal_odd,
    {{ unread(dates + ['consent_signed_at', 'source_updated_at', 'graduation_year']) }}
        as unreadable_fields,
    {{ unread(words_of + flags + ['country_code']) }} as unmapped_fields,
    {{ fingerprint([
        'first_name', 'last_name', 'middle_name', 'preferred_name', 'name_suffix', 'email', 'phone',
        "phone_cell['extension']", 'alternate_emails', 'alternate_phones', 'dob', 'gender',
        'race_ethnicity', 'education_level', 'age_group', 'street_text', 'street2_text',
        'city_text', 'state_code', 'postal_code', 'country_code', 'employer_text', 'title_text',
        'department_text', 'notes_text', 'school_affiliation_text', 'school_ref_text',
        'student_flag', 'consent_signed_at', 'background_check_status', 'background_check_date',
        'photo_release', 'skills_text', 'interests_text', 'do_not_call', 'do_not_email',
        'do_not_contact', 'student_id_text', 'grade_text', 'enrollment_date', 'graduation_date',
        'graduation_year'
    ]) }} as fingerprint
from typed
