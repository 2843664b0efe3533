"""Every page of the dashboard, on an invented release, an empty one, and none at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
import streamlit as st

from tests.support import event_pages, fake_release
from tests.support.dashboard_app import (
    act_as,
    add_rows,
    environment,
    metrics,
    open_page,
    press,
    text_of,
    work_as,
)
from tests.support.fake_release import LAST_RUN

PAGES = ("overview", "progress", "events", "unmatched", "runs", "import_file")
READING = ("overview", "progress", "events", "unmatched", "runs")
STAMP = "Mar 10, 2026, 9:15 AM CDT"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    environment(monkeypatch, tmp_path)
    yield tmp_path
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def release(home: Path) -> Path:
    return fake_release.publish(home)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_how_fresh_it_is_and_who_looks(page: str, release: Path) -> None:
    text = text_of(open_page(page)).replace("\\", "")
    assert STAMP in text
    assert fake_release.NAME in text
    assert "Local mode: jordan works as administrator" in text


@pytest.mark.parametrize("page", READING)
def test_every_page_has_an_export(page: str, release: Path) -> None:
    labels = {button.label for button in open_page(page).download_button}
    assert {"Export CSV", "Export XLSX"} <= labels


@pytest.mark.parametrize("page", ["overview", "progress", "events", "unmatched"])
def test_without_any_release_a_page_says_what_to_do(page: str, home: Path) -> None:
    app = open_page(page)
    assert "Nothing has been published yet" in text_of(app)
    assert "polaris-load pathful FILE" in text_of(app)
    assert not app.metric
    assert not app.dataframe


def test_without_any_release_who_may_not_import_is_not_told_how(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, "viewer")
    text = text_of(open_page("events"))
    assert "Nothing has been published yet" in text
    assert "polaris-load" not in text


def test_without_any_release_runs_and_import_work(home: Path) -> None:
    assert "No run yet" in text_of(open_page("runs"))
    assert "No release published yet" in text_of(open_page("import_file"))


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("overview", "The release is empty"),
        ("progress", "No teacher roster yet"),
        ("events", "No session yet"),
        ("unmatched", "No ticket"),
        ("runs", "No run yet"),
    ],
)
def test_an_empty_release_gets_advice_and_no_verdict(page: str, words: str, home: Path) -> None:
    fake_release.publish(home, fake_release.EMPTY_NAME, empty=True)
    app = open_page(page)
    text = text_of(app)
    assert words in text
    assert "Import" in text
    assert "Nothing is waiting" not in text
    assert not app.metric


def test_a_missing_release_file_is_told_in_words(release: Path) -> None:
    release.unlink()
    text = text_of(open_page("overview"))
    assert "its file is missing" in text.replace("\\", "")
    assert "polaris-load rollback" in text


def test_a_release_without_a_table_is_told_in_words(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute("drop table marts.fct_teacher_progress")
    text = text_of(open_page("progress")).replace("\\", "")
    assert "The release lacks something this page reads" in text
    assert "fct_teacher_progress" in text


def test_an_older_release_without_a_column_is_told_in_words(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute("alter table marts.agg_school_progress drop column total_teachers")
    text = text_of(open_page("progress", district="d-hickman")).replace("\\", "")
    assert "The release lacks something this page reads" in text
    assert "total_teachers" in text


def test_a_server_that_others_can_reach_shows_nothing(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.who.st.get_option", lambda _: "0.0.0.0")
    app = open_page("overview")
    assert "answers only on this machine" in text_of(app)
    assert not app.metric


def test_overview_counts_and_leads_to_the_open_work(release: Path) -> None:
    app = open_page("overview")
    counts = metrics(app)
    assert {name: counts[name] for name in ("Sessions", "Completed", "Upcoming")} == {
        "Sessions": "5",
        "Completed": "2",
        "Upcoming": "1",
    }
    assert {name: counts[name] for name in ("Roster teachers", "Volunteers", "Schools")} == {
        "Roster teachers": "5",
        "Volunteers": "9",
        "Schools": "3",
    }
    links = {one.proto.label: one.proto.query_string for one in app.get("page_link")}
    assert links["1 Session without date"] == "type=no_date_session"
    assert links["1 Past session still a draft"] == "type=NEEDS_ATTENTION"
    assert links["1 Within 7 days"] == "urgency=red"
    queues = ("Session flags", "Draft review", "Unmatched", "Presenter needed", "Issue reports")
    queues += ("Duplicate teachers", "Data findings")
    total = sum(int(counts[name]) for name in queues)
    # As many as the list shows unless asked: a Published session without a date is not among them.
    assert counts["Unmatched"] == "5"
    assert "5 tickets" in text_of(open_page("unmatched"))
    assert f"**{total - 1} items** open" in text_of(app)  # a past draft is on two cards
    assert "Past drafts under flags and drafts alike count once: 1." in text_of(app)
    assert "Achieved **1** (25 %)" in text_of(app)
    sources = app.dataframe[0].value
    assert sources["status"].tolist() == ["Up to date", "Getting old"]


def test_overview_counts_what_the_queues_list_after_a_stored_decision(release: Path) -> None:
    before = metrics(open_page("overview"))
    event_pages.decide("promote_draft", ("event", "e-html"))
    event_pages.decide("defer", ("pair", "d-open"))
    counts = metrics(open_page("overview"))
    names = ("Session flags", "Draft review", "Duplicate teachers")
    assert [int(before[name]) - int(counts[name]) for name in names] == [1, 1, 1]
    assert counts["Draft review"] == str(sum(map(int, metrics(open_page("drafts")).values())))
    assert counts["Duplicate teachers"] == metrics(open_page("duplicates"))["Open"]


def test_overview_says_one_of_a_thing_and_counts_teachers_of_this_year(
    release: Path, home: Path
) -> None:
    finding = {"severity": "warn", "status": "open", "rule_code": "x", "violation_key": "v-one"}
    with duckdb.connect(str(release)) as connection:
        connection.execute("delete from queues.queue_dq_violations")
    add_rows(home, "queues.queue_dq_violations", [finding])
    old = {"roster_key": "r-o", "teacher_key": "t-o", "virtual_year": "2024-2025"}
    add_rows(home, "marts.fct_teacher_roster", [old | {"is_active": True}])
    app = open_page("overview")
    links = {one.proto.label: one.proto.query_string for one in app.get("page_link")}
    assert links["1 Warning"] == "severity=warn"
    assert "1 Warnings" not in links
    assert metrics(app)["Roster teachers"] == "5"


def test_a_district_admin_is_told_what_a_district_decides(
    release: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag = {"event_key": "e-done", "flag_type": "MISSING_TEACHER", "is_resolved": False}
    rows = [
        flag | {"flag_key": f"f-{owner}-{n}", "assigned_to": owner}
        for owner, many in (("staff", 2), ("district_admin", 1))
        for n in range(many)
    ]
    with duckdb.connect(str(release)) as connection:
        connection.execute("delete from queues.queue_event_flags")
        connection.execute("update queues.queue_unmatched set district_key = null")
        connection.execute(
            "update queues.queue_unmatched set district_key = 'd-hickman'"
            " where ticket_key = 'k-teacher'"
        )
    add_rows(home, "queues.queue_event_flags", rows)
    act_as(monkeypatch, "district_admin", "d-hickman")
    app = open_page("overview")
    counts = metrics(app)
    assert not {"Unmatched", "Draft review", "Duplicate teachers", "Data findings"} & set(counts)
    assert (counts["Session flags"], counts["Issue reports"]) == ("1", "1")
    links = {one.proto.label: one.proto.query_string for one in app.get("page_link")}
    assert set(links["1 No teacher"].split("&")) == {"type=MISSING_TEACHER", "owner=district_admin"}
    total = sum(int(counts[one]) for one in ("Session flags", "Presenter needed", "Issue reports"))
    assert f"**{total} items** open" in text_of(app)
    assert "In the hands of staff: 2 flags and 1 ticket." in text_of(app)
    with duckdb.connect(str(release), read_only=True) as connection:
        own = connection.execute(
            "select count(distinct person_key) from marts.fct_volunteer_participation"
            " where event_key in (select event_key from marts.bridge_event_districts"
            " where district_key = 'd-hickman') and attendance_status in ('Attended', 'SignedUp')"
        ).fetchone()
    assert own is not None
    assert counts["Volunteers"] == str(own[0])


def test_a_district_viewer_gets_the_goals_and_no_work(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act_as(monkeypatch, "district_viewer", "d-hickman")
    text = text_of(open_page("overview"))
    assert "Waiting for a person" not in text
    assert "In the hands of staff" not in text
    assert "Teacher goals, 2025-2026" in text


def test_progress_starts_with_every_district_in_the_whole_year(release: Path) -> None:
    app = open_page("progress")
    assert app.selectbox(key="progress-year").value == "2025-2026"
    assert app.selectbox(key="progress-period").value == "year"
    assert app.selectbox(key="progress-period").options == [
        "Whole year",
        "Fall 2025",
        "Spring 2026",
    ]
    text = text_of(app)
    assert "**Grandview**" in text
    assert "**Hickman Mills**" in text


def test_progress_of_a_district_shows_cards_and_teachers(release: Path) -> None:
    app = open_page("progress", district="d-hickman")
    assert metrics(app) == {
        "Schools": "2",
        "Teachers": "4",
        "Achieved": "1 (25 %)",
        "In progress": "1 (25 %)",
        "Not started": "2 (50 %)",
        "Need review": "0",
    }
    assert "**Central High**" in text_of(app)
    assert [one.label for one in app.button].count("2 teachers") == 2
    teachers = app.dataframe[0].value
    assert teachers["teacher_name"].tolist() == [
        "Ana Ruiz",
        "Ben Okafor",
        "Cara Lindqvist",
        "Eve <b>Stone</b>",
    ]
    assert teachers["progress_status"].tolist()[:2] == ["Achieved", "In progress"]


def test_progress_filters_by_semester_status_and_text(release: Path) -> None:
    fall = open_page("progress", district="d-hickman", period="fall")
    assert metrics(fall)["Achieved"] == "0 (0 %)"
    late = open_page("progress", district="d-hickman", status="Not Started", q="ridge lind")
    assert late.dataframe[0].value["teacher_name"].tolist() == ["Cara Lindqvist"]
    none = open_page("progress", district="d-hickman", q="nobody")
    assert "No teacher fits" in text_of(none)


def test_a_school_card_opens_its_teachers_and_the_url_keeps_it(release: Path) -> None:
    app = open_page("progress", district="d-hickman")
    app = press(app, "2 teachers", 1)
    assert app.query_params["school"] == "Ridge Elementary"
    assert len(app.dataframe[0].value) == 2
    again = open_page("progress", **app.query_params)
    assert len(again.dataframe[0].value) == 2


def test_one_teacher_is_explained(release: Path) -> None:
    app = open_page("progress", district="d-hickman", teacher="t-ana")
    shown = metrics(app)
    assert (shown["Status"], shown["Completed"]) == ("Achieved", "1 of 1")
    sessions = app.dataframe[0].value
    assert sessions["title"].tolist() == ["Robotics at Work"]
    assert sessions["attendance"].tolist() == ["Attended"]
    assert "not on the roster" in text_of(
        open_page("progress", district="d-hickman", teacher="t-dev")
    )


def test_the_definition_of_progress_is_one_click_away(release: Path) -> None:
    assert "completed ≥ target" in text_of(open_page("progress"))


def test_sessions_start_where_the_data_are(release: Path) -> None:
    app = open_page("events")
    assert app.date_input(key="events-from").value == date(2025, 8, 1)
    assert app.date_input(key="events-to").value == date(2026, 7, 31)
    rows = app.dataframe[0].value
    assert rows["title"].tolist() == [
        "Nursing Careers",
        "<script>alert(1)</script> Careers",
        "=Finance & Banking",
        "Robotics at Work",
    ]
    assert "4 sessions" in text_of(app)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"from": "none", "q": "architecture"}, ["Architecture Basics"]),
        ({"q": "ruiz"}, ["Robotics at Work"]),
        ({"q": "ortega nurs"}, ["Nursing Careers"]),
        ({"district": "d-grandview"}, ["=Finance & Banking"]),
        ({"school": "s-central", "status": "Completed"}, ["Robotics at Work"]),
        ({"cluster": "Health"}, ["Nursing Careers"]),
    ],
)
def test_sessions_are_found(query: dict[str, str], titles: list[str], release: Path) -> None:
    assert open_page("events", **query).dataframe[0].value["title"].tolist() == titles


@pytest.mark.parametrize(
    ("column", "first"),
    [
        ("Date", "Robotics at Work"),
        ("Title", "<script>alert(1)</script> Careers"),
        ("District", "=Finance & Banking"),
        ("School", "Nursing Careers"),
        ("Educators", "Robotics at Work"),
        ("Presenters", "=Finance & Banking"),
        ("Career cluster", "=Finance & Banking"),
        ("Students", "=Finance & Banking"),
        ("Status", "=Finance & Banking"),
    ],
)
def test_sessions_sort_by_every_column(column: str, first: str, release: Path) -> None:
    rows = open_page("events", sort=column, order="up").dataframe[0].value
    found = rows["title"].tolist()
    if column == "School":
        assert found[0] == "=Finance & Banking" or rows["schools"].tolist()[0] == "Central High"
    else:
        assert found[0] == first


def test_no_session_found_says_so(release: Path) -> None:
    assert "No session fits these filters" in text_of(open_page("events", q="zzz"))


def test_one_session_shows_people_and_where_it_comes_from(release: Path) -> None:
    app = open_page("events", event="e-done")
    text = text_of(app).replace("\\", "")
    assert "Jan 15, 2026, 10:00 AM CST · 60 minutes · Virtual" in text
    assert metrics(app)["Students attended"] == "25"
    teachers, presenters = (frame.value for frame in app.dataframe[:2])
    assert teachers["attendance"].tolist() == ["Attended", "No-show"]
    assert presenters["organization"].tolist() == ["Acme Robotics"]
    assert LAST_RUN in text
    assert "4 rows (row 2, 6, 10, 11)" in text


def test_markup_in_a_title_is_shown_as_text(release: Path) -> None:
    app = open_page("events", event="e-html")
    assert app.subheader[0].value == r"\<script\>alert\(1\)\</script\> Careers"
    assert "Past session still a draft" in app.warning[0].value
    assert "time not given" in text_of(app)


def test_an_unknown_session_says_so(release: Path) -> None:
    assert "not in the release" in text_of(open_page("events", event="nothing"))
