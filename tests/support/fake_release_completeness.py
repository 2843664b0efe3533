"""Completeness and changes of sessions for the invented release."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]

FIRST_RUN = "20260201T150000000Z-aaaaaa"
LAST_RUN = "20260310T141500000Z-bbbbbb"

# kind, organization, field, counts in the scores, with a value, all, status
_FIELDS = [
    ("volunteer", None, "first_name", True, 9, 9, "good"),
    ("volunteer", None, "email", True, 6, 9, "warning"),
    ("volunteer", None, "dob", True, 0, 9, "critical"),
    ("volunteer", None, "photo_release", False, 1, 9, "critical"),
    ("event", None, "title", True, 5, 5, "good"),
    ("event", None, "place", True, 4, 5, "good"),
    ("volunteer", "o-acme", "first_name", True, 2, 2, "good"),
    ("volunteer", "o-acme", "email", True, 1, 2, "warning"),
]
# Scores of a kind and of everything, by kind and organization.
_SCORES = {
    ("volunteer", None): (55.56, "warning", 68.0, "warning"),
    ("event", None): (90.0, "good", 68.0, "warning"),
    ("volunteer", "o-acme"): (75.0, "warning", 75.0, "warning"),
}


def rows() -> dict[str, list[Row]]:
    """Rows by table."""
    return {
        "ops.field_completeness": _completeness(),
        "ops.completeness_samples": _samples(),
        "ops.session_changes": _changes(),
    }


def _completeness() -> list[Row]:
    made = []
    for place, (kind, organization, field, counts, filled, total, status) in enumerate(_FIELDS, 1):
        score, kind_status, overall, overall_status = _SCORES[kind, organization]
        made.append(
            {
                "completeness_key": f"fc-{place}",
                "entity_type": kind,
                "organization_key": organization,
                "field": field,
                "field_position": place,
                "is_enabled": counts,
                "with_value_count": filled,
                "total_count": total,
                "rate_pct": round(100 * filled / total, 2),
                "status": status,
                "counted_count": total,
                "entity_score_pct": score,
                "entity_status": kind_status,
                "overall_score_pct": overall,
                "overall_status": overall_status,
            }
        )
    return made


# key, organization, percent, stratum, missing, odd, place among the odd
_RECORDS = [
    ("p-maya", "o-acme", 100.0, "good", None, None, None),
    ("p-leo", None, 66.67, "warning", "dob", None, None),
    ("p-iris", None, 33.33, "critical", "dob;email", "no_contact;less_than_half", 1),
]


def _samples() -> list[Row]:
    return [
        {
            "entity_type": "volunteer",
            "record_key": key,
            "organization_key": organization,
            "completeness_pct": share,
            "stratum": stratum,
            "stratum_place": 1,
            "missing_fields": missing,
            "edge_cases": odd,
            "edge_place": place,
            "record_count": 9,
            "edge_count": 1,
        }
        for key, organization, share, stratum, missing, odd, place in _RECORDS
    ]


def _changes() -> list[Row]:
    same: Row = {
        "run_id": LAST_RUN,
        "load_seq": 2,
        "session_date": date(2026, 1, 15),
        "session_date_before": date(2026, 1, 15),
        "registered": 30,
        "registered_before": 30,
        "new_teacher_count": 0,
        "changed_teacher_count": 0,
    }
    at = datetime(2026, 1, 15, 16, tzinfo=UTC)
    return [
        same
        | {
            "change_key": "ch-1",
            "session_key": "sk-1",
            "event_key": "e-done",
            "is_new": False,
            "title": "Robotics at Work",
            "title_before": "Robotics at Work",
            "status_before": "Confirmed",
            "status": "Completed",
            "attended": 25,
            "start_at": at,
            "start_at_before": at,
            "changed_teacher_count": 1,
        },
        same
        | {
            "change_key": "ch-2",
            "session_key": "sk-2",
            "event_key": "e-next",
            "is_new": True,
            "title": "Nursing Careers",
            "status": "Published",
            "session_date": date(2026, 3, 24),
            "session_date_before": None,
            "registered_before": None,
            "new_teacher_count": 2,
        },
    ]
