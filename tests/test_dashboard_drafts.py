"""Draft review: confidence, promote and dismiss, one and many, and who may."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.release import current
from dashboard.sessions import queries_drafts, words_events
from dashboard.sessions.queries_drafts import DraftFilter
from polaris.deciding.actions import catalogue
from polaris.settings import PROJECT_ROOT, load_settings
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
    fake.add_drafts(path, "high", 2)
    fake.add_drafts(path, "medium", 1)
    return path


def listed(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["title"])


def everything(app: AppTest) -> AppTest:
    return checked(app.checkbox(key="drafts-everything").check().run())


def test_three_cards_and_the_columns_staff_know(release: Path) -> None:
    app = open_page("drafts")
    assert metrics(app) == {
        "Likely Completed": "2",
        "Needs Review": "1",
        "Likely Never Happened": "1",
    }
    rows = app.dataframe[0].value
    assert rows["session_date"].is_monotonic_decreasing
    first = rows.iloc[0]
    assert first["title"] == "<script>alert(1)</script> Careers"
    assert first["confidence_label"] == "Likely Never Happened"
    assert {button.label for button in app.download_button} == {"Export CSV", "Export XLSX"}


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ({"confidence": "medium"}, ["Draft medium 000"]),
        ({"text": "draft 001"}, ["Draft high 001"]),
        ({"text": "1004"}, ["<script>alert(1)</script> Careers"]),
        (
            {"first_day": date(2026, 2, 18), "last_day": date(2026, 2, 18)},
            ["Draft high 000", "Draft medium 000"],
        ),
        ({"sort": "Oldest first", "confidence": "high"}, ["Draft high 001", "Draft high 000"]),
        ({"decided": ("e-high-000",), "confidence": "high"}, ["Draft high 001"]),
        ({"decided": ("e-high-000",), "shows_decided": True}, ["Draft high 000"]),
        ({"district": "d-hickman"}, []),
    ],
)
def test_filters_narrow_the_review(
    wanted: dict[str, Any], titles: list[str], release: Path
) -> None:
    found = current(load_settings())
    assert found is not None
    chosen = DraftFilter(**wanted)
    assert [row["title"] for row in queries_drafts.page(found, chosen, 1)] == titles
    assert queries_drafts.count(found, chosen) == len(titles)


def test_filters_stand_in_the_address(release: Path) -> None:
    query = {"confidence": "high", "from": "2026-02-18", "to": "2026-02-18", "q": "draft"}
    app = open_page("drafts", **query)
    assert {name: app.query_params[name] for name in query} == query
    assert listed(app) == ["Draft high 000"]
    assert "No draft fits these filters" in text_of(open_page("drafts", q="nothing"))


def test_promoting_says_first_what_will_happen_and_can_be_undone(release: Path) -> None:
    app = everything(open_page("drafts"))
    text = text_of(app)
    assert "4 sessions become Completed" in text
    assert "Of 3 teachers, **2 attended** (students did) and **1 no-show**" in text
    assert stored() == []
    app = everything(open_page("drafts", confidence="high"))
    app = press(app, "Promote 2 drafts")
    assert stored() == [
        ("promote_draft", "e-high-000", {}, None),
        ("promote_draft", "e-high-001", {}, None),
    ]
    assert "**2 drafts promoted**" in text_of(app)
    assert "- Draft high 001" in text_of(app)
    assert metrics(app)["Likely Completed"] == "0"
    shown = open_page("drafts", decided="True")
    assert shown.dataframe[0].value["stored"].tolist() == ["Completed", "Completed"]
    app = press(app, "Undo all")
    assert [line[0] for line in stored()[2:]] == ["revoke", "revoke"]
    assert metrics(app)["Likely Completed"] == "2"


@pytest.mark.parametrize(
    ("choice", "text", "payload"),
    [
        ("never_happened", None, {"preset": "never_happened"}),
        ("duplicate_entry", None, {"preset": "duplicate_entry"}),
        ("pathful_data_error", None, {"preset": "pathful_data_error"}),
        ("text", "Moved to <b>May</b>", {"text": "Moved to <b>May</b>"}),
    ],
)
def test_dismissing_takes_a_preset_or_own_words(
    choice: str, text: str | None, payload: dict[str, str], release: Path
) -> None:
    app = everything(open_page("drafts", confidence="medium"))
    app = press(app, "Dismiss")
    assert "Choose why the drafts are dismissed" in text_of(app)
    app = checked(app.selectbox(key="drafts-dismiss").select(choice).run())
    if text is not None:
        app = checked(app.text_input(key="drafts-dismiss-text").set_value(text).run())
    app = press(app, "Dismiss")
    assert stored() == [("dismiss_draft", "e-medium-000", payload, None)]
    assert "**1 draft dismissed**" in text_of(app)


def test_the_words_are_those_of_the_catalogue() -> None:
    presets = catalogue()["dismiss_draft"].allowed_values["preset"]
    assert set(words_events.DISMISSALS) == set(presets)
    seed = (PROJECT_ROOT / "seeds" / "map_dismissal_presets.csv").read_text(encoding="utf-8")
    lines = [line.split(",", 1) for line in seed.splitlines()[1:]]
    assert dict(lines) == words_events.DISMISSALS
    statuses = catalogue()["set_status"].allowed_values["status"]
    assert set(words_events.STATUSES) == set(statuses)


def test_a_hundred_and_one_are_refused_in_words(release: Path) -> None:
    fake.add_drafts(release, "low", 101)
    app = everything(open_page("drafts", q="draft", confidence="low"))
    app = press(app, "Promote 101 drafts")
    assert "101 drafts were chosen, and at most 100" in text_of(app)
    assert stored() == []


def test_what_somebody_decided_meanwhile_is_passed_over_and_named(release: Path) -> None:
    app = everything(open_page("drafts", confidence="high"))
    event_pages.decide("promote_draft", ("event", "e-high-000"))
    app = press(app, "Promote 2 drafts")
    assert [line[1] for line in stored()] == ["e-high-000", "e-high-001"]
    assert "1 passed over because somebody decided them meanwhile" in text_of(app)
    assert "Draft high 000 (passed over)" in text_of(app)
    app = everything(open_page("drafts", confidence="medium"))
    event_pages.decide("dismiss_draft", ("event", "e-medium-000"), preset="duplicate_entry")
    app = press(app, "Promote 1 draft")
    assert "Somebody decided all of these meanwhile" in text_of(app)
    assert len(stored()) == 3


def test_a_viewer_looks_and_a_district_has_no_draft_review(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, "viewer")
    app = open_page("drafts")
    assert len(listed(app)) == 4
    assert not app.checkbox
    assert {button.label for button in app.button} == {"Reset filters"}


def test_an_empty_release_says_what_to_do(home: Path) -> None:
    fake_release.publish(home, fake_release.EMPTY_NAME, empty=True)
    app = open_page("drafts")
    assert "No draft to review" in text_of(app)
    assert not app.metric


def test_only_drafts_to_review_are_counted_as_stored_and_left_out_of_the_cards(
    release: Path,
) -> None:
    event_pages.decide("set_status", ("event", "e-done"), status="No Show")
    app = open_page("drafts")
    assert not app.toggle
    event_pages.decide("promote_draft", ("event", "e-high-000"))
    event_pages.decide("dismiss_draft", ("event", "e-medium-000"), preset="duplicate_entry")
    app = open_page("drafts")
    assert [box.label for box in app.toggle] == ["Show the 2 stored decisions"]
    assert metrics(app) == {
        "Likely Completed": "1",
        "Needs Review": "0",
        "Likely Never Happened": "1",
    }
    assert len(listed(app)) == 2
    shown = open_page("drafts", decided="True")
    assert sorted(listed(shown)) == ["Draft high 000", "Draft medium 000"]


def test_words_that_are_too_long_dismiss_nothing_and_stay(release: Path) -> None:
    app = everything(open_page("drafts", confidence="medium"))
    app = checked(app.selectbox(key="drafts-dismiss").select("text").run())
    app = checked(app.text_input(key="drafts-dismiss-text").set_value("w" * 5000).run())
    app = press(app, "Dismiss")
    assert "The reason is 5,000 characters long, at most 500 are kept." in text_of(app)
    assert app.text_input(key="drafts-dismiss-text").value == "w" * 5000
    assert stored() == []


def test_promoting_says_which_sessions_get_the_flag_for_no_presenter(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute(
            "update queues.queue_draft_review set presenter_count = 2"
            " where event_key in ('e-html', 'e-high-001')"
        )
    flag = "the flag *Completed without a presenter*"
    text = text_of(everything(open_page("drafts")))
    assert f"2 sessions without a presenter get {flag}" in text
    event_pages.decide("tag_presenter", ("event", "e-high-000"), person_key="p-luis")
    text = text_of(everything(open_page("drafts")))
    assert f"1 session without a presenter gets {flag}" in text
    assert flag not in text_of(everything(open_page("drafts", confidence="high")))
