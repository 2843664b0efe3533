"""The work and the runs of the invented release: tickets, flags, findings, import reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.fake_release import FIRST_RUN, LAST_RUN, as_json, at

Row = dict[str, Any]

RESOLVED_BY = "0b7d5a10-0000-4000-8000-000000000001"

DEFAULTS: Row = {
    "status": "pending",
    "occurrence_count": 2,
    "affected_row_count": 3,
    "affected_session_count": 2,
    "first_seen_run_id": LAST_RUN,
    "last_seen_run_id": LAST_RUN,
    "first_seen_at": at("2026-03-10 14:15"),
    "last_seen_at": at("2026-03-10 14:15"),
    "candidates_json": "[]",
    "raw_json": "{}",
}


def _candidate(kind: str, key: str, label: str, why: str, score: float) -> Row:
    return {"kind": kind, "key": key, "label": label, "why": why, "score": score}


def _undated(session_id: str, title: str, status: str, people: int) -> str:
    rows = [{"row_number": 9 + n, "name": f"Person {n}"} for n in range(people)]
    return as_json(
        {
            "session_id": session_id,
            "title": title,
            "status": status,
            "duration": "60",
            "career_cluster": "STEM",
            "participant_count": people,
            "rows": rows,
        }
    )


def tickets() -> list[Row]:
    """One open ticket of each kind, a hidden one, a resolved one and an ignored one."""
    return [*_open_people(), *_open_places_and_sessions(), *_closed()]


def _open_people() -> list[Row]:
    ana = _candidate(
        "teacher", "t-ana", "Ana Ruiz · Central High · Hickman Mills", "near name", 0.9
    )
    ben = _candidate("teacher", "t-ben", "Ben Okafor · Central High", "same e-mail", 0.6)
    maya = _candidate("volunteer", "p-maya", "Maya Chen · Acme Robotics", "near name", 0.93)
    return [
        DEFAULTS
        | {
            "ticket_key": "k-teacher",
            "unmatched_type": "teacher",
            "attempted_name": "Anna Ruis",
            "attempted_email": "anna.ruis@example.org",
            "pathful_user_id": "70001",
            "attempted_school": "Central HS",
            "attempted_district": "Hickman Mills",
            "reason_code": "near_name_only",
            "reason": "No roster teacher has this user id or e-mail; a name is near but not equal.",
            "affected_row_count": 6,
            "affected_session_count": 5,
            "candidates_json": as_json([ana, ben]),
            "raw_json": as_json({"Name": "Anna Ruis", "School": "Central HS", "Title": "Robotics"}),
        },
        DEFAULTS
        | {
            "ticket_key": "k-volunteer",
            "unmatched_type": "volunteer",
            "attempted_name": "Maja <i>Chen</i>",
            "attempted_organization": "Acme Robotics Inc",
            "reason": "The name is near Maya Chen but not the same.",
            "affected_session_count": 3,
            "candidates_json": as_json([maya]),
        },
    ]


def _open_places_and_sessions() -> list[Row]:
    school = _candidate("school", "s-central", "Central High · Hickman Mills", "contains", 0.8)
    company = _candidate("organization", "o-acme", "Acme Robotics", "near organisation", 0.9)
    return [
        DEFAULTS
        | {
            "ticket_key": "k-school",
            "unmatched_type": "school_unresolved",
            "attempted_school": "Central HS",
            "reason": "No school has this name or alias.",
            "candidates_json": as_json([school]),
        },
        DEFAULTS
        | {
            "ticket_key": "k-company",
            "unmatched_type": "organization",
            "attempted_name": "Maya Chen",
            "attempted_organization": "Acme Robotics Inc",
            "reason": "No organisation has this name or alias.",
            "affected_session_count": 1,
            "candidates_json": as_json([company]),
        },
        DEFAULTS
        | {
            "ticket_key": "k-undated",
            "unmatched_type": "no_date_session",
            "attempted_name": "Careers in Flight",
            "reason": "The report gives no date for this session.",
            "affected_session_count": 1,
            "raw_json": _undated("1009", "Careers in Flight", "Requested", 2),
        },
        DEFAULTS
        | {
            "ticket_key": "k-published",
            "unmatched_type": "no_date_session",
            "attempted_name": "Open Water Jobs",
            "reason": "The report gives no date for this session.",
            "affected_session_count": 1,
            "raw_json": _undated("1010", "Open Water Jobs", "Published", 1),
        },
    ]


def _closed() -> list[Row]:
    return [
        DEFAULTS
        | {
            "ticket_key": "k-resolved",
            "unmatched_type": "teacher",
            "status": "resolved",
            "attempted_name": "Benjamin Okafor",
            "decision_id": RESOLVED_BY,
            "resolved_by": "jordan",
            "resolved_at": at("2026-03-01 18:00"),
            "reason": "No roster teacher has this name.",
        },
        DEFAULTS
        | {
            "ticket_key": "k-ignored",
            "unmatched_type": "volunteer",
            "status": "ignored",
            "attempted_name": "Test Account",
            "resolved_by": "jordan",
            "resolved_at": at("2026-03-01 18:05"),
            "resolution_notes": "A test account of the vendor",
            "reason": "No volunteer has this name.",
        },
    ]


def audit_log() -> list[Row]:
    """The decision that resolved a ticket."""
    return [
        {
            "decision_id": RESOLVED_BY,
            "decided_at": at("2026-03-01 18:00"),
            "actor": "jordan",
            "role": "admin",
            "action": "match_teacher",
            "subject_type": "ticket",
            "subject_key": "k-resolved",
            "after_json": as_json({"teacher_key": "t-ben"}),
        }
    ]


def flags() -> list[Row]:
    """Two open flags and a resolved one."""
    return [
        {
            "flag_key": f"f-{event}",
            "event_key": event,
            "flag_type": kind,
            "assigned_to": "staff",
            "created_at": at("2026-03-10 14:15"),
            "is_resolved": is_resolved,
            "auto_resolved": False,
        }
        for event, kind, is_resolved in (
            ("e-html", "NEEDS_ATTENTION", False),
            ("e-off", "NEEDS_REASON", False),
            ("e-old", "MISSING_PRESENTER", True),
        )
    ]


def violations() -> list[Row]:
    """One open error and one warning."""
    return [
        {
            "violation_key": f"v-{n}",
            "entity_type": "event",
            "record_key": f"r-{n}",
            "rule_code": code,
            "severity": severity,
            "status": "open",
            "occurrence_count": 1,
        }
        for n, code, severity, message in (
            (1, "bad_date", "error", "The date 'soon' cannot be read."),
            (2, "invalid_status", "warn", "The status 'Maybe' is unknown; Requested is used."),
        )
    ]


def import_rows() -> list[Row]:
    """Twelve rows of the last run: 4 created, 1 updated, 4 skipped, 2 unmatched, 1 invalid."""
    rows = [
        (2, "created", None, "e-done", "t-ana"),
        (3, "created", None, "e-next", "t-ben"),
        (4, "created", None, "e-off", None),
        (5, "created", None, "e-html", None),
        (6, "updated", None, "e-done", "p-maya"),
        (7, "skipped", "unchanged", "e-old", "t-cara"),
        (8, "skipped", "other_partner", None, None),
        (9, "skipped", "other_partner", None, None),
        (10, "skipped", "parent_role", "e-done", None),
        (11, "unmatched", "teacher", "e-done", None),
        (12, "unmatched", "no_date_session", None, None),
        (13, "invalid", "bad_date", None, None),
    ]
    return [
        {
            "run_id": LAST_RUN,
            "row_number": number,
            "bucket": bucket,
            "reason": reason,
            "event_key": event,
            "person_key": person,
        }
        for number, bucket, reason, event, person in rows
    ]


def _report() -> Row:
    return {
        "run_id": LAST_RUN,
        "status": "succeeded",
        "source": "pathful",
        "report_type": "session_report",
        "file": "sessions <spring>.xlsx",
        "rows_processed": 12,
        "rows_created": 4,
        "rows_updated": 1,
        "rows_skipped": 4,
        "rows_unmatched": 2,
        "rows_invalid": 1,
        "skipped_by_reason": {"unchanged": 1, "other_partner": 2, "parent_role": 1},
        "unmatched_by_type": {"teacher": 1, "no_date_session": 1},
        "invalid_by_reason": {"bad_date": 1},
        "events_created": 4,
        "events_updated": 1,
        "teachers_matched": 3,
        "volunteers_matched": 1,
        "tickets_new": 2,
        "tickets_open": 6,
        "unmapped_columns": ["Notes"],
        "warnings": ["Column 'Notes' is not part of the report; it is kept but not used."],
        "gate": {"passed": True, "failures": []},
    }


def import_runs(release: str) -> list[Row]:
    """A roster import and a session import that succeeded."""
    report = _report()
    numbers = {name: value for name, value in report.items() if isinstance(value, int)}
    session = {
        "run_id": LAST_RUN,
        "load_seq": 2,
        "source": "pathful",
        "adapter": "pathful",
        "status": "succeeded",
        "dry_run": False,
        "report_type": "session_report",
        "file_name": report["file"],
        "file_sha256": "b" * 64,
        "started_at": at("2026-03-10 14:15"),
        "finished_at": at("2026-03-10 14:15:30"),
        "duration_seconds": 30.0,
        "triggered_by": "jordan",
        "import_mode": "custom",
        "cutoff_date": date(2026, 1, 1),
        "counts_json": as_json(report),
        "warnings_json": as_json(report["warnings"]),
        "gate_json": as_json(report["gate"]),
        "release": release,
    }
    roster = {
        "run_id": FIRST_RUN,
        "load_seq": 1,
        "source": "roster",
        "status": "succeeded",
        "dry_run": False,
        "report_type": "roster",
        "file_name": "roster.csv",
        "started_at": at("2026-02-01 15:00"),
        "finished_at": at("2026-02-01 15:00:12"),
        "duration_seconds": 12.0,
        "triggered_by": "jordan",
        "counts_json": as_json({"rows_processed": 5, "rows_created": 5}),
        "rows_processed": 5,
        "rows_created": 5,
        "rows_updated": 0,
        "rows_skipped": 0,
        "rows_unmatched": 0,
        "rows_invalid": 0,
        "warnings_json": "[]",
    }
    return [session | numbers, roster]


def gate_results() -> list[Row]:
    """One expectation that passed and one warning that did not."""
    return [
        {
            "run_id": LAST_RUN,
            "checkpoint": "promotion",
            "suite": suite,
            "expectation": expectation,
            "column_name": column,
            "is_success": is_success,
            "severity": "warning",
            "observed": observed,
            "unexpected_count": count,
            "evaluated_at": at("2026-03-10 14:15:25"),
        }
        for suite, expectation, column, is_success, observed, count in (
            ("dim_events", "expect_column_values_to_be_unique", "event_key", True, None, 0),
            (
                "dim_events",
                "expect_column_values_to_not_be_null",
                "career_cluster",
                False,
                "20 %",
                1,
            ),
        )
    ]
