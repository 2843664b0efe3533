{#- What about a person fits an event that needs volunteers (salesforce.md §6.4): the same kind of
    event done before, a skill the event asks for, a word of the job title, department or industry
    among the event's words. An event's words are those of its title and its skills, without the
    words that say nothing. One row per event, person and component. -#}
with

staffing as (select * from {{ ref('agg_event_staffing') }}),
event_facts as (select * from {{ ref('dim_events') }}),
event_skills as (select * from {{ ref('bridge_event_skills') }}),
pool as (select * from {{ ref('int_metrics__recruitment_pool') }}),
volunteers as (select * from {{ ref('dim_volunteers') }}),
volunteer_skills as (select * from {{ ref('bridge_volunteer_skills') }}),
credits as (select * from {{ ref('int_metrics__volunteer_credits') }}),
events as (select * from {{ ref('int_metrics__events') }}),
stop_words as (select * from {{ ref('ref_recruitment_stop_words') }}),
limits as (select * from {{ ref('rule_recruitment_limits') }}),

word_limit as (
    select limit_value as min_word_length
    from limits
    where limit_name = 'min_word_length'
),

open_events as (
    select
        staffing.event_key,
        staffing.event_type,
        concat(
            ' ',
            trim({{ replace_all("lower(coalesce(event_facts.title, ''))", '[^a-z0-9]+', ' ') }}),
            ' '
        ) as title_words
    from staffing
    inner join event_facts on staffing.event_key = event_facts.event_key
    where staffing.is_needing_volunteers
),

asked_skills as (
    select
        event_skills.event_key,
        event_skills.skill_name,
        trim({{ replace_all('lower(event_skills.skill_name)', '[^a-z0-9]+', ' ') }}) as skill_words
    from event_skills
    inner join open_events on event_skills.event_key = open_events.event_key
),

split_event_words as (
    select
        event_key,
        {{ split_words('trim(title_words)') }} as word
    from open_events
    union
    select
        event_key,
        {{ split_words('skill_words') }} as word
    from asked_skills
),

event_words as (
    select
        split_event_words.event_key,
        split_event_words.word
    from split_event_words
    cross join word_limit
    where
        length(split_event_words.word) >= word_limit.min_word_length
        and split_event_words.word not in (select stop_words.word from stop_words)
),

split_person_words as (
    select
        pool.person_key,
        {{ split_words(
            "trim(" ~ replace_all(
                "lower(concat_ws(' ', volunteers.job_title, volunteers.department,"
                ~ " volunteers.industry))", '[^a-z0-9]+', ' '
            ) ~ ")"
        ) }} as word
    from pool
    inner join volunteers on pool.person_key = volunteers.person_key
),

person_words as (
    select distinct
        person_key,
        word
    from split_person_words
),

offered_skills as (
    select distinct
        volunteer_skills.person_key,
        volunteer_skills.skill_name,
        trim({{ replace_all('lower(volunteer_skills.skill_name)', '[^a-z0-9]+', ' ') }})
            as skill_words
    from volunteer_skills
    inner join pool on volunteer_skills.person_key = pool.person_key
),

-- Different skills are few: they are compared once, not once per person.
known_skills as (
    select distinct skill_words
    from offered_skills
    where skill_words <> ''
),

fitting_skills as (
    select
        asked_skills.event_key,
        known_skills.skill_words
    from known_skills
    inner join asked_skills on known_skills.skill_words = asked_skills.skill_words
    union
    select
        open_events.event_key,
        known_skills.skill_words
    from known_skills
    cross join word_limit
    inner join open_events
        on
            length(known_skills.skill_words) >= word_limit.min_word_length
            and open_events.title_words like concat('% ', known_skills.skill_words, ' %')
    where known_skills.skill_words not in (select stop_words.word from stop_words)
)

select
    fitting_skills.event_key,
    offered_skills.person_key,
    'skill' as component,
    count(distinct offered_skills.skill_words) as match_count,
    {{ list_text('offered_skills.skill_name', ', ') }} as matched
from fitting_skills
inner join offered_skills on fitting_skills.skill_words = offered_skills.skill_words
group by fitting_skills.event_key, offered_skills.person_key
union all
select
    event_words.event_key,
    person_words.person_key,
    'keyword' as component,
    count(*) as match_count,
    {{ list_text('event_words.word', ', ') }} as matched
from event_words
inner join person_words on event_words.word = person_words.word
group by event_words.event_key, person_words.person_key
union all
select
    open_events.event_key,
    credits.person_key,
    'same_type' as component,
    count(*) as match_count,
    cast(null as varchar) as matched
from open_events
inner join events on open_events.event_type = events.event_type
inner join credits on events.event_key = credits.event_key
inner join pool on credits.person_key = pool.person_key
where credits.session_date <= {{ logical_date() }}
group by open_events.event_key, credits.person_key
