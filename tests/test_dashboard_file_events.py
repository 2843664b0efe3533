"""Events that files brought: in the list, on a page of their own, and in nobody's hands here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard.release import OpenRelease, current
from dashboard.sessions import queries_events
from dashboard.sessions.queries_events import EventFilter
from dashboard.teachers import queries_progress_teacher
from polaris.settings import load_settings
from tests.support import fake_release, fake_release_crm
from tests.support.dashboard_app import (
    act_as,
    add_rows,
    labels,
    metrics,
    open_page,
    text_of,
)

FAIR = "f-fair"


def _at(hour: int) -> datetime:
    return datetime(2026, 3, 20, hour, tzinfo=UTC)


ROWS: dict[str, list[dict[str, Any]]] = {
    "marts.dim_events": [
        {
            **{"event_key": FAIR, "source": "csv", "title": "Fair for <b>all</b>"},
            **{"status": "Confirmed", "raw_status": "ok", "format": "in_person"},
            **{"session_date": date(2026, 3, 20), "start_at": _at(15), "end_at": _at(17)},
            **{"is_time_known": True, "duration_minutes": 120, "location": "Gym"},
            **{
                "virtual_link": "example.org/join",
                "requested_volunteer_count": 9,
                "available_slot_count": 12,
            },
            **{"external_system": "website", "external_id": "E-77", "session_host": "Acme"},
            **{"inperson_page_visible": False, "is_status_manual": False, "is_corrected": False},
        }
    ],
    "marts.bridge_event_districts": [
        {"event_key": FAIR, "district_key": "d-hickman", "attribution_source": "file_school"}
    ],
    "marts.dim_shifts": [
        {
            **{"shift_key": "h-2", "event_key": FAIR, "start_at": _at(16), "end_at": None},
            **{"role": "host", "capacity": 4, "external_id": "S-2"},
        },
        {
            **{"shift_key": "h-1", "event_key": FAIR, "start_at": _at(15), "end_at": _at(16)},
            **{"role": "speaker", "capacity": 2, "external_id": "S-1"},
        },
        {
            **{"shift_key": "h-0", "event_key": "c-next", "start_at": _at(9), "end_at": None},
            **{"role": "driver", "capacity": None, "external_id": "S-0"},
        },
    ],
    "marts.fct_signups": [
        {
            **{"signup_key": "g-7", "event_key": FAIR, "shift_key": "h-1", "first_name": "Ana"},
            **{"last_name": "Ruiz", "email": "ana@example.org", "rsvp_status": "confirmed"},
            **{"is_attended": True, "derived_hours": 2.0},
        },
        {
            **{"signup_key": "g-8", "event_key": FAIR, "shift_key": "h-1", "first_name": "Bo"},
            **{"last_name": "Stone", "email": None, "rsvp_status": "cancelled"},
            **{"is_attended": None, "derived_hours": None},
        },
    ],
}


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release_crm.publish(page_home)
    for table, rows in ROWS.items():
        add_rows(page_home, table, rows)
    return page_home


def opened() -> OpenRelease:
    release = current(load_settings())
    assert release is not None
    return release


def test_the_list_finds_them_by_their_source() -> None:
    app = open_page("events", source="csv")
    assert app.dataframe[0].value["title"].tolist() == ["Fair for <b>all</b>"]
    assert app.selectbox(key="events-source").format_func("csv") == "A file"


def test_a_page_says_what_the_file_says_and_offers_nothing_it_would_refuse() -> None:
    app = open_page("events", event=FAIR)
    text = text_of(app).replace("\\", "")
    for said in ("A file brought this event", "E-77", "website", "Gym", "Hickman Mills"):
        assert said in text
    assert "example.org/join" in text
    assert "Salesforce says" not in text
    assert "<b>" not in text_of(app)
    shown = metrics(app)
    assert (shown["Signed up"], shown["Came"], shown["Volunteers asked for"]) == ("2", "1", "9")
    refused = {
        "Set status",
        "Store correction",
        "Promote to Completed",
        "Open in Pathful",
        "Unlink",
    }
    assert not refused & set(labels(app))


def test_its_shifts_stand_in_their_order_with_who_signed_up() -> None:
    shifts = open_page("events", event=FAIR).dataframe[0].value
    assert shifts["role"].tolist() == ["speaker", "host"]
    assert shifts["capacity"].tolist() == [2, 4]
    assert (shifts["signups"].tolist(), shifts["attended"].tolist()) == ([1, 0], [1, 0])


def test_a_session_of_salesforce_shows_the_shifts_that_a_file_gave_it() -> None:
    (shifts,) = (
        frame.value
        for frame in open_page("events", event="c-next").dataframe
        if "capacity" in frame.value
    )
    assert shifts["role"].tolist() == ["driver"]
    assert "Shifts" not in text_of(open_page("events", event="c-done"))


def test_given_hours_and_those_of_the_event_stand_apart() -> None:
    people = open_page("events", event=FAIR, tab="people").dataframe[1].value
    assert people["name"].tolist() == ["Ana Ruiz", "Bo Stone"]
    assert people["hours"].isna().all()
    assert people["derived"].tolist()[0] == 2
    assert people["came"].tolist() == ["Yes", "Not known yet"]


@pytest.mark.parametrize("role", ["data_steward", "viewer"])
def test_staff_count_the_students_of_an_event_that_took_place(
    home: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    staffing = {"event_key": FAIR, "attended_student_count": 0, "needs_attendance": True}
    add_rows(home, "marts.agg_event_staffing", [staffing])
    path = home / "releases" / f"{fake_release.NAME}.duckdb"
    with duckdb.connect(str(path)) as release:
        release.execute("update marts.dim_events set status = 'Completed' where source = 'csv'")
    act_as(monkeypatch, role)
    app = open_page("events", event=FAIR, tab="people")
    assert "nobody counted its students" in text_of(app)
    assert ("Save count" in labels(app)) is (role == "data_steward")


def test_its_history_names_the_files_and_rows(home: Path) -> None:
    add_rows(
        home,
        "ops.import_rows",
        [{"run_id": "run-f", "row_number": 7, "bucket": "created", "event_key": FAIR}],
    )
    add_rows(home, "ops.import_runs", [{"run_id": "run-f", "file_name": "fairs.csv"}])
    app = open_page("events", event=FAIR, tab="history")
    assert "fairs.csv" in text_of(app).replace("\\", "")
    assert "(row 7)" in text_of(app)


def test_a_district_sees_its_event_and_shifts_but_nobody_who_signed_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    act_as(monkeypatch, "district_admin", "d-hickman")
    app = open_page("events", event=FAIR)
    assert "Ana" not in text_of(app)
    shifts = app.dataframe[0].value
    assert shifts["role"].tolist() == ["speaker", "host"]
    assert "signups" not in shifts
    act_as(monkeypatch, "district_admin", "d-grandview")
    assert "not in the release" in text_of(open_page("events", event=FAIR))


def test_no_teacher_is_offered_credit_for_one() -> None:
    found = queries_progress_teacher.search(
        opened(), "t-ana", "fair", (date(2025, 8, 1), date(2026, 7, 31)), date(2026, 3, 20)
    )
    assert FAIR not in {row["event_key"] for row in found}
    assert queries_events.count(opened(), EventFilter(source="csv"))["events"] == 1
