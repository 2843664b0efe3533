"""Roster: who is tracked, goals, leaving and coming back, accounts to link, the way to import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.teachers import queries_roster
from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    add_rows,
    checked,
    labels,
    metrics,
    open_page,
    press,
    stored,
    text_of,
    work_as,
)
from tests.support.fake_release import as_json, at

HICKMAN = {"district_key": "d-hickman", "academic_year": "2025-2026"}
HICKMAN |= {"virtual_year": "2025-2026", "building": "Ridge Elementary", "target_sessions": 1}
LAST_YEAR = HICKMAN | {
    "roster_key": "r-old",
    "teacher_key": "t-ana",
    "teacher_name": "Ana Ruiz",
    "academic_year": "2024-2025",
    "virtual_year": "2024-2025",
    "is_active": True,
}
CHANGE = {
    "decision_id": "dec-9",
    "decided_at": at("2026-03-01 18:00"),
    "actor": "sam",
    "action": "set_target_sessions",
    "audit_action": "FIELD_UPDATED",
    "subject_type": "roster_teacher",
    "subject_key": "r-cara",
    "roster_key": "r-cara",
    "before_json": as_json({"target_sessions": 1}),
    "after_json": as_json({"target_sessions": 2}),
    "reason": "Asked by the school",
}


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    add_rows(page_home, "marts.fct_teacher_roster", [LAST_YEAR])
    add_rows(page_home, "ops.audit_log", [CHANGE])
    account = {"teacher_key": "t-gus", "teacher_name": "Gus Berg", "pathful_user_id": "70077"}
    add_rows(page_home, "marts.dim_teachers", [account])
    return page_home


def listed(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["name"])


def form_of(app: AppTest) -> Any:
    """The form that deactivates the teacher."""
    return next(one for one in app.expander if one.label == "Deactivate")


def test_counts_say_who_left_and_why_and_who_has_no_account() -> None:
    app = open_page("roster", district="d-hickman")
    assert metrics(app) == {
        "Active": "4",
        "Inactive": "3",
        "Protected": "1",
        "Without Pathful account": "4",
    }
    text = text_of(app).replace("\\", "")
    assert (
        "Inactive: 1 missing from a newer roster, 1 deactivated by staff, "
        "1 merged into another record" in text
    )
    assert "**1 protected teacher.** The roster names a teacher whom an admin deactivated" in text
    assert "Reactivate the teacher or ask the district" in text
    app = press(app, "Show them")
    assert listed(app) == ["Fay Ito"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Ana Ruiz", "Ben Okafor", "Cara Lindqvist", "Dev Patel", "Eve <b>Stone</b>"]),
        ({"district": "d-grandview"}, ["Dev Patel"]),
        ({"year": "2024-2025"}, ["Ana Ruiz"]),
        ({"status": "inactive"}, ["Fay Ito", "Gus Berg", "Hal Dunn"]),
        ({"status": "inactive", "account": "linked"}, ["Gus Berg"]),
        ({"building": "Central High"}, ["Ana Ruiz", "Ben Okafor"]),
        ({"q": "lindqvist ridge"}, ["Cara Lindqvist"]),
        # Matching: those whom an open ticket may be come first.
        (
            {"account": "none", "status": "", "building": "Ridge Elementary"},
            ["Cara Lindqvist", "Eve <b>Stone</b>", "Fay Ito", "Hal Dunn"],
        ),
        (
            {"account": "none", "q": "a"},
            ["Ana Ruiz", "Ben Okafor", "Cara Lindqvist", "Dev Patel", "Eve <b>Stone</b>"],
        ),
    ],
)
def test_filters_narrow_the_list(query: dict[str, str], names: list[str]) -> None:
    assert listed(open_page("roster", **query)) == names


def test_the_goal_of_one_teacher_is_stored_and_shown_at_once() -> None:
    app = open_page("roster", teacher="r-cara", q="cara")
    assert app.number_input(key="target-r-cara-2").value == 2
    app = press(app, "Save goal")
    assert "The goal is 2 already" in text_of(app)
    app.number_input(key="target-r-cara-2").set_value(3)
    app = press(app, "Save goal")
    assert stored() == [("set_target_sessions", "r-cara", {"target_sessions": "3"}, None)]
    assert app.number_input(key="target-r-cara-3").value == 3
    assert "the goal becomes 3 sessions by jordan" in text_of(app).replace("\\", "")
    assert app.dataframe[0].value["status"].tolist() == ["Active · goal 3 (stored)"]
    assert app.query_params["q"] == "cara"
    app = press(app, "Undo")
    assert [line[0] for line in stored()] == ["set_target_sessions", "revoke"]


def test_the_goal_of_everybody_the_filter_shows_at_most_a_hundred(home: Path) -> None:
    app = open_page("roster", district="d-hickman")
    app.checkbox(key="roster-everything").check()
    app = checked(app.run())
    app.number_input(key="roster-target").set_value(2)
    app = press(app, "Set it for 4 teachers")
    assert {line[:2] for line in stored()} == {
        ("set_target_sessions", f"r-{name}") for name in ("ana", "ben", "cara", "eve")
    }
    assert {line[2]["target_sessions"] for line in stored()} == {"2"}
    assert "4 decisions: Stored" in text_of(app)
    many = [
        HICKMAN
        | {"roster_key": f"r-b{n}", "teacher_key": f"t-b{n}", "is_active": True}
        | {"teacher_name": f"Bulk {n:03d}"}
        for n in range(101)
    ]
    add_rows(home, "marts.fct_teacher_roster", many)
    app = open_page("roster", q="bulk", page="3")
    assert listed(app) == ["Bulk 100"]
    app = checked(app.checkbox(key="roster-everything").check().run())
    app = press(app, "Set it for 101 teachers")
    assert "101 teachers were chosen, and at most 100" in text_of(app)
    assert len(stored()) == 4


def test_deactivating_needs_one_of_five_reasons_and_opens_the_next() -> None:
    app = open_page("roster", teacher="r-ana", district="d-hickman")
    reasons = app.selectbox(key="deactivate-r-ana-category")
    assert reasons.options == [
        "Left district",
        "Transferred to another school",
        "Retired",
        "Data entry error",
        "Other",
    ]
    assert not form_of(app).proto.expanded
    app.text_input(key="deactivate-r-ana-notes").set_value("Moved")
    app = press(app, "Deactivate")
    assert form_of(app).proto.expanded
    assert "Choose why the teacher is deactivated" in form_of(app).error[0].value
    assert app.text_input(key="deactivate-r-ana-notes").value == "Moved"
    app.text_input(key="deactivate-r-ana-notes").set_value("Moved away")
    app = checked(app.run())
    assert form_of(app).proto.expanded
    assert not form_of(app).error
    assert app.text_input(key="deactivate-r-ana-notes").max_chars == 500
    app.selectbox(key="deactivate-r-ana-category").select("Retired")
    app.text_input(key="deactivate-r-ana-notes").set_value(" <i>Moved</i> ")
    app = press(app, "Deactivate")
    payload = {"category": "Retired", "notes": "<i>Moved</i>"}
    assert stored() == [("deactivate_teacher", "r-ana", payload, None)]
    assert app.query_params["teacher"] == "r-ben"
    assert app.dataframe[0].value["status"].tolist()[0] == "Inactive (stored)"
    app = open_page("roster", teacher="r-ana")
    assert "Ana Ruiz is deactivated (Retired) by jordan" in text_of(app).replace("\\", "")
    assert "Reactivate" in labels(app)
    assert "Deactivate" not in labels(app)


def test_a_deactivation_refused_by_the_store_keeps_its_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = open_page("roster", teacher="r-ana")
    app.selectbox(key="deactivate-r-ana-category").select("Retired")
    monkeypatch.setattr("dashboard.decide.attempt", lambda *_: "The store cannot be reached.")
    app = press(app, "Deactivate")
    assert form_of(app).proto.expanded
    assert "The store cannot be reached" in form_of(app).error[0].value
    assert [one.value for one in app.error] == [form_of(app).error[0].value]
    assert app.selectbox(key="deactivate-r-ana-category").value == "Retired"
    monkeypatch.undo()


def test_a_deactivation_somebody_else_was_faster_with_still_says_why_it_failed() -> None:
    app = open_page("roster", teacher="r-ana")
    line = {"action": "deactivate_teacher", "subject_type": "roster_teacher"}
    made = line | {"subject_key": "r-ana", "payload": {"category": "Retired"}}
    decisions.append(load_settings(), [made], actor="sam", role="admin")
    app.selectbox(key="deactivate-r-ana-category").select("Other")
    app = press(app, "Deactivate")
    assert "No decision was stored" in text_of(app)
    assert "Deactivate" not in labels(app)


def test_a_goal_below_one_counts_and_shows_as_one(home: Path) -> None:
    row = HICKMAN | {"roster_key": "r-zero", "teacher_key": "t-zero", "teacher_name": "Zoe Null"}
    add_rows(home, "marts.fct_teacher_roster", [row | {"is_active": True, "target_sessions": 0}])
    app = open_page("roster", q="zoe")
    assert app.dataframe[0].value["target"].tolist() == [1]
    assert app.number_input(key="target-r-zero-1").value == 1


def test_a_protected_teacher_is_explained_and_reactivated() -> None:
    app = open_page("roster", status="protected", teacher="r-fay")
    text = text_of(app)
    assert "Deactivated by staff · Retired · by sam · Feb 1, 2026" in text.replace("\\", "")
    assert r"\=Party in \<b\>May\</b\>" in text
    assert "The newest roster names this teacher again" in text
    press(app, "Reactivate")
    assert stored() == [("reactivate_teacher", "r-fay", {}, None)]
    merged = open_page("roster", status="inactive", teacher="r-hal")
    assert "undo the merge on the Duplicates page" in text_of(merged)
    assert "Reactivate" not in labels(merged)


def test_a_teacher_without_account_finds_the_tickets_that_may_be_theirs() -> None:
    assert "Match teachers without account" in labels(open_page("roster"))
    app = open_page("roster", account="none")
    assert app.dataframe[0].value["account"].tolist()[:3] == [
        "No, 1 likely ticket",
        "No, 1 likely ticket",
        "No",
    ]
    assert "these sign-ups look like this teacher" in text_of(app)
    assert "Central HS · anna\\.ruis@example\\.org · 5 sessions · near name · 90 %" in text_of(app)
    links = [one.proto for one in app.get("page_link")]
    compare = next(one for one in links if one.label == "Compare")
    assert compare.page.endswith("unmatched")
    assert "ticket=k-teacher" in compare.query_string
    assert "match=t-ana" in compare.query_string
    app = checked(app.text_input(key="tickets-r-ana").set_value("ruis 70001").run())
    assert [one.proto.label for one in app.get("page_link")].count("Compare") == 2
    app = checked(app.text_input(key="tickets-r-ana").set_value("qqq").run())
    assert "No open ticket fits" in text_of(app)


def test_the_history_says_who_changed_what_from_what() -> None:
    text = text_of(open_page("roster", teacher="r-cara")).replace("\\", "")
    assert "**Goal changed** by sam, Mar 1, 2026" in text
    assert "1 \N{RIGHTWARDS ARROW}" in text
    assert "Asked by the school" in text
    nobody = text_of(open_page("roster", teacher="r-ben"))
    assert "Nobody changed anything about this teacher by hand" in nobody


def test_the_import_opens_with_district_and_year_filled_in(tmp_path: Path) -> None:
    app = open_page("roster", district="d-grandview")
    link = next(one.proto for one in app.get("page_link") if one.proto.label == "Upload the roster")
    assert link.page.endswith("import_file")
    for part in ("kind=roster", "district=Grandview", "year=2025-2026"):
        assert part in link.query_string
    assert app.selectbox(key="roster-import-year-2025-2026").options == [
        "2024-2025",
        "2025-2026",
        "2026-2027",
    ]
    assert "roster-template" in [button.key for button in app.get("download_button")]
    query = {"kind": "roster", "district": "Grandview", "year": "2026-2027"}
    app = open_page("import_file", **query)
    row = b"Building,Name,Email,Grade\r\nGrand Middle,Dee Roe,dee@example.org,7\r\n"
    app = checked(
        app.file_uploader(key="import-roster").set_value(("r.csv", row, "text/csv")).run()
    )
    assert app.selectbox(key="import-district").value == "Grandview"
    assert app.selectbox(key="import-year").value == "2026-2027"


@pytest.mark.parametrize("role", ["viewer", "district_admin"])
def test_who_may_only_look_finds_no_button(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, role, *(["d-hickman"] if role == "district_admin" else []))
    app = open_page("roster", teacher="r-ana")
    assert "Ana Ruiz" in listed(app)
    assert ("Dev Patel" in listed(app)) == (role == "viewer")
    matching = "Match teachers without account"
    assert not {"Save goal", "Deactivate", "Reactivate", matching} & set(labels(app))
    assert {one.label for one in app.expander} == {"History"}
    assert not app.dataframe[0].proto.selection_mode  # nothing to do with ticked rows
    assert "Compare" not in [one.proto.label for one in app.get("page_link")]
    assert "ana.ruiz@example.org" not in text_of(app)


def test_what_somebody_else_settled_meanwhile_is_refused_in_words() -> None:
    app = open_page("roster", status="protected", teacher="r-fay")
    line = {"action": "reactivate_teacher", "subject_type": "roster_teacher"}
    decisions.append(load_settings(), [line | {"subject_key": "r-fay"}], actor="sam", role="admin")
    app = press(app, "Reactivate")
    assert "No decision was stored" in text_of(app)
    assert len(stored()) == 1
    gone = open_page("roster", teacher="r-gone")
    assert "not in the release" in text_of(gone)


def test_without_a_roster_the_page_leads_to_the_import(home: Path) -> None:
    fake_release.publish(home, fake_release.EMPTY_NAME, empty=True)
    app = open_page("roster")
    assert "No roster yet" in text_of(app)
    assert any(one.proto.label == "Upload the roster" for one in app.get("page_link"))


def test_academic_years_turn_on_the_first_of_august() -> None:
    from datetime import date

    assert queries_roster.academic_year(date(2026, 7, 31)) == "2025-2026"
    assert queries_roster.academic_year(date(2026, 8, 1)) == "2026-2027"
    assert queries_roster.offered_years(date(2026, 8, 1)) == ["2025-2026", "2026-2027", "2027-2028"]
