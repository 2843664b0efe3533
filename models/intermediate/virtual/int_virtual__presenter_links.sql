{{ config(materialized='view') }}
{#- The presenters of an event: those of the reports without whom a person took off, and those a
    person put there (pathful.md 4.4). One row per event and presenter; null person_key: the report
    names somebody who is no person yet. -#}
with

participations as (select * from {{ ref('int_virtual__participations') }}),
matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
tags as (select * from {{ ref('int_virtual__tags') }}),
events as (select * from {{ ref('int_virtual__events') }}),

presenter_tags as (select * from tags where role = 'professional'),

-- Each under the own key, so that a word about one is none about those matched since.
reported as (
    select distinct
        participations.event_key,
        matches.person_key,
        coalesce(matches.own_key, matches.person_ref) as own_key,
        case when matches.person_key is null then matches.person_ref end as unknown_ref
    from participations
    inner join matches on participations.person_ref = matches.person_ref
    where participations.role = 'professional'
),

own_links as (
    select
        reported.event_key,
        reported.person_key,
        reported.unknown_ref,
        coalesce(presenter_tags.is_tagged, false) as is_tagged,
        true as is_reported
    from reported
    left join presenter_tags
        on
            reported.event_key = presenter_tags.event_key
            and reported.own_key = presenter_tags.own_key
    where coalesce(presenter_tags.is_tagged, true)
    union all
    select
        presenter_tags.event_key,
        presenter_tags.entity_key as person_key,
        cast(null as varchar) as unknown_ref,
        true as is_tagged,
        false as is_reported
    from presenter_tags
    inner join events on presenter_tags.event_key = events.event_key
    where presenter_tags.is_tagged
)

select
    own_links.event_key,
    own_links.person_key,
    own_links.unknown_ref,
    bool_or(own_links.is_tagged) as is_tagged,
    case
        when bool_or(own_links.is_reported)
            then coalesce(max(events.import_source), 'pathful_direct')
        else 'manual_entry'
    end as import_source
from own_links
left join events on own_links.event_key = events.event_key
group by own_links.event_key, own_links.person_key, own_links.unknown_ref
