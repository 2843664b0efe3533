"""The tables that live on Salesforce and the csv contracts: keys, words, references and counts.

Part of `expectations.catalogue`, which every gate reads; nothing imports this module but that.
"""

from __future__ import annotations

_SCOPE = ("scope_type", "scope_key", "school_year", "host")

# Grain of each table, as in the catalogue.
CRM_KEYS: dict[str, tuple[str, ...]] = {
    "marts.dim_students": ("student_key",),
    "marts.dim_classes": ("class_key",),
    "marts.dim_crm_teachers": ("salesforce_id",),
    "marts.dim_contact_points": ("contact_point_key",),
    "marts.dim_metrics": ("metric_code",),
    "marts.bridge_volunteer_skills": ("person_key", "skill_name"),
    "marts.fct_volunteer_field_sources": ("person_key", "field"),
    "marts.bridge_event_skills": ("event_key", "skill_name", "source_field"),
    "marts.fct_student_participation": ("participation_key",),
    "marts.fct_signups": ("signup_key",),
    "marts.dim_shifts": ("shift_key",),
    "marts.fct_volunteer_events": ("event_key", "person_key"),
    "marts.fct_pathway_students": ("student_key", "attendance_year"),
    "marts.fct_recruitment_candidates": ("event_key", "person_key"),
    "marts.fct_district_inputs": ("district_key", "school_year", "host", "data_type"),
    "marts.agg_monthly_impact": ("month_date", "scope_type", "scope_key", "format"),
    "marts.agg_impact_years": ("year_type", "year_label", "scope_type", "scope_key", "format"),
    "marts.agg_organization_engagement": ("organization_key", "school_year", "membership_mode"),
    "marts.agg_volunteer_engagement": ("person_key", "school_year", "host"),
    "marts.agg_district_impact": _SCOPE,
    "marts.agg_district_programs": (*_SCOPE, "program_key"),
    "marts.agg_district_growth": (*_SCOPE, "measure"),
    "marts.fct_partner_matches": ("partner_match_key",),
    "marts.agg_event_types": (*_SCOPE, "event_type"),
    "marts.agg_school_impact": ("school_key", "school_year"),
    "marts.agg_attendance_years": ("scope_type", "scope_key", "attendance_year"),
    "marts.agg_event_staffing": ("event_key",),
    "queues.queue_duplicate_pairs": ("pair_key",),
    "queues.queue_duplicate_records": ("record_key",),
    "queues.queue_shared_contacts": ("contact_key",),
    "ops.merge_log": ("merge_key",),
    "ops.change_log": ("change_key",),
    "ops.person_aliases": ("alias_key",),
    "ops.crm_objects": ("object_name",),
    "ops.affiliation_matches": ("source", "run_id"),
    "ops.completeness_samples": ("entity_type", "record_key"),
    "ops.field_completeness": ("completeness_key",),
    "ops.session_changes": ("change_key",),
    "ops.alerts": ("alert_key",),
    "ops.anomalies": ("anomaly_key",),
    "ops.anomaly_measures": ("measure_key",),
    "ops.crm_outcomes": ("object_name", "outcome"),
    "ops.field_ownership": ("entity", "field"),
    "ops.import_fields": ("field_key",),
    "ops.import_objects": ("run_id", "object_name"),
    "ops.place_aliases": ("entity_type", "former_key"),
    "ops.reconciliation": ("check_name", "object_name", "run_id"),
    "ops.rule_offenders": ("offender_key",),
    "ops.unmapped_fields": ("source", "object_name", "field_name"),
    "ops.watermarks": ("source", "entity"),
}

# A message to nobody known has no person, so its rows have no complete key; the pipeline's state is
# one row; rows that were not taken over are numbered. Their models' own tests judge them.
CRM_WITHOUT_KEY = (
    "marts.fct_communications",
    "ops.student_pipeline_status",
    "ops.import_skips",
)

_SCOPES = ("all", "district")
_HOSTS = ("all", "prepkc")
_FORMATS = ("all", "in_person", "virtual")

# table.column -> the words it may hold.
CRM_ENUMERATIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("marts.dim_schools", "level"): ("Elementary", "Middle", "High", "Other"),
    ("marts.dim_volunteers", "local_status"): ("local", "partial", "non_local", "unknown"),
    ("marts.dim_volunteers", "local_status_source"): ("manual", "derived"),
    ("marts.dim_volunteers", "volunteer_status"): ("active", "on_hold", "inactive"),
    ("marts.dim_students", "school_assignment"): ("assigned", "missing_school", "no_school"),
    ("marts.dim_students", "school_assignment_status"): (
        "assigned",
        "missing_school",
        "not_a_school",
        "no_affiliation",
        "excluded",
    ),
    ("marts.dim_contact_points", "kind"): ("email", "phone", "address"),
    ("marts.dim_contact_points", "value_type"): ("personal", "professional"),
    ("marts.bridge_event_districts", "attribution_source"): (
        "educator_row",
        "teacher_roster",
        "sf_school",
        "sf_district_name",
        "parent_account",
        "inferred_from_students",
        "decision",
        "file_school",
        "file_district",
        "file_parent_account",
    ),
    ("marts.bridge_volunteer_organizations", "source"): ("salesforce", "pathful", "csv"),
    ("marts.fct_volunteer_participation", "status"): (
        "Attended",
        "No-Show",
        "Canceled",
        "Registered",
        "Cancelled",
        "Scheduled",
        "Unknown",
    ),
    ("marts.fct_volunteer_participation", "hours_source"): (
        "delivery",
        "presenter_duration",
        "event_duration",
        "none",
    ),
    ("marts.fct_student_participation", "status"): (
        "Attended",
        "No-Show",
        "Cancelled",
        "Scheduled",
        "Unknown",
    ),
    ("marts.fct_communications", "activity_type"): ("Email", "Call", "status_change", "note"),
    ("marts.fct_communications", "person_kind"): ("volunteer", "student", "teacher"),
    ("marts.fct_communications", "source_object"): ("Task", "EmailMessage"),
    ("marts.fct_communications", "match_method"): (
        "who_id",
        "to",
        "from",
        "related_to",
        "case",
        "account",
        "none",
    ),
    ("marts.fct_signups", "rsvp_status"): ("pending", "confirmed", "waitlisted", "cancelled"),
    ("marts.fct_signups", "match_method"): (
        "salesforce_id",
        "external_id",
        "person_key",
        "email",
        "none",
    ),
    ("marts.fct_signups", "role"): (
        "organizer",
        "attendee",
        "speaker",
        "volunteer",
        "staff",
        "other",
    ),
    ("marts.fct_volunteer_events", "list_type"): ("recent", "future"),
    ("marts.agg_monthly_impact", "scope_type"): _SCOPES,
    ("marts.agg_monthly_impact", "format"): _FORMATS,
    ("marts.agg_impact_years", "year_type"): ("school_year", "attendance_year", "virtual_year"),
    ("marts.agg_impact_years", "scope_type"): _SCOPES,
    ("marts.agg_impact_years", "format"): _FORMATS,
    ("marts.agg_organization_engagement", "membership_mode"): ("verified", "full"),
    ("marts.agg_volunteer_engagement", "host"): _HOSTS,
    ("marts.agg_district_impact", "scope_type"): _SCOPES,
    ("marts.agg_district_impact", "host"): _HOSTS,
    ("marts.agg_district_programs", "scope_type"): _SCOPES,
    ("marts.agg_district_programs", "host"): _HOSTS,
    ("marts.agg_event_types", "scope_type"): _SCOPES,
    ("marts.agg_event_types", "host"): _HOSTS,
    ("marts.agg_attendance_years", "scope_type"): _SCOPES,
    ("queues.queue_duplicate_pairs", "decision"): (
        "pending",
        "auto_merged",
        "accepted",
        "rejected",
        "deferred",
    ),
    ("queues.queue_duplicate_pairs", "match_type"): (
        "email",
        "phone",
        "combined",
        "ambiguous",
        "fuzzy_high",
        "fuzzy_review",
        "household",
    ),
    ("ops.merge_log", "decision_type"): ("manual", "undo", "deterministic_auto", "fuzzy_auto"),
    ("ops.change_log", "change_source"): (
        "importer",
        "auto_merge",
        "manual_merge",
        "undo_merge",
        "manual_edit",
    ),
    ("ops.alerts", "severity"): ("warn", "page"),
    ("ops.anomalies", "status"): (
        "flagged",
        "normal",
        "suppressed",
        "insufficient_history",
        "too_few_rows",
    ),
    ("ops.import_skips", "skip_type"): (
        "duplicate_email",
        "missing_required_field",
        "missing_reference",
        "validation_error",
        "other",
    ),
    ("ops.crm_objects", "cadence"): ("daily", "weekly"),
    ("ops.field_completeness", "status"): ("good", "warning", "critical"),
    ("ops.import_fields", "status"): ("good", "warning", "critical"),
    ("ops.completeness_samples", "stratum"): ("good", "warning", "critical"),
    ("ops.crm_objects", "status"): ("fresh", "stale", "never"),
    ("ops.field_ownership", "owner"): (
        *("salesforce", "polaris", "volunteach", "pathful", "survivorship", "derived"),
    ),
}

_EVENT = ("marts.dim_events", "event_key")
_PERSON = ("marts.dim_volunteers", "person_key")
_RECORD = ("queues.queue_duplicate_records", "record_key")
_SCHOOL = ("marts.dim_schools", "school_key")
_DISTRICT = ("marts.dim_districts", "district_key")

# Left out: students of participations, who may never have arrived; persons of messages, who may be
# of three kinds; keys of roll-ups that may be the word Unknown.
CRM_REFERENCES: dict[tuple[str, str], tuple[str, str]] = {
    ("marts.dim_students", "school_key"): _SCHOOL,
    ("marts.dim_students", "district_key"): _DISTRICT,
    ("marts.dim_students", "class_key"): ("marts.dim_classes", "class_key"),
    ("marts.dim_classes", "school_key"): _SCHOOL,
    ("marts.dim_crm_teachers", "school_key"): _SCHOOL,
    ("marts.dim_crm_teachers", "district_key"): _DISTRICT,
    ("marts.dim_contact_points", "person_key"): _PERSON,
    ("marts.bridge_volunteer_skills", "person_key"): _PERSON,
    ("marts.fct_volunteer_field_sources", "person_key"): _PERSON,
    ("marts.bridge_event_skills", "event_key"): _EVENT,
    ("marts.fct_student_participation", "event_key"): _EVENT,
    ("marts.fct_communications", "event_key"): _EVENT,
    ("marts.fct_signups", "event_key"): _EVENT,
    ("marts.fct_signups", "shift_key"): ("marts.dim_shifts", "shift_key"),
    ("marts.dim_shifts", "event_key"): _EVENT,
    ("marts.fct_signups", "person_key"): _PERSON,
    ("marts.fct_volunteer_events", "event_key"): _EVENT,
    ("marts.fct_volunteer_events", "person_key"): _PERSON,
    ("marts.fct_recruitment_candidates", "event_key"): _EVENT,
    ("marts.fct_recruitment_candidates", "person_key"): _PERSON,
    ("marts.agg_volunteer_engagement", "person_key"): _PERSON,
    ("marts.agg_event_staffing", "event_key"): _EVENT,
    ("queues.queue_duplicate_pairs", "left_person_key"): _PERSON,
    ("queues.queue_duplicate_pairs", "right_person_key"): _PERSON,
    ("queues.queue_duplicate_pairs", "left_record_key"): _RECORD,
    ("queues.queue_duplicate_pairs", "right_record_key"): _RECORD,
    ("queues.queue_duplicate_records", "person_key"): _PERSON,
    ("ops.merge_log", "pair_key"): ("queues.queue_duplicate_pairs", "pair_key"),
    ("ops.person_aliases", "person_key"): _PERSON,
}

# Columns that count something: never below zero.
CRM_COUNTS: dict[str, tuple[str, ...]] = {
    "marts.fct_student_participation": ("delivery_hours",),
    "marts.dim_shifts": ("capacity",),
    "ops.crm_outcomes": ("row_count",),
}
