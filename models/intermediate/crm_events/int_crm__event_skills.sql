{#- The skills each session of the CRM names today, from its three fields: the set is replaced with
    every change, never grown. Tokens that are no skill, only signs and digits or a text cut off with
    dots, are marked and counted (salesforce.md 2.7). One row per event, skill and field. -#}
{%- set fields = {
    'legacy_skills_covered': 'Legacy_Skill_Covered_for_the_Session__c',
    'legacy_skills_needed': 'Legacy_Skills_Needed__c',
    'requested_skills': 'Requested_Skills__c'
} -%}
with

sessions as (select * from {{ ref('int_salesforce__sessions') }}),
prefixes as (select * from {{ ref('map_skill_prefixes') }}),

tokens as (
    {% for column, field in fields.items() -%}
        select
            session_id,
            '{{ field }}' as source_field,
            {{ split_list(column, ',') }} as token,
            first_load_seq,
            load_seq
        from sessions
        where {{ column }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

cleaned as (
    select
        session_id,
        source_field,
        first_load_seq,
        load_seq,
        trim({{ replace_all("trim(token, ' \"''“”‘’')", '\\s+', ' ') }}) as token
    from tokens
),

worded as (
    select
        cleaned.session_id,
        cleaned.source_field,
        cleaned.first_load_seq,
        cleaned.load_seq,
        coalesce(prefixes.words, '')
        || trim(substr(cleaned.token, 1 + coalesce(length(prefixes.prefix), 0))) as skill_name,
        not regexp_matches(
            trim(substr(cleaned.token, 1 + coalesce(length(prefixes.prefix), 0))), '\p{L}'
        )
        or regexp_matches(cleaned.token, '(\.\.\.|…)$') as is_garbage
    from cleaned
    left join prefixes on starts_with(lower(cleaned.token), lower(prefixes.prefix))
    where cleaned.token <> ''
)

select
    {{ key(["'event'", "'sf:' || session_id"]) }} as event_key,
    session_id,
    skill_name,
    source_field,
    is_garbage,
    min(first_load_seq) as first_load_seq,
    max(load_seq) as load_seq,
    count(*) as occurrence_count
from worded
group by session_id, skill_name, source_field, is_garbage
