{#- How alike the two records of each candidate pair are: the features of platform.md 4.3, and per
    feature the level of rule_match_levels, null where a side has no value (identity.md 2). One row
    per pair, the same whichever record stands left. It is a view: the scores read it once. -#}
{{ config(materialized='view') }}
{%- set house_equal = "coalesce(older.house_number = newer.house_number, false)" -%}
with

candidates as (select * from {{ ref('int_identity__candidates') }}),
records as (select * from {{ ref('int_identity__records') }}),
nicknames as (select * from {{ ref('ref_nicknames') }}),
common_names as (select * from {{ ref('ref_common_names') }}),

nickname_pairs as (
    select
        given_name as one_name,
        nickname as other_name
    from nicknames
    union
    select
        nickname as one_name,
        given_name as other_name
    from nicknames
    union
    select
        one.nickname as one_name,
        other.nickname as other_name
    from nicknames as one
    inner join nicknames as other on one.given_name = other.given_name
    where one.nickname <> other.nickname
),

first_counts as (
    select
        first_norm,
        count(*) as record_count
    from records
    group by first_norm
),

last_counts as (
    select
        last_norm,
        count(*) as record_count
    from records
    group by last_norm
),

postal_counts as (
    select
        postal5,
        count(*) as record_count
    from records
    group by postal5
),

city_counts as (
    select
        city_norm,
        count(*) as record_count
    from records
    group by city_norm
),

employer_counts as (
    select
        employer_norm,
        count(*) as record_count
    from records
    group by employer_norm
),

-- Namesakes with another date of birth, or with none and other contacts, are other persons.
namesakes as (
    select name_key
    from records
    where name_key is not null
    group by name_key
    having count(distinct coalesce(cast(dob as varchar), email, phone, record_key)) >= 3
    union
    select name_key from common_names
),

people as (
    select
        records.*,
        {{ replace_all('records.street_norm', '[^0-9]', '') }} as street_number,
        first_counts.record_count as first_count,
        last_counts.record_count as last_count,
        postal_counts.record_count as postal_count,
        city_counts.record_count as city_count,
        employer_counts.record_count as employer_count,
        namesakes.name_key is not null as is_common_name
    from records
    left join first_counts on records.first_norm = first_counts.first_norm
    left join last_counts on records.last_norm = last_counts.last_norm
    left join postal_counts on records.postal5 = postal_counts.postal5
    left join city_counts on records.city_norm = city_counts.city_norm
    left join employer_counts on records.employer_norm = employer_counts.employer_norm
    left join namesakes on records.name_key = namesakes.name_key
),

paired as (
    select
        candidates.pair_no,
        candidates.left_no,
        candidates.right_no,
        candidates.is_appendix_b,
        candidates.email_count,
        candidates.phone_count,
        candidates.email_count is not null as shares_email,
        candidates.phone_count is not null as shares_phone,
        older.first_norm as left_first,
        newer.first_norm as right_first,
        older.last_norm as left_last,
        newer.last_norm as right_last,
        older.name_key as left_name,
        newer.name_key as right_name,
        older.middle as left_middle,
        newer.middle as right_middle,
        older.email as left_email,
        newer.email as right_email,
        older.phone as left_phone,
        newer.phone as right_phone,
        older.house_number as left_house,
        newer.house_number as right_house,
        older.postal5 as left_postal,
        newer.postal5 as right_postal,
        greatest(older.first_count, newer.first_count) as first_count,
        greatest(older.last_count, newer.last_count) as last_count,
        older.postal_count,
        greatest(older.city_count, newer.city_count) as city_count,
        older.employer_count,
        older.is_common_name or newer.is_common_name as is_common_name,
        older.is_minor or newer.is_minor as has_minor,
        coalesce(older.first_norm = newer.first_norm, false) as is_first_equal,
        coalesce(older.last_norm = newer.last_norm, false) as is_last_equal,
        nickname_pairs.one_name is not null
        or coalesce(older.preferred = newer.first_norm, false)
        or coalesce(older.first_norm = newer.preferred, false) as is_nickname,
        coalesce(
            (length(older.first_norm) = 1 or length(newer.first_norm) = 1)
            and left(older.first_norm, 1) = left(newer.first_norm, 1),
            false
        ) as is_initial,
        coalesce(
            (
                length(least(older.first_norm, newer.first_norm)) >= 3
                and starts_with(
                    greatest(older.first_norm, newer.first_norm),
                    least(older.first_norm, newer.first_norm)
                )
                and older.first_norm is not null
                and newer.first_norm is not null
            )
            or older.middle = newer.first_norm
            or older.first_norm = newer.middle,
            false
        ) as is_first_part,
        coalesce(
            contains(' ' || older.last_norm || ' ', ' ' || newer.last_norm || ' ')
            or contains(' ' || newer.last_norm || ' ', ' ' || older.last_norm || ' '),
            false
        ) as is_last_part,
        {{ alike('older.first_norm', 'newer.first_norm') }} as first_alike,
        {{ alike('older.last_norm', 'newer.last_norm') }} as last_alike,
        {{ alike('older.name_key', 'newer.name_key') }} as name_alike,
        older.dob is not null and newer.dob is not null as has_dobs,
        coalesce(older.dob = newer.dob, false) as is_dob_exact,
        coalesce({{ dob_is_close('older.dob', 'newer.dob') }}, false) as is_dob_close,
        {{ dob_level('older.dob', 'newer.dob') }} as dob_level,
        {{ house_equal }} as is_house_equal,
        older.street_norm is not null and newer.street_norm is not null as has_streets,
        coalesce({{ alike('older.street_norm', 'newer.street_norm') }}, 0) as street_alike,
        older.street_number = newer.street_number as is_street_number_equal,
        coalesce(older.postal5 = newer.postal5, false) as is_postal_equal,
        older.postal5 is not null and newer.postal5 is not null as has_postals,
        {{ alike('older.city_norm', 'newer.city_norm') }} as city_alike,
        older.employer_norm is not null and newer.employer_norm is not null as has_employers,
        coalesce(older.employer_norm = newer.employer_norm, false) as is_employer_equal,
        coalesce(older.school_norm = newer.school_norm, false) as is_school_equal
    from candidates
    inner join people as older on candidates.left_no = older.record_no
    inner join people as newer on candidates.right_no = newer.record_no
    left join nickname_pairs
        on
            older.first_norm = nickname_pairs.one_name
            and newer.first_norm = nickname_pairs.other_name
),

turned as (
    select
        *,
        {{ alike('left_first', 'right_last') }} as first_last_alike,
        {{ alike('left_last', 'right_first') }} as last_first_alike,
        -- Only names that begin like the other's other name can be turned round.
        case
            when
                name_alike < 0.95
                and left(left_first, 1) = left(right_last, 1)
                and left(left_last, 1) = left(right_first, 1)
                then greatest(
                    {{ alike('left_name', "right_last || ' ' || right_first") }},
                    {{ alike("left_last || ' ' || left_first", 'right_name') }}
                )
        end as turned_alike,
        case
            when is_nickname and not is_first_equal
                then 0.95 * {{ alike(
                    "least(left_first, right_first) || ' ' || left_last",
                    "least(left_first, right_first) || ' ' || right_last"
                ) }}
        end as nickname_alike
    from paired
),

judged as (
    select
        *,
        coalesce(turned_alike >= 0.95 and turned_alike > coalesce(nickname_alike, 0), false)
            as is_name_swapped,
        -- First and last name exchanged, with slips of the pen or with one of them missing.
        coalesce(
            coalesce(first_alike, 0) < 0.84
            and coalesce(first_last_alike >= 0.84, left_first is null or right_last is null)
            and coalesce(last_first_alike >= 0.84, left_last is null or right_first is null)
            and greatest(coalesce(first_last_alike, 0), coalesce(last_first_alike, 0)) >= 0.92,
            false
        ) as is_name_crossed,
        split_part(left_email, '@', 1) as left_handle,
        split_part(right_email, '@', 1) as right_handle
    from turned
)

select
    pair_no,
    left_no,
    right_no,
    is_appendix_b,
    shares_email,
    shares_phone,
    email_count,
    phone_count,
    first_count,
    last_count,
    case when is_postal_equal then postal_count else city_count end as place_count,
    employer_count,
    is_common_name,
    has_minor,
    is_name_swapped,
    -- A shared mailbox that bears the first name of one of them, and not a family's.
    shares_email
    and coalesce(
        (length(left_first) >= 3 and contains(left_handle, left_first))
        or (length(left_first) >= 3 and contains(right_handle, left_first)),
        false
    )
    or shares_email
    and coalesce(
        (length(right_first) >= 3 and contains(left_handle, right_first))
        or (length(right_first) >= 3 and contains(right_handle, right_first)),
        false
    ) as is_personal_mailbox,
    -- Their mailbox bears the longer of two names that begin alike: the short one is its owner's.
    coalesce(
        is_first_part
        and left_email = right_email
        and contains(
            left_handle,
            case when length(left_first) > length(right_first) then left_first else right_first end
        ),
        false
    ) as is_long_name_mailbox,
    -- E, P, N, D, A and S of platform.md 4.3; missing on a side is 0.
    cast(
        coalesce(
            case
                when is_name_swapped then turned_alike
                else greatest(name_alike, coalesce(nickname_alike, 0))
            end,
            0
        ) as decimal(7, 6)
    ) as name_score,
    cast(
        case
            when is_first_equal or is_name_swapped then 1
            when is_nickname then greatest(first_alike, 0.95)
            else coalesce(first_alike, 0)
        end as decimal(7, 6)
    ) as first_score,
    is_first_equal or is_nickname or is_initial as is_first_equivalent,
    coalesce(last_alike >= 0.92, false) as is_last_equivalent,
    is_dob_exact,
    is_dob_close and not is_dob_exact as is_dob_close,
    has_dobs and not is_dob_exact and not is_dob_close as is_dob_conflict,
    cast(
        case
            when has_streets
                then
                    0.4 * cast(is_house_equal as integer)
                    + 0.4 * case when street_alike >= 0.85 then street_alike else 0 end
                    + 0.2 * cast(is_postal_equal as integer)
            else 0.2 * cast(is_postal_equal as integer)
        end as decimal(7, 6)
    ) as address_score,
    is_postal_equal,
    has_postals,
    is_employer_equal or is_school_equal as is_employer_equal,
    case
        when is_first_equal or is_name_swapped then 1
        when is_nickname or is_initial or is_first_part then 2
        when first_alike >= 0.92 or is_name_crossed then 3
        when first_alike >= 0.84 then 4
        when first_alike is not null then 5
    end as first_level,
    case
        when is_last_equal or is_name_swapped then 1
        when is_name_crossed and (left_name is null or right_name is null) then null
        when last_alike >= 0.92 or is_name_crossed then 2
        when is_last_part then 3
        when last_alike >= 0.84 then 4
        when last_alike is not null then 5
    end as last_level,
    dob_level,
    case
        when shares_email then 1
        when
            {{ replace_all('left_handle', '[^0-9]', '') }}
            = {{ replace_all('right_handle', '[^0-9]', '') }}
            and {{ alike('left_email', 'right_email') }} >= 0.95
            then 2
        when
            {{ replace_all('left_handle', '[^a-z]', '') }}
            = {{ replace_all('right_handle', '[^a-z]', '') }}
            then 3
        when left_email is not null and right_email is not null then 4
    end as email_level,
    case
        when shares_phone then 1
        when levenshtein(left_phone, right_phone) = 1 then 2
        when left_phone is not null and right_phone is not null then 3
    end as phone_level,
    case
        when not has_streets then null
        when is_house_equal and street_alike >= 0.92 then 1
        when is_house_equal and street_alike >= 0.85 then 2
        -- 38th street is not 39th street, but for a slip of the pen in the same house.
        when
            street_alike >= 0.95
            and is_street_number_equal
            and levenshtein(left_house, right_house) = 1
            then 2
        when street_alike >= 0.92 and is_street_number_equal then 3
        else 4
    end as street_level,
    case
        when is_postal_equal then 1
        when city_alike >= 0.92 then 2
        when has_postals and levenshtein(left_postal, right_postal) = 1 then 3
        when has_postals or city_alike is not null then 4
    end as place_level,
    case
        when is_employer_equal or is_school_equal then 1
        when has_employers then 2
    end as employer_level,
    case
        when left(left_middle, 1) = left(right_middle, 1) then 1
        when left_middle is not null and right_middle is not null then 2
    end as middle_level,
    coalesce(left_handle = right_handle, false) as is_handle_equal,
    coalesce(split_part(left_email, '@', 2) = split_part(right_email, '@', 2), false)
        as is_domain_equal,
    coalesce(right(left_phone, 4) = right(right_phone, 4), false) as is_phone_end_equal
from judged
