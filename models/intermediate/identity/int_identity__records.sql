{#- Every record of a volunteer that may be another record's person, in comparison spelling
    (platform.md 4.1, 7.3, 7.5). One row per record. The smaller record_no is the older record: of
    several that are one person it gives the key. A source is one more block of `sources`. -#}
with

volunteers as (select * from {{ ref('int_crm__volunteer_contacts') }}),
csv_volunteers as (select * from {{ ref('int_volunteers__records') }}),
contacts as (select * from {{ ref('int_salesforce__contacts') }}),
contact_names as (select * from {{ ref('int_crm__contact_names') }}),
addresses as (select * from {{ ref('int_crm__addresses') }}),
accounts as (select * from {{ ref('int_crm__accounts') }}),
birth_ages as (select * from {{ ref('rule_birth_ages') }}),
contact_values as (select * from {{ ref('int_identity__contact_values') }}),
street_words as (select * from {{ ref('map_street_words') }}),
params as {{ match_params(['minor_age']) }},

salesforce_records as (
    select
        'salesforce:' || volunteers.survivor_id as record_key,
        'salesforce' as external_system,
        volunteers.survivor_id as external_id,
        contact_names.first_name,
        contact_names.last_name,
        contacts.middle_name,
        cast(null as varchar) as preferred_name,
        case
            when
                {{ birth_is_believed(
                    'contacts.birth_date', 'birth_ages.min_age', 'birth_ages.max_age'
                ) }}
                then contacts.birth_date
        end as dob,
        addresses.street,
        addresses.city,
        addresses.state_code,
        addresses.postal_code,
        accounts.account_name as employer,
        cast(null as varchar) as school,
        volunteers.created_at as first_seen_at,
        contacts.modified_at as source_updated_at,
        {{ key(["'volunteer'", "'sf:' || volunteers.survivor_id"]) }} as own_person_key
    from volunteers
    left join contacts on volunteers.speaker_id = contacts.contact_id
    left join contact_names on volunteers.speaker_id = contact_names.contact_id
    left join birth_ages on birth_ages.contact_role = 'volunteer'
    left join addresses
        on volunteers.speaker_id = addresses.contact_id and addresses.place = 1
    left join accounts on contacts.primary_affiliation_id = accounts.account_id
    where volunteers.contact_role <> 'student'
),

csv_records as (
    select
        record_key,
        external_system,
        external_id,
        first_name,
        last_name,
        middle_name,
        preferred_name,
        dob,
        concat_ws(' ', street, street2) as street,
        city,
        state_code,
        postal_code,
        employer,
        school_affiliation as school,
        first_seen_at,
        source_updated_at,
        {{ key(["'volunteer'", "external_system || ':' || external_id"]) }} as own_person_key
    from csv_volunteers
),

sources as (
    select
        record_key,
        external_system,
        external_id,
        first_name,
        last_name,
        middle_name,
        preferred_name,
        dob,
        street,
        city,
        state_code,
        postal_code,
        employer,
        school,
        first_seen_at,
        source_updated_at,
        own_person_key
    from salesforce_records
    union all
    select
        record_key,
        external_system,
        external_id,
        first_name,
        last_name,
        middle_name,
        preferred_name,
        dob,
        street,
        city,
        state_code,
        postal_code,
        employer,
        school,
        first_seen_at,
        source_updated_at,
        own_person_key
    from csv_records
),

-- Each spelling once: there are far fewer of them than records.
spellings as (
    select first_name as spelling from sources
    union
    select last_name as spelling from sources
    union
    select middle_name as spelling from sources
    union
    select preferred_name as spelling from sources
),

spelled as (
    select
        spelling,
        {{ match_name('spelling') }} as norm
    from spellings
    where spelling is not null
),

names as (
    select
        spelling,
        norm,
        {{ soundex('norm') }} as sound
    from spelled
),

cities as (
    select
        city,
        {{ match_name('city') }} as norm
    from (select distinct city from sources where city is not null) as spellings
),

companies as (
    select
        company,
        {{ match_name('company') }} as norm
    from (
        select employer as company from sources where employer is not null
        union
        select school as company from sources where school is not null
    ) as spellings
),

cleaned_streets as (
    select
        street,
        trim(
            {{ replace_all(
                replace_all("lower(" ~ fold_accents('street') ~ ")", '#', ' # '),
                '[^\\p{L}\\p{N}#]+', ' '
            ) }}
        ) as cleaned
    from (select distinct street from sources where street is not null) as spellings
),

street_parts as (
    select
        street,
        {{ placed_words(
            "regexp_replace(cleaned, '^(p ?o|post office) ?box ', 'pobox ')"
        ) }}
    from cleaned_streets
),

known_parts as (
    select
        street_parts.street,
        street_parts.word,
        street_parts.place,
        coalesce(street_words.full_word, street_parts.word) as full_word,
        lag(street_parts.word) over parts_in_order as word_before,
        coalesce(street_words.kind = 'unit', false) as is_unit,
        coalesce(
            lag(street_words.kind = 'unit') over parts_in_order, false
        ) as is_behind_unit
    from street_parts
    left join street_words on street_parts.word = street_words.word
    window
        parts_in_order as (
            partition by street_parts.street order by street_parts.place
        )
),

streets as (
    select
        street,
        coalesce(
            max('po box ' || word) filter (where word_before = 'pobox'),
            max(word) filter (where place = 1 and regexp_matches(word, '^[0-9]+[a-z]?$'))
        ) as house_number,
        nullif(
            string_agg(full_word, ' ' order by place) filter (
                where not (is_unit or is_behind_unit)
                and not (place = 1 and regexp_matches(word, '^[0-9]+[a-z]?$'))
                and coalesce(word_before <> 'pobox', true)
            ),
            ''
        ) as street_norm
    from known_parts
    where word <> ''
    group by street
)

select
    sources.record_key,
    {{ key(["'record'", "sources.record_key"]) }} as record_hash,
    cast(
        row_number() over (
            order by sources.first_seen_at asc nulls last, sources.record_key asc
        ) as integer
    ) as record_no,
    'volunteer' as entity_type,
    sources.external_system,
    sources.external_id,
    sources.own_person_key,
    sources.first_name,
    sources.last_name,
    first_names.norm as first_norm,
    last_names.norm as last_norm,
    first_names.norm || ' ' || last_names.norm as name_key,
    first_names.sound as first_sound,
    last_names.sound as last_sound,
    middle_names.norm as middle,
    preferred_names.norm as preferred,
    sources.dob,
    coalesce(
        {{ birth_is_believed('sources.dob', '0', 'params.minor_age - 1') }}, false
    ) as is_minor,
    emails.match_value as email,
    phones.match_value as phone,
    sources.street,
    streets.house_number,
    streets.street_norm,
    sources.city,
    cities.norm as city_norm,
    sources.state_code,
    case
        -- A spreadsheet ate the zero that postal codes of the north-east begin with.
        when
            sources.state_code is not null
            and regexp_matches(trim(sources.postal_code), '^[0-9]{4}(-[0-9]{4})?$')
            then '0' || left(trim(sources.postal_code), 4)
        when regexp_matches(trim(sources.postal_code), '^[0-9]{5}')
            then left(trim(sources.postal_code), 5)
        else nullif({{ replace_all("upper(sources.postal_code)", '[^A-Z0-9]', '') }}, '')
    end as postal5,
    employers.norm as employer_norm,
    schools.norm as school_norm,
    sources.first_seen_at,
    sources.source_updated_at
from sources
cross join params
left join names as first_names on sources.first_name = first_names.spelling
left join names as last_names on sources.last_name = last_names.spelling
left join names as middle_names on sources.middle_name = middle_names.spelling
left join names as preferred_names on sources.preferred_name = preferred_names.spelling
left join cities on sources.city = cities.city
left join companies as employers on sources.employer = employers.company
left join companies as schools on sources.school = schools.company
left join streets on sources.street = streets.street
left join contact_values as emails
    on
        sources.record_key = emails.record_key
        and emails.kind = 'email'
        and emails.place = 1
left join contact_values as phones
    on
        sources.record_key = phones.record_key
        and phones.kind = 'phone'
        and phones.place = 1
