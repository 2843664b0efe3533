"""A match of an unmatched ticket: what it will move is shown before it is confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.release import OpenRelease, current
from dashboard.unmatched import queries_unmatched_preview as preview
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    add_rows,
    labels,
    metrics,
    open_page,
    press,
    stored,
    text_of,
)
from tests.support.fake_release_work import DEFAULTS

ARROW = "\N{RIGHTWARDS ARROW}"


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    return page_home


def release() -> OpenRelease:
    found = current(load_settings())
    assert found is not None
    return found


def add_sessions(home: Path, sessions: list[tuple[str, str, str]]) -> None:
    """Sessions: key, date, status."""
    rows = [
        {"event_key": key, "title": key, "session_date": day, "status": status}
        for key, day, status in sessions
    ]
    add_rows(home, "marts.dim_events", rows)


def brings(home: Path, *events: tuple[str, str]) -> None:
    """A ticket of Carla with these sessions and their attendance in the file."""
    ticket = {"ticket_key": "k-carla", "unmatched_type": "teacher", "attempted_name": "Carla L."}
    ticket |= {"attempted_school": "Ridge Elementary", "pathful_user_id": "70009"}
    add_rows(home, "queues.queue_unmatched", [DEFAULTS | ticket])
    add_rows(
        home,
        "queues.queue_ticket_events",
        [
            {"ticket_key": "k-carla", "event_key": key, "imported_attendance_status": attendance}
            for key, attendance in events
        ],
    )


def takes_part(home: Path, event: str, attendance: str, override: str | None = None) -> None:
    row = {"event_key": event, "teacher_key": "t-cara", "attendance_status": attendance}
    add_rows(home, "marts.fct_teacher_participation", [row | {"override_effect": override}])


def example(home: Path) -> None:
    """Two sessions move and one is on both sides: Cara, goal two, goes from none to three."""
    add_sessions(
        home,
        [
            ("x-shared", "2025-10-10", "Completed"),
            ("x-jan", "2026-01-20", "Completed"),
            ("x-feb", "2026-02-01", "Completed"),
        ],
    )
    brings(home, ("x-shared", "Attended"), ("x-jan", "Attended"), ("x-feb", "Attended"))
    takes_part(home, "x-shared", "NoShow")


def test_the_preview_counts_what_moves_and_what_is_already_there(home: Path) -> None:
    example(home)
    app = open_page("unmatched", ticket="k-carla", match="t-cara", order="Name", type="teacher")
    shown = metrics(app)
    assert shown["Sessions that move"] == "2"
    assert shown["Already on both"] == "1"
    assert shown["Sessions after"] == "4"  # and e-old, which only Cara has
    assert shown["Completed in 2025-2026"] == f"0 {ARROW} 3"
    assert shown["Planned"] == f"0 {ARROW} 0"
    text = text_of(app).replace("\\", "")
    assert "Match Carla L. with Cara Lindqvist?" in text
    assert f"Not started] {ARROW} :blue-badge[:material/check_circle: Achieved]" in text
    assert "**School**\N{EN SPACE}Ridge Elementary\N{EN SPACE}:blue[:material/check: same]" in text
    ticket, person = (table.value for table in app.dataframe)
    assert ticket["title"].tolist() == ["x-feb", "x-jan", "x-shared"]
    assert ticket["place"].tolist() == ["Moves", "Moves", "On both: once"]
    assert person["title"].tolist() == ["x-shared", "Architecture Basics"]
    app = press(app, "Confirm match")
    assert stored() == [("match_teacher", "k-carla", {"teacher_key": "t-cara"}, None)]
    assert "match" not in app.query_params
    assert app.query_params["order"] == "Name"
    assert app.selectbox(key="unmatched-type").value == "teacher"
    assert app.dataframe[0].value["who"].tolist() == ["Anna Ruis"]


def test_nothing_is_stored_when_the_preview_is_left(home: Path) -> None:
    app = press(open_page("unmatched", ticket="k-teacher", q="ruis"), "Match", 1)
    assert "Match Anna Ruis with Ben Okafor?" in text_of(app)
    # Ben sits in one of the five sessions; a no-show there brings no credit.
    assert metrics(app)["Sessions that move"] == "4"
    assert metrics(app)["Completed in 2025-2026"] == f"0 {ARROW} 0"
    assert "2025\\-2026: stays :yellow-badge" in text_of(app)
    app = press(app, "Cancel")
    assert stored() == []
    assert app.dataframe[0].value["who"].tolist() == ["Anna Ruis"]
    assert app.query_params["ticket"] == "k-teacher"


# Both attendances of one session, an override on it, and what stays (pathful.md 3.6, 4.10).
@pytest.mark.parametrize(
    ("day", "status", "theirs", "mine", "override", "after", "completed", "planned"),
    [
        ("2026-01-10", "Completed", "Attended", "NoShow", None, "Attended", 1, 0),
        ("2026-01-10", "Completed", "NoShow", "Attended", None, "Attended", 1, 0),
        ("2026-01-10", "Completed", "NoShow", "SignedUp", None, "NoShow", 0, 0),
        ("2026-01-10", "Completed", "Attended", "Canceled", "remove", "Canceled", 0, 0),
        ("2026-01-10", "Completed", "Attended", "NoShow", "remove", "Canceled", 0, 0),
        ("2026-01-10", "Completed", "NoShow", "Attended", "add", "Attended", 1, 0),
        ("2026-01-10", "Completed", "Attended", None, None, "Attended", 1, 0),
        ("2025-07-31", "Completed", "Attended", None, None, "Attended", 0, 0),
        ("2025-08-01", "Completed", "Attended", None, None, "Attended", 1, 0),
        ("2026-03-10", "Completed", "Attended", None, None, "Attended", 1, 0),
        ("2026-03-11", "Completed", "Attended", None, None, "Attended", 0, 0),
        ("2026-03-10", "Confirmed", "SignedUp", None, None, "SignedUp", 0, 1),
        ("2026-05-01", "Published", "SignedUp", "SignedUp", None, "SignedUp", 0, 1),
        ("2026-05-01", "Requested", "SignedUp", None, None, "SignedUp", 0, 1),
        ("2026-05-01", "Draft", "SignedUp", None, None, "SignedUp", 0, 0),
        ("2026-05-01", "Cancelled", "Canceled", None, None, "Canceled", 0, 0),
        ("2026-03-09", "Confirmed", "SignedUp", None, None, "SignedUp", 0, 0),
        ("2026-08-01", "Confirmed", "SignedUp", None, None, "SignedUp", 0, 0),
    ],
)
def test_what_a_moved_session_counts(  # noqa: PLR0917 a table of examples
    home: Path,
    day: str,
    status: str,
    theirs: str,
    mine: str | None,
    override: str | None,
    after: str,
    completed: int,
    planned: int,
) -> None:
    add_sessions(home, [("x-one", day, status)])
    brings(home, ("x-one", theirs))
    if mine is not None:
        takes_part(home, "x-one", mine, override)
    found = preview.sessions(release(), "teacher", "k-carla", "t-cara")
    one = next(row for row in found if row["event_key"] == "x-one")
    assert one["attendance_after"] == after
    assert one["place"] == ("moves" if mine is None else "both")
    year = preview.progress(release(), "k-carla", "t-cara", fake_release.TODAY)[0]
    assert (year["completed_after"], year["planned_after"]) == (completed, planned)
    assert year["status_after"] == ("In Progress" if completed or planned else "Not Started")


def test_before_the_match_the_preview_agrees_with_the_published_progress() -> None:
    facts = release().rows("select * from marts.fct_teacher_progress where period = 'year'")
    assert len(facts) == 5
    for fact in facts:
        row = preview.progress(release(), "none", fact["teacher_key"], fake_release.TODAY)[0]
        assert row["completed_before"] == row["completed_after"] == fact["completed_sessions"]
        assert row["planned_before"] == fact["planned_sessions"]
        assert row["status_before"] == row["status_after"] == fact["progress_status"]


def test_whom_staff_took_off_a_session_stays_off(home: Path) -> None:
    example(home)
    entry = {"action": "untag_teacher", "event_key": "x-jan", "teacher_key": "t-cara"}
    add_rows(home, "ops.audit_log", [entry | {"is_standing": True}])
    app = open_page("unmatched", ticket="k-carla", match="t-cara")
    assert metrics(app)["Sessions that move"] == "1"
    assert metrics(app)["Completed in 2025-2026"] == f"0 {ARROW} 2"
    assert "Staff took this person off 1 session before" in text_of(app)
    assert app.dataframe[0].value["place"].tolist() == ["Moves", "Stays off", "On both: once"]


def test_a_presenter_a_school_and_a_company_are_previewed_too(home: Path) -> None:
    app = open_page("unmatched", ticket="k-volunteer", match="p-maya")
    shown = metrics(app)
    assert (shown["Sessions that move"], shown["Already on both"]) == ("1", "1")
    assert r"Maja \<i\>Chen\</i\>" in app.subheader[0].value
    press(app, "Confirm match")
    sibling = {"ticket_key": "k-company-2", "unmatched_type": "organization"}
    sibling |= {"attempted_name": "Luis Ortega", "attempted_organization": "ACME Robotics Inc "}
    teacher = {
        "ticket_key": "k-other",
        "unmatched_type": "teacher",
        "attempted_school": "central hs",
    }
    elsewhere = teacher | {"ticket_key": "k-namesake"}  # of a school of the same name
    tickets = [DEFAULTS | one for one in (sibling, teacher, elsewhere)]
    add_rows(home, "queues.queue_unmatched", tickets)
    met = [{"ticket_key": "k-other", "event_key": "e-old"}]
    add_rows(home, "queues.queue_ticket_events", met)
    company = metrics(open_page("unmatched", ticket="k-company", match="o-acme"))
    assert (company["Tickets answered"], company["Presenters answered"]) == ("2", "2")
    assert (company["Sessions"], company["Rows of the report"]) == ("1", "6")
    school = open_page("unmatched", ticket="k-school", match="s-central")
    assert metrics(school)["Open teachers who name it"] == "2"
    assert "2 teachers and 2 sessions today" in text_of(school)
    press(school, "Confirm match")
    assert stored() == [
        ("match_volunteer", "k-volunteer", {"person_key": "p-maya"}, None),
        ("match_school", "k-school", {"school_key": "s-central"}, None),
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"ticket": "k-gone", "match": "t-ana"},
        {"ticket": "k-teacher", "match": "t-gone"},
        {"ticket": "k-undated", "match": "t-ana"},
    ],
)
def test_a_match_that_a_newer_release_settled_says_so(query: dict[str, str]) -> None:
    app = open_page("unmatched", **query)
    assert "This match cannot be shown" in text_of(app)
    assert "Confirm match" not in labels(app)
    app = press(app, "Back to the list")
    assert app.dataframe[0].value["who"].tolist()[0] == "Anna Ruis"


def test_a_ticket_without_dated_sessions_can_still_be_matched(home: Path) -> None:
    brings(home)
    app = open_page("unmatched", ticket="k-carla", match="t-dev")
    assert metrics(app)["Sessions that move"] == "0"
    assert "No session with a date" in text_of(app)
    assert "No session yet" in text_of(app)
    off_roster = {"teacher_key": "t-new", "teacher_name": "Nia New"}
    add_rows(home, "marts.dim_teachers", [off_roster])
    app = open_page("unmatched", ticket="k-carla", match="t-new")
    assert "on no active roster" in text_of(app)
