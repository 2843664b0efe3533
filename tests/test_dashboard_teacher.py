"""One teacher: sessions, corrections and what they change, goal, issue, roles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from dashboard.teachers import teacher_effect
from dashboard.teachers.teacher_effect import Goal
from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import fake_release, fake_release_goals
from tests.support.dashboard_app import (
    act_as,
    checked,
    open_page,
    press,
    stored,
    text_of,
)
from tests.support.fake_release_goals import OVERRIDE, change
from tests.support.teacher_pages import plain, session, teacher

TODAY = fake_release.TODAY


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    path = fake_release.publish(page_home)
    fake_release_goals.add_sessions(path)
    return path


def seed_override(event: str) -> None:
    """Stores the correction that the release shows as applied, under its id there."""
    settings = load_settings()
    line = {
        "action": "override_attendance",
        "subject_type": "event",
        "subject_key": "e-done",
        "payload": {"teacher_key": "t-ana", "effect": "remove"},
        "reason": "seed",
    }
    decisions.append(settings, [line], actor="sam", role="admin")
    with create_engine(settings.decisions_url).begin() as connection:
        connection.execute(text("drop trigger decisions_refuse_update"))
        connection.execute(
            text("update decisions set decision_id = :id, subject_key = :event"),
            {"id": f"{OVERRIDE}-{event}", "event": event},
        )


# Effect: the worked examples of pathful.md 5.4 that a correction can reach.


@pytest.mark.parametrize(
    ("start", "one", "action", "end"),
    [
        # 14: attended, then removed; 15: a no-show that gets credit; 16: nothing to remove.
        (Goal(1, 0, 1), session("2026-01-15", "Completed", "Attended"), "remove", (0, 0)),
        (Goal(0, 0, 1), session("2026-01-15", "Completed", "NoShow"), "add", (1, 0)),
        (Goal(0, 0, 1), session("2026-01-15", "Completed", "NoShow"), "remove", (0, 0)),
        # 21: a coming session is planned, not completed; a coming draft is neither (6).
        (Goal(0, 0, 1), session("2026-04-02", "Confirmed", None), "add", (0, 1)),
        (Goal(0, 0, 1), session("2026-04-02", "Draft", None), "add", (0, 0)),
        # 7: a sign-up nobody settled counts as nothing until it is credited.
        (Goal(0, 0, 1), session("2026-02-01", "Published", "SignedUp"), "add", (1, 0)),
        # Today's sign-up moves from planned to completed; an attended one is not counted twice.
        (Goal(0, 1, 1), session("2026-03-10", "Published", "SignedUp"), "add", (1, 0)),
        (Goal(1, 0, 1), session("2026-01-15", "Completed", "Attended"), "add", (1, 0)),
        # Taken back: the file's own value counts again.
        (
            Goal(1, 0, 1),
            session("2026-01-15", "Completed", "Attended", "NoShow"),
            "reverse",
            (0, 0),
        ),
        (
            Goal(0, 0, 2),
            session("2026-01-15", "Completed", "Canceled", "Attended"),
            "reverse",
            (1, 0),
        ),
    ],
)
def test_what_a_correction_changes(
    start: Goal, one: dict[str, Any], action: str, end: tuple[int, int]
) -> None:
    after = teacher_effect.corrected(one, action, TODAY)
    goal = teacher_effect.change(start, one, after, TODAY)
    assert (goal.completed, goal.planned) == end


@pytest.mark.parametrize(
    ("goal", "status"),
    [
        (Goal(1, 1, 1), "Achieved"),
        (Goal(3, 0, 2), "Achieved"),
        (Goal(1, 1, 3), "In Progress"),
        (Goal(0, 1, 1), "In Progress"),
        (Goal(0, 0, 1), "Not Started"),
    ],
)
def test_status_of_a_goal(goal: Goal, status: str) -> None:
    assert goal.status == status


@pytest.mark.parametrize(
    ("one", "offer"),
    [
        (session("2026-01-15", "Completed", "Attended"), "remove"),
        (session("2026-01-15", "Completed", "NoShow"), "add"),
        (session("2026-03-10", "Published", "SignedUp"), "add"),
        (session("2026-04-02", "Published", None), "sign_up"),
        (session("2026-04-02", "Published", "SignedUp"), None),
        (session("2026-01-15", "Cancelled", "Canceled"), None),
        (session("2026-01-15", "No Show", "NoShow"), None),
        (session("2026-01-15", "Completed", "Attended") | {"override_decision_id": "x"}, "reverse"),
    ],
)
def test_what_is_offered(one: dict[str, Any], offer: str | None) -> None:
    assert teacher_effect.offered(one, TODAY) == offer


# One teacher.


def test_sessions_show_what_the_file_says_beside_what_counts() -> None:
    app = teacher("t-ben")
    coming, past = (frame.value for frame in app.dataframe[:2])
    assert coming["title"].tolist() == ["Nursing Careers", "Game Design"]
    assert coming["note"].tolist()[1] == "Credit added"
    assert past["title"].tolist() == ["Cancelled Talk", "Healthcare Live", "Solar Power"]
    assert past["attendance"].tolist() == ["Cancelled", "No-show", "Signed up"]
    assert past["note"].tolist()[2] == "Needs review"
    ana = teacher("t-ana").dataframe[0].value
    removed = ana[ana["title"] == "Animal Care"].iloc[0]
    assert (removed["attendance"], removed["imported"]) == ("Credit removed", "Attended")


def test_credit_is_added_after_its_effect_was_told_and_can_be_undone() -> None:
    app = teacher("t-eve", session="e-done")
    assert "Completed 0 → 1 of 1, Not started → Achieved." in plain(app)
    app = press(app, "Add credit")
    assert "Give a reason first" in text_of(app)
    assert stored() == []
    app.text_input(key="reason-e-done-add").set_value("She *was* there")
    app = press(app, "Add credit")
    payload = {"teacher_key": "t-eve", "effect": "add"}
    assert stored() == [("override_attendance", "e-done", payload, "She *was* there")]
    text_ = plain(app)
    assert "Stored, applied at the next build: credit added by jordan" in text_
    assert "**Completed 0 → 1 of 1, Not started → Achieved.**" in text_
    assert r"She \*was\* there" in text_of(app)
    assert "Change stored" in app.dataframe[0].value["note"].tolist()
    # The next preview starts from what is stored already.
    assert "Completed 1 → 2 of 1" in plain(teacher("t-eve", session="e-missed"))
    app = press(app, "Undo")
    assert [line[0] for line in stored()] == ["override_attendance", "revoke"]
    assert "Add credit" in [one.label for one in app.button]


def test_credit_is_removed_and_a_correction_taken_back_with_a_reason() -> None:
    app = teacher("t-ana", session="e-done")
    assert "Completed 1 → 0 of 1, Achieved → Not started." in plain(app)
    app.text_input(key="reason-e-done-remove").set_value("Left early")
    press(app, "Remove credit")
    payload = {"teacher_key": "t-ana", "effect": "remove"}
    assert stored() == [("override_attendance", "e-done", payload, "Left early")]
    app = teacher("t-ana", session="e-fall")
    text_ = plain(app)
    assert "Pathful file: **Attended**" in text_
    assert "Credit removed by staff" in text_
    assert "“Presenter *never* came”" in text_
    assert "sam, Mar 1, 2026, 12:00 PM CST" in text_


def test_a_reversal_revokes_the_very_decision() -> None:
    seed_override("e-fall")
    app = teacher("t-ana", session="e-fall")
    app.text_input(key="reason-e-fall-reverse").set_value("It was right")
    app = press(app, "Take the correction back")
    assert stored()[1:] == [("revoke", f"{OVERRIDE}-e-fall", {}, "It was right")]
    text_ = plain(app)
    assert "correction taken back by jordan" in text_
    assert "**Completed 1 → 2 of 1.**" in text_
    assert "Undo" not in [one.label for one in app.button]


def test_a_coming_session_is_found_and_signed_up_for() -> None:
    app = teacher("t-eve")
    app = checked(app.text_input(key="session-search").set_value("talk").run())
    assert "No session fits" in text_of(app)  # cancelled
    app = checked(app.text_input(key="session-search").set_value("healthcare").run())
    assert "No session fits" in text_of(app)  # on it already
    app = checked(app.text_input(key="session-search").set_value("2005 game").run())
    app = press(app, "Choose")
    assert app.query_params["session"] == "e-future"
    text_ = plain(app)
    assert "Counts as: **nothing**" in text_
    assert "Planned 0 → 1, Not started → In progress." in text_
    app.text_input(key="reason-e-future-sign_up").set_value("Asked by phone")
    press(app, "Sign up")
    payload = {"teacher_key": "t-eve", "effect": "add"}
    assert stored() == [("override_attendance", "e-future", payload, "Asked by phone")]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select 1", "still shows this session as open"),
        (
            "update ops.import_runs set finished_at = timestamptz '2026-01-20 12:00:00Z'",
            "No Session Report has been imported since",
        ),
        (
            "update marts.dim_events set last_seen_run_id = '20260201T150000000Z-aaaaaa'"
            " where event_key = 'e-review'",
            "no longer list this session",
        ),
    ],
)
def test_an_open_past_sign_up_says_why(sql: str, words: str, release: Path) -> None:
    change(
        release,
        "update ops.import_runs set report_type = 'session_report', status = 'succeeded',"
        " dry_run = false",
    )
    change(release, sql)
    assert words in text_of(teacher("t-ben", session="e-review"))


def test_what_takes_no_correction_says_so_and_what_is_gone_too() -> None:
    app = teacher("t-ben", session="e-gone")
    assert "A session that is Cancelled takes no correction" in text_of(app)
    assert "Add credit" not in [one.label for one in app.button]
    assert "Signed up already" in text_of(teacher("t-ben", session="e-next"))
    assert "not in the release any more" in text_of(teacher("t-ben", session="e-nothing"))
    assert "not on the roster" in text_of(teacher("t-nobody", session="e-done"))


def test_a_correction_that_somebody_else_stored_first_is_refused_in_words() -> None:
    app = teacher("t-eve", session="e-done")
    line = {
        "action": "override_attendance",
        "subject_type": "event",
        "subject_key": "e-done",
        "payload": {"teacher_key": "t-eve", "effect": "add"},
        "reason": "Called",
    }
    decisions.append(load_settings(), [line], actor="sam", role="admin")
    app.text_input(key="reason-e-done-add").set_value("She was there")
    app = press(app, "Add credit")
    assert "sam" in "".join(one.value for one in app.error)
    assert len(stored()) == 1


def test_goal_and_issue_are_stored_for_the_roster_row() -> None:
    app = teacher("t-ben")
    app = checked(app.number_input(key="target-r-ben").set_value(3).run())
    assert "Goal 1 → 3." in plain(app)
    app = press(app, "Store the goal")
    assert stored() == [("set_target_sessions", "r-ben", {"target_sessions": "3"}, None)]
    assert "**Goal 1 → 3.**" in plain(app)
    app.text_area(key="issue-r-ben-notes").set_value("<b>=1</b> is missing")
    app = press(app, "Send the report")
    payload = {"category": "missing_session", "notes": "<b>=1</b> is missing"}
    assert stored()[1] == ("report_issue", "r-ben", payload, None)


def test_roles_see_and_do_what_is_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "district_viewer", "d-hickman")
    app = open_page("progress")
    assert app.selectbox(key="progress-district").options == ["Overview", "Hickman Mills"]
    app = teacher("t-eve", session="e-done")
    labels = [one.label for one in app.button]
    assert "Add credit" not in labels
    assert "Store the goal" not in labels
    assert "Send the report" in labels
    assert "e***@example.org" in plain(app)
    act_as(monkeypatch, "district_admin", "d-grandview")
    app = teacher("t-eve", session="e-done")
    assert "Eve <b>" not in plain(app)
    assert "Hickman" not in plain(app)
    assert not app.dataframe
    act_as(monkeypatch, "district_admin", "d-hickman")
    app = teacher("t-eve", session="e-done")
    app.text_input(key="reason-e-done-add").set_value("Own district")
    press(app, "Add credit")
    assert [line[0] for line in stored()] == ["override_attendance"]


@pytest.mark.parametrize("key", ["issue-r-ben-notes", "reason-e-missed-add"])
def test_a_text_that_is_too_long_is_refused_in_words_and_stays(key: str) -> None:
    app = teacher("t-ben", session="e-missed")
    box = next(one for one in (*app.text_area, *app.text_input) if one.key == key)
    box.set_value("x" * 5000)
    app = press(app, "Send the report" if key.startswith("issue") else "Add credit")
    assert "5,000 characters long, at most 500 are kept. Nothing was stored." in text_of(app)
    box = next(one for one in (*app.text_area, *app.text_input) if one.key == key)
    assert box.value == "x" * 5000
    assert stored() == []
