"""Rows of the invented release for the pages on sessions, flags, drafts and the audit log."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.support.kept import kept

Row = dict[str, Any]

LAST_RUN = "20260310T141500000Z-bbbbbb"
# Decisions the release shows as applied; `seed` puts them into the store under these ids.
RETITLED = "0b7d5a10-0000-4000-8000-000000000002"
CREDITED = "0b7d5a10-0000-4000-8000-000000000003"
UNTAGGED = "0b7d5a10-0000-4000-8000-000000000004"
RESOLVED = "0b7d5a10-0000-4000-8000-000000000005"
CANCELLED = "0b7d5a10-0000-4000-8000-000000000006"
PRESENTER_OFF = "0b7d5a10-0000-4000-8000-000000000007"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rows() -> dict[str, list[Row]]:
    """Rows by table, added to those every page shares."""
    return {
        "queues.queue_draft_review": [
            draft("e-html", "1004", "<script>alert(1)</script> Careers", "low", 18)
        ],
        "ops.event_lineage": _lineage(),
    }


_BANDS = {"high": "Likely Completed", "medium": "Needs Review", "low": "Likely Never Happened"}
_STUDENTS = {"high": (20, 18), "medium": (20, None), "low": (None, None)}


def draft(key: str, session_id: str, title: str, confidence: str, days_past: int) -> Row:
    """A past draft with student counts that fit its confidence."""
    registered, attended = _STUDENTS[confidence]
    return {
        "event_key": key,
        "pathful_session_id": session_id,
        "title": title,
        "session_date": date(2026, 3, 10) - timedelta(days=days_past),
        "days_past": days_past,
        "teacher_count": 1,
        "presenter_count": 0,
        "registered_student_count": registered,
        "attended_student_count": attended,
        "confidence": confidence,
        "confidence_label": _BANDS[confidence],
    }


def _lineage() -> list[Row]:
    values = {
        "e-done": {
            "title": "Robotics at Work",
            "session_date": "2026-01-15",
            "status": "Completed",
            "duration_minutes": "60",
            "registered_student_count": "28",
            "attended_student_count": "25",
            "career_cluster": "STEM",
        },
        "e-html": {"title": "<script>alert(1)</script> Careers", "status": "Draft"},
    }
    return [
        {
            "event_key": key,
            "field": name,
            "imported_value": value,
            "imported_run_id": LAST_RUN,
            "imported_at": _at("2026-03-10 14:15"),
            "final_value": value,
            "is_corrected": False,
        }
        for key, fields in values.items()
        for name, value in fields.items()
    ]


@kept
def correct(path: Path) -> None:
    """Makes the release at `path` one in which people have corrected and decided a lot."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for sql in _CORRECTIONS:
            connection.execute(sql)
        _insert(connection, "ops.audit_log", _audit())


_CORRECTIONS = (
    f"""
    update ops.event_lineage
    set final_value = 'Robots at Work', is_corrected = true, decision_id = '{RETITLED}',
        decided_by = 'sam', decided_at = timestamptz '2026-03-02 18:00:00+00'
    where event_key = 'e-done' and field = 'title'
    """,
    f"""
    update ops.event_lineage
    set final_value = '27', is_corrected = true, decision_id = '{RETITLED}',
        decided_by = 'sam', decided_at = timestamptz '2026-03-02 18:00:00+00'
    where event_key = 'e-done' and field = 'attended_student_count'
    """,
    """
    update marts.dim_events
    set title = 'Robots at Work', attended_student_count = 27, is_corrected = true,
        staff_notes = 'Asked the *presenter* [twice](http://x.example.org)'
    where event_key = 'e-done'
    """,
    f"""
    update marts.fct_teacher_participation
    set attendance_status = 'Attended', has_override = true, is_credited = true,
        override_decision_id = '{CREDITED}', override_effect = 'add',
        override_reason = 'She was <b>there</b>', overridden_by = 'sam',
        overridden_at = timestamptz '2026-03-02 18:00:00+00'
    where event_key = 'e-done' and teacher_key = 't-eve'
    """,
    """
    update marts.fct_teacher_participation set is_credited = attendance_status = 'Attended'
    where not has_override
    """,
    f"""
    update queues.queue_event_flags
    set decision_id = '{RESOLVED}', resolved_by = 'sam', resolution_notes = 'A class of its own',
        resolved_at = timestamptz '2026-03-02 18:00:00+00'
    where flag_key = 'f-e-old'
    """,
    f"""
    update marts.dim_events
    set is_status_manual = true, imported_status = 'Confirmed', is_corrected = true,
        status_decision_id = '{CANCELLED}'
    where event_key = 'e-off'
    """,
)


def _audit() -> list[Row]:
    """Entries of the audit log, from people and from imports."""
    person = {"decided_at": _at("2026-03-02 18:00"), "actor": "sam", "role": "data_steward"}
    person |= {"source": "manual", "is_standing": True}
    event = person | {"subject_type": "event", "subject_key": "e-done", "event_key": "e-done"}
    return [
        event
        | {
            "decision_id": RETITLED,
            "action": "edit_event",
            "audit_action": "FIELD_UPDATED",
            "before_json": json.dumps({"title": "Robotics at Work", "attended_student_count": 25}),
            "after_json": json.dumps({"title": "Robots at Work", "attended_student_count": 27}),
            "reason": "=HYPERLINK(1)",
        },
        event
        | {
            "decision_id": CREDITED,
            "action": "override_attendance",
            "audit_action": "OVERRIDE_ADDED",
            "teacher_key": "t-eve",
            "before_json": json.dumps({"attendance_status": "NoShow"}),
            "after_json": json.dumps({"attendance_status": "Attended"}),
            "reason": "She was <b>there</b>",
        },
        event
        | {
            "decision_id": UNTAGGED,
            "action": "untag_teacher",
            "audit_action": "TEACHER_REMOVED",
            "teacher_key": "t-cara",
            "before_json": json.dumps({"teacher_key": "t-cara"}),
        },
        event
        | {
            "decision_id": PRESENTER_OFF,
            "action": "untag_presenter",
            "audit_action": "PRESENTER_REMOVED",
            "person_key": "p-jose",
            "is_standing": False,
        },
        person
        | {
            "decision_id": RESOLVED,
            "action": "resolve_flag",
            "audit_action": "FLAG_RESOLVED",
            "subject_type": "flag",
            "subject_key": "f-e-old",
            "event_key": "e-old",
            "reason": "A class of its own",
        },
        {
            "decision_id": "import-1",
            "decided_at": _at("2026-03-10 14:15"),
            "actor": "import",
            "role": "system",
            "action": "DATE_UPDATED",
            "audit_action": "DATE_UPDATED",
            "subject_type": "event",
            "subject_key": "e-off",
            "event_key": "e-off",
            "before_json": json.dumps({"session_date": "2026-02-01"}),
            "after_json": json.dumps({"session_date": "2026-02-03"}),
            "source": "import",
            "run_id": LAST_RUN,
        },
    ]


@kept
def add_drafts(path: Path, confidence: str, count: int) -> list[str]:
    """Adds past drafts with one registered teacher each; returns their keys."""
    keys = [f"e-{confidence}-{number:03d}" for number in range(count)]
    events, teachers, drafts = [], [], []
    for number, key in enumerate(keys):
        row = draft(
            key,
            f"{confidence}{number}",
            f"Draft {confidence} {number:03d}",
            confidence,
            20 + number,
        )
        drafts.append(row)
        events.append(
            {name: row[name] for name in ("event_key", "title", "session_date")}
            | {"status": "Draft", "imported_status": "Draft", "format": "virtual"}
            | {"attended_student_count": row["attended_student_count"]}
            | {"registered_student_count": row["registered_student_count"]}
            | {"event_type": "virtual_session", "is_status_manual": False}
        )
        teachers.append(
            {"event_key": key, "teacher_key": "t-ben", "attendance_status": "SignedUp"}
            | {"imported_attendance_status": "SignedUp", "has_override": False}
        )
    with duckdb.connect(str(path)) as connection:
        _insert(connection, "marts.dim_events", events)
        _insert(connection, "marts.fct_teacher_participation", teachers)
        _insert(connection, "queues.queue_draft_review", drafts)
    return keys


def add_flags(path: Path, count: int) -> list[str]:
    """Adds sessions without a teacher, each with its flag; returns the flags' keys."""
    events, flags = [], []
    for number in range(count):
        key = f"e-bulk-{number:03d}"
        events.append(
            {
                "event_key": key,
                "title": f"Bulk {number:03d}",
                "status": "Published",
                "session_date": date(2026, 4, 10),
                "format": "virtual",
            }
        )
        flags.append(
            {
                "flag_key": f"f-{key}",
                "event_key": key,
                "flag_type": "MISSING_TEACHER",
                "assigned_to": "district_admin",
                "created_at": _at("2026-03-09 14:15"),
                "is_resolved": False,
                "auto_resolved": False,
            }
        )
    with duckdb.connect(str(path)) as connection:
        _insert(connection, "marts.dim_events", events)
        _insert(connection, "queues.queue_event_flags", flags)
        _insert(
            connection,
            "marts.bridge_event_districts",
            [{"event_key": row["event_key"], "district_key": "d-hickman"} for row in events],
        )
    return [row["flag_key"] for row in flags]


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    for row in rows:
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))
