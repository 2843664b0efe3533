"""Numbers that staff enter: a district's on the year-end page, students counted on a session's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.sessions import words_events
from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import fake_release, fake_release_crm
from tests.support.dashboard_app import (
    act_as,
    add_rows,
    labels,
    open_page,
    press,
    stored,
    text_of,
)

Row = dict[str, Any]
ENTERED: Row = {"school_year": "2025-2026", "data_type": "cna_students", "value": 7}
COUNTED: Row = {"total_students": 90, "num_classrooms": 6, "rotations": 2}
NOBODY = "Nobody entered a number for this district, year and host."


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    path = fake_release_crm.publish(page_home)
    with duckdb.connect(str(path)) as release:  # what a test shows it says itself
        release.execute("delete from marts.fct_district_inputs")
    return page_home


def year_end(**query: str) -> AppTest:
    return open_page("district_impact", **({"district": "d-hickman"} | query))


def session(key: str = "c-done") -> AppTest:
    return open_page("events", event=key, tab="people")


def said(app: AppTest) -> str:
    """The text of the page without the signs that keep it plain."""
    return text_of(app).replace("\\", "")


def decide(action: str, key: str, payload: Row) -> decisions.Decision:
    line = {"action": action, "subject_key": key, "payload": payload}
    (made,) = decisions.append(load_settings(), [line], actor="robin", role="admin")
    return made


def show(home: Path, made: decisions.Decision) -> None:
    add_rows(home, "ops.audit_log", [{"decision_id": made.decision_id, "action": made.action}])


def of_release(made: decisions.Decision, **other: Any) -> Row:
    return {
        "district_key": "d-hickman",
        "school_year": "2025-2026",
        "host": "all",
        "data_type": "cna_students",
        "input_name": "CNA students",
        "input_value": 7,
        "decision_id": made.decision_id,
        "decided_at": datetime(2026, 3, 1, 15, tzinfo=UTC),
        "actor": "robin",
    } | other


def test_a_number_of_a_district_is_entered_for_the_year_and_host_shown() -> None:
    app = year_end()
    assert NOBODY in said(app)
    app = press(app, "Enter number")
    assert "Choose what was counted and give the number" in said(app)
    assert stored() == []
    app.selectbox(key="input-kind-d-hickman").set_value("cna_students")
    app.number_input(key="input-value-d-hickman").set_value(7)
    app = press(app, "Enter number")
    assert stored() == [("set_district_input", "d-hickman", ENTERED, None)]
    assert "Hickman Mills: CNA students 2025-2026 becomes 7" in said(app)
    assert app.number_input(key="input-value-d-hickman").value is None
    app = press(app, "Undo")
    assert [action for action, *_ in stored()] == ["set_district_input", "revoke"]
    assert "becomes 7" not in said(app)


def test_a_number_of_one_host_is_no_number_of_all() -> None:
    app = year_end(host="prepkc")
    app.selectbox(key="input-kind-d-hickman").set_value("cna_students")
    app.number_input(key="input-value-d-hickman").set_value(0)
    app = press(app, "Enter number")
    entered = ENTERED | {"value": 0, "host": "prepkc"}
    assert stored() == [("set_district_input", "d-hickman", entered, None)]
    assert "of PREP-KC becomes 0" in said(app)
    (waiting,) = decisions.read_all(load_settings())
    undo = f"district-inputs-undo-{waiting.decision_id}"
    assert undo in [button.key for button in app.button]
    assert undo not in [button.key for button in year_end(host="").button]


def test_a_district_that_nothing_took_place_in_is_offered_and_gets_its_number(
    home: Path,
) -> None:
    add_rows(
        home,
        "marts.dim_districts",
        [
            {"district_key": "d-new", "district_name": "Raytown"},
            {"district_key": "d-odd", "district_name": "Raytwon", "is_provisional": True},
        ],
    )
    app = open_page("district_impact")
    assert "Raytown (nothing yet)" in app.selectbox(key="district-impact-district").options
    assert "Raytwon (nothing yet)" not in app.selectbox(key="district-impact-district").options
    app = year_end(district="d-new")
    assert "Nothing took place" in said(app)
    app.selectbox(key="input-kind-d-new").set_value("cna_students")
    app.number_input(key="input-value-d-new").set_value(7)
    app = press(app, "Enter number")
    assert stored() == [("set_district_input", "d-new", ENTERED, None)]
    assert "Raytown: CNA students 2025-2026 becomes 7" in said(app)


def test_a_district_role_is_offered_no_other_district(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = {"district_key": "d-new", "district_name": "Raytown"}
    add_rows(home, "marts.dim_districts", [new])
    act_as(monkeypatch, "district_admin", "d-hickman")
    app = year_end(district="d-new")
    assert app.selectbox(key="district-impact-district").options == ["Hickman Mills"]
    act_as(monkeypatch, "district_admin", "d-hickman", "d-new")
    app = year_end(district="d-new")
    assert "Nothing took place" in said(app)
    assert "Enter number" not in labels(app)


def test_the_published_number_is_shown_with_what_waits_and_taken_back(home: Path) -> None:
    made = decide("set_district_input", "d-hickman", ENTERED)
    show(home, made)
    add_rows(
        home,
        "marts.fct_district_inputs",
        [
            of_release(made),
            of_release(made, district_key="d-grandview", input_value=4321),
            of_release(made, school_year="2024-2025", input_value=5432),
        ],
    )
    app = year_end()
    text = said(app)
    assert "**CNA students** 7" in text
    assert "robin, Mar 1, 2026" in text
    assert "4,321" not in text
    assert "5,432" not in text
    later = decide("set_district_input", "d-hickman", ENTERED | {"value": 9})
    assert "7 :material/arrow_forward: 9" in said(year_end())
    decisions.append(
        load_settings(),
        [{"action": "revoke", "revokes": later.decision_id}],
        actor="robin",
        role="admin",
    )
    app = press(year_end(), "Undo")
    assert stored()[-1][:2] == ("revoke", made.decision_id)
    assert "~~**CNA students** 7~~" in said(app)
    assert "Undo" not in labels(app)


@pytest.mark.parametrize(
    ("role", "districts"), [("viewer", ()), ("district_admin", ("d-hickman",))]
)
def test_who_may_not_enter_numbers_reads_them(
    home: Path, monkeypatch: pytest.MonkeyPatch, role: str, districts: tuple[str, ...]
) -> None:
    made = decide("set_district_input", "d-hickman", ENTERED)
    show(home, made)
    add_rows(home, "marts.fct_district_inputs", [of_release(made)])
    act_as(monkeypatch, role, *districts)
    app = year_end()
    assert "**CNA students** 7" in said(app)
    assert not {"Enter number", "Undo"} & set(labels(app))


def test_the_whole_has_no_number_of_its_own() -> None:
    app = open_page("district_impact")
    assert "Entered by staff" not in said(app)
    assert "Enter number" not in labels(app)


def test_students_are_counted_at_a_completed_session_and_the_count_is_changed() -> None:
    app = session()
    assert "Nobody counted students, classrooms and rotations yet." in said(app)
    app.number_input(key="attendance-total_students-c-done").set_value(90)
    app = press(app, "Save count")
    assert "Give all three: students, classrooms and rotations" in said(app)
    assert stored() == []
    app.number_input(key="attendance-num_classrooms-c-done").set_value(6)
    app.number_input(key="attendance-rotations-c-done").set_value(2)
    app = press(app, "Save count")
    assert stored() == [("set_attendance_detail", "c-done", COUNTED, None)]
    assert "Career Jumping Day: counted 90 students, 6 classrooms, 2 rotations" in said(app)
    app.number_input(key="attendance-total_students-c-done").set_value(95)
    press(app, "Change count")
    assert stored()[-1][2] == COUNTED | {"total_students": 95}


def test_a_published_count_is_shown_and_taken_back(home: Path) -> None:
    made = decide("set_attendance_detail", "c-done", COUNTED)
    show(home, made)
    with duckdb.connect(str(home / "releases" / f"{fake_release.NAME}.duckdb")) as release:
        release.execute(
            "update marts.agg_event_staffing set total_student_count = 90, classroom_count = 6,"
            " rotation_count = 2, students_per_volunteer = 30 where event_key = 'c-done'"
        )
    app = session()
    assert "**90 students**, 6 classrooms, 2 rotations; 30 students per volunteer" in said(app)
    press(app, "Undo")
    assert stored()[-1][:2] == ("revoke", made.decision_id)


@pytest.mark.parametrize("key", ["c-next", "c-live", "c-off"])
def test_only_a_completed_session_in_person_is_counted(key: str) -> None:
    assert not {"Save count", "Change count"} & set(labels(session(key)))


def test_who_may_not_count_sees_no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "viewer")
    assert "Save count" not in labels(session())


def test_an_entry_of_the_audit_log_names_the_number_with_its_year_and_host() -> None:
    told = words_events.changed('{"cna_students 2024-2025 prepkc": "7", "title": "x y"}', {})
    assert told is not None
    assert "CNA students 2024-2025 prepkc: 7" in told
    assert "Title: x y" in told
    assert words_events.changed('{"rotation_count": "2"}', {}) == "Rotations: 2"
