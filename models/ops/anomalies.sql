{#- What is unusual about a whole load or a source, against what was before it (platform.md 3.2
    SET-501 to SET-504, 5.2 to 5.4): flagged, normal, not judged for want of rows or of history, or
    suppressed because a backfill is expected to differ. A backfill is compared with by nothing. What
    a steward has acknowledged stays flagged and says who did. One row per load or day, check and
    field. -#}
with

measures as (select * from {{ ref('anomaly_measures') }}),
rules as (select * from {{ ref('rule_set_checks') }}),
settings as (select * from {{ ref('int_decisions__config') }}),
decisions as (select * from {{ ref('int_decisions__active') }}),

checks as (
    select
        rules.rule_code,
        rules.kind,
        rules.severity,
        rules.message,
        rules.remediation_hint,
        rules.least_rows,
        coalesce(histories.value, rules.least_runs) as least_runs,
        coalesce(windows.value, rules.window_days) as window_days,
        coalesce(factors.value, rules.factor) as factor,
        coalesce(pages.value, rules.page_factor) as page_factor,
        coalesce(baselines.value, rules.lowest_baseline) as lowest_baseline
    from rules
    left join settings as histories on rules.runs_key = histories.config_key
    left join settings as windows on rules.window_key = windows.config_key
    left join settings as factors on rules.factor_key = factors.config_key
    left join settings as pages on rules.page_key = pages.config_key
    left join settings as baselines on rules.baseline_key = baselines.config_key
),

earlier as (
    select
        now.run_id,
        now.rule_code,
        now.field,
        before.measured,
        row_number() over (
            partition by now.run_id, now.rule_code, now.field
            order by before.load_seq desc, before.run_id desc
        ) as place
    from measures as now
    inner join checks on now.rule_code = checks.rule_code
    inner join measures as before
        on
            now.rule_code = before.rule_code
            and now.source = before.source
            and now.entity_type = before.entity_type
            and now.field is not distinct from before.field
            and now.load_seq > before.load_seq
            and before.landed_at >= now.landed_at - to_days(cast(checks.window_days as integer))
            and not before.is_backfill
    where now.is_judged
),

usually as (
    select
        run_id,
        rule_code,
        field,
        count(*) as run_count,
        avg(measured) as mean,
        stddev_samp(measured) as deviation,
        -- The newest fourteen full reports say how many rows one has.
        median(measured) filter (where place <= 14) as middle
    from earlier
    group by run_id, rule_code, field
),

compared as (
    select
        measures.*,
        checks.kind,
        checks.severity as rule_severity,
        checks.message,
        checks.remediation_hint,
        checks.factor,
        checks.page_factor,
        checks.lowest_baseline,
        usually.deviation,
        measures.row_count >= checks.least_rows as has_rows,
        coalesce(usually.run_count, 0) as compared_runs,
        coalesce(usually.run_count, 0) >= checks.least_runs as has_history,
        case measures.rule_code
            when 'SET-503' then measures.usual
            when 'SET-504' then usually.middle
            when 'SET-507' then 0
            when 'SET-508' then 0
            when 'SET-509' then 0
            else usually.mean
        end as baseline
    from measures
    inner join checks on measures.rule_code = checks.rule_code
    left join usually
        on
            measures.run_id = usually.run_id
            and measures.rule_code = usually.rule_code
            and measures.field is not distinct from usually.field
    where measures.is_judged
),

limited as (
    select
        *,
        case rule_code
            when 'SET-501' then factor * greatest(baseline, lowest_baseline)
            when 'SET-510' then factor * greatest(baseline, lowest_baseline)
            when 'SET-502' then baseline + factor
            when 'SET-504' then factor * baseline
            -- Where all days were alike nothing says how much they differ.
            when 'SET-505'
                then
                    case
                        when deviation = 0 then greatest(lowest_baseline, 0.5 * baseline)
                        else factor * deviation
                    end
            else factor
        end as threshold
    from compared
),

judged as (
    select
        *,
        {{ key(['run_id', 'rule_code', 'field']) }} as anomaly_key,
        case
            when is_backfill then 'suppressed'
            when not has_rows then 'too_few_rows'
            when not has_history or baseline is null then 'insufficient_history'
            when rule_code = 'SET-503' and baseline >= lowest_baseline then 'normal'
            when rule_code = 'SET-503' and measured >= threshold then 'flagged'
            when rule_code = 'SET-504' and measured < threshold then 'flagged'
            when rule_code = 'SET-505' and deviation = 0 and abs(measured - baseline) >= threshold
                then 'flagged'
            when rule_code = 'SET-505' and deviation > 0 and abs(measured - baseline) > threshold
                then 'flagged'
            when
                rule_code not in ('SET-503', 'SET-504', 'SET-505')
                and measured > threshold
                then 'flagged'
            else 'normal'
        end as status
    from limited
),

acknowledged as (
    select
        subject_key,
        max_by(actor, decision_seq) as actor,
        max_by(reason, decision_seq) as reason,
        max_by(decided_at, decision_seq) as decided_at,
        max_by(decision_id, decision_seq) as decision_id
    from decisions
    where action = 'acknowledge_anomaly'
    group by subject_key
)

select
    judged.anomaly_key,
    judged.run_id,
    judged.source, -- noqa: RF04
    judged.entity_type,
    judged.rule_code,
    judged.field,
    judged.rule_severity as severity,
    judged.row_count,
    judged.measured,
    cast(judged.baseline as double) as baseline,
    judged.threshold,
    judged.compared_runs,
    judged.status,
    judged.message,
    judged.remediation_hint,
    judged.landed_at,
    judged.kind,
    case
        when judged.status <> 'flagged' then null
        when judged.rule_severity = 'error' or judged.measured > judged.page_factor then 'page'
        else 'warn'
    end as alert_severity,
    case
        when judged.status = 'suppressed' then 'A backfill is expected to differ from a usual run.'
    end as suppressed_reason,
    acknowledged.decision_id is not null as is_acknowledged,
    acknowledged.actor as acknowledged_by,
    acknowledged.decided_at as acknowledged_at,
    acknowledged.reason as acknowledged_reason,
    acknowledged.decision_id as acknowledge_decision_id
from judged
left join acknowledged on judged.anomaly_key = acknowledged.subject_key
