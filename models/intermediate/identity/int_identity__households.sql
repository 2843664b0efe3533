{#- Persons who share an e-mail, a phone number, or the last name and the address: a household,
    never a match (platform.md 4.7). What more persons share than live together says nothing. One row per
    person that has a household, named by its oldest record. -#}
with

people as (select * from {{ ref('int_identity__people') }}),
records as (select * from {{ ref('int_identity__records') }}),
contact_values as (select * from {{ ref('int_identity__contact_values') }}),
params as {{ match_params(['max_household_size']) }},

shared as (
    select distinct
        people.anchor_record_no,
        {{ hash_number("contact_values.kind || ' ' || contact_values.match_value") }} as tie
    from contact_values
    inner join people on contact_values.record_key = people.record_key
    union
    select distinct
        people.anchor_record_no,
        {{ hash_number(
            "'home ' || concat_ws(' ', records.last_norm, records.house_number, records.street_norm, "
            ~ "coalesce(records.postal5, records.city_norm))"
        ) }} as tie
    from records
    inner join people on records.record_key = people.record_key
    where
        records.last_norm is not null
        and records.house_number is not null
        and records.street_norm is not null
        and coalesce(records.postal5, records.city_norm) is not null
),

ties as (
    select
        tie,
        min(anchor_record_no) as first_no
    from shared
    group by tie
    having
        count(*) > 1
        and count(*) <= (select params.max_household_size from params)
),

links as (
    select
        ties.first_no as from_node,
        shared.anchor_record_no as to_node
    from ties
    inner join shared on ties.tie = shared.tie and ties.first_no <> shared.anchor_record_no
),

walked as {{ connected('links') }}

select
    members.own_person_key as person_key,
    {{ key(["'household'", "heads.own_person_key"]) }} as household_key,
    count(*) over (partition by walked.root) as household_size
from walked
inner join records as members on walked.node = members.record_no
inner join records as heads on walked.root = heads.record_no
