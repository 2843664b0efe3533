"""What the gate holds true of the published tables: their keys, words, references and ranges.

The tables and words are those of the public interface. A mart that is added there is added here.
"""

from __future__ import annotations

from expectations.catalogue_crm import (
    CRM_COUNTS,
    CRM_ENUMERATIONS,
    CRM_KEYS,
    CRM_REFERENCES,
    CRM_WITHOUT_KEY,
)

# Grain of each public table. A table that is absent from the warehouse and not CORE is skipped.
KEYS: dict[str, tuple[str, ...]] = {
    "marts.dim_events": ("event_key",),
    "marts.bridge_event_districts": ("event_key", "district_key"),
    "marts.bridge_event_schools": ("event_key", "school_key"),
    "marts.dim_districts": ("district_key",),
    "marts.dim_schools": ("school_key",),
    "marts.dim_organizations": ("organization_key",),
    "marts.dim_teachers": ("teacher_key",),
    "marts.fct_teacher_roster": ("teacher_key", "district_key", "academic_year"),
    "marts.fct_teacher_participation": ("event_key", "teacher_key"),
    "marts.fct_teacher_progress": ("teacher_key", "district_key", "virtual_year", "period"),
    "marts.agg_school_progress": ("district_key", "virtual_year", "period", "building"),
    "marts.agg_district_progress": ("district_key", "virtual_year", "period"),
    "marts.fct_progress_archive": ("teacher_key", "district_key", "virtual_year", "period"),
    "marts.dim_volunteers": ("person_key",),
    "marts.fct_volunteer_participation": ("participation_key",),
    "marts.bridge_volunteer_organizations": ("affiliation_key",),
    "marts.agg_virtual_impact": ("period_type", "period_label", "scope_type", "scope_key"),
    "marts.agg_district_year_end": ("virtual_year", "scope_type", "scope_key", "host"),
    "marts.agg_district_year_end_months": (
        "virtual_year",
        "scope_type",
        "scope_key",
        "host",
        "month_date",
    ),
    "queues.queue_unmatched": ("ticket_key",),
    "queues.queue_event_flags": ("flag_key",),
    "queues.queue_draft_review": ("event_key",),
    "queues.queue_presenter_recruitment": ("event_key",),
    "queues.queue_ticket_events": ("ticket_key", "event_key"),
    "queues.queue_dq_violations": ("violation_key",),
    "queues.queue_teacher_duplicates": ("pair_key",),
    "queues.queue_presenter_matches": ("ticket_key",),
    "queues.queue_issue_reports": ("issue_key",),
    "ops.import_runs": ("run_id",),
    "ops.source_freshness": ("source",),
    "ops.audit_log": ("decision_id",),
    "ops.event_lineage": ("event_key", "field"),
    "ops.external_id_map": ("entity_type", "external_system", "external_id"),
    "ops.releases": ("release",),
    **CRM_KEYS,
}

# Public tables without a key here: the import rows of each new run are judged row by row, and what
# the gate said of a rule may stand there several times.
WITHOUT_KEY = ("ops.import_rows", "ops.gate_results", *CRM_WITHOUT_KEY)

# Without these a release is no release.
CORE = (
    "marts.dim_events",
    "marts.dim_districts",
    "marts.dim_schools",
    "marts.dim_teachers",
    "marts.fct_teacher_roster",
    "marts.fct_teacher_participation",
    "marts.fct_teacher_progress",
    "marts.dim_volunteers",
    "marts.fct_volunteer_participation",
    "queues.queue_unmatched",
    "queues.queue_event_flags",
    "queues.queue_dq_violations",
    "ops.import_runs",
)

ATTENDANCE = ("SignedUp", "Attended", "Absent", "NoShow", "Canceled")
# Behind merged_into_ stands a teacher_key, which is a reference of its own.
DEACTIVATION_SOURCES = ("import_diff", "manual_admin", "year_end", "purge", "merged_into_*")
CANCELLATION_REASONS = (
    "WEATHER",
    "PRESENTER_CANCELLED",
    "TEACHER_CANCELLED",
    "SCHOOL_CONFLICT",
    "TECHNICAL_ISSUES",
    "LOW_ENROLLMENT",
    "SCHEDULING_ERROR",
    "OTHER",
)
IMPORT_SOURCES = ("pathful_direct", "pathful_via_gsheet", "manual_entry", "salesforce_sync")

EVENT_STATUSES = (
    "Draft",
    "Requested",
    "Confirmed",
    "Published",
    "Completed",
    "Cancelled",
    "No Show",
    "Simulcast",
    "Count",
)

# table.column -> the words it may hold; null is judged by the models' own tests.
ENUMERATIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("marts.dim_events", "source"): ("pathful", "salesforce", "csv", "polaris"),
    ("marts.dim_events", "format"): ("virtual", "in_person", "hybrid"),
    ("marts.dim_events", "status"): EVENT_STATUSES,
    ("marts.dim_events", "imported_status"): EVENT_STATUSES,
    ("marts.dim_events", "cancellation_reason"): CANCELLATION_REASONS,
    ("marts.dim_events", "import_source"): (*IMPORT_SOURCES, "csv"),
    ("marts.fct_teacher_roster", "deactivation_source"): DEACTIVATION_SOURCES,
    ("marts.fct_teacher_roster", "source"): ("roster", "decision"),
    ("marts.fct_teacher_participation", "attendance_status"): ATTENDANCE,
    ("marts.fct_teacher_participation", "imported_attendance_status"): ATTENDANCE,
    ("marts.fct_teacher_participation", "import_source"): IMPORT_SOURCES,
    ("marts.fct_teacher_participation", "override_effect"): ("add", "remove"),
    ("marts.fct_teacher_progress", "period"): ("year", "fall", "spring"),
    ("marts.fct_teacher_progress", "progress_status"): ("Achieved", "In Progress", "Not Started"),
    ("marts.agg_school_progress", "period"): ("year", "fall", "spring"),
    ("marts.agg_district_progress", "period"): ("year", "fall", "spring"),
    ("marts.fct_progress_archive", "period"): ("fall", "spring"),
    ("marts.fct_progress_archive", "progress_status"): ("Achieved", "In Progress", "Not Started"),
    ("marts.agg_district_year_end", "scope_type"): ("all", "district"),
    ("marts.agg_district_year_end", "host"): ("all", "prepkc"),
    ("marts.agg_district_year_end_months", "scope_type"): ("all", "district"),
    ("marts.agg_district_year_end_months", "host"): ("all", "prepkc"),
    ("marts.fct_volunteer_participation", "participant_type"): ("Volunteer", "Presenter"),
    ("marts.fct_volunteer_participation", "attendance_status"): ATTENDANCE,
    ("marts.fct_volunteer_participation", "import_source"): IMPORT_SOURCES,
    ("queues.queue_unmatched", "unmatched_type"): (
        "teacher",
        "volunteer",
        "event",
        "teacher_and_event",
        "volunteer_and_event",
        "school_unresolved",
        "organization",
        "no_date_session",
    ),
    ("queues.queue_unmatched", "status"): ("pending", "resolved", "ignored", "created"),
    ("queues.queue_event_flags", "flag_type"): (
        "NEEDS_ATTENTION",
        "MISSING_TEACHER",
        "MISSING_PRESENTER",
        "NEEDS_REASON",
    ),
    ("queues.queue_event_flags", "assigned_to"): ("staff", "district_admin"),
    ("queues.queue_draft_review", "confidence"): ("high", "medium", "low"),
    ("queues.queue_presenter_recruitment", "urgency"): ("red", "yellow", "blue"),
    ("queues.queue_ticket_events", "imported_attendance_status"): ATTENDANCE,
    ("queues.queue_dq_violations", "severity"): ("error", "warn", "info"),
    ("queues.queue_dq_violations", "status"): ("open", "fixed", "suppressed", "wont_fix"),
    ("queues.queue_teacher_duplicates", "status"): ("pending", "merged", "rejected", "deferred"),
    ("queues.queue_issue_reports", "category"): ("missing_session", "not_tracked", "other"),
    ("queues.queue_issue_reports", "status"): ("open", "resolved"),
    ("ops.import_runs", "status"): (
        "pending",
        "running",
        "succeeded",
        "partially_failed",
        "failed",
        "cancelled",
    ),
    ("ops.source_freshness", "status"): ("fresh", "stale", "never", "unknown"),
    ("ops.audit_log", "source"): ("manual", "import", "system"),
    **CRM_ENUMERATIONS,
}

BUCKETS = ("created", "updated", "skipped", "unmatched", "invalid")

# (table, column) -> (table, column) it must be found in, where it is not null. The archive of
# progress is left out: it keeps people and districts that have since gone.
REFERENCES: dict[tuple[str, str], tuple[str, str]] = {
    ("marts.dim_events", "school_key"): ("marts.dim_schools", "school_key"),
    ("marts.dim_events", "host_organization_key"): (
        "marts.dim_organizations",
        "organization_key",
    ),
    ("marts.dim_schools", "district_key"): ("marts.dim_districts", "district_key"),
    ("marts.bridge_event_districts", "event_key"): ("marts.dim_events", "event_key"),
    ("marts.bridge_event_districts", "district_key"): ("marts.dim_districts", "district_key"),
    ("marts.bridge_event_schools", "event_key"): ("marts.dim_events", "event_key"),
    ("marts.bridge_event_schools", "school_key"): ("marts.dim_schools", "school_key"),
    ("marts.dim_teachers", "school_key"): ("marts.dim_schools", "school_key"),
    ("marts.dim_teachers", "district_key"): ("marts.dim_districts", "district_key"),
    ("marts.fct_teacher_roster", "teacher_key"): ("marts.dim_teachers", "teacher_key"),
    ("marts.fct_teacher_roster", "district_key"): ("marts.dim_districts", "district_key"),
    ("marts.fct_teacher_roster", "merged_into_teacher_key"): (
        "marts.dim_teachers",
        "teacher_key",
    ),
    ("marts.fct_teacher_participation", "event_key"): ("marts.dim_events", "event_key"),
    ("marts.fct_teacher_participation", "teacher_key"): ("marts.dim_teachers", "teacher_key"),
    ("marts.fct_teacher_progress", "teacher_key"): ("marts.dim_teachers", "teacher_key"),
    ("marts.fct_teacher_progress", "district_key"): ("marts.dim_districts", "district_key"),
    ("marts.fct_teacher_progress", "school_key"): ("marts.dim_schools", "school_key"),
    ("marts.agg_school_progress", "district_key"): ("marts.dim_districts", "district_key"),
    ("marts.agg_district_progress", "district_key"): ("marts.dim_districts", "district_key"),
    ("marts.dim_volunteers", "organization_key"): (
        "marts.dim_organizations",
        "organization_key",
    ),
    ("marts.fct_volunteer_participation", "event_key"): ("marts.dim_events", "event_key"),
    ("marts.fct_volunteer_participation", "person_key"): ("marts.dim_volunteers", "person_key"),
    ("marts.bridge_volunteer_organizations", "person_key"): (
        "marts.dim_volunteers",
        "person_key",
    ),
    ("marts.bridge_volunteer_organizations", "organization_key"): (
        "marts.dim_organizations",
        "organization_key",
    ),
    ("queues.queue_unmatched", "event_key"): ("marts.dim_events", "event_key"),
    ("queues.queue_unmatched", "district_key"): ("marts.dim_districts", "district_key"),
    ("queues.queue_presenter_matches", "person_key"): ("marts.dim_volunteers", "person_key"),
    ("queues.queue_teacher_duplicates", "left_teacher_key"): ("marts.dim_teachers", "teacher_key"),
    ("queues.queue_teacher_duplicates", "right_teacher_key"): ("marts.dim_teachers", "teacher_key"),
    ("queues.queue_event_flags", "event_key"): ("marts.dim_events", "event_key"),
    ("queues.queue_draft_review", "event_key"): ("marts.dim_events", "event_key"),
    ("queues.queue_presenter_recruitment", "event_key"): ("marts.dim_events", "event_key"),
    ("queues.queue_ticket_events", "event_key"): ("marts.dim_events", "event_key"),
    ("queues.queue_ticket_events", "ticket_key"): ("queues.queue_unmatched", "ticket_key"),
    ("ops.event_lineage", "event_key"): ("marts.dim_events", "event_key"),
    **CRM_REFERENCES,
}

# Columns that count something: never below zero.
COUNTS: dict[str, tuple[str, ...]] = {
    "marts.fct_teacher_progress": (
        "completed_sessions",
        "planned_sessions",
        "needs_review_sessions",
        "no_show_sessions",
        "needed_sessions",
    ),
    "marts.dim_events": ("registered_student_count", "attended_student_count"),
    "marts.fct_volunteer_participation": ("delivery_hours",),
    "marts.fct_progress_archive": (
        "completed_sessions",
        "planned_sessions",
        "no_show_sessions",
    ),
    "marts.agg_district_year_end": (
        "total_events",
        "teacher_engagements",
        "estimated_students",
        "volunteer_hours",
    ),
    "queues.queue_unmatched": ("occurrence_count",),
    "queues.queue_teacher_duplicates": ("shared_event_count",),
    **CRM_COUNTS,
}

# Columns that are a share of a whole: 0 to 100.
PERCENTAGES: dict[str, tuple[str, ...]] = {
    "marts.fct_teacher_progress": ("progress_pct",),
    "marts.fct_progress_archive": ("progress_pct",),
    "queues.queue_teacher_duplicates": ("overlap_pct",),
    "marts.agg_school_progress": (
        "goals_achieved_pct",
        "goals_in_progress_pct",
        "goals_not_started_pct",
    ),
    "marts.agg_district_progress": (
        "goals_achieved_pct",
        "goals_in_progress_pct",
        "goals_not_started_pct",
    ),
    "marts.agg_virtual_impact": ("local_session_pct", "poc_session_pct"),
}

# Roll-ups whose three statuses must add up to their total.
PROGRESS_ROLLUPS = ("marts.agg_school_progress", "marts.agg_district_progress")

# Facts that may not vanish between two releases, with their keys.
FACTS: dict[str, tuple[str, ...]] = {
    "marts.dim_events": ("event_key",),
    "marts.fct_teacher_participation": ("event_key", "teacher_key"),
    "marts.fct_volunteer_participation": ("participation_key",),
    "marts.fct_student_participation": ("participation_key",),
    "marts.dim_students": ("student_key",),
    "marts.fct_teacher_roster": ("teacher_key", "district_key", "academic_year"),
    "marts.fct_progress_archive": ("teacher_key", "district_key", "virtual_year", "period"),
}
