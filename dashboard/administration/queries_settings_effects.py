"""What the release holds that other settings would judge otherwise.

What is judged is asked of the models themselves (polaris.model_sql): they read what is published
and the settings of a draft, where a build lets them read the warehouse and what was decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.release import OpenRelease
from polaris import config, model_sql

Row = dict[str, Any]
Values = Mapping[str, float]
_LOADS = 50
# What is measured by a setting, not only judged by one.
_MEASURED_BY_A_SETTING = frozenset({"SET-506", "SET-508"})

_SETTINGS = """(
    select
        unnest($keys::varchar[]) as config_key,
        unnest($values::double[]) as value,
        unnest($defaults::double[]) as default_value
)"""
# Who knows of what is unusual makes it no more and no less so.
_NO_DECISIONS = """(
    select
        '' as decision_id, 0 as decision_seq, '' as action, '' as subject_key, '' as actor,
        '' as reason, null::timestamptz as decided_at
    where false
)"""
_COUNTS = """(
    select
        entity_type, organization_key, field, field_position, total_count, with_value_count,
        counted_count
    from ops.field_completeness
    where organization_key is null
)"""
# Models and lists that the models below read -> where a release has the same.
_READS = {
    "external_id_map": "ops.external_id_map",
    "import_objects": "ops.import_objects",
    "int_decisions__active": _NO_DECISIONS,
    "int_decisions__config": _SETTINGS,
    "int_quality__field_counts": _COUNTS,
    "int_quality__runs": "ops.import_runs",
    "merge_log": "ops.merge_log",
    "queue_duplicate_pairs": "queues.queue_duplicate_pairs",
    "rule_source_freshness": model_sql.seed("rule_source_freshness"),
    "rule_survivorship": model_sql.seed("rule_survivorship"),
    "unmapped_fields": "ops.unmapped_fields",
}
_NEWEST = """
with newest as (
    select * from ops.anomalies
    where rule_code = $rule and status <> 'suppressed'
    qualify row_number() over (
        partition by source, entity_type, coalesce(field, '') order by landed_at desc, run_id desc
    ) = 1
),

drafted as ({anomalies})

select
    newest.source,
    newest.entity_type,
    newest.field,
    newest.measured as measured_now,
    newest.status as status_now,
    newest.alert_severity as severity_now,
    drafted.measured,
    drafted.status,
    drafted.alert_severity
from newest
left join drafted
    on newest.run_id = drafted.run_id and coalesce(newest.field, '') = coalesce(drafted.field, '')
order by newest.source, newest.entity_type, newest.field, newest.run_id
"""
# The loads that a release holds were let through; the gate judges them as it judges a new one.
_OF_LOADS = """
with judged_loads as (
    select run_id, source, file_name, rows_processed as row_count
    from ops.import_runs
    where
        load_seq is not null and not dry_run and not coalesce(is_left_out, false)
        and source in ('pathful', 'roster', 'csv')
        and run_id in (select run_id from ops.import_rows)
    order by load_seq desc
    limit $most
),

judged_buckets as (
    select placed.run_id, placed.row_number, placed.bucket, placed.reason
    from ops.import_rows as placed
    inner join judged_loads on placed.run_id = judged_loads.run_id
),

judged_rows as (select run_id, row_number from judged_buckets)

select
    count(*) as load_count,
    count(*) filter (where refusable_invalid_pct > max_pct) as refused_count,
    count(*) filter (where tolerable_invalid_pct > warn_pct) as warned_count
from ({parity})
"""
_COMPLETENESS = """
select
    now.entity_type,
    now.field,
    now.entity_score_pct as entity_score_now,
    now.overall_score_pct as overall_score_now,
    drafted.entity_score_pct,
    drafted.overall_score_pct
from ops.field_completeness as now
inner join ({field_completeness}) as drafted
    on now.entity_type = drafted.entity_type and now.field = drafted.field
where now.organization_key is null
order by now.entity_type, now.field_position
"""
# A unit is of whoever is heard first among those who have it, as in int_people__survivors.
_HEARD = """
with places as ({int_people__source_order}),

known as (
    select
        fields.person_key,
        fields.field,
        fields.field_group,
        fields.source,
        unnest(string_split(fields.known_by, ',')) as known_source
    from marts.fct_volunteer_field_sources as fields
    inner join marts.dim_volunteers as people on fields.person_key = people.person_key
    where not people.is_deleted and not fields.is_edited
),

heard as (
    select
        known.person_key,
        known.field_group,
        known.source,
        min_by(known.known_source, places.place) as drafted_source
    from known
    inner join places
        on known.field_group = places.field_group and known.known_source = places.source
    group by known.person_key, known.field, known.field_group, known.source
)

select field_group, count(distinct person_key) as people_count
from heard
where source <> drafted_source
group by grouping sets ((field_group), ())
"""
_VOLUNTEERS = "select count(*) as n from marts.dim_volunteers where not is_deleted"
_MERGED = "select count(*) as n from queues.queue_duplicate_pairs where decision = 'auto_merged'"
_FINDINGS = "select count(*) as n from queues.queue_dq_violations"


def newest_checks(release: OpenRelease, rule: str, then: Values) -> list[Row]:
    """The newest check of a rule of each source, kind of record and field; no backfill.

    Args:
        release: the published one.
        rule: such as SET-505.
        then: what every setting would be.

    Returns:
        What was measured and found, in the columns that end with _now, and what would be.
    """
    rules = f"(select * from {model_sql.seed('rule_set_checks')} where rule_code = $rule)"
    measures = "ops.anomaly_measures"
    if rule in _MEASURED_BY_A_SETTING:
        anew = model_sql.query("int_quality__run_measures", _READS)
        measures = f"(select *, null::double as usual from ({anew}) where rule_code = $rule)"
    anomalies = model_sql.query(
        "anomalies", _READS | {"rule_set_checks": rules, "anomaly_measures": measures}
    )
    return release.rows(_NEWEST.format(anomalies=anomalies), _params(then) | {"rule": rule})


def completeness(release: OpenRelease, then: Values) -> list[Row]:
    """The scores of every field's kind and of all records: now, and as they would be.

    Args:
        release: the published one.
        then: what every setting would be.
    """
    drafted = model_sql.query("field_completeness", _READS)
    return release.rows(_COMPLETENESS.format(field_completeness=drafted), _params(then))


def heard_otherwise(release: OpenRelease, then: Values) -> dict[str | None, int]:
    """Volunteers of whom something would be believed that another source says.

    Args:
        release: the published one.
        then: what every setting would be.

    Returns:
        Group of fields -> people, None for any of them; a group without anybody is not there.
    """
    places = model_sql.query("int_people__source_order", _READS)
    rows = release.rows(_HEARD.format(int_people__source_order=places), _params(then))
    return {row["field_group"]: row["people_count"] for row in rows}


def volunteers(release: OpenRelease) -> int:
    """Volunteers of the release."""
    return int(release.rows(_VOLUNTEERS)[0]["n"])


def _params(then: Values) -> dict[str, Any]:
    keys = sorted(then)
    return {
        "keys": keys,
        "values": [float(then[key]) for key in keys],
        "defaults": [config.listed()[key].default for key in keys],
    }


def gate(release: OpenRelease, warn: float, page: float) -> Row:
    """The newest loads of files, and how many the gate would refuse and warn of.

    Args:
        release: the published one.
        warn: the share of invalid rows above which it warns.
        page: the share above which it refuses.
    """
    from expectations import promotion

    params = {
        "most": _LOADS,
        "warn_pct": 100.0 * warn,
        "max_pct": 100.0 * page,
        "few_rows": promotion.REJECTS_FEW_ROWS,
    }
    return release.rows(_OF_LOADS.format(parity=promotion.PARITY), params)[0]


def merged_by_rule(release: OpenRelease) -> int:
    """Pairs that became one person without anybody being asked."""
    return int(release.rows(_MERGED)[0]["n"])


def findings(release: OpenRelease) -> int:
    """Findings in every state."""
    return int(release.rows(_FINDINGS)[0]["n"])
