{#- Volunteers who share an e-mail and are not one person: a household, never a match
    (salesforce.md 4.4). One row per person; of several shared addresses the one most persons have
    names the household. -#}
with

points as (select * from {{ ref('int_crm__contact_points') }}),

shared as (
    select
        value as email,
        count(*) as person_count
    from points
    where kind = 'email' and is_valid
    group by value
    having count(*) > 1
)

select
    points.person_key,
    {{ key(["'household'", "shared.email"]) }} as household_key
from points
inner join shared on points.kind = 'email' and points.value = shared.email
qualify
    row_number() over (
        partition by points.person_key order by shared.person_count desc, shared.email asc
    ) = 1
