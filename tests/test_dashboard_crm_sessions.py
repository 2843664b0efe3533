"""Sessions of Salesforce beside those of Pathful: every page still says what it promises."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dashboard import queries_overview
from dashboard.impact import queries_year_end
from dashboard.release import OpenRelease, current
from dashboard.sessions import queries_events
from dashboard.sessions.queries_events import EventFilter
from dashboard.teachers import queries_progress_teacher, queries_roster
from dashboard.unmatched import queries_unmatched, queries_unmatched_preview
from polaris.settings import load_settings
from tests.support import fake_release_crm
from tests.support.dashboard_app import (
    act_as,
    add_rows,
    labels,
    metrics,
    open_page,
    press,
    stored,
    text_of,
)


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release_crm.publish(page_home)
    return page_home


def opened() -> OpenRelease:
    release = current(load_settings())
    assert release is not None
    return release


CRM = {"Career Jumping Day", "Visit to <b>Acme</b> & Co", "=College Fair", "Pathway Visit"}
CRM |= {"Snowed In", "Live from the Lab"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"source": "salesforce"}, CRM),
        ({"source": "salesforce", "format": "virtual"}, {"Live from the Lab"}),
        ({"q": "a0b00000000done"}, {"Career Jumping Day"}),
        (
            {"q": "rosa alder", "format": "in_person"},
            {"Career Jumping Day", "Visit to <b>Acme</b> & Co"},
        ),
        ({"q": "tom reed"}, set()),
    ],
)  # fmt: skip
def test_the_list_finds_them_by_source_format_id_and_volunteer(
    query: dict[str, str], found: set[str]
) -> None:
    frames = open_page("events", **query).dataframe
    assert {title for frame in frames for title in frame.value["title"]} == found


def test_the_list_holds_both_sources_unless_asked() -> None:
    titles = set(open_page("events").dataframe[0].value["title"])
    assert titles > CRM | {"Robotics at Work"}


def test_students_of_both_sources_are_counted() -> None:
    everything = queries_events.count(opened(), EventFilter())
    crm = queries_events.count(opened(), EventFilter(source="salesforce"))
    pathful = queries_events.count(opened(), EventFilter(source="pathful"))
    assert int(crm["students"]) == 3
    assert int(everything["students"]) == int(pathful["students"]) + 3


def test_who_cancelled_is_no_presenter_of_the_list() -> None:
    rows = queries_events.page(opened(), EventFilter(text="Career Jumping"), 1)
    assert rows["presenters"].tolist() == ["Rosa Alder"]


def test_its_page_says_what_salesforce_says_and_offers_nothing_it_would_refuse() -> None:
    app = open_page("events", event="c-done")
    text = text_of(app).replace("\\", "")
    assert "Salesforce owns this session" in text
    assert "Career jumping" in text
    assert metrics(app)["Volunteers with credit"] == "1"
    assert metrics(app)["Volunteer hours"] == "2"
    assert metrics(app)["Students attended"] == "3"
    people = app.dataframe[0].value
    assert people["name"].tolist() == ["Rosa Alder", "Tom Reed"]
    assert people["source"].tolist() == ["Recorded hours", "No hours"]
    refused = {"Set status", "Store correction", "Promote to Completed", "Open in Pathful"}
    assert not refused & set(labels(app))
    assert "Pathful says" not in text


def test_its_website_and_its_districts_are_decided_on_its_page() -> None:
    press(open_page("events", event="c-done", tab="publishing"), "Unlink")
    assert stored() == [("unlink_district", "c-done", {"district_key": "d-hickman"}, None)]
    assert "no longer linked to Hickman Mills" in text_of(open_page("events", event="c-done"))


def test_a_cancelled_one_shows_the_raw_reason_and_takes_another() -> None:
    app = open_page("events", event="c-off", tab="status")
    assert "Inclement Weather Cancellation" in text_of(app)
    app.selectbox(key="reason-event-c-off").set_value("SCHOOL_CONFLICT").run()
    press(app, next(label for label in labels(app) if "reason" in label.lower()))
    ((action, subject, payload, _),) = stored()
    assert (action, subject, payload["code"]) == (
        "set_cancellation_reason",
        "c-off",
        "SCHOOL_CONFLICT",
    )


def test_a_district_sees_its_session_without_small_numbers_or_forms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    act_as(monkeypatch, "district_viewer", "d-hickman")
    app = open_page("events", event="c-done")
    assert metrics(app)["Students attended"] == "fewer than 5"
    assert not {"Show on the website", "Unlink", "Link"} & set(labels(app))
    assert "a0B" not in text_of(app)
    assert "not in the release" in text_of(open_page("events", event="c-fair"))


def test_a_small_number_of_students_is_withheld_from_the_list_of_a_district(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def students() -> list[int]:
        rows = open_page("events", q="Career Jumping Day").dataframe[0].value
        assert len(rows) == 1
        return [int(value) for value in rows["students"].dropna()]

    assert students() == [3]
    act_as(monkeypatch, "district_viewer", "d-hickman")
    assert students() == []


def test_the_overview_counts_volunteers_who_are_and_people_who_came(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = {"school_key": "s-gone", "school_name": "Gone High", "is_deleted": True}
    add_rows(home, "marts.dim_schools", [gone])
    found = queries_overview.counts(opened(), date(2026, 3, 10), None)
    everybody = opened().rows("select person_key, is_deleted from marts.dim_volunteers")
    gone_people = [row["person_key"] for row in everybody if row["is_deleted"]]
    assert "p-gone" in gone_people
    assert found["crm_event_count"] == 6
    assert found["volunteer_count"] == len(everybody) - len(gone_people)
    assert found["school_count"] == 3
    act_as(monkeypatch, "district_admin", "d-hickman")
    before = int(metrics(open_page("overview"))["Volunteers"])
    # Tom, who cancelled another session of the district, comes to this one.
    came = {"event_key": "c-live", "person_key": "p-away", "attendance_status": "Attended"}
    add_rows(home, "marts.fct_volunteer_participation", [came | {"participant_type": "Volunteer"}])
    assert int(metrics(open_page("overview"))["Volunteers"]) == before + 1


def test_credit_is_searched_among_sessions_that_take_it() -> None:
    found = queries_progress_teacher.search(
        opened(), "t-ana", "Career", (date(2025, 8, 1), date(2026, 7, 31)), date(2026, 3, 10)
    )
    titles = {row["title"] for row in found}
    assert "Nursing Careers" in titles
    assert "Career Jumping Day" not in titles


def test_who_is_deleted_is_no_answer_to_a_ticket_but_keeps_a_name(home: Path) -> None:
    for table, key, name in (
        ("marts.dim_organizations", "organization", "Ute Works"),
        ("marts.dim_schools", "school", "Ute High"),
    ):
        add_rows(home, table, [{f"{key}_key": "x-ute", f"{key}_name": name, "is_deleted": True}])
    for kind in ("volunteer", "organization", "school"):
        assert queries_unmatched.search(opened(), kind, "ute") == []
    assert queries_unmatched.names(opened(), "volunteer", ["p-gone"]) == {"p-gone": "Ute Stone"}
    assert queries_unmatched.search(opened(), "volunteer", "rosa")


def test_a_company_counts_people_who_are_and_sessions_they_came_to(home: Path) -> None:
    people = [
        {"person_key": f"p-{name}", "first_name": name, "organization_key": "o-new"}
        | {"is_deleted": name == "off"}
        for name in ("on", "off")
    ]
    add_rows(home, "marts.dim_volunteers", people)
    took_part = [
        {"participation_key": f"n-{event}", "event_key": event, "person_key": "p-on"}
        | {"participant_type": "Volunteer", "attendance_status": status}
        for event, status in (("c-done", "Attended"), ("c-next", "Canceled"))
    ]
    add_rows(home, "marts.fct_volunteer_participation", took_part)
    found = queries_unmatched_preview.own_numbers(opened(), "organization", "o-new")
    assert (found["people_count"], found["session_count"]) == (1, 1)


def test_deleted_districts_are_offered_to_no_roster(home: Path) -> None:
    gone = {"district_key": "d-gone", "district_name": "Gone District", "is_deleted": True}
    add_rows(home, "marts.dim_districts", [gone])
    assert "Gone District" not in queries_events.all_districts(opened())
    assert "d-gone" not in str(queries_roster.districts(opened()))


def test_the_detail_of_the_year_end_names_those_who_came() -> None:
    rows = queries_year_end.events(opened(), "2025-2026", "all", "d-hickman")
    named = {row["title"]: row["presenter_names"] for row in rows}
    assert named["Career Jumping Day"] == "Rosa Alder"
    assert named["Robotics at Work"] == "Maya Chen"
