{#- The name of each contact that landed: written with capitals where the whole of it was in
    capitals, else as it came (salesforce.md 2.2). "NA" is a surname. One row per contact. -#}
with

contacts as (select * from {{ ref('int_salesforce__contacts') }}),

judged as (
    select
        contact_id,
        first_name,
        last_name,
        nullif(concat_ws(' ', first_name, middle_name, last_name), '') as name_raw,
        concat_ws(' ', first_name, middle_name, last_name)
        = upper(concat_ws(' ', first_name, middle_name, last_name))
        and concat_ws(' ', first_name, last_name) <> lower(concat_ws(' ', first_name, last_name))
            as is_upper
    from contacts
),

titled as (
    select
        *,
        case when is_upper then {{ title_case('first_name') }} end as titled_first_name,
        case when is_upper then {{ title_case('last_name') }} end as titled_last_name
    from judged
),

written as (
    select
        contact_id,
        name_raw,
        coalesce(titled_first_name, first_name) as first_name,
        coalesce(titled_last_name, last_name) as last_name,
        coalesce(titled_first_name <> first_name, false)
        or coalesce(titled_last_name <> last_name, false) as is_all_caps
    from titled
)

select
    contact_id,
    first_name,
    last_name,
    name_raw,
    {{ name_norm("nullif(concat_ws(' ', first_name, last_name), '')") }} as name_norm,
    is_all_caps
from written
