"""Companies: one row per company string, one answer for everybody who gave it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

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
from tests.support.fake_release import as_json
from tests.support.fake_release_work import DEFAULTS

RIVER = [
    {
        "kind": "organization",
        "key": "o-river",
        "label": "River Clinic",
        "why": "near organisation",
        "score": 0.97,
    }
]


def _ticket(key: str, name: str, company: str, ref: str, **more: Any) -> dict[str, Any]:
    ticket = {"ticket_key": key, "unmatched_type": "organization", "attempted_name": name}
    ticket |= {"attempted_organization": company, "own_key": ref}
    return DEFAULTS | ticket | more


TICKETS = [
    _ticket("k-r1", "Luis Ortega", "River Clinic LLC", "w-river", candidates_json=as_json(RIVER)),
    _ticket("k-r2", "José Núñez", "River Clinic LLC", "w-river", candidates_json=as_json(RIVER)),
    _ticket("k-r3", "Ann Lee", "RIVER CLINIC LLC", "w-river", candidates_json=as_json(RIVER)),
    _ticket("k-z", "Zed <i>Z</i>", '=Zed\'s "Labs" <b>', "w-zed"),
    _ticket("k-old", "Old Hand", "Mapped Inc", "w-old", status="resolved", decision_id="dec-1")
    | {"resolved_by": "jordan", "resolved_at": fake_release.at("2026-03-01 18:00")},
]


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    add_rows(page_home, "queues.queue_unmatched", TICKETS)
    sat_in = [("k-r1", "e-next"), ("k-r2", "e-next"), ("k-r3", "e-old")]
    rows = [{"ticket_key": key, "event_key": event} for key, event in sat_in]
    add_rows(page_home, "queues.queue_ticket_events", rows)
    return page_home


def listed(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["company"])


def test_one_row_per_string_with_volunteers_sessions_and_the_near_organization() -> None:
    app = open_page("companies")
    table = app.dataframe[0].value
    assert table["company"].tolist() == [
        "River Clinic LLC",
        "Acme Robotics Inc",
        TICKETS[3]["attempted_organization"],
    ]
    assert table["volunteers"].tolist() == [3, 1, 1]
    assert table["sessions"].tolist() == [2, 1, 0]  # two of the three sat in one session
    assert table["best"].tolist()[:2] == ["River Clinic (97 %)", "Acme Robotics (90 %)"]
    assert metrics(app) == {
        "Open company strings": "3",
        "Volunteers affected": "5",
        "With a suggestion": "2",
        "Mapped": "1",
        "Ignored": "0",
    }
    text = text_of(app).replace("\\", "")
    assert "**3 volunteers**, 2 sessions" in text
    assert "Ann Lee, José Núñez, Luis Ortega" in text
    assert listed(open_page("companies", q="clinic")) == ["River Clinic LLC"]
    assert len(listed(open_page("companies", suggested="True"))) == 2


def test_map_and_fix_all_is_one_decision_for_everybody_and_can_be_undone() -> None:
    app = press(open_page("companies", order="Name", company="w-river"), "Map & fix all")
    line = ("match_organization", "k-r1", {"organization_key": "o-river"}, None)
    assert stored() == [line]
    assert "River Clinic LLC" not in listed(app)
    assert metrics(app)["Open company strings"] == "2"
    assert metrics(app)["Mapped"] == "2"
    assert app.query_params["order"] == "Name"
    app = open_page("companies", status="resolved", company="w-river")
    assert "River Clinic LLC (stored)" in listed(app)
    assert app.dataframe[0].value["volunteers"].tolist()[0] == 3
    assert "River Clinic LLC is matched to River Clinic by jordan" in text_of(app).replace("\\", "")
    app = press(app, "Undo")
    assert [one[0] for one in stored()] == ["match_organization", "revoke"]
    assert "River Clinic LLC" in listed(open_page("companies"))


def test_any_organization_is_found_by_typing_and_no_list_of_all_is_sent() -> None:
    app = open_page("companies", company="w-zed")
    assert app.subheader[0].value == r"\=Zed's \"Labs\" \<b\>".replace('\\"', '"')
    assert "No suggestion. Search below." in text_of(app)
    app = checked(app.text_input(key="search-k-z").set_value("qqq").run())
    assert "No organization fits" in text_of(app)
    app = checked(app.text_input(key="search-k-z").set_value("river").run())
    checked(app.button(key="found-k-z-o-river").click().run())
    assert stored() == [("match_organization", "k-z", {"organization_key": "o-river"}, None)]


def test_a_string_is_ignored_for_everybody_with_notes() -> None:
    app = open_page("companies", company="w-river")
    app.text_input(key="notes-k-r1").set_value("A one-time guest")
    app = press(app, "Ignore all 3")
    assert sorted(line[1] for line in stored()) == ["k-r1", "k-r2", "k-r3"]
    assert {(line[0], line[3]) for line in stored()} == {("ignore_ticket", "A one-time guest")}
    assert metrics(app)["Ignored"] == "1"
    app = press(open_page("companies", status="ignored", company="w-river"), "Undo")
    assert [line[0] for line in stored()[3:]] == ["revoke"] * 3


def test_what_somebody_else_settled_meanwhile_is_refused_in_words() -> None:
    app = open_page("companies", company="w-zed")
    app = checked(app.text_input(key="search-k-z").set_value("river").run())
    line = {"action": "ignore_ticket", "subject_type": "ticket", "subject_key": "k-z"}
    decisions.append(load_settings(), [line], actor="sam", role="admin")
    app = checked(app.button(key="found-k-z-o-river").click().run())
    assert "No decision was stored" in text_of(app)
    assert "sam" in text_of(app)
    assert len(stored()) == 1


def test_an_answered_string_says_by_what_and_unknown_keys_say_so() -> None:
    app = open_page("companies", status="resolved", company="w-old")
    assert "by jordan, Mar 1, 2026, 12:00 PM CST" in text_of(app).replace("\\", "")
    assert "Undo" in labels(app)
    gone = open_page("companies", company="w-gone")
    assert "not in the release" in text_of(gone)


def test_who_may_only_look_finds_no_button(monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, "viewer")
    app = open_page("companies", company="w-river")
    assert listed(app)[0] == "River Clinic LLC"
    assert not {"Map & fix all", "Ignore all 3", "Export CSV"} & set(labels(app))
    assert "Map several at once" not in [one.label for one in app.expander]


def test_pages_have_fifty_strings_and_an_empty_queue_says_so(home: Path) -> None:
    many = [_ticket(f"k-{n}", f"P {n}", f"Bulk {n:03d}", f"w-{n}") for n in range(101)]
    add_rows(home, "queues.queue_unmatched", many)
    app = open_page("companies", q="bulk", page="3")
    assert len(listed(app)) == 1
    assert "101\N{EN DASH}101 of 101 company strings" in text_of(app)
    assert "No company fits these filters" in text_of(open_page("companies", q="none at all"))
    fake_release.publish(home, fake_release.EMPTY_NAME, empty=True)
    assert "No company is open" in text_of(open_page("companies"))
