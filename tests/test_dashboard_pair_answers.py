"""Duplicate volunteers: answering blind, whether the scores hold, and the graph of the records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import release
from dashboard.duplicates import pair_calibration, queries_pair_answers, record_graph
from polaris.settings import load_settings
from tests.support import fake_release, fake_release_duplicates
from tests.support.dashboard_app import (
    checked,
    metrics,
    open_page,
    press,
    text_of,
    work_as,
)
from tests.support.fake_release_duplicates import AFTER_RULE, MERGED, OPEN, REJECTED

PAGE = "duplicate_volunteers"
BLIND = "answer-blind"


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release_duplicates.add(fake_release.publish(page_home))
    return page_home


def blind(app: AppTest) -> AppTest:
    return checked(app.toggle(key=BLIND).set_value(True).run())


def columns(app: AppTest) -> list[set[str]]:
    return [set(frame.value.columns) for frame in app.dataframe]


def test_who_answers_blind_sees_nothing_of_what_the_machine_thinks() -> None:
    app = blind(open_page(PAGE, pair=OPEN))
    assert not [one for one in columns(app) if "score" in one or "how" in one]
    assert "Calibrated score, decides" not in metrics(app)
    text = text_of(app)
    assert "so a person is asked" not in text
    assert "94" not in text
    assert "Score and evidence follow the answer" in text


def test_an_answered_pair_shows_its_evidence_to_who_answers_blind() -> None:
    app = blind(open_page(PAGE, pair=REJECTED, status="rejected"))
    assert metrics(app)["Calibrated score, decides"] == "90.0 %"
    assert any("how" in one for one in columns(app))


def test_an_answer_given_blind_shows_what_the_machine_thought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work_as(monkeypatch, "admin")
    app = blind(open_page(PAGE, pair=OPEN))
    assert not {"Score", "Match", "Order"} & {one.label for one in app.selectbox}
    app = press(app, "Two people")
    assert app.toggle(key=BLIND).value
    assert app.query_params["pair"] == OPEN
    assert metrics(app)["Calibrated score, decides"] == "94.0 %"
    assert "What the machine thought stands below" in text_of(app)


def test_who_puts_a_pair_off_blind_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, "admin")
    app = press(blind(open_page(PAGE, pair=OPEN)), "Later")
    assert app.query_params.get("pair") != OPEN
    again = blind(open_page(PAGE, pair=OPEN, status="deferred"))
    assert "Calibrated score, decides" not in metrics(again)


def test_answers_of_people_stand_beside_what_the_score_foretold() -> None:
    """One pair merged and one told apart, both at 90 %: a rule's merges are no answers."""
    opened = release.current(load_settings())
    assert opened is not None
    rows = queries_pair_answers.answered(opened)
    assert [
        (float(row["least_score"]), row["answer_count"], row["same_count"]) for row in rows
    ] == [(0.9, 2, 1)]
    shares: dict[str, Any] = {one["What"]: one["Share"] for one in pair_calibration.bars(rows)}
    assert shares == {"Answered: one person": 0.5, "Foretold by the score": 0.9}
    assert "2 answers of people" in text_of(open_page(PAGE))


def test_the_graph_joins_the_records_of_one_person_and_parts_two() -> None:
    records = [
        {"record_key": "csv:1", "source": "csv", "external_id": "1", "first_name": "Ida",
         "last_name": 'W"x\\l', "person_key": "a"},
        {"record_key": "csv:2", "source": "csv", "external_id": "2", "first_name": "Ida",
         "last_name": None, "person_key": "a"},
        {"record_key": "csv:3", "source": "csv", "external_id": "3", "first_name": "Ina",
         "last_name": "W", "person_key": "b"},
    ]  # fmt: skip
    edges = [
        {"left_record_key": "csv:1", "right_record_key": "csv:2", "score": 0.97,
         "decision": "auto_merged"},
        {"left_record_key": "csv:2", "right_record_key": "csv:3", "score": 0.9,
         "decision": "rejected"},
        {"left_record_key": "csv:3", "right_record_key": "csv:9", "score": 0.9,
         "decision": "pending"},
    ]  # fmt: skip
    drawn = record_graph.dot(records, edges, ["a", "b"])
    assert '"csv:1" -- "csv:2" [label="97.0 % by rule"' in drawn
    assert "style=dashed" in drawn
    assert "csv:9" not in drawn
    assert 'Ida W\\"x\\\\l\\n' in drawn
    fills = {line.split("fillcolor=")[1] for line in drawn.splitlines() if "fillcolor" in line}
    assert len(fills) == 2


@pytest.mark.parametrize(("pair", "status"), [(AFTER_RULE, "pending"), (MERGED, "merged")])
def test_the_panel_holds_the_graph(pair: str, status: str) -> None:
    app = open_page(PAGE, pair=pair, status=status)
    assert "How the records hang together" in [box.label for box in app.expander]
    assert not app.exception
