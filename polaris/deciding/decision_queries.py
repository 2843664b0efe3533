"""What is asked of a release about the subjects of decisions."""

from __future__ import annotations

# Per subject table: the query of some keys, and the columns it cannot do without.
SUBJECTS: dict[str, tuple[str, str]] = {
    "queues.queue_unmatched": (
        "ticket_key status unmatched_type candidates_json",
        """
        select ticket_key as key, status as state, unmatched_type as kind, candidates_json
        from queues.queue_unmatched where ticket_key in (select unnest($keys))
        """,
    ),
    "queues.queue_dq_violations": (
        "record_key violation_key entity_type external_system status",
        # A decision is about one finding, or as that of a district's ticket about its record.
        """
        select violation_key as key, status as state, entity_type as kind,
            external_system as source
        from queues.queue_dq_violations where violation_key in (select unnest($keys))
        union all
        select record_key,
            case
                when bool_or(status = 'open') then 'pending'
                when min(status) = 'fixed' then 'resolved'
                else 'ignored'
            end,
            null, null
        from queues.queue_dq_violations where record_key in (select unnest($keys)) group by 1
        """,
    ),
    "marts.fct_teacher_roster": (
        "roster_key is_active district_key email",
        """
        select roster_key as key, if(is_active, 'active', 'inactive') as state,
            [district_key] as districts, lower(trim(email)) as email
        from marts.fct_teacher_roster where roster_key in (select unnest($keys))
        """,
    ),
    "marts.dim_events": (
        "event_key status imported_status session_date event_type source",
        """
        select event_key as key, status as state, event_type as kind,
            coalesce(imported_status, status) as imported, session_date, source,
            (
                select list(district_key) from marts.bridge_event_districts as bridge
                where bridge.event_key = events.event_key
            ) as districts
        from marts.dim_events as events where event_key in (select unnest($keys))
        """,
    ),
    "marts.dim_volunteers": (
        "person_key",
        """
        select person_key as key, 'known' as state
        from marts.dim_volunteers where person_key in (select unnest($keys))
        """,
    ),
    "marts.dim_districts": (
        "district_key",
        """
        select district_key as key, 'known' as state
        from marts.dim_districts where district_key in (select unnest($keys))
        """,
    ),
    "queues.queue_event_flags": (
        "flag_key event_key is_resolved assigned_to",
        """
        select flag_key as key, if(is_resolved, 'resolved', 'open') as state, assigned_to,
            (
                select list(district_key) from marts.bridge_event_districts as bridge
                where bridge.event_key = flags.event_key
            ) as districts
        from queues.queue_event_flags as flags where flag_key in (select unnest($keys))
        """,
    ),
    "queues.queue_duplicate_pairs": (
        "pair_key decision",
        # Pairs of teachers and of volunteers are decided with the same words.
        """
        select pair_key as key, status as state, 'teacher' as kind
        from queues.queue_teacher_duplicates where pair_key in (select unnest($keys))
        union all
        select pair_key, if(decision = 'accepted', 'merged', decision), 'volunteer'
        from queues.queue_duplicate_pairs where pair_key in (select unnest($keys))
        """,
    ),
    "queues.queue_shared_contacts": (
        "contact_key status kind",
        """
        select contact_key as key, status as state, kind
        from queues.queue_shared_contacts where contact_key in (select unnest($keys))
        """,
    ),
    "queues.queue_issue_reports": (
        "issue_key status district_key",
        """
        select issue_key as key, status as state, [district_key] as districts
        from queues.queue_issue_reports where issue_key in (select unnest($keys))
        """,
    ),
    "ops.anomalies": (
        "anomaly_key status is_acknowledged kind",
        """
        select anomaly_key as key, if(is_acknowledged, 'acknowledged', status) as state, kind
        from ops.anomalies where anomaly_key in (select unnest($keys))
        """,
    ),
    "ops.import_runs": (
        "run_id source load_seq",
        """
        select run_id as key, if(word = 'exclude_load', 'excluded', 'included') as state,
            if(load_seq is null, null, import_runs.source) as kind
        from ops.import_runs as import_runs
        left join (
            select subject_key, max_by(action, row(decided_at, decision_id)) as word
            from ops.audit_log
            where action in ('exclude_load', 'include_load') and is_standing
            group by subject_key
        ) as words on import_runs.run_id = words.subject_key
        where run_id in (select unnest($keys))
        """,
    ),
}
# Tables that some of these queries read beside their own, with the columns they need.
BESIDE = {
    "marts.bridge_event_districts": "event_key district_key",
    "queues.queue_teacher_duplicates": "pair_key status left_teacher_key right_teacher_key",
    "ops.audit_log": "action subject_key is_standing decided_at decision_id",
}
TAGS = """
    select event_key, 'teacher:' || teacher_key, 'tagged'
    from marts.fct_teacher_participation
    where event_key in (select unnest($events)) and match_rule is distinct from 'override'
    union all
    select event_key, 'presenter:' || person_key, 'tagged'
    from marts.fct_volunteer_participation where event_key in (select unnest($events))
"""
LINKS = """
    select event_key, 'district:' || district_key, 'linked'
    from marts.bridge_event_districts where event_key in (select unnest($events))
    union all
    select event_key, 'page', if(inperson_page_visible, 'true', 'false')
    from marts.dim_events
    where event_key in (select unnest($events)) and inperson_page_visible is not null
"""
# Whom the data alone made a volunteer, which a person may deny; the tickets of such a presenter.
MATCHED = """
    select ticket_key, person_key from queues.queue_presenter_matches
    where ticket_key in (select unnest($keys))
"""
# An added credit that the import has come to say itself is spent (pathful.md 4.10).
OVERRIDES = """
    select event_key, 'override:' || teacher_key,
        if(override_effect = 'add' and not has_override and attendance_status = 'Attended',
            'none', override_effect)
    from marts.fct_teacher_participation
    where event_key in (select unnest($events)) and override_decision_id is not null
"""
# One spelling is one ticket and a provisional school in each district that uses it.
OWN_SCHOOLS = """
    select ticket.ticket_key, school.school_key
    from queues.queue_unmatched as ticket
    inner join marts.dim_schools as school
        on school.is_provisional
        and lower(trim(school.school_name)) = lower(trim(ticket.attempted_school))
    where ticket.ticket_key in (select unnest($keys))
        and ticket.unmatched_type = 'school_unresolved'
"""
