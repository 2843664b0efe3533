"""Duplicates: two teachers side by side, what a merge keeps, and every answer about them."""

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
    labels,
    metrics,
    open_page,
    press,
    stored,
    text_of,
    work_as,
)


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    return page_home


def listed(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["pair"])


def test_open_pairs_come_with_the_most_shared_sessions_first() -> None:
    app = open_page("duplicates")
    assert listed(app) == ["Ana Ruiz / Eve <b>Stone</b>", "Ben Okafor / Dev Patel"]
    shown = metrics(app)
    assert [shown[name] for name in ("Open", "Deferred", "Two people", "Merged")] == list("2110")
    assert listed(open_page("duplicates", status="rejected")) == ["Cara Lindqvist / Dev Patel"]
    assert listed(open_page("duplicates", q="dev ben")) == ["Ben Okafor / Dev Patel"]
    assert "No pair fits" in text_of(open_page("duplicates", q="nobody"))


def test_both_sides_and_which_attendance_stays(home: Path) -> None:
    add_rows(
        home,
        "marts.fct_teacher_participation",
        [
            {"event_key": event, "teacher_key": teacher, "attendance_status": attendance}
            for event, teacher, attendance in (
                ("e-old", "t-eve", "Attended"),
                ("e-next", "t-ana", "SignedUp"),
                ("e-next", "t-eve", "Canceled"),
                ("e-html", "t-ana", "SignedUp"),
                ("e-html", "t-eve", "NoShow"),
            )
        ],
    )
    app = open_page("duplicates", pair="d-open")
    shown = metrics(app)
    assert (shown["Shared sessions"], shown["Sessions after a merge"]) == ("3", "4")
    assert (shown["Attended after a merge"], shown["Overlap"]) == ("2", "100 %")
    table = app.dataframe[1].value.set_index("title")
    assert table.loc["Robotics at Work", ["left", "right", "after"]].tolist() == [
        "Attended",
        "No-show",
        "Attended",
    ]
    assert table.loc["Nursing Careers", "after"] == "Signed up"
    assert table.loc["<script>alert(1)</script> Careers", "after"] == "No-show"
    assert table.loc["Architecture Basics", "after"] == "Attended"
    assert table["shared"].fillna("").tolist() == ["Shared", "Shared", "Shared", ""]
    text = text_of(app).replace("\\", "")
    assert "**School**\N{EN SPACE}Central High" in text
    assert "**Roster**\N{EN SPACE}2025-2026 Ridge Elementary" in text
    assert "**E-mail**\N{EN SPACE}ana.ruiz@example.org" in text
    assert r"**Eve \<b\>Stone\</b\>**" in text_of(app)


@pytest.mark.parametrize(
    ("button", "line", "status"),
    [
        ("Merge, keep left", ("merge", {"survivor": "left"}), "Merged"),
        ("Merge, keep right", ("merge", {"survivor": "right"}), "Merged"),
        ("Two people", ("not_duplicate", {}), "Two people"),
        ("Later", ("defer", {}), "Deferred"),
    ],
)
def test_each_answer_is_stored_shown_at_once_and_undone(
    button: str, line: tuple[str, dict[str, Any]], status: str
) -> None:
    before = int(metrics(open_page("duplicates"))[status])
    app = press(open_page("duplicates", pair="d-open"), button)
    assert stored() == [(line[0], "d-open", line[1], None)]
    assert listed(app) == ["Ben Okafor / Dev Patel"]
    assert app.query_params["pair"] == "d-second"
    assert metrics(app)[status] == str(before + 1)
    code = {"Merged": "merged", "Two people": "rejected", "Deferred": "deferred"}[status]
    app = open_page("duplicates", status=code, pair="d-open")
    assert f"{status} (stored)" in app.dataframe[0].value["status"].tolist()
    assert "Stored, applied at the next build" in text_of(app)
    press(app, "Undo")
    assert [one[0] for one in stored()] == [line[0], "revoke"]
    assert len(listed(open_page("duplicates"))) == 2


def test_a_deferred_pair_can_be_decided_and_says_who_deferred_it() -> None:
    app = open_page("duplicates", status="deferred")
    assert "Deferred by jordan, Mar 2, 2026" in text_of(app).replace("\\", "")
    assert "Later" not in labels(app)
    press(app, "Two people")
    assert stored() == [("not_duplicate", "d-later", {}, None)]


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("data_steward", {"Two people", "Later"}),
        ("viewer", set()),
    ],
)
def test_only_admins_merge_and_viewers_only_look(
    role: str, may: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, role)
    app = open_page("duplicates", pair="d-open")
    answers = {"Merge, keep left", "Merge, keep right", "Two people", "Later"}
    assert answers & set(labels(app)) == may


def test_stale_pairs_and_an_answer_that_came_too_late_say_so(home: Path) -> None:
    assert "not in the release" in text_of(open_page("duplicates", pair="d-gone"))
    pair = {"pair_key": "d-half", "left_teacher_key": "t-ana", "right_teacher_key": "t-gone"}
    add_rows(home, "queues.queue_teacher_duplicates", [pair | {"status": "pending"}])
    app = open_page("duplicates", pair="d-half")
    assert "There is nothing to decide" in text_of(app)
    assert "Two people" not in labels(app)
    app = open_page("duplicates", pair="d-open")
    line = {"action": "not_duplicate", "subject_type": "pair", "subject_key": "d-open"}
    decisions.append(load_settings(), [line], actor="sam", role="admin")
    app = press(app, "Merge, keep left")
    assert "No decision was stored" in text_of(app)
    assert len(stored()) == 1


def test_no_pair_at_all_says_what_would_be_one(home: Path) -> None:
    fake_release.publish(home, fake_release.EMPTY_NAME, empty=True)
    assert "No pair of teachers looks like one person" in text_of(open_page("duplicates"))
