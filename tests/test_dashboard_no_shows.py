"""No-shows: what is listed, how it is revised, one by one and together, and the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pytest

from dashboard import downloads
from dashboard.downloads import Sheet
from dashboard.who import Person
from tests.support import fake_release, fake_release_goals
from tests.support.dashboard_app import (
    act_as,
    checked,
    metrics,
    open_page,
    press,
    stored,
    text_of,
)
from tests.support.fake_release_goals import OVERRIDE, change, insert


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    path = fake_release.publish(page_home)
    fake_release_goals.add_sessions(path)
    return path


def listed(**query: str) -> list[tuple[str, str]]:
    frames = open_page("no_shows", **query).dataframe
    if not frames:
        return []
    rows = frames[0].value
    return list(zip(rows["teacher"], rows["title"], strict=True))


BEN, CARA = ("Ben Okafor", "Healthcare Live"), ("Cara Lindqvist", "Healthcare Live")
EVE, DEV = ("Eve <b>Stone</b>", "Robotics at Work"), ("Dev Patel", "Nobody Came")
REVISED = ("Cara Lindqvist", "Design Studio")


def test_missed_sessions_are_listed_by_school_and_teacher_and_cancelled_ones_never() -> None:
    app = open_page("no_shows")
    assert listed() == [BEN, DEV, CARA, EVE]
    assert app.dataframe[0].value["state"].tolist() == [["Missed"]] * 4
    shown = metrics(app)
    assert shown == {
        "Missed sessions": "4",
        "Teachers": "4",
        "Schools": "3",
        "Revised to attended": "1",
    }
    assert listed(show="both") == [BEN, DEV, REVISED, CARA, EVE]


def test_a_cancelled_session_stays_out_whatever_its_attendance_says(release: Path) -> None:
    change(
        release,
        "update marts.fct_teacher_participation set is_no_show = true, attendance_status = 'NoShow'"
        " where event_key = 'e-gone'",
    )
    assert listed() == [BEN, DEV, CARA, EVE]


def test_the_list_adds_up_to_the_mart(release: Path) -> None:
    for teacher in ("t-ben", "t-cara", "t-dev", "t-eve"):
        change(
            release,
            "update marts.fct_teacher_progress set no_show_sessions = 1"
            f" where teacher_key = '{teacher}' and period = 'year'",
        )
    with duckdb.connect(str(release)) as connection:
        total = connection.execute(
            "select sum(no_show_sessions) from marts.fct_teacher_progress where period = 'year'"
        ).fetchall()
    assert total == [(len(listed()),)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"district": "d-grandview"}, [DEV]),
        ({"school": "Central High"}, [BEN]),
        ({"q": "ridge stone"}, [EVE]),
        ({"q": "health week"}, [BEN, CARA]),
        ({"from": "2026-02-11"}, [DEV]),
        ({"to": "2026-01-31"}, [EVE]),
        ({"show": "revised"}, [REVISED]),
        ({"period": "fall"}, []),
    ],
)
def test_filters(query: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert listed(**query) == found


def test_one_no_show_is_revised_with_a_reason_and_can_be_undone() -> None:
    app = open_page("no_shows", q="okafor")
    app = checked(app.checkbox(key="no-shows-everything").check().run())
    app = press(app, "Revise 1 no-show to attended")
    assert "Give a reason first" in text_of(app)
    app.text_input(key="no-shows-reason").set_value("Was in the room")
    app = press(app, "Revise 1 no-show to attended")
    payload = {"teacher_key": "t-ben", "effect": "add"}
    assert stored() == [("override_attendance", "e-missed", payload, "Was in the room")]
    assert app.dataframe[0].value["state"].tolist() == [["Change stored"]]
    assert "Ben Okafor" in text_of(app)
    app = checked(app.checkbox(key="no-shows-everything").check().run())
    assert "Revise 0 no-shows to attended" in [one.label for one in app.button]
    app = press(app, "Undo")
    assert [line[0] for line in stored()] == ["override_attendance", "revoke"]
    assert app.dataframe[0].value["state"].tolist() == [["Missed"]]


def test_several_are_revised_at_once_and_what_cannot_be_says_why() -> None:
    app = open_page("no_shows")
    app.text_input(key="no-shows-reason").set_value("Presenter had the wrong link")
    app = checked(app.checkbox(key="no-shows-everything").check().run())
    app = press(app, "Revise 4 no-shows to attended")
    error = app.error[0].value.replace("\\", "")
    assert "1 row cannot be revised" in error
    assert "Nobody Came (No Show)" in error
    assert stored() == []
    app = open_page("no_shows", district="d-hickman")
    app.text_input(key="no-shows-reason").set_value("Presenter had the wrong link")
    app = checked(app.checkbox(key="no-shows-everything").check().run())
    press(app, "Revise 3 no-shows to attended")
    assert {(line[1], line[2]["teacher_key"]) for line in stored()} == {
        ("e-missed", "t-ben"),
        ("e-missed", "t-cara"),
        ("e-done", "t-eve"),
    }


def test_the_hundred_and_first_is_refused(release: Path) -> None:
    events = [
        {
            "event_key": f"e-bulk-{number}",
            "title": "Bulk",
            "format": "virtual",
            "status": "Completed",
            "session_date": fake_release.TODAY,
        }
        for number in range(101)
    ]
    missed = [
        {
            "event_key": one["event_key"],
            "teacher_key": "t-ana",
            "attendance_status": "NoShow",
            "imported_attendance_status": "NoShow",
            "is_no_show": True,
        }
        for one in events
    ]
    insert(release, "marts.dim_events", events)
    insert(release, "marts.fct_teacher_participation", missed)
    app = open_page("no_shows", q="bulk", page="3")
    assert len(app.dataframe[0].value) == 1
    app.text_input(key="no-shows-reason").set_value("All of them")
    app = checked(app.checkbox(key="no-shows-everything").check().run())
    app = press(app, "Revise 101 no-shows to attended")
    assert "at most 100" in text_of(app)
    assert stored() == []


def test_a_revision_shows_its_reason_and_is_taken_back_by_its_own_decision(release: Path) -> None:
    app = open_page("no_shows", show="revised")
    row = app.dataframe[0].value.iloc[0]
    assert row["state"] == ["Revised"]
    assert row["note"] == "Presenter *never* came (sam, Mar 1, 2026)"
    app.text_input(key="no-shows-reason").set_value("Was not there")
    app = checked(app.checkbox(key="no-shows-everything").check().run())
    app = press(app, "Take 1 revision back")
    # The invented correction is in no store, which the store says; nothing is lost.
    assert f"{OVERRIDE}-e-revised" in text_of(app).replace("\\", "")
    assert app.text_input(key="no-shows-reason").value == "Was not there"


def test_the_file_has_the_five_columns_districts_know(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, tuple[str, list[Sheet]]] = {}

    def buttons(_: Person, stem: str, key: str, sheets: Callable[[], Sequence[Sheet]]) -> None:
        found[key] = (stem, list(sheets()))

    monkeypatch.setattr(downloads, "buttons", buttons)
    open_page("no_shows", q="okafor")
    stem, (sheet,) = found["no-shows"]
    assert stem == "No_Shows_2025-2026"
    text = downloads.as_csv(sheet).decode("utf-8-sig").splitlines()
    assert text == [
        "School,Teacher,Session Date,Session Title,Series",
        "Central High,Ben Okafor,2026-02-10,Healthcare Live,Health week",
    ]


def test_a_viewer_only_looks_and_a_district_sees_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "viewer")
    app = open_page("no_shows")
    assert not [one for one in app.button if one.label.startswith("Revise")]
    act_as(monkeypatch, "district_admin", "d-hickman")
    assert listed() == [BEN, CARA, EVE]
    app = open_page("no_shows", q="okafor")
    app.text_input(key="no-shows-reason").set_value("Was there")
    app = checked(app.checkbox(key="no-shows-everything").check().run())
    press(app, "Revise 1 no-show to attended")
    assert len(stored()) == 1


def test_nothing_missed_is_good_news(release: Path) -> None:
    change(release, "delete from marts.fct_teacher_participation")
    assert "Nobody missed a session" in text_of(open_page("no_shows"))
    change(release, "delete from marts.fct_teacher_progress")
    assert "No teacher roster yet" in text_of(open_page("no_shows"))
