{{ config(materialized='view') }}
{#- What the rules of platform.md 3.2 find in rows of volunteers and students; every rule looks
    at every row. severity is said where it is not the rule's own. One row per landed row and
    finding. -#}
with

people as (select * from {{ ref('int_csv__people_rows') }}),
disposable as (select * from {{ ref('ref_disposable_domains') }}),
birth_ages as (select * from {{ ref('rule_birth_ages') }}),

live as (select * from people where not is_blank),

found as (
    select
        run_id,
        row_number,
        'VOL_CONTACT_REQUIRED' as rule_code,
        'email' as field,
        cast(null as varchar) as severity
    from live
    where entity_type = 'volunteer' and is_without_contact
    union all
    select
        run_id,
        row_number,
        'VOL_NAME_REQUIRED' as rule_code,
        case when first_name is null then 'first_name' else 'last_name' end as field,
        cast(null as varchar) as severity
    from live
    where first_name is null or last_name is null
    union all
    select
        run_id,
        row_number,
        case entity_type when 'volunteer' then 'VOL_EMAIL_FORMAT' else 'CONTACT_FORMAT' end
            as rule_code,
        'email' as field,
        cast(null as varchar) as severity
    from live
    where has_invalid_email
    union all
    select
        run_id,
        row_number,
        case entity_type when 'volunteer' then 'VOL_PHONE_E164' else 'CONTACT_FORMAT' end
            as rule_code,
        'phone' as field,
        cast(null as varchar) as severity
    from live
    where has_invalid_phone
    union all
    select
        live.run_id,
        live.row_number,
        'VOL_EMAIL_DISPOSABLE' as rule_code,
        'email' as field,
        cast(null as varchar) as severity
    from live
    inner join disposable on split_part(live.email, '@', 2) = disposable.domain
    where live.entity_type = 'volunteer'
    union all
    select
        run_id,
        row_number,
        'VOL_ALTERNATE_DROPPED' as rule_code,
        case when has_invalid_alternate_email then 'alternate_emails' else 'alternate_phones' end
            as field,
        cast(null as varchar) as severity
    from live
    where has_invalid_alternate_email or has_invalid_alternate_phone
    union all
    select
        run_id,
        row_number,
        'VOL_SEVERAL_CONTACTS' as rule_code,
        case when has_several_emails then 'email' else 'phone' end as field,
        cast(null as varchar) as severity
    from live
    where has_several_emails or has_several_phones
    union all
    select
        run_id,
        row_number,
        'VOL_STATE_CODE' as rule_code,
        'state_code' as field,
        cast(null as varchar) as severity
    from live
    where country_code = 'US' and state_entered is not null and state_code is null
    union all
    select
        run_id,
        row_number,
        'VOL_POSTAL_FORMAT' as rule_code,
        'postal_code' as field,
        cast(null as varchar) as severity
    from live
    where is_postal_odd
    union all
    select
        live.run_id,
        live.row_number,
        'DOM-201' as rule_code,
        'dob' as field,
        case when live.dob > {{ logical_date() }} then 'error' end as severity
    from live
    inner join birth_ages on live.entity_type = birth_ages.contact_role
    where
        live.dob > {{ logical_date() }}
        or not {{ birth_is_believed('live.dob', 'birth_ages.min_age', 'birth_ages.max_age') }}
    union all
    select
        run_id,
        row_number,
        'DOM-202' as rule_code,
        'graduation_year' as field,
        cast(null as varchar) as severity
    from live
    where
        entity_type = 'student'
        and graduation_year not between
        year({{ logical_date() }}) - 50 and year({{ logical_date() }}) + 10
    union all
    select
        run_id,
        row_number,
        'XFLD-302' as rule_code,
        'consent_signed_at' as field,
        cast(null as varchar) as severity
    from live
    where
        {{ var('consent_required') }}
        and entity_type = 'volunteer'
        and consent_signed_at is null
    union all
    select
        run_id,
        row_number,
        'XFLD-304' as rule_code,
        'dob' as field,
        cast(null as varchar) as severity
    from live
    where
        entity_type = 'volunteer'
        and dob > {{ logical_date() }} - interval 18 year
        and dob <= {{ logical_date() }}
        and student_flag is distinct from true
)

select
    run_id,
    row_number,
    rule_code,
    field,
    severity
from found
