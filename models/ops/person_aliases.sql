{#- Every key a volunteer can have been published under and the one that stands for it now
    (identity.md 4): a person is named by its oldest record, so a record that was ever a person of
    its own gave that person its own key. -#}
with

people as (select * from {{ ref('int_identity__people') }}),
records as (select * from {{ ref('int_identity__records') }})

select
    records.own_person_key as alias_key,
    people.person_key,
    records.record_key,
    people.anchor_record_key
from records
inner join people on records.record_key = people.record_key
where records.own_person_key <> people.person_key
