with

ownership as (select * from {{ ref('rule_field_ownership') }})

select
    entity,
    field,
    owner,
    is_override_allowed,
    decision_action,
    note
from ownership
