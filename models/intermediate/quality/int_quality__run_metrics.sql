{{ config(materialized='view') }}
{#- What each run counted, by the names of platform.md 2.9, as JSON; a part with nothing in it is
    not there. Of files what became of their rows; the same of the CRM's objects is counted when
    they land (polaris.run_metrics), but for int_quality__object_metrics. Of every run the pairs of records that nobody could have found
    before it, by what the rules made of them; the corrections of rows it brought last; and which
    fields of known people the words of its records changed (survivorship). One row per run about
    which anything is counted. -#}
{%- set all_parts = ['of_files', 'of_objects', 'of_pairs', 'of_corrections', 'of_changes'] -%}
with

pathful_loads as (select * from {{ ref('stg_pathful__loads') }}),
roster_loads as (select * from {{ ref('stg_roster__loads') }}),
csv_loads as (select * from {{ ref('stg_csv__loads') }}),
csv_rows as (select * from {{ ref('int_csv__rows') }}),
import_rows as (select * from {{ ref('import_rows') }}),
pairs as (select * from {{ ref('queue_duplicate_pairs') }}),
records as (select * from {{ ref('queue_duplicate_records') }}),
known as (select * from {{ ref('external_id_map') }}),
violations as (select * from {{ ref('queue_dq_violations') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),
changes as (select * from {{ ref('change_log') }}),
ledger as (select * from {{ ref('stg_decisions__runs') }}),
crm_loads as (select * from {{ ref('stg_salesforce__loads') }}),
fields as (select * from {{ ref('import_fields') }}),
roster_counts as (select * from {{ ref('int_roster__run_counts') }}),
file_findings as (select * from {{ ref('int_csv__findings') }}),
reference_findings as (select * from {{ ref('int_csv__reference_findings') }}),
object_metrics as (select * from {{ ref('int_quality__object_metrics') }}),
skip_types as (select * from {{ ref('map_skip_types') }}),
handling as (select * from {{ ref('rule_handling') }}),

files as (
    select
        run_id,
        report_type as entity
    from pathful_loads
    union all
    select
        run_id,
        'roster' as entity
    from roster_loads
    union all
    select
        run_id,
        report_type as entity
    from csv_loads
),

headings as (
    select
        run_id,
        {{ json_list('field_name') }} as headers
    from fields
    group by run_id
),

-- What the rules find in rows by file, whether or not it holds a row back.
broken as (
    select
        run_id,
        rule_code,
        count(*) as finding_count
    from (
        select
            run_id,
            rule_code
        from file_findings
        union all
        select
            run_id,
            rule_code
        from reference_findings
    ) as found
    group by run_id, rule_code
),

broken_by_run as (
    select
        csv_loads.run_id,
        {{ json_counts('broken.rule_code', 'broken.finding_count') }} as rule_counts
    from csv_loads
    inner join broken on csv_loads.rows_run_id = broken.run_id
    group by csv_loads.run_id
),

reasons as (
    select
        run_id,
        bucket,
        reason,
        count(*) as row_count
    from import_rows
    group by run_id, bucket, reason
),

counted as (
    select
        run_id,
        {% for name, rows_in in {
            'processed': 'true', 'created': "bucket = 'created'",
            'updated': "bucket = 'updated' and reason is null", 'reactivated': "reason = 'reactivated'",
            'unmatched': "bucket = 'unmatched'", 'invalid': "bucket = 'invalid'",
            'blank': "reason = 'blank_row'", 'unchanged': "reason = 'unchanged'",
            'repeated': "reason = 'duplicate_row'",
            'promoted': "bucket in ('created', 'updated') or reason = 'unchanged'"
        }.items() -%}
            cast(coalesce(sum(row_count) filter (where {{ rows_in }}), 0) as bigint) as {{ name }},
        {% endfor -%}
        {{ json_counts("case when bucket = 'invalid' then reason end", "row_count") }}
            as rule_counts,
        {{ json_counts(
            "case when bucket not in ('created', 'updated') then nullif(reason, 'unchanged') end",
            "row_count"
        ) }} as skips_by_reason
    from reasons
    group by run_id
),

left_out as (
    select
        reasons.run_id,
        {{ skip_type('reasons', 'files.entity') }} as skip_type,
        cast(sum(reasons.row_count) as bigint) as row_count
    from reasons
    left join files on reasons.run_id = files.run_id
    left join skip_types on reasons.reason = skip_types.reason
    left join handling on reasons.reason = handling.rule_code
    where
        reasons.bucket in ('skipped', 'unmatched', 'invalid')
        and reasons.reason is distinct from 'unchanged'
    group by all
),

skips_by_type as (
    select
        run_id,
        {{ json_counts('skip_type', 'row_count') }} as counts
    from left_out
    group by run_id
),

-- A row of a sign-up is about the sign-up, not about who it is of.
without_id as (
    select
        csv_loads.run_id,
        count(*) as row_count
    from csv_loads
    inner join csv_rows on csv_loads.rows_run_id = csv_rows.run_id
    where
        csv_rows.is_id_synthesised
        and not csv_rows.is_blank
        and csv_loads.report_type is distinct from 'signups'
    group by csv_loads.run_id
),

of_files as (
    select
        files.run_id,
        json_object(
            'staging', json_object(
                files.entity, json_object(
                    'rows_processed', counted.processed,
                    'rows_staged', counted.processed - counted.blank,
                    'rows_skipped_blank', counted.blank,
                    'headers', cast(coalesce(headings.headers, '[]') as json),
                    'dry_run', coalesce(ledger.dry_run, false)
                )
            ),
            'dq', json_object(
                files.entity, json_object(
                    'rows_evaluated', counted.processed - counted.blank,
                    'rows_validated', counted.processed - counted.blank - counted.invalid,
                    'rows_quarantined', counted.invalid,
                    'rule_counts',
                    cast(coalesce(broken_by_run.rule_counts, counted.rule_counts) as json),
                    'dry_run', coalesce(ledger.dry_run, false)
                )
            ),
            'clean', json_object(
                files.entity, json_object(
                    'rows_considered', counted.processed - counted.blank - counted.invalid,
                    'rows_promoted', counted.promoted,
                    'rows_skipped',
                    counted.processed - counted.blank - counted.invalid - counted.promoted
                )
            ),
            'core', json_object(
                files.entity, json_object(
                    'rows_processed', counted.processed,
                    'rows_created', counted.created,
                    'rows_updated', counted.updated,
                    'rows_reactivated', counted.reactivated,
                    'rows_changed', counted.promoted - counted.unchanged,
                    'rows_skipped_no_change', counted.unchanged,
                    'rows_skipped_duplicates', counted.repeated,
                    'rows_skipped_duplicate_name', 0,
                    'rows_unmatched', counted.unmatched,
                    'rows_missing_external_id', coalesce(without_id.row_count, 0),
                    'rows_soft_deleted', coalesce(roster_counts.teachers_deactivated, 0),
                    'skips', json_object(
                        'total_skipped',
                        counted.processed - counted.promoted,
                        'by_type', cast(coalesce(skips_by_type.counts, '{}') as json),
                        'by_reason', cast(counted.skips_by_reason as json)
                    )
                )
            )
        ) as metrics
    from files
    inner join counted on files.run_id = counted.run_id
    left join skips_by_type on files.run_id = skips_by_type.run_id
    left join without_id on files.run_id = without_id.run_id
    left join headings on files.run_id = headings.run_id
    left join broken_by_run on files.run_id = broken_by_run.run_id
    left join ledger on files.run_id = ledger.run_id
    left join roster_counts on files.run_id = roster_counts.run_id
),

of_objects as (
    select
        run_id,
        metrics_json as metrics
    from object_metrics
),

-- Whom a run over the CRM brings are its contacts.
entities as (
    select * from files
    union
    select
        run_id,
        'Contact' as entity
    from crm_loads
),

-- A run's id begins with when it started: of a pair the later one was the first to have both.
first_runs as (
    select
        records.record_key,
        max(known.run_id) as run_id
    from records
    inner join known
        on records.source = known.external_system and records.external_id = known.external_id
    where known.entity_type = 'volunteer'
    group by records.record_key
),

found_pairs as (
    select
        greatest(one.run_id, other.run_id) as run_id,
        pairs.band,
        coalesce(pairs.match_type, 'none') as match_type,
        count(*) as pair_count
    from pairs
    inner join first_runs as one on pairs.left_record_key = one.record_key
    inner join first_runs as other on pairs.right_record_key = other.record_key
    where pairs.band in ('auto', 'review')
    group by greatest(one.run_id, other.run_id), pairs.band, pairs.match_type
),

match_types as (
    select
        run_id,
        match_type,
        sum(pair_count) as pair_count,
        coalesce(sum(pair_count) filter (where band = 'auto'), 0) as auto_count
    from found_pairs
    group by run_id, match_type
),

of_pairs as (
    select
        match_types.run_id,
        json_object(
            'core', json_object(
                any_value(entities.entity), json_object(
                    'rows_deduped_auto', cast(sum(match_types.auto_count) as bigint)
                )
            ),
            'dedupe', json_object(
                'volunteer', json_object(
                    'rows_auto_merged', cast(sum(match_types.auto_count) as bigint),
                    'rows_manual_review',
                    cast(sum(match_types.pair_count) - sum(match_types.auto_count) as bigint),
                    'rows_total_suggestions', cast(sum(match_types.pair_count) as bigint),
                    'by_match_type', cast(
                        {{ json_counts(
                            'match_types.match_type', 'cast(match_types.pair_count as bigint)'
                        ) }} as json
                    )
                )
            )
        ) as metrics
    from match_types
    inner join entities on match_types.run_id = entities.run_id
    group by match_types.run_id
),

of_corrections as (
    select
        violations.last_seen_run_id as run_id,
        json_object(
            'remediation', json_object(
                'attempts', count(*),
                'succeeded', count(*) filter (where violations.status = 'fixed'),
                'failed', count(*) filter (where violations.status = 'open'),
                'last_attempt_at', max(decisions.decided_at)
            )
        ) as metrics
    from decisions
    inner join violations on decisions.subject_key = violations.violation_key
    where decisions.action = 'dq_fix'
    group by violations.last_seen_run_id
),

changed_fields as (
    select
        run_id,
        field_name,
        count(*) as change_count
    from changes
    where run_id is not null
    group by run_id, field_name
),

of_changes as (
    select
        changed_fields.run_id,
        json_object(
            'core', json_object(
                any_value(entities.entity), json_object(
                    'survivorship', json_object(
                        'stats', json_object(
                            'fields_changed', cast(sum(changed_fields.change_count) as bigint)
                        ),
                        'groups', cast(
                            {{ json_counts(
                                'changed_fields.field_name', 'changed_fields.change_count'
                            ) }} as json
                        )
                    )
                )
            )
        ) as metrics
    from changed_fields
    inner join entities on changed_fields.run_id = entities.run_id
    group by changed_fields.run_id
),

parts as (
    {% for part in all_parts -%}
        select
            run_id,
            '{{ part }}' as part,
            cast(metrics as varchar) as metrics
        from {{ part }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    run_id,
    cast(
        json_merge_patch(
            {% for part in all_parts -%}
                coalesce(max(metrics) filter (where part = '{{ part }}'), '{}')
                {{- ',' if not loop.last }}
            {% endfor %}
        ) as varchar
    ) as metrics_json
from parts
where run_id is not null
group by run_id
