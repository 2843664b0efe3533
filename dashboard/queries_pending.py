"""Names of what stored decisions speak of, read from a release."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.release import OpenRelease

# subject or payload field -> its name in words, by key.
_NAMES = {
    "ticket": """
        select coalesce(
            case unmatched_type
                when 'organization' then attempted_organization
                when 'school_unresolved' then attempted_school
            end,
            attempted_name, attempted_email
        ) as name
        from queues.queue_unmatched where ticket_key = $key
    """,
    "event": "select title as name from marts.dim_events where event_key = $key",
    "flag": """
        select dim_events.title as name
        from queues.queue_event_flags
        inner join marts.dim_events using (event_key)
        where flag_key = $key
    """,
    "roster_teacher": """
        select coalesce(teacher_name, email) as name
        from marts.fct_teacher_roster where roster_key = $key
    """,
    "issue": """
        select coalesce(fct_teacher_roster.teacher_name, queue_issue_reports.reported_by) as name
        from queues.queue_issue_reports
        left join marts.fct_teacher_roster using (roster_key)
        where queue_issue_reports.issue_key = $key
    """,
    "pair": """
        select concat_ws(' and ', l.teacher_name, r.teacher_name) as name
        from queues.queue_teacher_duplicates as pair
        left join marts.dim_teachers as l on l.teacher_key = pair.left_teacher_key
        left join marts.dim_teachers as r on r.teacher_key = pair.right_teacher_key
        where pair.pair_key = $key
        union all
        select concat_ws(
            ' and ',
            concat_ws(' ', left_first_name, left_last_name),
            concat_ws(' ', right_first_name, right_last_name)
        )
        from queues.queue_duplicate_pairs where pair_key = $key
    """,
    # The value itself is nobody's business here.
    "contact": """
        select if(kind = 'phone', 'A phone number', 'An e-mail') || ' of ' || person_count
            || ' people' as name
        from queues.queue_shared_contacts where contact_key = $key
    """,
    "violation": """
        select coalesce(external_id, record_key) || ' (' || rule_code || ')' as name
        from queues.queue_dq_violations where violation_key = $key
    """,
    "anomaly": "select message as name from ops.anomalies where anomaly_key = $key",
    "run": "select file_name as name from ops.import_runs where run_id = $key",
    "person": """
        select concat_ws(' ', first_name, last_name) as name
        from marts.dim_volunteers where person_key = $key
    """,
    "teacher_key": "select teacher_name as name from marts.dim_teachers where teacher_key = $key",
    "person_key": """
        select concat_ws(' ', first_name, last_name) as name
        from marts.dim_volunteers where person_key = $key
    """,
    "school_key": "select school_name as name from marts.dim_schools where school_key = $key",
    "organization_key": """
        select organization_name as name
        from marts.dim_organizations where organization_key = $key
    """,
    "district": """
        select district_name as name from marts.dim_districts where district_key = $key
    """,
    "district_key": """
        select district_name as name from marts.dim_districts where district_key = $key
    """,
}


def name(release: OpenRelease | None, what: str, key: str) -> str:
    """The name of a subject, or of the target in a payload field; the key where there is none."""
    sql = _NAMES.get(what)
    if release is None or sql is None:
        return key
    row = release.row(sql, {"key": key})
    return str(row["name"]) if row and row["name"] else key


def names(release: OpenRelease, what: str, keys: Collection[str]) -> dict[str, str]:
    """Like `name` for many at once: key -> name, of those that have one."""
    sql = _NAMES.get(what)
    if sql is None or not keys:
        return {}
    rows = release.rows(
        f"""
        select wanted.key, named.name
        from (select unnest($keys) as key) as wanted,
            lateral ({sql.replace("$key", "wanted.key")}) as named
        where named.name is not null
        """,
        {"keys": sorted(keys)},
    )
    return {row["key"]: str(row["name"]) for row in rows}
