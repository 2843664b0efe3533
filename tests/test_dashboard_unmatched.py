"""Unmatched: the list of tickets, what is said of each, and every answer but a match."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboard.release import OpenRelease, current
from dashboard.unmatched import queries_unmatched
from dashboard.unmatched.queries_unmatched import TicketFilter
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    add_rows,
    checked,
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
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    return page_home


def release() -> OpenRelease:
    found = current(load_settings())
    assert found is not None
    return found


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
    assert not any(frame.proto.selection_mode for frame in app.dataframe)
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
