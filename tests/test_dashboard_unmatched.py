"""Unmatched: what a match will move is shown before it is confirmed, and every other answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from dashboard import queries_unmatched
from dashboard import queries_unmatched_preview as preview
from dashboard.queries_unmatched import TicketFilter
from dashboard.release import OpenRelease, current
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    add_rows,
    checked,
    environment,
    everything,
    labels,
    metrics,
    open_page,
    press,
    stored,
    text_of,
    work_as,
)
from tests.support.fake_release import as_json
from tests.support.fake_release_work import DEFAULTS

ARROW = "\N{RIGHTWARDS ARROW}"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    environment(monkeypatch, tmp_path)
    fake_release.publish(tmp_path)
    yield tmp_path
    st.cache_resource.clear()
    st.cache_data.clear()


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
    add_rows(home, "queues.queue_unmatched", [DEFAULTS | sibling, DEFAULTS | teacher])
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


def test_a_tile_counts_what_its_list_shows(home: Path) -> None:
    """A Published session without a date waits for Pathful; answered, it is one of the answered."""
    tile, asked = "Session without date", {"type": "no_date_session"}
    assert metrics(open_page("unmatched", **asked))[tile] == "1 open"
    hidden = (("k-published", "resolved"), ("k-undated", "resolved"))
    tickets = [
        row
        for row in queries_unmatched.counts(release(), hidden)
        if row["unmatched_type"] == asked["type"]
    ]
    assert [(row["status"], row["ticket_count"]) for row in tickets] == [("resolved", 2)]
    for status in ("pending", "resolved"):
        chosen = TicketFilter("no_date_session", status, decided=hidden)
        assert queries_unmatched.count(release(), chosen) == {"pending": 0, "resolved": 2}[status]
    assert queries_unmatched.hidden_count(release(), hidden) == 0


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


def test_a_rejected_suggestion_is_greyed_and_the_ticket_stays_open() -> None:
    app = press(open_page("unmatched", ticket="k-teacher"), "Not this")
    assert stored() == [("reject_candidate", "k-teacher", {"candidate_key": "t-ana"}, None)]
    text = text_of(app).replace("\\", "")
    assert ":gray[Ana Ruiz · Central High · Hickman Mills]" in text
    assert "Never suggested again (stored)" in text
    assert metrics(app)["Teacher"] == "1 open"
    assert labels(app).count("Match") == 1
    app = press(app, "Undo")
    assert [line[0] for line in stored()] == ["reject_candidate", "revoke"]
    assert labels(app).count("Match") == 2


def test_near_names_come_first_with_the_why(home: Path) -> None:
    found = [
        {"kind": "teacher", "key": key, "label": label, "why": why, "score": score}
        for key, label, why, score in (
            ("t-dev", "Dev Patel", "same e-mail", 1.0),
            ("t-ben", "Ben Okafor", "near name", 0.93),
        )
    ]
    ticket = {"ticket_key": "k-new", "unmatched_type": "teacher", "attempted_name": "Ben O"}
    rows = [DEFAULTS | ticket | {"candidates_json": as_json(found)}]
    add_rows(home, "queues.queue_unmatched", rows)
    text = text_of(open_page("unmatched", ticket="k-new"))
    assert text.index("near name · 93 %") < text.index("same e\\-mail · 100 %")


def test_a_teacher_is_added_to_the_roster_from_what_the_ticket_knows() -> None:
    app = open_page("unmatched", ticket="k-teacher")
    field = {one: f"add-k-teacher-{one}" for one in ("name", "email", "building", "grade")}
    assert app.text_input(key=field["name"]).value == "Anna Ruis"
    assert app.selectbox(key=field["building"]).value == "Central HS"
    years = app.selectbox(key="add-k-teacher-academic_year")
    assert (years.options, years.value) == (["2024-2025", "2025-2026", "2026-2027"], "2025-2026")
    app.text_input(key=field["email"]).set_value("nobody")
    app = press(app, "Add to the roster")
    assert "Give the district, e-mail address of the teacher first" in text_of(app)
    assert stored() == []
    app.text_input(key=field["email"]).set_value(" Anna.Ruis@Example.org ")
    app.text_input(key=field["grade"]).set_value("4")
    app.selectbox(key="add-k-teacher-district_key").select("Hickman Mills")
    press(app, "Add to the roster")
    payload = {
        "district_key": "d-hickman",
        "academic_year": "2025-2026",
        "building": "Central HS",
        "name": "Anna Ruis",
        "email": "anna.ruis@example.org",
        "grade": "4",
    }
    assert stored() == [("add_to_roster", "k-teacher", payload, None)]
    app = open_page("unmatched", ticket="k-teacher", status="resolved")
    assert "Anna Ruis added to the roster of 2025-2026" in text_of(app).replace("\\", "")


def test_a_viewer_reads_no_address_in_a_suggestion(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """platform.md 6.1: first letter and domain."""
    one = {"kind": "volunteer", "key": "p-luis", "score": 0.99, "why": "same name"}
    label = "Luis Ortega \N{MIDDLE DOT} luis.ortega+a@example.org"
    ticket = {"ticket_key": "k-luis", "unmatched_type": "volunteer", "attempted_name": "Luis O."}
    ticket |= {"candidates_json": as_json([one | {"label": label}])}
    ticket |= {"attempted_email": "l.o@example.org", "raw_json": '{"Email": "l.o@example.org"}'}
    add_rows(home, "queues.queue_unmatched", [DEFAULTS | ticket])
    for role, seen in (("data_steward", "luis.ortega+a@"), ("viewer", "l***@example.org")):
        work_as(monkeypatch, role)
        said = everything(open_page("unmatched", ticket="k-luis"))
        assert seen in said
        assert ("l.o@" in said or "ortega+a@" in said) is (role != "viewer")


@pytest.mark.parametrize("role", ["viewer", "district_admin"])
def test_who_may_only_look_finds_no_button(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, role, *(["d-hickman"] if role == "district_admin" else []))
    query = {"ticket": "k-teacher", "match": "t-ana"}
    found = open_page("unmatched", **query)
    if role == "viewer":  # the district's ticket list depends on what the scope lets through
        assert metrics(found)["Sessions that move"] == "4"
    assert "Confirm match" not in labels(found)
    app = open_page("unmatched", ticket="k-teacher")
    forbidden = {"Match", "Not this", "Ignore", "Add to the roster", "Set date"}
    assert not forbidden & set(labels(app))
    assert stored() == []
    assert "anna.ruis@example.org" not in text_of(app)


def test_very_long_and_active_text_stays_text(home: Path) -> None:
    long = "A" * 3000
    ticket: dict[str, Any] = {"ticket_key": "k-long", "unmatched_type": "teacher"}
    ticket |= {"attempted_name": f"<img src=x onerror=alert(1)> {long}", "attempted_school": "=1+1"}
    add_rows(home, "queues.queue_unmatched", [DEFAULTS | ticket])
    app = open_page("unmatched", ticket="k-long", match="t-ana")
    assert app.subheader[0].value.startswith(r"Match \<img src\=x onerror\=alert\(1\)\>")
    app = checked(press(app, "Cancel"))
    assert app.subheader[0].value.startswith(r"\<img")


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


@pytest.mark.parametrize(
    ("kind", "action", "after", "said"),
    [
        ("teacher", "match_teacher", {"teacher_key": "t-ben"}, "Matched to Ben Okafor"),
        (
            "teacher",
            "match_teacher",
            {"teacher": "Gary O'Connor", "status": "resolved"},
            "Matched to Gary O'Connor",
        ),
        ("volunteer", "match_volunteer", {"presenter": "Maya Chen"}, "Matched to Maya Chen"),
        ("school_unresolved", "match_school", {"school": "Oak High"}, "Matched to Oak High"),
        ("organization", "match_organization", {"organization": "Acme"}, "Matched to Acme"),
        ("school_unresolved", "match_district", {"district": "Grand"}, "Matched to Grand"),
        ("teacher", "match_teacher", {}, "Matched by"),
        ("no_date_session", "set_session_date", {"session_date": "2026-02-03"}, "Dated Feb 3"),
        ("no_date_session", "set_session_date", {"status": "resolved"}, "Dated by"),
        (
            "teacher",
            "add_to_roster",
            {"name": "Dee Roe", "academic_year": "2025-2026"},
            "Dee Roe added to the roster of 2025-2026",
        ),
    ],
)
def test_a_settled_ticket_says_what_was_decided_from_keys_and_from_names(
    kind: str, action: str, after: dict[str, str], said: str, home: Path
) -> None:
    ticket = {"ticket_key": "k-done", "unmatched_type": kind, "attempted_name": "Ben O."}
    ticket |= {"status": "resolved", "resolved_by": "jordan", "decision_id": "dec-done"}
    add_rows(home, "queues.queue_unmatched", [DEFAULTS | ticket])
    entry = {"decision_id": "dec-done", "actor": "jordan", "action": action}
    add_rows(home, "ops.audit_log", [entry | {"after_json": as_json(after)}])
    text = text_of(open_page("unmatched", status="resolved", ticket="k-done")).replace("\\", "")
    assert said in text
    assert "by jordan" in text
    assert "None" not in text
