"""Publishing: which sessions of Salesforce are on the website, and their districts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.support import fake_release, fake_release_crm
from tests.support.dashboard_app import (
    act_as,
    add_rows,
    checked,
    is_closed,
    labels,
    open_page,
    press,
    stored,
    text_of,
)
from tests.support.event_pages import decide

NEXT, FAIR, LONE = "Visit to <b>Acme</b> & Co", "=College Fair", "Pathway Visit"


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release_crm.publish(page_home)
    return page_home


def listed(**query: str) -> dict[str, str]:
    frames = open_page("publishing", **query).dataframe
    if not frames:
        return {}
    rows = frames[0].value
    return dict(zip(rows["title"], rows["website"], strict=True))


def test_coming_sessions_of_salesforce_by_date_and_no_other() -> None:
    assert listed() == {NEXT: "Yes", FAIR: "No", LONE: "No"}
    text = text_of(open_page("publishing"))
    assert "3 sessions to come, 1 on the website" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"shown": "yes"}, [NEXT]),
        ({"shown": "no"}, [FAIR, LONE]),
        ({"district": "none"}, [LONE]),
        ({"district": "d-grandview"}, [FAIR]),
        ({"q": "grand fair"}, [FAIR]),
        ({"q": "zzz"}, []),
    ],
)
def test_filters(query: dict[str, str], found: list[str]) -> None:
    assert list(listed(**query)) == found


def test_one_session_is_shown_and_the_list_says_that_it_waits() -> None:
    press(open_page("publishing", event="c-fair"), "Show on the website")
    assert stored() == [("set_page_visible", "c-fair", {"visible": True}, None)]
    assert listed()[FAIR] == "Yes (stored)"
    assert listed(shown="yes").keys() == {NEXT, FAIR}
    app = open_page("publishing", event="c-fair")
    assert "Take off the website" in labels(app)
    assert "shown on the website" in text_of(app)


def test_a_stored_decision_is_taken_back() -> None:
    decide("set_page_visible", ("event", "c-fair"), visible=True)
    press(open_page("publishing", event="c-fair"), "Undo")
    assert listed()[FAIR] == "No"


def test_marked_sessions_are_shown_in_one_step_and_those_shown_already_stay() -> None:
    app = open_page("publishing")
    key = "publishing-list-0"
    app.session_state[key] = {"selection": {"rows": [0, 1, 2], "columns": [], "cells": []}}
    app = checked(app.run())
    if "3 sessions marked." not in text_of(app):
        pytest.skip("this version of the test runner cannot mark rows of a table")
    press(app, "Show on the website")
    assert [(action, subject) for action, subject, *_ in stored()] == [
        ("set_page_visible", "c-fair"),
        ("set_page_visible", "c-lone"),
    ]


def coming(home: Path, count: int) -> None:
    """More sessions to come that are not on the website."""
    rows = [
        {
            "event_key": f"x-{number:03d}",
            "source": "salesforce",
            "title": f"Extra {number}",
            "status": "Confirmed",
            "session_date": date(2026, 6, 1),
            "inperson_page_visible": False,
        }
        for number in range(count)
    ]
    add_rows(home, "marts.dim_events", rows)


def test_a_hundred_sessions_change_in_one_step_and_the_next_one_is_refused(home: Path) -> None:
    coming(home, 101)
    app = open_page("publishing", q="extra")
    assert len(app.dataframe[0].value) == 100
    assert app.button(key="bulk-True").disabled
    app.checkbox(key="publishing-everything").set_value(True).run()
    app = press(app, "Show on the website")
    assert "101 sessions would change, and at most 100 may in one step." in text_of(app)
    assert stored() == []
    # One that is shown already is no change, so the others fit.
    decide("set_page_visible", ("event", "x-000"), visible=True)
    app = press(checked(app.run()), "Show on the website")
    assert len(stored()) == 101
    assert {key for _, key, payload, _ in stored() if payload["visible"]} == {
        f"x-{number:03d}" for number in range(101)
    }
    assert app.checkbox(key="publishing-everything").value is False


def test_all_of_a_filter_is_no_session_beyond_it() -> None:
    app = open_page("publishing", district="d-grandview")
    app.checkbox(key="publishing-everything").set_value(True).run()
    press(app, "Show on the website")
    assert [(action, subject) for action, subject, *_ in stored()] == [
        ("set_page_visible", "c-fair")
    ]


def test_districts_say_where_they_come_from_and_may_be_unlinked() -> None:
    app = open_page("publishing", event="c-next")
    assert "District of the session's school in Salesforce" in text_of(app)
    press(app, "Unlink")
    assert stored() == [("unlink_district", "c-next", {"district_key": "d-hickman"}, None)]
    app = open_page("publishing", event="c-next")
    assert "taken off with the next build" in text_of(app)
    assert "Unlink" not in labels(app)


def test_a_session_without_a_district_is_linked_to_one() -> None:
    app = open_page("publishing", event="c-lone")
    assert "No district." in text_of(app)
    app = press(app, "Link")
    assert "Choose a district first" in text_of(app)
    app.selectbox(key="link-c-lone").set_value("d-grandview").run()
    press(app, "Link")
    assert stored() == [("link_district", "c-lone", {"district_key": "d-grandview"}, None)]
    app = open_page("publishing", event="c-lone")
    assert "Pathway Visit is linked to Grandview" in text_of(app)
    assert "linked with the next build" in text_of(app)


def test_the_preview_is_what_comes_after_the_next_build() -> None:
    decide("set_page_visible", ("event", "c-fair"), visible=True)
    app = open_page("publishing")
    text = text_of(app).replace("\\", "")
    assert "2 sessions after the next build, 1 new one of them stored." in text
    assert "**=College Fair**" in text
    assert "The in-person feed as it is now (1 session)" in {
        one.label for one in app.download_button
    }


def test_titles_with_markup_stay_text() -> None:
    text = text_of(open_page("publishing", event="c-next"))
    assert "<b>" not in text.replace("\\<b\\>", "")


def test_a_session_of_pathful_is_not_published_here() -> None:
    app = open_page("publishing", event="e-next")
    assert "no session of Salesforce" in text_of(app)


@pytest.mark.parametrize(
    ("role", "districts"),
    [("viewer", ()), ("district_admin", ("d-hickman",)), ("district_viewer", ("d-hickman",))],
)
def test_who_may_not_decide_has_no_such_page(
    monkeypatch: pytest.MonkeyPatch, role: str, districts: tuple[str, ...]
) -> None:
    act_as(monkeypatch, role, *districts)
    assert is_closed(open_page("publishing", event="c-fair"))


def test_a_steward_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "data_steward")
    press(open_page("publishing", event="c-fair"), "Show on the website")
    assert [action for action, *_ in stored()] == ["set_page_visible"]


def test_without_a_coming_session_the_page_says_where_they_come_from(home: Path) -> None:
    fake_release.publish(home, "20260310T150000000Z-111111", empty=True)
    assert "No session to publish" in text_of(open_page("publishing"))
