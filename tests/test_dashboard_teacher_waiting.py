"""One teacher: tags, untags and statuses of the sessions that are stored and not built yet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.pending import Pending
from dashboard.teachers.teacher_waiting import Move
from tests.support import event_pages, fake_release, fake_release_goals
from tests.support.dashboard_app import text_of
from tests.support.teacher_pages import plain, session, teacher

TODAY = fake_release.TODAY


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    path = fake_release.publish(page_home)
    fake_release_goals.add_sessions(path)
    return path


def notes(app: AppTest) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in app.dataframe:
        found |= dict(zip(table.value["title"], table.value["note"], strict=True))
    return found


def test_a_stored_untag_is_shown_with_what_it_changes_and_takes_no_credit() -> None:
    event_pages.decide("untag_teacher", ("event", "e-done"), teacher_key="t-ana")
    app = teacher("t-ana", session="e-done")
    text_ = plain(app)
    assert "Stored, applied at the next build: Ana Ruiz is taken off Robotics at Work." in text_
    assert "**Completed 1 → 0 of 1, Achieved → Not started.**" in text_
    assert "Undo it on the page of the session." in text_
    assert notes(app)["Robotics at Work"] == "Stored: taken off"
    assert "Remove credit" not in [one.label for one in app.button]
    assert "Stored" not in plain(teacher("t-eve"))  # nobody else's


def test_a_stored_tag_brings_the_session_into_the_list() -> None:
    event_pages.decide("tag_teacher", ("event", "e-done"), teacher_key="t-ben")
    event_pages.decide("tag_teacher", ("event", "e-old"), teacher_key="t-ben")  # another year
    app = teacher("t-ben", session="e-done")
    assert notes(app)["Robotics at Work"] == "Stored: tagged"
    assert "Architecture Basics" not in notes(app)
    text_ = plain(app)
    assert "Ben Okafor is added to Robotics at Work" in text_
    assert "Completed 0 → 1 of 1" in text_
    assert "Remove credit" in [one.label for one in app.button]  # it will count


@pytest.mark.parametrize(
    ("event", "key", "status", "said"),
    [
        ("e-done", "t-ana", "Cancelled", "Completed 1 → 0 of 1, Achieved → Not started."),
        ("e-done", "t-ana", "Published", "Completed 1 → 0 of 1"),
        ("e-missed", "t-ben", "No Show", "No number changes"),
        ("e-next", "t-ben", "Cancelled", "Planned"),
        # Whom a report names may have been there or not: only the build knows.
        ("e-gone", "t-ben", "Completed", "The build says whether Cancelled Talk counts."),
    ],
)
def test_a_stored_status_is_shown_with_what_it_changes(
    event: str, key: str, status: str, said: str
) -> None:
    event_pages.decide("set_status", ("event", event), status=status)
    app = teacher(key, session=event)
    assert f"Stored: {status}" in notes(app).values()
    assert said in plain(app)
    assert f"status becomes {status}" in plain(app)


def test_a_stored_cancellation_takes_no_correction_and_ends_one_that_waits() -> None:
    line = {"teacher_key": "t-eve", "effect": "add"}
    event_pages.decide("override_attendance", ("event", "e-done"), "She was there", **line)
    assert "**Completed 0 → 1 of 1" in plain(teacher("t-eve"))
    event_pages.decide("set_status", ("event", "e-done"), status="Cancelled")
    app = teacher("t-eve", session="e-done")
    assert "**No number changes: not started as before.**" in plain(app)
    app = teacher("t-ana", session="e-done")
    assert "A session that is Cancelled takes no correction" in text_of(app)


def test_somebody_elses_correction_is_not_this_teachers() -> None:
    line = {"teacher_key": "t-ben", "effect": "add"}
    event_pages.decide("override_attendance", ("event", "e-missed"), "There", **line)
    assert "Change stored" in notes(teacher("t-ben")).values()
    assert "Change stored" not in notes(teacher("t-ana")).values()


def moved(one: dict[str, Any], **items: Any) -> Move:
    base: dict[str, Any] = {
        "has_override": False,
        "override_effect": None,
        "is_listed": True,
        "title": "T",
    }
    base |= {"attended_student_count": 0, "imported_status": "Published", "event_key": "e"}
    return Move(base | one, **items)


def waits(action: str, revoked: str | None = None, **payload: Any) -> Pending:
    now = datetime(2026, 3, 10, tzinfo=UTC)
    taken_back = "id" if revoked else None
    return Pending("x", action, "event", "e", payload, None, "jo", now, taken_back, revoked)


HELD = session("2026-01-15", "Completed", "Attended")
DRAFT = session("2026-01-15", "Draft", "SignedUp")
ABSENT = session("2026-01-15", "Completed", None) | {"is_listed": False}
KEPT = HELD | {"has_override": True, "override_effect": "add"}


@pytest.mark.parametrize(
    ("one", "items", "end"),
    [
        (HELD, {"tag": waits("untag_teacher", teacher_key="t")}, None),
        (ABSENT, {"tag": waits("tag_teacher", teacher_key="t")}, "Attended"),
        (ABSENT | {"status": "No Show"}, {"tag": waits("tag_teacher", teacher_key="t")}, "NoShow"),
        (ABSENT | {"status": "Confirmed"}, {"tag": waits("tag_teacher", teacher_key="t")},
         "SignedUp"),
        # A tag taken back takes off; an untag taken back brings what only the build knows.
        (HELD, {"tag": waits("revoke", "tag_teacher", teacher_key="t")}, None),
        (ABSENT, {"tag": waits("revoke", "untag_teacher", teacher_key="t")}, None),
        (DRAFT, {"status": waits("promote_draft")}, "NoShow"),
        (DRAFT | {"attended_student_count": 3}, {"status": waits("promote_draft")}, "Attended"),
        (DRAFT, {"status": waits("dismiss_draft", text="x")}, "Canceled"),
        (HELD, {"status": waits("revoke", "set_status", status="Completed")}, "SignedUp"),
        # A correction of credit outlives an untag and a status, but no cancellation.
        (KEPT, {"tag": waits("untag_teacher", teacher_key="t")}, "Attended"),
        (KEPT, {"status": waits("set_status", status="Confirmed")}, "Attended"),
        (KEPT, {"status": waits("set_status", status="Cancelled")}, "Canceled"),
        (KEPT | {"override_effect": "remove", "attendance_status": "Canceled"},
         {"tag": waits("untag_teacher", teacher_key="t")}, None),
    ],
)  # fmt: skip
def test_what_a_stored_decision_makes_of_a_session(
    one: dict[str, Any], items: dict[str, Pending], end: str | None
) -> None:
    assert moved(one, **items).after(TODAY)["attendance_status"] == end
