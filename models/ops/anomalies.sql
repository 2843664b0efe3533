{#- What is unusual about a whole load, against the loads before it (platform.md 3.2 SET-501 to
    SET-504, 5.3, 5.4): flagged, normal, or not judged for want of rows or of earlier loads. One row
    per load, check and field. -#}
with

measures as (select * from {{ ref('int_quality__set_measures') }}),
checks as (select * from {{ ref('rule_set_checks') }}),

earlier as (
    select
        now.run_id,
        now.rule_code,
        now.field,
        before.measured,
        row_number() over (
            partition by now.run_id, now.rule_code, now.field order by before.load_seq desc
        ) as place
    from measures as now
    inner join checks on now.rule_code = checks.rule_code
    inner join measures as before
        on
            now.rule_code = before.rule_code
            and now.field is not distinct from before.field
            and now.load_seq > before.load_seq
            and before.landed_at >= now.landed_at - to_days(cast(checks.window_days as integer))
),

usually as (
    select
        run_id,
        rule_code,
        field,
        count(*) as run_count,
        avg(measured) as mean,
        -- The newest fourteen full reports say how many rows one has.
        median(measured) filter (where place <= 14) as middle
    from earlier
    group by run_id, rule_code, field
),

compared as (
    select
        measures.*,
        checks.severity,
        checks.message,
        checks.remediation_hint,
        checks.factor,
        checks.lowest_baseline,
        measures.row_count >= checks.least_rows as has_rows,
        coalesce(usually.run_count, 0) as compared_runs,
        coalesce(usually.run_count, 0) >= checks.least_runs as has_history,
        case measures.rule_code
            when 'SET-503' then measures.usual
            when 'SET-504' then usually.middle
            else usually.mean
        end as baseline
    from measures
    inner join checks on measures.rule_code = checks.rule_code
    left join usually
        on
            measures.run_id = usually.run_id
            and measures.rule_code = usually.rule_code
            and measures.field is not distinct from usually.field
),

limited as (
    select
        *,
        case rule_code
            when 'SET-501' then factor * greatest(baseline, lowest_baseline)
            when 'SET-502' then baseline + factor
            when 'SET-503' then factor
            when 'SET-504' then factor * baseline
        end as threshold
    from compared
)

select
    {{ key(['run_id', 'rule_code', 'field']) }} as anomaly_key,
    run_id,
    source, -- noqa: RF04
    entity_type,
    rule_code,
    field,
    severity,
    row_count,
    measured,
    baseline,
    threshold,
    compared_runs,
    case
        when not has_rows then 'too_few_rows'
        when not has_history or baseline is null then 'insufficient_history'
        when rule_code = 'SET-504' and measured < threshold then 'flagged'
        when rule_code = 'SET-503' and measured >= threshold and baseline < lowest_baseline
            then 'flagged'
        when rule_code in ('SET-501', 'SET-502') and measured > threshold then 'flagged'
        else 'normal'
    end as status,
    message,
    remediation_hint,
    landed_at
from limited
