{#- Which organisation a company string means: the target of a person's decision about that string
    (for every volunteer that bears it), an organisation of the CRM or of a file of that very name, a
    listed alias, an organisation of the CRM that bore the name once, else an organisation of its own
    (salesforce.md 2.16).
    Legal forms never decide (pathful.md 2.5). One row per string. -#}
with

reported as (select * from {{ ref('int_places__reported') }}),
aliases as (select * from {{ ref('map_organization_aliases') }}),
crm_organizations as (select * from {{ ref('int_crm__organizations') }}),
place_names as (select * from {{ ref('int_crm__place_names') }}),
file_organizations as (select * from {{ ref('int_csv__organizations') }}),
former_keys as (select * from {{ ref('int_crm__former_keys') }}),
tickets as (select * from {{ ref('int_virtual__organization_tickets') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

strings as (
    select
        organization_norm,
        company_name,
        sum(row_count) as use_count
    from reported
    where organization_norm is not null
    group by organization_norm, company_name
),

known_names as (select * from place_names where entity_type = 'organization'),

-- Organizations that only files know, by their names of today.
filed as (
    select
        organization_key,
        organization_name,
        organization_norm
    from file_organizations
    where is_newest_of_key and not is_of_crm
),

filed_names as (
    select
        organization_norm,
        organization_key
    from filed
    qualify
        row_number() over (
            partition by organization_norm
            order by
                organization_key = {{ key(["'organization'", "organization_norm"]) }} desc,
                organization_key asc
        ) = 1
),

spelled as (
    select
        strings.organization_norm,
        strings.company_name,
        coalesce(
            case when known_names.is_standing then known_names.place_key end,
            filed_names.organization_key,
            known_names.place_key,
            {{ key(["'organization'", "strings.organization_norm"]) }}
        ) as own_key,
        coalesce(known_names.is_standing and not known_names.is_current, false) as is_former_name,
        case
            when known_names.is_standing or filed_names.organization_key is null
                then known_names.place_key <> known_names.name_key
            else
                filed_names.organization_key
                <> {{ key(["'organization'", "strings.organization_norm"]) }}
        end as is_name_of_other_key
    from strings
    left join known_names on strings.organization_norm = known_names.name_norm
    left join filed_names on strings.organization_norm = filed_names.organization_norm
    qualify
        row_number() over (
            partition by strings.organization_norm
            order by strings.use_count desc, strings.company_name asc
        ) = 1
),

listed as (
    select
        {{ organization_norm('aliases.alias') }} as alias_norm,
        aliases.organization_name,
        coalesce(
            known_names.place_key,
            {{ key(["'organization'", organization_norm('aliases.organization_name')]) }}
        ) as organization_key
    from aliases
    left join known_names
        on {{ organization_norm('aliases.organization_name') }} = known_names.name_norm
),

named as (
    select
        organization_key,
        organization_name,
        false as is_of_crm
    from listed
    union all
    select
        organization_key,
        organization_name,
        true as is_of_crm
    from crm_organizations
    where not is_deleted and not is_merged
    union all
    select
        organization_key,
        organization_name,
        true as is_of_crm
    from filed
),

canonical as (
    select *
    from named
    qualify
        row_number() over (
            partition by organization_key order by is_of_crm desc, organization_name asc
        ) = 1
),

own_spellings as (
    select
        own_key,
        min(company_name) as company_name
    from spelled
    group by own_key
),

targets as (
    select own_key as organization_key from own_spellings
    union
    select organization_key from canonical
),

-- One string stands on a ticket per volunteer; the newest word on any of them holds for all.
newest_words as (
    select
        tickets.organization_norm,
        decisions.action,
        coalesce(
            former_keys.place_key, {{ json_text('decisions.payload', 'organization_key') }}
        ) as organization_key
    from decisions
    inner join tickets on decisions.subject_key = tickets.ticket_key
    left join former_keys
        on
            {{ json_text('decisions.payload', 'organization_key') }} = former_keys.former_key
            and former_keys.entity_type = 'organization'
    where decisions.action in ('match_organization', 'reopen_ticket')
    qualify
        row_number() over (
            partition by tickets.organization_norm order by decisions.decision_seq desc
        ) = 1
),

decided as (
    select
        newest_words.organization_norm,
        targets.organization_key
    from newest_words
    inner join targets on newest_words.organization_key = targets.organization_key
    where newest_words.action = 'match_organization'
),

judged as (
    select
        spelled.organization_norm,
        spelled.company_name,
        spelled.own_key,
        spelled.is_former_name or coalesce(spelled.is_name_of_other_key, false) as is_borrowed,
        case
            when not coalesce(canonical.is_of_crm, false) or spelled.is_former_name
                then listed.organization_key
        end as alias_key,
        nullif(decided.organization_key, spelled.own_key) as decided_key
    from spelled
    left join decided on spelled.organization_norm = decided.organization_norm
    left join listed on spelled.organization_norm = listed.alias_norm
    left join canonical on spelled.own_key = canonical.organization_key
),

-- What is said of a string that does not itself give the key of its organization says nothing of
-- that organization.
edges as (
    select
        own_key as from_key,
        coalesce(decided_key, alias_key) as to_key
    from judged
    where coalesce(decided_key, alias_key) is not null and not is_borrowed
),

open_ends as {{ end_of_chain('edges') }},

ends as (
    select
        judged.organization_norm,
        case
            when judged.is_borrowed
                then coalesce(open_ends.to_key, judged.decided_key, judged.alias_key)
            else open_ends.to_key
        end as to_key
    from judged
    left join open_ends
        on
            case
                when judged.is_borrowed then coalesce(judged.decided_key, judged.alias_key)
                else judged.own_key
            end = open_ends.from_key
)

select
    judged.organization_norm,
    coalesce(ends.to_key, judged.own_key) as organization_key,
    coalesce(
        meant_canonical.organization_name,
        meant_spelled.company_name,
        own_canonical.organization_name,
        judged.company_name
    ) as display_name,
    {{ organization_near('judged.company_name') }} as organization_near,
    ends.to_key is not null or own_canonical.organization_key is not null as is_resolved,
    case
        when ends.to_key is null and own_canonical.organization_key is null then 'provisional'
        when ends.to_key is null then 'name'
        when judged.decided_key is not null then 'decision'
        else 'alias'
    end as match_rule,
    judged.company_name,
    judged.own_key
from judged
inner join ends on judged.organization_norm = ends.organization_norm
left join canonical as own_canonical on judged.own_key = own_canonical.organization_key
left join canonical as meant_canonical on ends.to_key = meant_canonical.organization_key
left join own_spellings as meant_spelled on ends.to_key = meant_spelled.own_key
