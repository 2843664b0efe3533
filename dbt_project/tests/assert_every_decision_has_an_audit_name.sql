{#- What is this? Every action that people can decide must have its name in the audit log, and every
    effect of an override too.
    When does it matter? When an action is added to rule_decision_actions: its decisions would stand
    in the audit log under a name nobody looks for.
    How to resolve? Add the action to the seed map_audit_actions. -#}
with

rules as (select * from {{ ref('rule_decision_actions') }}),
actions as (select * from {{ ref('map_audit_actions') }})

select rules.action
from rules
left join actions on rules.action = actions.action
where actions.action is null and rules.action <> 'revoke'
