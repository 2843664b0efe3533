"""What the audit page makes of an entry: its sides, whether it stands, and of whom it speaks."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.sessions import event_history, words_events


def entry(**more: Any) -> dict[str, Any]:
    """An entry as the page reads it."""
    return {
        "action": "",
        "audit_action": "",
        "before_json": None,
        "after_json": None,
        "is_standing": True,
        "event_status": None,
        "event_reason": None,
        "person_name": None,
        "event_title": None,
        "ticket_name": None,
        "subject_type": "event",
        "subject_key": "k",
    } | more


CANCELED, ATTENDED = '{"attendance_status":"Canceled"}', '{"attendance_status":"Attended"}'


@pytest.mark.parametrize(
    ("action", "before", "after", "said"),
    [
        ("OVERRIDE_REMOVED", ATTENDED, CANCELED, ("Attended", "Credit removed")),
        ("OVERRIDE_REVERSED", CANCELED, ATTENDED, ("Credit removed", "Attended")),
        ("OVERRIDE_REVERSED", ATTENDED, CANCELED, ("Attended", "Cancelled")),  # an added one
        ("OVERRIDE_REMOVED", CANCELED, CANCELED, ("Cancelled", "Cancelled")),
        ("OVERRIDE_ADDED", CANCELED, ATTENDED, ("Cancelled", "Attended")),
        ("TEACHER_REMOVED", ATTENDED, CANCELED, ("Attended", "Cancelled")),
    ],
)
def test_removed_credit_is_no_cancellation(
    action: str, before: str, after: str, said: tuple[str, str]
) -> None:
    one = entry(audit_action=action, before_json=before, after_json=after)
    sides = tuple(event_history._side(one, side, {}) for side in ("before_json", "after_json"))
    assert sides == tuple(f"Attendance: {word}" for word in said)


def test_a_report_is_no_staff_note_and_its_category_is_in_words() -> None:
    content = '{"category":"not_tracked","notes":"<b>Which</b>"}'
    for action in ("ISSUE_REPORTED", "ISSUE_WITHDRAWN"):
        text = event_history._side(entry(audit_action=action, after_json=content), "after_json", {})
        assert text is not None
        assert set(text.split("; ")) == {
            "Report: <b>Which</b>",
            "Category: A session is not counted",
        }
    note = entry(audit_action="FIELD_UPDATED", after_json='{"notes":"x"}')
    assert event_history._side(note, "after_json", {}) == "Staff notes: x"


@pytest.mark.parametrize(
    ("more", "stands"),
    [
        ({"event_status": "Cancelled", "event_reason": "WEATHER"}, "Yes"),
        ({"event_status": "Completed"}, "Yes, not in use"),
        ({"event_status": "Cancelled", "event_reason": "OTHER"}, "Yes, not in use"),
        ({"event_status": "Completed", "is_standing": False}, "Undone"),
        ({"event_status": "Completed", "action": "set_status"}, "Yes"),
        ({"is_standing": None}, "\N{EM DASH}"),
        ({}, "Yes"),  # a session that is gone
    ],
)
def test_a_reason_that_no_longer_counts_stands_unused(more: dict[str, Any], stands: str) -> None:
    after = '{"cancellation_reason":"WEATHER"}'
    one = entry(action="set_cancellation_reason", after_json=after) | more
    assert event_history._stands(one) == stands


@pytest.mark.parametrize(
    ("key", "said"),
    [("2025-2026/spring", "Spring 2026"), ("2025-2026/fall", "Fall 2025")],
)
def test_a_semester_is_named_in_words(key: str, said: str) -> None:
    assert event_history.subject_names(None, {"one": ("semester", key)}) == {"one": said}


def test_a_merge_says_of_whom() -> None:
    said = [words_events.done("merge", f"{who}_MERGED") for who in ("TEACHERS", "VOLUNTEERS")]
    assert said == ["Two teachers merged", "Two records of a volunteer merged"]
    assert words_events.done("merge") == "Two records merged"
