"""The flags queue: what it shows, what it stores, and who may resolve what."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.release import current
from dashboard.sessions import queries_flags
from dashboard.sessions.queries_flags import FlagFilter
from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import event_pages, fake_release
from tests.support import fake_release_events as fake
from tests.support.dashboard_app import (
    checked,
    metrics,
    open_page,
    press,
    stored,
    text_of,
    work_as,
)


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    return page_home


@pytest.fixture
def release(home: Path) -> Path:
    path = fake_release.publish(home)
    fake.correct(path)
    return path


def listed(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["title"])


def stored_id(action: str) -> str:
    """The id of the last decision of that kind."""
    made = decisions.read_all(load_settings())
    return [item.decision_id for item in made if item.action == action][-1]


def plain(app: AppTest) -> str:
    return text_of(app).replace("\\", "")


def test_every_type_has_a_card_with_its_owner_and_the_newest_come_first(release: Path) -> None:
    fake.add_flags(release, 1)
    app = open_page("flags")
    assert metrics(app) == {
        "Past session still a draft": "1 open",
        "No teacher": "1 open",
        "Completed without a presenter": "0 open",
        "Cancelled without a reason": "1 open",
    }
    assert [metric.delta for metric in app.metric] == [
        "Staff · 0 settled",
        "District admin · 0 settled",
        "Staff · 1 settled",
        "Staff · 0 settled",
    ]
    rows = app.dataframe[0].value
    assert rows["title"].tolist() == [
        "<script>alert(1)</script> Careers",
        "=Finance & Banking",
        "Bulk 000",
    ]
    assert rows["age"].tolist() == [0, 0, 1]
    assert rows["owner"].tolist() == ["Staff", "Staff", "District admin"]
    assert app.subheader[0].value == r"\<script\>alert\(1\)\</script\> Careers"


def test_a_session_of_the_next_two_weeks_is_the_most_urgent(release: Path) -> None:
    fake.add_flags(release, 2)
    with duckdb.connect(str(release)) as connection:
        connection.execute(
            "update marts.dim_events set session_date = '2026-03-24' where title = 'Bulk 001'"
        )
    assert listed(open_page("flags"))[0] == "Bulk 001"


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ({"kind": "NEEDS_REASON"}, ["=Finance & Banking"]),
        ({"district": "d-grandview"}, ["=Finance & Banking"]),
        ({"text": "grand middle"}, ["=Finance & Banking"]),
        ({"text": "GRANDVIEW 1003"}, ["=Finance & Banking"]),
        ({"owner": "district_admin"}, ["Bulk 000"]),
        (
            {"first_day": date(2026, 2, 10), "last_day": date(2026, 2, 28)},
            ["<script>alert(1)</script> Careers"],
        ),
        ({"state": "resolved"}, ["Architecture Basics"]),
        ({"state": "auto"}, []),
        ({"sort": "Oldest session first", "owner": "staff"}, ["=Finance & Banking", "<script>"]),
    ],
)
def test_filters_narrow_the_queue(wanted: dict[str, Any], titles: list[str], release: Path) -> None:
    fake.add_flags(release, 1)
    found = current(load_settings())
    assert found is not None
    chosen = FlagFilter(today=fake_release.TODAY, **wanted)
    rows = queries_flags.page(found, chosen, 1)
    assert len(rows) == len(titles) == queries_flags.count(found, chosen)
    assert all(row["title"].startswith(title) for row, title in zip(rows, titles, strict=True))


def test_filters_stand_in_the_address(release: Path) -> None:
    query = {
        "type": "NEEDS_REASON",
        "owner": "staff",
        "district": "d-grandview",
        "from": "2026-02-01",
        "to": "2026-02-28",
        "q": "banking",
    }
    app = open_page("flags", **query)
    assert {name: app.query_params[name] for name in query} == query
    assert listed(app) == ["=Finance & Banking"]
    assert {button.label for button in app.download_button} == {"Export CSV", "Export XLSX"}
    assert "No flag fits these filters" in text_of(open_page("flags", status="auto"))


def test_a_flag_is_resolved_with_notes_shown_at_once_and_undone(release: Path) -> None:
    app = press(open_page("flags", flag="f-e-html"), "Resolve flag")
    assert "Say in the notes why" in text_of(app)
    assert stored() == []
    notes = "A <b>rehearsal</b>\nnot a session " + "x" * 400
    app.text_area(key="resolve-f-e-html").set_value(notes)
    app = press(app, "Resolve flag")
    assert stored() == [("resolve_flag", "f-e-html", {}, notes)]
    assert listed(app) == ["=Finance & Banking"]
    assert metrics(app)["Past session still a draft"] == "0 open"
    assert app.query_params["flag"] == "f-e-off"  # the next one
    app = open_page("flags", flag="f-e-html", status="resolved")
    assert "the flag is resolved" in plain(app)
    assert "Resolved by a person (stored)" in list(app.dataframe[0].value["status"])
    app = press(app, "Take it back")
    assert "Say why it is taken back" in text_of(app)
    item = stored_id("resolve_flag")
    app.text_input(key=f"flag-undo-{item}-why").set_value("The wrong session")
    app = press(app, "Take it back")
    assert stored()[1:] == [("revoke", item, {}, "The wrong session")]
    assert metrics(app)["Past session still a draft"] == "1 open"


def test_a_persons_resolution_in_the_release_is_taken_back(release: Path) -> None:
    event_pages.seed(fake.RESOLVED, "resolve_flag", ("flag", "f-e-old"))
    app = open_page("flags", flag="f-e-old", status="resolved")
    assert "Resolved by sam, Mar 2, 2026, 12:00 PM CST." in plain(app)
    assert "A class of its own" in plain(app)
    app.text_input(key="flag-undo-f-e-old-why").set_value("It is back")
    app = press(app, "Take it back")
    assert stored()[1:] == [("revoke", fake.RESOLVED, {}, "It is back")]
    assert listed(open_page("flags", type="MISSING_PRESENTER")) == ["Architecture Basics"]


def test_a_missing_reason_is_given_on_the_spot(release: Path) -> None:
    app = press(open_page("flags", flag="f-e-off"), "Set reason")
    assert "Choose a reason first" in text_of(app)
    app.selectbox(key="reason-flag-e-off").select("OTHER")
    app.text_area(key="reason-notes-flag-e-off").set_value("too short")
    app = press(checked(app.run()), "Set reason")
    assert "at least 10 characters" in text_of(app)
    assert stored() == []
    app.text_area(key="reason-notes-flag-e-off").set_value("The bus broke down")
    app = press(app, "Set reason")
    payload = {"code": "OTHER", "notes": "The bus broke down"}
    assert stored() == [("set_cancellation_reason", "e-off", payload, None)]
    assert metrics(app)["Cancelled without a reason"] == "0 open"
    settled = open_page("flags", flag="f-e-off", status="resolved")
    assert "=Finance & Banking" in listed(settled)
    assert "cancelled because of Other" in plain(settled)


def test_other_flags_lead_to_where_they_are_mended(release: Path) -> None:
    key = fake.add_flags(release, 1)[0]
    links = {link.label for link in open_page("flags", flag="f-e-html").get("page_link")}
    assert any("draft review" in label for label in links)
    links = {link.label for link in open_page("flags", flag=key).get("page_link")}
    assert {"Open the session", "Tag a teacher on the session"} <= links


def test_everything_of_a_filter_is_resolved_at_once_but_never_more_than_a_hundred(
    release: Path,
) -> None:
    keys = fake.add_flags(release, 101)
    app = open_page("flags", type="MISSING_TEACHER", page="3")
    assert len(listed(app)) == 1
    app = checked(app.checkbox(key="flags-everything").check().run())
    assert "Say in the notes" in text_of(press(app, "Resolve 101 flags"))
    app.text_area(key="flags-bulk-notes").set_value("Held by the district itself")
    app = press(app, "Resolve 101 flags")
    assert "101 flags were chosen, and at most 100" in text_of(app)
    assert stored() == []
    app = open_page("flags", type="MISSING_TEACHER", q="bulk 09", page="1")
    app.checkbox(key="flags-everything").check()
    app.text_area(key="flags-bulk-notes").set_value("Held by the district itself")
    app = press(checked(app.run()), "Resolve 11 flags")
    assert {line[1] for line in stored()} == {*keys[90:100], keys[9]}
    assert {line[3] for line in stored()} == {"Held by the district itself"}
    assert "No flag fits these filters" in text_of(app)


def test_a_flag_resolved_meanwhile_or_gone_is_said_in_words(release: Path) -> None:
    app = open_page("flags", flag="f-e-html")
    event_pages.decide("resolve_flag", ("flag", "f-e-html"), "first")
    app.text_area(key="resolve-f-e-html").set_value("second")
    app = press(app, "Resolve flag")
    assert "No decision was stored" in text_of(app)
    assert len(stored()) == 1
    assert "not in the release any more" in text_of(open_page("flags", flag="gone"))


def test_who_may_only_look_gets_no_button(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for role, districts in (("viewer", ()), ("district_viewer", ("d-grandview",))):
        work_as(monkeypatch, role, *districts)
        app = open_page("flags", flag="f-e-off")
        assert {one.label for one in app.button} <= {"Previous", "Next", "Reset filters"}
        assert not app.text_area
        assert not app.download_button


def test_a_district_admin_sees_and_resolves_the_own_districts_flags(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = fake.add_flags(release, 1)[0]
    work_as(monkeypatch, "district_admin", "d-hickman")
    app = open_page("flags")
    assert listed(app) == ["Bulk 000"]
    app.text_area(key=f"resolve-{key}").set_value("We know")
    press(app, "Resolve flag")
    assert stored() == [("resolve_flag", key, {}, "We know")]
    work_as(monkeypatch, "district_admin", "d-grandview")
    app = open_page("flags")  # the district's own first, and there is none
    assert "No flag fits these filters" in text_of(app)
    app = open_page("flags", owner="")
    assert app.query_params["owner"] == ""
    assert listed(app) == ["=Finance & Banking"]
    labels = {one.label for one in app.button}
    assert "Set reason" in labels  # a district may say why
    assert "Resolve flag" not in labels  # the flag is for staff
    assert not app.checkbox
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("role", "query", "owner", "has_bulk"),
    [
        ("district_admin", {}, "district_admin", True),
        ("district_admin", {"owner": ""}, "", True),
        ("district_admin", {"owner": "staff"}, "staff", False),
        ("district_admin", {"owner": "", "type": "NEEDS_REASON"}, "", False),
        ("district_viewer", {}, "", False),
        ("data_steward", {}, "", True),
        ("data_steward", {"owner": "staff"}, "staff", True),
        ("viewer", {}, "", False),
    ],
)
def test_a_district_admin_starts_with_the_own_flags_and_resolves_several_of_those_only(
    *,
    role: str,
    query: dict[str, str],
    owner: str,
    has_bulk: bool,
    release: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = fake.add_flags(release, 1)[0]
    change = "insert into marts.bridge_event_districts values ('e-off', 'd-hickman', 'x')"
    with duckdb.connect(str(release)) as connection:
        connection.execute(change)
    districts = ("d-hickman",) if role.startswith("district") else ()
    work_as(monkeypatch, role, *districts)
    app = open_page("flags", **query)
    box = app.selectbox(key="flags-owner")
    assert box.value == owner
    assert "A flag on a session without a district is staff's." in box.help
    assert bool(app.checkbox) is has_bulk
    if role == "district_admin" and query == {"owner": ""}:
        app = checked(app.checkbox(key="flags-everything").check().run())
        app.text_area(key="flags-bulk-notes").set_value("Ours")
        assert "1 are for staff to resolve" in text_of(press(app, "Resolve 2 flags"))
        assert stored() == [("resolve_flag", key, {}, "Ours")]


@pytest.mark.parametrize(
    ("query", "key", "button"),
    [
        ({"flag": "f-e-html"}, "resolve-f-e-html", "Resolve flag"),
        ({"flag": "f-e-off"}, "reason-notes-flag-e-off", "Set reason"),
        ({}, "flags-bulk-notes", "Resolve 2 flags"),
    ],
)
def test_notes_that_are_too_long_are_refused_in_words_and_stay(
    query: dict[str, str], key: str, button: str, release: Path
) -> None:
    app = open_page("flags", **query)
    if button == "Set reason":
        app.selectbox(key="reason-flag-e-off").select("OTHER")
    if key == "flags-bulk-notes":
        app.checkbox(key="flags-everything").check()
    app.text_area(key=key).set_value("y" * 5000)
    app = press(checked(app.run()), button)
    said = "The notes are 5,000 characters long, at most 500 are kept. Nothing was stored."
    assert said in text_of(app)
    assert app.text_area(key=key).value == "y" * 5000
    assert stored() == []
    app.text_area(key=key).set_value("  " + "y" * 500 + "  ")
    press(app, button)
    assert len(stored()) == (2 if key == "flags-bulk-notes" else 1)


def test_the_reason_of_an_undo_may_not_be_too_long(release: Path) -> None:
    event_pages.decide("resolve_flag", ("flag", "f-e-html"), "first")
    item = stored_id("resolve_flag")
    app = open_page("flags", flag="f-e-html", status="resolved")
    app.text_input(key=f"flag-undo-{item}-why").set_value("z" * 501)
    app = press(app, "Take it back")
    assert "The reason is 501 characters long" in text_of(app)
    assert app.text_input(key=f"flag-undo-{item}-why").value == "z" * 501
    assert len(stored()) == 1


def test_an_empty_release_says_what_to_do(home: Path) -> None:
    fake_release.publish(home, fake_release.EMPTY_NAME, empty=True)
    text = text_of(open_page("flags"))
    assert "No flag" in text
    assert "**Import**" in text
