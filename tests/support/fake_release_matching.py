"""Rows of the invented release for the pages on the roster, tickets, duplicates and issues."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rows() -> dict[str, list[Row]]:
    """Rows by table, added to those every page shares."""
    return {
        "queues.queue_ticket_events": _ticket_events(),
        "queues.queue_teacher_duplicates": _duplicates(),
        "queues.queue_issue_reports": _issues(),
        "marts.fct_teacher_roster": _left(),
        "queues.queue_dq_violations": [_protected()],
    }


def _left() -> list[Row]:
    """Who is on the roster of Hickman Mills no more: by hand, missing, merged."""
    people = [
        ("fay", "Fay Ito", "manual_admin", "Retired"),
        ("gus", "Gus Berg", "import_diff", None),
        ("hal", "Hal Dunn", "merged_into_t-ben", None),
    ]
    return [
        {
            "roster_key": f"r-{key}",
            "teacher_key": f"t-{key}",
            "district_key": "d-hickman",
            "academic_year": "2025-2026",
            "virtual_year": "2025-2026",
            "building": "Ridge Elementary",
            "teacher_name": name,
            "email": f"{key}@example.org",
            "target_sessions": 1,
            "is_active": False,
            "deactivation_source": source,
            "deactivation_reason": reason,
            "deactivation_notes": "=Party in <b>May</b>" if reason else None,
            "deactivated_by": "sam" if reason else None,
            "deactivated_at": _at("2026-02-01 18:00"),
            "source": "roster",
        }
        for key, name, source, reason in people
    ]


def _protected() -> Row:
    return {
        "violation_key": "v-fay",
        "entity_type": "roster_teacher",
        "record_key": "r-fay",
        "rule_code": "protected_teacher_skipped",
        "severity": "info",
        "status": "open",
        "occurrence_count": 1,
        "message": "The roster names a teacher whom an admin deactivated; "
        "the teacher stays inactive.",
        "remediation_hint": "Reactivate the teacher or ask the district to drop the row.",
    }


def _ticket_events() -> list[Row]:
    """The five sessions of the teacher ticket: Ana already sits in one, Ben in another."""
    brought = [
        ("k-teacher", "e-done", "NoShow"),
        ("k-teacher", "e-next", "SignedUp"),
        ("k-teacher", "e-old", "Attended"),
        ("k-teacher", "e-off", "Canceled"),
        ("k-teacher", "e-html", "SignedUp"),
        ("k-volunteer", "e-done", None),
        ("k-volunteer", "e-next", None),
        ("k-school", "e-old", None),
        ("k-company", "e-done", None),
    ]
    return [
        {
            "ticket_key": ticket,
            "event_key": event,
            "row_count": 1,
            "imported_attendance_status": attendance,
        }
        for ticket, event, attendance in brought
    ]


def _duplicates() -> list[Row]:
    """Two open pairs, one put off and one that was refused."""
    pairs = [
        ("d-open", "t-ana", "t-eve", 3, 3, 3, 100.0, "pending", None),
        ("d-second", "t-ben", "t-dev", 4, 2, 2, 100.0, "pending", None),
        ("d-later", "t-cara", "t-eve", 5, 2, 2, 100.0, "deferred", "jordan"),
        ("d-no", "t-cara", "t-dev", 11, 10, 9, 90.0, "rejected", "sam"),
    ]
    return [
        {
            "pair_key": key,
            "left_teacher_key": left,
            "right_teacher_key": right,
            "left_event_count": left_count,
            "right_event_count": right_count,
            "shared_event_count": shared,
            "overlap_pct": overlap,
            "status": status,
            "decided_by": who,
            "decided_at": _at("2026-03-02 17:00") if who else None,
            "decision_id": f"0b7d5a10-0000-4000-8000-00000000{key}" if who else None,
        }
        for key, left, right, left_count, right_count, shared, overlap, status, who in pairs
    ]


def _issues() -> list[Row]:
    """Two open reports of two districts and a resolved one."""
    reports = [
        (
            "i-missing",
            "t-ana",
            "d-hickman",
            "missing_session",
            "The <b>robotics</b> day is missing.",
        ),
        ("i-other", "t-dev", "d-grandview", "other", None),
        ("i-done", "t-ben", "d-hickman", "not_tracked", "I joined from a colleague's screen."),
    ]
    found: list[Row] = [
        {
            "issue_key": key,
            "reported_at": _at(f"2026-03-0{day} 15:30"),
            "reported_by": "ana.ruiz@example.org",
            "role": "teacher",
            "roster_key": teacher.replace("t-", "r-"),
            "teacher_key": teacher,
            "district_key": district,
            "category": category,
            "notes": notes,
            "status": "open",
        }
        for day, (key, teacher, district, category, notes) in enumerate(reports, start=5)
    ]
    found[-1] |= {
        "status": "resolved",
        "resolved_by": "jordan",
        "resolved_at": _at("2026-03-08 20:00"),
        "resolution_notes": "Credit was given for Mar 3.",
        "resolution_decision_id": "0b7d5a10-0000-4000-8000-0000000i-done",
    }
    return found
