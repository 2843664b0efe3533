{#- Who signed up (platform.md 2.6, salesforce.md 4.4): the person whom an id of the CRM or of the
    sign-up's own system names, else the one who has the e-mail among the addresses of the CRM, of
    Pathful or of a file and whose name fits. Where several fit, or nobody of that address does, it
    stays with whoever the record of the sign-up itself is (int_signups__people); without one it stays
    open with all of them as candidates: a household shares an address. Nobody who is deleted has a
    sign-up. One row per sign-up. -#}
with

versions as (select * from {{ ref('int_signups__versions') }}),
volunteers as (select * from {{ ref('dim_volunteers') }}),
points as (select * from {{ ref('int_crm__contact_points') }}),
ids as (select * from {{ ref('external_id_map') }}),

asked as (
    select
        signup_ref,
        external_system,
        signer_system,
        signer_id,
        contact_id,
        volunteer_ref,
        email,
        first_norm,
        last_norm
    from versions
    where is_newest_usable
),

addresses as (
    select
        lower(email) as email,
        person_key
    from volunteers
    where email is not null
    union
    select
        value as email,
        person_key
    from points
    where kind = 'email' and is_valid
),

-- Only the addresses that somebody signed up with: names are cleaned for few.
holders as (
    select
        addresses.email,
        volunteers.person_key,
        volunteers.is_provisional,
        {{ name_norm("concat_ws(' ', volunteers.first_name, volunteers.last_name)") }} as name_norm
    from addresses
    inner join volunteers on addresses.person_key = volunteers.person_key
    where
        not volunteers.is_deleted
        and addresses.email in (select asked.email from asked)
),

judged as (
    select
        asked.signup_ref,
        holders.person_key,
        coalesce(holders.is_provisional, false) as is_provisional,
        coalesce(
            holders.name_norm = concat_ws(' ', asked.first_norm, asked.last_norm), false
        ) as is_same_name,
        {{ name_fits('asked.first_norm', 'asked.last_norm', 'holders.name_norm') }} as is_fitting
    from asked
    inner join holders on asked.email = holders.email
),

fitting as (
    select
        signup_ref,
        person_key
    from judged
    where is_fitting
    -- Whom staff know go before who only signed up, or presented, under the address.
    qualify
        rank() over (
            partition by signup_ref order by is_same_name desc, is_provisional asc
        ) = 1
),

by_address as (
    select
        signup_ref,
        min(person_key) as person_key
    from fitting
    group by signup_ref
    having count(*) = 1
),

candidates as (
    select
        signup_ref,
        {{ list_text('person_key', '|') }} as candidate_keys
    from judged
    group by signup_ref
),

by_id as (
    select
        external_id as contact_id,
        min(entity_id) as person_key
    from ids
    where external_system = 'salesforce' and entity_type = 'volunteer'
    group by external_id
),

by_file_id as (
    select
        external_system,
        lower(external_id) as volunteer_ref,
        min(entity_id) as person_key
    from ids
    where entity_type = 'volunteer'
    group by external_system, lower(external_id)
    having count(distinct entity_id) = 1
)

select
    asked.signup_ref,
    coalesce(
        by_id.person_key,
        by_file_id.person_key,
        volunteers.person_key,
        by_address.person_key,
        signers.person_key
    ) as person_key,
    case
        when by_id.person_key is not null then 'salesforce_id'
        when by_file_id.person_key is not null then 'external_id'
        when volunteers.person_key is not null then 'person_key'
        when by_address.person_key is not null then 'email'
        when signers.person_key is not null then 'signup'
        else 'none'
    end as match_method,
    case
        when
            coalesce(
                by_id.person_key,
                by_file_id.person_key,
                volunteers.person_key,
                by_address.person_key,
                signers.person_key
            ) is null
            then candidates.candidate_keys
    end as candidate_keys
from asked
left join by_id on asked.contact_id = by_id.contact_id
left join by_file_id
    on
        asked.external_system = by_file_id.external_system
        and lower(asked.volunteer_ref) = by_file_id.volunteer_ref
left join volunteers on asked.volunteer_ref = volunteers.person_key
left join by_address on asked.signup_ref = by_address.signup_ref
left join by_file_id as own_records
    on
        asked.signer_system = own_records.external_system
        and asked.signer_id = own_records.volunteer_ref
left join volunteers as signers
    on own_records.person_key = signers.person_key and not signers.is_deleted
left join candidates on asked.signup_ref = candidates.signup_ref
