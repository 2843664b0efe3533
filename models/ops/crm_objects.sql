{#- How each object of the CRM stands: when it was last read, from where the next run goes on, what
    is here, and whether what it refers to is as new (salesforce.md 5.5). It is as old as the moment
    of the CRM up to which it was read: a run today that took only a part makes nothing fresh. When
    that is too old, and at which moment it is measured, is said where it is said of the whole source
    (source_freshness). One row per object that is ever read. -#}
with

rules as (select * from {{ ref('rule_crm_objects') }}),
loads as (select * from {{ ref('stg_salesforce__loads') }}),
watermarks as (select * from {{ ref('watermarks') }}),
counts as (select * from {{ ref('int_salesforce__record_counts') }}),
unmapped as (select * from {{ ref('unmapped_fields') }}),
sources as (select * from {{ ref('source_freshness') }}),

newest as (
    select *
    from loads
    qualify row_number() over (partition by object_name order by load_seq desc) = 1
),

unmapped_now as (
    select
        unmapped.object_name,
        count(*) as unmapped_count
    from unmapped
    inner join newest
        on
            unmapped.object_name = newest.object_name
            and unmapped.last_seen_run_id = newest.run_id
    group by unmapped.object_name
),

needs as (
    select
        object_name,
        {{ split_list('depends_on', '|') }} as needed_name
    from rules
    where depends_on is not null
),

needs_aged as (
    select
        needs.object_name,
        needs.needed_name,
        needed.landed_at as needed_at,
        round((epoch(own.landed_at) - epoch(needed.landed_at)) / 3600.0, 1) as hours_behind
    from needs
    inner join newest as own on needs.object_name = own.object_name
    left join newest as needed on needs.needed_name = needed.object_name
),

dependency_notes as (
    select
        object_name,
        string_agg(
            case
                when needed_at is null then needed_name || ' was never read'
                else needed_name || ' was read ' || cast(hours_behind as varchar) || ' hours before'
            end,
            '; ' order by needed_name
        ) as dependency_warnings
    from needs_aged
    where needed_at is null or hours_behind > {{ var('crm_dependency_warn_hours') }}
    group by object_name
),

measured as (
    select
        coalesce(
            max(measured_at),
            {{ site_local_to_utc("cast(" ~ logical_date() ~ " + 1 as timestamp)") }}
        ) as measured_at
    from sources
),

moments as (
    select
        rules.object_name,
        measured.measured_at,
        epoch(measured.measured_at) as measured_epoch,
        epoch(newest.landed_at) as success_at,
        epoch(watermarks.watermark) as watermark_at,
        {{ config_value('freshness.warn_hours') }} + rules.extra_warn_hours as warn_hours,
        {{ config_value('freshness.page_hours') }} + rules.extra_warn_hours as page_hours
    from rules
    cross join measured
    left join newest on rules.object_name = newest.object_name
    left join watermarks on rules.object_name = watermarks.entity
),

aged as (
    select
        object_name,
        measured_at,
        cast(warn_hours as bigint) as warn_hours,
        cast(page_hours as bigint) as page_hours,
        case
            when success_at is not null
                then greatest(round((measured_epoch - success_at) / 3600.0, 1), 0)
        end as age_hours,
        case
            when watermark_at is not null
                then greatest(round((measured_epoch - watermark_at) / 3600.0, 1), 0)
        end as watermark_age_hours
    from moments
)

select
    rules.object_name,
    rules.label,
    rules.cadence,
    newest.run_id as last_run_id,
    newest.landed_at as last_success_at,
    watermarks.watermark,
    aged.watermark_age_hours,
    case
        when newest.run_id is null then 'never'
        when coalesce(aged.watermark_age_hours, aged.age_hours) > aged.warn_hours then 'stale'
        else 'fresh'
    end as status,
    aged.warn_hours,
    aged.page_hours,
    aged.measured_at,
    coalesce(counts.record_count, 0) as record_count,
    coalesce(counts.deleted_count, 0) as deleted_count,
    newest.source_count,
    newest.mode as last_mode,
    newest.transport as last_transport,
    newest.rows_inserted,
    newest.rows_updated,
    newest.rows_unchanged,
    newest.rows_deleted,
    newest.missing_fields as missing_fields_json,
    coalesce(unmapped_now.unmapped_count, 0) as unmapped_count,
    rules.depends_on,
    dependency_notes.dependency_warnings
from rules
left join newest on rules.object_name = newest.object_name
left join watermarks on rules.object_name = watermarks.entity
left join aged on rules.object_name = aged.object_name
left join counts on rules.object_name = counts.object_name
left join unmapped_now on rules.object_name = unmapped_now.object_name
left join dependency_notes on rules.object_name = dependency_notes.object_name
