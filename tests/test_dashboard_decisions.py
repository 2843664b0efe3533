"""The unmatched queue: what it shows, what it stores, and what a person sees of it at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    checked,
    metrics,
    open_page,
    press,
    stored,
    text_of,
)
from tests.support.fake_release_work import DEFAULTS, RESOLVED_BY


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    return page_home


def listed(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["who"])


def test_open_tickets_come_first_by_sessions_and_published_ones_are_hidden() -> None:
    app = open_page("unmatched")
    assert listed(app) == [
        "Anna Ruis",
        "Maja <i>Chen</i>",
        "Central HS",
        "Acme Robotics Inc",
        "Careers in Flight",
    ]
    assert app.dataframe[0].value["best"].tolist()[0] == (
        "Ana Ruiz · Central High · Hickman Mills (90 %)"
    )
    shown = open_page("unmatched", published="True")
    assert "Open Water Jobs" in listed(shown)


def test_cards_count_every_type_and_status() -> None:
    shown = metrics(open_page("unmatched"))
    assert shown == {
        "Teacher": "1 open",
        "Volunteer": "1 open",
        "School": "1 open",
        "Company": "1 open",
        "Session without date": "1 open",
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"type": "volunteer"}, ["Maja <i>Chen</i>"]),
        ({"status": "resolved"}, ["Benjamin Okafor"]),
        ({"status": "ignored"}, ["Test Account"]),
        ({"q": "acme"}, ["Maja <i>Chen</i>", "Acme Robotics Inc"]),
    ],
)
def test_filters_narrow_the_list(query: dict[str, str], names: list[str]) -> None:
    assert listed(open_page("unmatched", **query)) == names


def test_a_ticket_says_why_and_what_the_file_says() -> None:
    text = text_of(open_page("unmatched", ticket="k-teacher")).replace("\\", "")
    assert "Why it did not match: No roster teacher has this user id or e-mail" in text
    assert "6 rows in 5 sessions" in text
    assert "near name · 90 %" in text
    assert "**Title**\N{EN SPACE}Robotics" in text


def test_markup_in_a_name_is_shown_as_text() -> None:
    app = open_page("unmatched", ticket="k-volunteer")
    assert app.subheader[0].value == r"Maja \<i\>Chen\</i\>"


def test_a_suggestion_is_stored_and_shown_at_once_and_the_view_stays() -> None:
    app = open_page("unmatched", ticket="k-teacher", order="Name")
    app = press(press(app, "Match"), "Confirm match")
    assert stored() == [("match_teacher", "k-teacher", {"teacher_key": "t-ana"}, None)]
    assert "Stored, applied at the next build." in text_of(app)
    assert "**1 decision stored**" in text_of(app)
    assert "Anna Ruis" not in listed(app)
    assert metrics(app)["Teacher"] == "0 open"
    assert app.query_params["order"] == "Name"
    assert app.query_params["ticket"] == "k-undated"  # the next one in that order
    done = open_page("unmatched", status="resolved")
    assert "Anna Ruis" in listed(done)


def test_a_stored_decision_names_whom_and_can_be_undone() -> None:
    press(press(open_page("unmatched", ticket="k-teacher"), "Match", 1), "Confirm match")
    app = open_page("unmatched", ticket="k-teacher")
    text = text_of(app).replace("\\", "")
    assert "matched to Ben Okafor by jordan" in text
    app = press(app, "Undo")
    assert [line[0] for line in stored()] == ["match_teacher", "revoke"]
    assert "Anna Ruis" in listed(app)
    assert metrics(app)["Teacher"] == "1 open"


def test_anybody_can_be_searched_and_matched() -> None:
    app = open_page("unmatched", ticket="k-volunteer")
    app = checked(app.text_input(key="search-k-volunteer").set_value("nunez").run())
    assert "José Núñez" in text_of(app)
    app = press(checked(app.button(key="found-k-volunteer-p-jose").click().run()), "Confirm match")
    assert stored() == [("match_volunteer", "k-volunteer", {"person_key": "p-jose"}, None)]


@pytest.mark.parametrize(
    ("ticket", "search", "key", "line"),
    [
        ("k-school", "ridge", "s-ridge", ("match_school", {"school_key": "s-ridge"})),
        ("k-company", "river", "o-river", ("match_organization", {"organization_key": "o-river"})),
        ("k-teacher", "cara.l@", "t-cara", ("match_teacher", {"teacher_key": "t-cara"})),
    ],
)
def test_each_kind_searches_its_own(
    ticket: str, search: str, key: str, line: tuple[str, dict[str, str]]
) -> None:
    app = open_page("unmatched", ticket=ticket)
    app = checked(app.text_input(key=f"search-{ticket}").set_value(search).run())
    press(checked(app.button(key=f"found-{ticket}-{key}").click().run()), "Confirm match")
    assert stored() == [(line[0], ticket, line[1], None)]


def test_a_search_without_result_says_so() -> None:
    app = open_page("unmatched", ticket="k-teacher")
    app = checked(app.text_input(key="search-k-teacher").set_value("qqq").run())
    assert "Nobody fits" in text_of(app)


def test_an_undated_session_gets_its_date() -> None:
    app = open_page("unmatched", ticket="k-undated")
    assert "2 participant rows" in text_of(app)
    app = press(app, "Set date")
    assert "Choose the date" in text_of(app)
    app.date_input(key="date-k-undated").set_value(date(2026, 5, 4))
    app = press(app, "Set date")
    assert stored() == [("set_session_date", "k-undated", {"session_date": "2026-05-04"}, None)]
    app = open_page("unmatched", ticket="k-undated")
    assert "dated May 4, 2026" in text_of(app).replace("\\", "")


def test_one_ticket_is_ignored_with_notes_and_reopened() -> None:
    app = open_page("unmatched", ticket="k-company")
    app.text_input(key="notes-k-company").set_value("A one-time guest")
    press(app, "Ignore")
    assert stored() == [("ignore_ticket", "k-company", {}, "A one-time guest")]
    app = open_page("unmatched", ticket="k-ignored")
    assert "A test account of the vendor" in text_of(app)
    press(app, "Reopen")
    assert stored()[1][:2] == ("reopen_ticket", "k-ignored")


def test_another_filter_opens_the_first_ticket_of_its_list() -> None:
    app = open_page("unmatched", ticket="k-teacher")
    app = checked(app.selectbox(key="unmatched-type").select("organization").run())
    assert app.subheader[0].value == "Acme Robotics Inc"
    assert "ticket" not in app.query_params


def test_a_resolved_ticket_says_what_was_decided() -> None:
    app = open_page("unmatched", ticket="k-resolved", status="resolved")
    text = text_of(app).replace("\\", "")
    assert "Matched to Ben Okafor by jordan, Mar 1, 2026, 12:00 PM CST." in text
    assert "Undo" in [button.label for button in app.button]
    assert "Ignore several at once" not in [one.label for one in app.expander]


def test_an_applied_decision_is_undone_and_decided_anew_at_once() -> None:
    seed_applied_decision()
    app = press(open_page("unmatched", ticket="k-resolved", status="resolved"), "Undo")
    assert "taken back by jordan" in text_of(app)
    app = checked(app.text_input(key="search-k-resolved").set_value("ana").run())
    press(checked(app.button(key="found-k-resolved-t-ana").click().run()), "Confirm match")
    assert [line[0] for line in stored()] == ["match_teacher", "revoke", "match_teacher"]
    assert stored()[2][2] == {"teacher_key": "t-ana"}


def test_everything_of_a_filter_is_ignored_at_once() -> None:
    app = open_page("unmatched", q="acme")
    app.checkbox(key="unmatched-everything").check()
    app.text_input(key="unmatched-bulk-notes").set_value("Same company")
    app = checked(app.run())
    app = press(app, "Ignore 2 tickets")
    assert {line[1] for line in stored()} == {"k-volunteer", "k-company"}
    assert {line[3] for line in stored()} == {"Same company"}
    assert "2 decisions: Stored" in text_of(app)
    assert "No ticket fits these filters" in text_of(app)


def test_several_that_cannot_be_stored_are_named_and_not_numbered() -> None:
    app = open_page("unmatched", q="acme")
    app = checked(app.checkbox(key="unmatched-everything").check().run())
    line = decisions_line("ignore_ticket", "k-company", {})
    decisions.append(load_settings(), [line], actor="sam", role="admin")
    text = text_of(press(app, "Ignore 2 tickets"))
    assert "Nothing was stored, 1 of 2 decisions cannot be: Acme" in text
    assert "line " not in text
    assert len(stored()) == 1


def test_more_than_a_hundred_at_once_are_refused_in_words(home: Path) -> None:
    add_tickets(home, 101)
    app = open_page("unmatched", q="bulk")
    app = checked(app.checkbox(key="unmatched-everything").check().run())
    app = press(app, "Ignore 101 tickets")
    assert "101 tickets were chosen, and at most 100" in text_of(app)
    assert stored() == []


def test_pages_have_fifty_tickets(home: Path) -> None:
    add_tickets(home, 101)
    app = open_page("unmatched", q="bulk", page="3")
    assert len(listed(app)) == 1
    assert "101\N{EN DASH}101 of 101 tickets" in text_of(app)


def test_a_decision_that_came_too_late_is_refused_in_words() -> None:
    app = press(open_page("unmatched", ticket="k-teacher"), "Match")
    line = decisions_line("ignore_ticket", "k-teacher", {})
    decisions.append(load_settings(), [line], actor="sam", role="admin")
    app = press(app, "Confirm match")
    text = text_of(app)
    assert "No decision was stored: sam decided before you" in text.replace("\\", "")
    assert "k-teacher" not in text  # people know it by its name
    assert "This ticket is ignored already by sam" in text
    assert "Confirm match" not in [button.label for button in app.button]
    assert len(stored()) == 1


def test_the_search_for_the_record_of_the_ticket_itself_finds_nothing(home: Path) -> None:
    with duckdb.connect(str(home / "releases" / f"{fake_release.NAME}.duckdb")) as connection:
        fake_release.insert(
            connection,
            "marts.dim_volunteers",
            [
                {
                    "person_key": "p-self",
                    "first_name": "Maja",
                    "last_name": "<i>Chen</i>",
                    "is_provisional": True,
                }
            ],
        )
    app = open_page("unmatched", ticket="k-volunteer")
    app = checked(app.text_input(key="search-k-volunteer").set_value("maja").run())
    assert "Nobody fits" in text_of(app)


def seed_applied_decision() -> None:
    """Stores the decision that the release shows as applied, under its id there."""
    from sqlalchemy import create_engine, text

    settings = load_settings()
    line = decisions_line("match_teacher", "k-teacher", {"teacher_key": "t-ben"})
    decisions.append(settings, [line], actor="jordan", role="admin")
    with create_engine(settings.decisions_url).begin() as connection:
        connection.execute(text("drop trigger decisions_refuse_update"))
        connection.execute(
            text("update decisions set decision_id = :id, subject_key = 'k-resolved'"),
            {"id": RESOLVED_BY},
        )


def decisions_line(action: str, key: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"action": action, "subject_type": "ticket", "subject_key": key, "payload": payload}


def add_tickets(home: Path, count: int) -> None:
    rows = [
        DEFAULTS
        | {
            "ticket_key": f"k-bulk-{number}",
            "unmatched_type": "teacher",
            "attempted_name": f"Bulk {number:03d}",
        }
        for number in range(count)
    ]
    with duckdb.connect(str(home / "releases" / f"{fake_release.NAME}.duckdb")) as connection:
        fake_release.insert(connection, "queues.queue_unmatched", rows)
