{{ config(materialized='view') }}
{#- Which field each decision sets to which value: one row per decision and field. Decisions on one
    track of a subject take one another's place; a report of an issue takes nothing's. A value is
    said as people say it: names for keys, of the people as they were named. `is_base`: the decision
    gives the field back to the reports. -#}
with

subjects as (select * from {{ ref('int_audit__subjects') }}),
rules as (select * from {{ ref('rule_decision_actions') }}),
actions as (select * from {{ ref('map_audit_actions') }}),
field_names as (select * from {{ ref('map_audit_fields') }}),
presets as (select * from {{ ref('map_dismissal_presets') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
presenter_matches as (select * from {{ ref('int_virtual__presenter_matches') }}),
persons as (select * from {{ ref('int_pathful__persons') }}),
schools as (select * from {{ ref('dim_schools') }}),
districts as (select * from {{ ref('dim_districts') }}),
organizations as (select * from {{ ref('dim_organizations') }}),
former_keys as (select * from {{ ref('int_places__former_keys') }}),
config as (select * from {{ ref('rule_config') }}),
rule_modes as (select * from {{ ref('rule_modes') }}),

places as (
    select
        school_key as place_key,
        school_name as place_name
    from schools
    union all
    select
        district_key as place_key,
        district_name as place_name
    from districts
    union all
    select
        organization_key as place_key,
        organization_name as place_name
    from organizations
),

names as (
    select
        teacher_key as entity_key,
        teacher_name as entity_name
    from teachers
    union all
    select
        presenter_matches.own_key as entity_key,
        {{ latest(
            'persons.person_name', ['persons.last_load_order', 'persons.person_ref']
        ) }} as entity_name
    from presenter_matches
    inner join persons
        on presenter_matches.person_ref = persons.person_ref and persons.role = 'professional'
    where presenter_matches.own_key is not null
    group by presenter_matches.own_key
    union all
    select
        place_key as entity_key,
        place_name as entity_name
    from places
    union all
    -- A place that a decision names by a key of former times is said by its name of today.
    select
        former_keys.former_key as entity_key,
        min(places.place_name) as entity_name
    from former_keys
    inner join places on former_keys.place_key = places.place_key
    left join places as standing on former_keys.former_key = standing.place_key
    where standing.place_key is null
    group by former_keys.former_key
),

members as (
    select
        *,
        {{ json_members('payload') }} as member
    from subjects
),

stated as (
    select
        members.*,
        case
            -- A number of a district is one of its kind, school year and host.
            when members.action = 'set_district_input' and members.member = 'value'
                then
                    concat_ws(
                        ' ',
                        {{ json_text('members.payload', 'data_type') }},
                        {{ json_text('members.payload', 'school_year') }},
                        nullif({{ json_text('members.payload', 'host') }}, 'all')
                    )
            when members.action = 'set_config' and members.member = 'value'
                then {{ json_text('members.payload', 'key') }}
            when members.action = 'set_rule_mode' and members.member = 'mode'
                then
                    concat_ws(
                        ' ',
                        {{ json_text('members.payload', 'rule_code') }},
                        {{ json_text('members.payload', 'source') }}
                    )
            when field_names.action is null then members.member
            else field_names.field
        end as field,
        {{ json_member('members.payload', 'members.member') }} as value
    from members
    left join field_names
        on members.action = field_names.action and members.member = field_names.member
),

worded as (
    select
        stated.decision_id,
        stated.decision_seq,
        stated.decided_at,
        stated.action,
        stated.subject,
        stated.event_key,
        stated.named_teacher_key as teacher_key,
        stated.named_person_key as person_key,
        named.entity_name as person_name,
        stated.field,
        stated.action in ('edit_event', 'edit_person') and stated.value is null as is_base,
        case
            when stated.action in ('link_district', 'unlink_district') then stated.value
        end as district_key,
        case
            when stated.action like 'untag_%' or stated.action = 'unlink_district' then null
            when stated.field = 'cancellation_notes'
                then
                    {{ cancellation_notes('stated.action', 'stated.payload', 'presets.notes') }}
            else coalesce(
                case when stated.member in ('teacher_key', 'person_key') then named.entity_name end,
                names.entity_name,
                stated.value
            )
        end as value,
        -- What holds until somebody decides: the default of a setting, a rule's mode by the list.
        case
            when config.value_type = 'boolean'
                then case when config.default_value = 1 then 'true' else 'false' end
            when config.default_value = cast(config.default_value as bigint)
                then cast(cast(config.default_value as bigint) as varchar)
            when stated.action = 'set_config' then cast(config.default_value as varchar)
            when stated.action = 'set_rule_mode' then coalesce(rule_modes.mode, 'enforce')
        end as state_before
    from stated
    left join names on stated.value = names.entity_key
    left join names as named
        on coalesce(stated.named_teacher_key, stated.named_person_key) = named.entity_key
    left join presets on {{ json_text('stated.payload', 'preset') }} = presets.preset
    left join config
        on case when stated.action = 'set_config' then stated.field end = config.config_key
    left join rule_modes
        on
            case when stated.action = 'set_rule_mode' then stated.field end
            = concat_ws(' ', rule_modes.rule_code, rule_modes.source)
    -- A member that names no field is no change.
    where stated.field <> ''
),

settings as (
    select
        decision_id,
        decision_seq,
        decided_at,
        action,
        subject,
        event_key,
        teacher_key,
        person_key,
        person_name,
        district_key,
        field,
        value,
        is_base,
        state_before
    from worded
    union all
    select
        subjects.decision_id,
        subjects.decision_seq,
        subjects.decided_at,
        subjects.action,
        subjects.subject,
        subjects.event_key,
        subjects.named_teacher_key as teacher_key,
        subjects.named_person_key as person_key,
        cast(null as varchar) as person_name,
        cast(null as varchar) as district_key,
        actions.state_field as field,
        rules.to_state as value,
        false as is_base,
        split_part(rules.from_states, '|', 1) as state_before
    from subjects
    inner join actions on subjects.action = actions.action
    inner join rules on subjects.action = rules.action
    where actions.state_field <> ''
    union all
    -- What a dismissal and a reason without notes say without words.
    select
        subjects.decision_id,
        subjects.decision_seq,
        subjects.decided_at,
        subjects.action,
        subjects.subject,
        subjects.event_key,
        subjects.named_teacher_key as teacher_key,
        subjects.named_person_key as person_key,
        cast(null as varchar) as person_name,
        cast(null as varchar) as district_key,
        case
            when subjects.action = 'dismiss_draft' then 'cancellation_reason'
            else 'cancellation_notes'
        end as field,
        case when subjects.action = 'dismiss_draft' then 'OTHER' end as value,
        false as is_base,
        cast(null as varchar) as state_before
    from subjects
    where
        subjects.action = 'dismiss_draft'
        or (
            subjects.action = 'set_cancellation_reason'
            and not {{ json_has('subjects.payload', 'notes') }}
        )
)

select
    decision_id,
    decision_seq,
    decided_at,
    action,
    subject,
    event_key,
    teacher_key,
    person_key,
    person_name,
    field,
    value,
    is_base,
    state_before,
    case
        when action in ('tag_teacher', 'untag_teacher', 'override_attendance')
            then field || ':' || teacher_key
        when action in ('tag_presenter', 'untag_presenter') then field || ':' || person_key
        when action in ('link_district', 'unlink_district') then field || ':' || district_key
        when action = 'reject_candidate' then field || ':' || value
        when action = 'report_issue' then field || ':' || decision_id
        else field
    end as track
from settings
