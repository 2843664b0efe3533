{#- What changed about whom (platform.md 2.9, 6.9). The sources' words are replayed in the order
    they came and heard by int_people__source_order as it is today, as int_people__survivors hears
    those of today: another order tells all of the past otherwise and is no change itself. Beside
    them stands what staff said on the person's page. What a person is first known by is no change,
    and neither is an equal value of another source. A load counts from its landing, a decision from
    its making. -#}
{%- set groups = {
    'first_name': 'identity', 'last_name': 'identity', 'email': 'contact', 'phone_e164': 'contact',
    'city': 'address', 'state_code': 'address', 'postal_code': 'address', 'dob': 'birth',
    'gender': 'demographics', 'race_ethnicity': 'demographics', 'education': 'demographics',
    'age_group': 'demographics', 'employer': 'employer', 'consent_signed_at': 'consent',
    'photo_release': 'consent', 'do_not_call': 'refusal', 'do_not_email': 'refusal',
    'do_not_contact': 'refusal'
} -%}
{%- set of_presenters = [
    'first_name', 'last_name', 'email', 'city', 'state_code', 'postal_code', 'employer'
] -%}
{%- set sensitive = "'first_name', 'last_name', 'email', 'phone_e164', 'dob'" -%}
with

record_memberships as (select * from {{ ref('int_people__memberships') }}),
record_states as (select * from {{ ref('int_people__record_states') }}),
presenter_states as (select * from {{ ref('int_people__presenter_states') }}),
winners as (select * from {{ ref('int_identity__field_winners') }}),
rules as (select * from {{ ref('int_people__source_order') }}),
decisions as (select * from {{ ref('stg_decisions__decisions') }}),
active as (select * from {{ ref('int_decisions__active') }}),
runs as (select * from {{ ref('stg_decisions__runs') }}),
edit_changes as (select * from {{ ref('int_people__edit_changes') }}),

memberships as (
    select
        person_key,
        record_key,
        since,
        since_decision_id,
        until,
        until_decision_id
    from record_memberships
    union all
    select distinct
        person_key,
        record_key,
        since,
        since_decision_id,
        cast(null as timestamp with time zone) as until,
        cast(null as varchar) as until_decision_id
    from presenter_states
),

all_states as (
    select
        {% for field in groups -%}
            {{ field }},
        {% endfor -%}
        record_key,
        source,
        run_id,
        load_seq,
        said_at,
        updated_at
    from record_states
    union all
    select
        {% for field in groups -%}
            {{ field if field in of_presenters else 'null as ' ~ field }},
        {% endfor -%}
        record_key,
        source,
        run_id,
        load_seq,
        said_at,
        updated_at
    from presenter_states
),

ordered_states as (
    select
        *,
        lead(said_at) over states_in_order as next_said_at,
        row_number() over states_in_order = 1 as is_first
    from all_states
    window states_in_order as (partition by record_key order by said_at asc, load_seq asc)
),

-- A word counts while it is the record's newest and the record speaks for the person.
spoken as (
    select
        memberships.person_key,
        memberships.since,
        memberships.since_decision_id,
        memberships.until,
        memberships.until_decision_id,
        ordered_states.*,
        greatest(ordered_states.said_at, coalesce(memberships.since, ordered_states.said_at))
            as valid_from,
        least(
            coalesce(ordered_states.next_said_at, memberships.until),
            coalesce(memberships.until, ordered_states.next_said_at)
        ) as valid_until
    from memberships
    inner join ordered_states on memberships.record_key = ordered_states.record_key
),

picked as (
    select
        winners.person_key,
        winners.record_key,
        'manual' as source,
        winners.field,
        winners.value,
        winners.decision_id,
        active.decided_at
    from winners
    inner join active on winners.decision_id = active.decision_id
),

-- What happened to a person, and when.
happenings as (
    select distinct
        person_key,
        valid_from as happened_at,
        case when valid_from = said_at then run_id end as run_id,
        case when valid_from = since then since_decision_id end as decision_id,
        case when valid_from = since then 2 else 1 end as kind
    from spoken
    where coalesce(valid_until > valid_from, true)
    union
    select distinct
        person_key,
        until as happened_at,
        cast(null as varchar) as run_id,
        until_decision_id as decision_id,
        3 as kind
    from spoken
    where until is not null
    union
    select distinct
        person_key,
        decided_at as happened_at,
        cast(null as varchar) as run_id,
        decision_id,
        2 as kind
    from picked
),

-- Of whom one thing only ever happened, nothing changed.
moments as (
    select
        person_key,
        happened_at,
        max(run_id) as run_id,
        max(decision_id) as decision_id,
        max(kind) as kind
    from happenings
    group by person_key, happened_at
    qualify count(*) over (partition by person_key) > 1
),

listed_words as (
    select
        person_key,
        record_key,
        source,
        updated_at,
        is_first,
        valid_from,
        valid_until,
        unnest(
            [
                {% for field in groups -%}
                    '{{ field }}'{{ ',' if not loop.last }}
                {% endfor %}
            ]
        ) as field,
        unnest(
            [
                {% for field in groups -%}
                    cast({{ field }} as varchar){{ ',' if not loop.last }}
                {% endfor %}
            ]
        ) as value, -- noqa: RF04
        coalesce(first_name, last_name) is not null as has_identity,
        coalesce(city, state_code, postal_code) is not null as has_address
    from spoken
    where
        coalesce(valid_until > valid_from, true)
        and person_key in (select moments.person_key from moments)
),

words as (
    select
        person_key,
        record_key,
        source,
        updated_at,
        is_first,
        field,
        value, -- noqa: RF04
        case
            when field in ('first_name', 'last_name') then has_identity
            when field in ('city', 'state_code', 'postal_code') then has_address
            else value is not null
        end as is_said,
        valid_from,
        valid_until
    from listed_words
    union all
    select
        person_key,
        record_key,
        source,
        decided_at as updated_at,
        false as is_first,
        field,
        value, -- noqa: RF04
        true as is_said,
        decided_at as valid_from,
        null as valid_until
    from picked
),

heard as (
    select
        moments.person_key,
        moments.happened_at,
        moments.run_id,
        moments.decision_id,
        moments.kind,
        words.field,
        case when words.is_said then words.value end as value, -- noqa: RF04
        case when words.is_said then words.source end as source,
        case when words.is_said then words.record_key end as record_key,
        words.is_first and words.valid_from = moments.happened_at as is_new_record,
        count(*) filter (where words.is_said) over same_field as speaker_count,
        count(*) filter (where words.is_said and words.source = 'manual') over same_field
            as pick_count
    from moments
    inner join words
        on
            moments.person_key = words.person_key
            and moments.happened_at >= words.valid_from
            and coalesce(moments.happened_at < words.valid_until, true)
    left join rules
        on
            words.source = rules.source
            and rules.field_group = case words.field
                {% for field, group in groups.items() -%}
                    when '{{ field }}' then '{{ group }}'
                {% endfor %}
            end
    window same_field as (partition by moments.person_key, moments.happened_at, words.field)
    -- Any refusal holds.
    qualify
        row_number() over (
            partition by moments.person_key, moments.happened_at, words.field
            order by
                words.is_said desc,
                words.field like 'do_not_%' and words.value = 'true' desc,
                rules.place asc nulls last,
                words.updated_at desc nulls last,
                words.record_key asc
        ) = 1
),

compared as (
    select
        *,
        lag(value) over moments_in_order as old_value,
        row_number() over moments_in_order as moment_number
    from heard
    window
        moments_in_order as (partition by person_key, field order by happened_at)
),

source_changes as (
    select
        person_key,
        field,
        old_value,
        value as new_value,
        happened_at as changed_at,
        run_id,
        decision_id,
        case
            when kind = 3 then 'undo_merge'
            when kind = 2 then 'manual_merge'
            when is_new_record then 'auto_merge'
            else 'importer'
        end as change_source,
        source as winner_source,
        record_key as winner_record_key,
        case
            when value is null then 'taken_back'
            when source = 'manual' then 'picked'
            when field like 'do_not_%' and value = 'true' then 'any_refusal'
            when speaker_count = 1 then 'only_word'
            else 'heard_first'
        end as why,
        speaker_count,
        pick_count > 0 as has_manual_override
    from compared
    where moment_number > 1 and value is distinct from old_value
),

all_changes as (
    select * from source_changes
    union all
    select
        person_key,
        field,
        old_value,
        new_value,
        changed_at,
        null as run_id,
        decision_id,
        'manual_edit' as change_source,
        'staff' as winner_source,
        null as winner_record_key,
        case when new_value is null then 'taken_back' else 'said_by_staff' end as why,
        1 as speaker_count,
        true as has_manual_override
    from edit_changes
),

-- What a run of `polaris-load retention` let go of (platform.md 6.11): that it changed stays, not
-- what it said. A value hashes the same way for one person only.
retentions as (
    select
        max(try_cast({{ json_text('ingest_params_json', 'before') }} as timestamptz)) as before_at
    from runs
    where source = 'retention' and status = 'succeeded' and not dry_run
),

changes as (
    select
        all_changes.* replace (
            {% for side in ['old_value', 'new_value'] -%}
                case
                    when
                        all_changes.changed_at < retentions.before_at
                        and all_changes.field in ({{ sensitive }})
                        then
                            'sha256:'
                            || left(sha256(all_changes.person_key || all_changes.{{ side }}), 16)
                    else all_changes.{{ side }}
                end as {{ side }}{{ ',' if not loop.last }}
            {% endfor %}
        )
    from all_changes
    cross join retentions
)

select
    {{ key([
        "changes.person_key", "changes.field", "cast(changes.changed_at as varchar)",
        "changes.change_source", "changes.decision_id"
    ]) }} as change_key,
    changes.run_id,
    'volunteer' as entity_type,
    changes.person_key as entity_id,
    changes.field as field_name,
    changes.old_value,
    changes.new_value,
    changes.change_source,
    coalesce(decisions.actor, runs.triggered_by, 'system') as changed_by,
    changes.changed_at,
    changes.decision_id,
    changes.winner_source,
    changes.winner_record_key,
    cast(
        json_object(
            'why', changes.why,
            'winner', changes.winner_source,
            'external_key', changes.winner_record_key,
            'other_words', greatest(changes.speaker_count - 1, 0),
            'manual_override', changes.has_manual_override,
            'reason', decisions.reason
        ) as varchar
    ) as metadata
from changes
left join decisions on changes.decision_id = decisions.decision_id
left join runs on changes.run_id = runs.run_id
