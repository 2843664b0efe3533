with

matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
persons as (select * from {{ ref('int_pathful__persons') }})

select
    matches.ticket_key,
    matches.own_key,
    matches.person_key,
    matches.crm_rule as match_rule,
    persons.person_name as presenter_name,
    matches.user_id as pathful_user_id,
    matches.resolved_since as matched_since
from matches
inner join persons on matches.person_ref = persons.person_ref and persons.role = 'professional'
where matches.crm_rule is not null
