{#- Every violation of a rule by rows of files, as it stands: open while the record's newest row
    breaks the rule, fixed when it does so no more or a steward corrected it, suppressed or wont_fix
    where a person said so (platform.md 3.4). Loads that a person excluded do not count. One row per
    record, rule and field. -#}
{%- set shown = {
    'people': [
        'first_name', 'last_name', 'email', 'alternate_emails', 'phone', 'alternate_phones', 'dob',
        'street', 'city', 'state_code', 'postal_code', 'country_code', 'school_affiliation',
        'employer', 'graduation_year'
    ],
    'events': [
        'title', 'start_at', 'end_at', 'event_status', 'event_format', 'program_type', 'capacity',
        'school_ref', 'host_org_ref', 'district_ref'
    ],
    'shifts': ['event_ref', 'start_at', 'end_at', 'capacity', 'role'],
    'organizations': ['organization_name', 'organization_type', 'email', 'phone', 'website'],
    'affiliations': [
        'contact_external_id', 'organization_external_id', 'role', 'is_primary', 'status',
        'start_date', 'end_date'
    ]
} -%}
with

loads as (select * from {{ ref('int_csv__loads') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
findings as (select * from {{ ref('int_csv__findings') }}),
reference_findings as (select * from {{ ref('int_csv__reference_findings') }}),
{% for entity in shown %}
    {{ entity }} as (select * from {{ ref('int_csv__' ~ entity ~ '_rows') }}),
{% endfor %}

found as (
    select * from findings
    union all
    select * from reference_findings
),

-- What each record's source said last.
newest as (
    select
        landed.record_hash,
        landed.run_id,
        landed.row_number
    from landed
    inner join loads on landed.run_id = loads.rows_run_id
    where not landed.is_blank and not landed.is_superseded
    qualify
        row_number() over (
            partition by landed.record_hash
            order by
                coalesce(landed.source_updated_at, loads.landed_at) desc,
                loads.load_seq desc,
                landed.row_number desc
        ) = 1
),

-- A row breaks a rule once however many fields are named.
uses as (
    select
        found.violation_key,
        found.entity_type,
        found.record_hash,
        found.rule_code,
        found.sub_code,
        found.field,
        found.severity,
        found.decided_status,
        found.is_quarantining,
        found.run_id,
        found.row_number,
        loads.load_seq,
        coalesce(
            newest.row_number = found.row_number or found.rule_code = 'VOL_DUPLICATE_IN_FILE',
            false
        ) as is_newest
    from found
    inner join loads on found.run_id = loads.rows_run_id
    left join newest on found.record_hash = newest.record_hash and found.run_id = newest.run_id
),

counted as (
    select
        violation_key,
        min(load_seq) as first_load_seq,
        max(load_seq) as last_load_seq,
        count(distinct load_seq) as occurrence_count,
        bool_or(is_newest) as is_standing
    from uses
    group by violation_key
),

last_uses as (
    select *
    from uses
    qualify
        row_number() over (
            partition by violation_key
            order by is_newest desc, load_seq desc, row_number desc
        ) = 1
),

-- A correction leaves nothing to find; what it mended is what the row as it landed breaks.
mended as (
    select
        found.violation_key,
        found.entity_type,
        found.record_hash,
        found.rule_code,
        found.field,
        max(found.sub_code) as sub_code,
        max_by(found.severity, row(loads.load_seq, landed.row_number)) as severity,
        max_by(landed.run_id, row(loads.load_seq, landed.row_number)) as run_id,
        max_by(landed.row_number, row(loads.load_seq, landed.row_number)) as row_number,
        min(loads.load_seq) as first_load_seq,
        max(loads.load_seq) as last_load_seq,
        count(distinct loads.load_seq) as occurrence_count
    from landed
    inner join loads on landed.run_id = loads.rows_run_id
    inner join found
        on
            {{ run_as_landed('landed.run_id') }} = found.run_id
            and landed.row_number = found.row_number
    left join counted on found.violation_key = counted.violation_key
    where counted.violation_key is null
    group by
        found.violation_key, found.entity_type, found.record_hash, found.rule_code, found.field
),

violations as (
    select
        last_uses.violation_key,
        last_uses.entity_type,
        last_uses.record_hash,
        last_uses.rule_code,
        last_uses.sub_code,
        last_uses.field,
        last_uses.severity,
        last_uses.run_id,
        last_uses.row_number,
        case
            when not counted.is_standing then 'fixed'
            else coalesce(last_uses.decided_status, 'open')
        end as status,
        last_uses.is_quarantining and counted.is_standing as is_quarantining,
        counted.first_load_seq,
        counted.last_load_seq,
        counted.occurrence_count
    from last_uses
    inner join counted on last_uses.violation_key = counted.violation_key
    union all
    select
        violation_key,
        entity_type,
        record_hash,
        rule_code,
        sub_code,
        field,
        severity,
        run_id,
        row_number,
        'fixed' as status,
        false as is_quarantining,
        first_load_seq,
        last_load_seq,
        occurrence_count
    from mended
),

normalized as (
    {% for entity, columns in shown.items() %}
        select
            {{ entity }}.run_id,
            {{ entity }}.row_number,
            cast(
                json_object(
                    {%- for column in columns %}
                        '{{ column }}', {{ entity }}.{{ column }}{{ ',' if not loop.last }}
                    {%- endfor %}
                ) as varchar
            ) as normalized_json
        from {{ entity }}
        where
            exists (
                select 1
                from violations
                where
                    violations.run_id = {{ entity }}.run_id
                    and violations.row_number = {{ entity }}.row_number
            )
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    violations.violation_key,
    violations.entity_type,
    landed.external_system,
    landed.external_id,
    violations.record_hash as record_key,
    violations.rule_code,
    violations.sub_code,
    violations.field,
    violations.severity,
    violations.status,
    violations.is_quarantining,
    landed.payload as payload_json,
    normalized.normalized_json,
    violations.first_load_seq,
    violations.last_load_seq,
    violations.occurrence_count
from violations
inner join landed
    on violations.run_id = landed.run_id and violations.row_number = landed.row_number
left join normalized
    on violations.run_id = normalized.run_id and violations.row_number = normalized.row_number
