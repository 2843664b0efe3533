"""One correction for many rows in the data-quality inbox: the preview, the limit, the rights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import streamlit as st

from dashboard import quality_bulk
from tests.support import fake_release
from tests.support import fake_release_quality as fake
from tests.support.dashboard_app import (
    checked,
    environment,
    open_page,
    press,
    stored,
    text_of,
    work_as,
)

# The preview is the page's third table: the rules, the findings, the rows that change.
LIST = 1


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    environment(monkeypatch, tmp_path)
    yield tmp_path
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def release(home: Path) -> Path:
    """The invented release with the findings of `fake_release_quality` and no others."""
    path = fake_release.publish(home)
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from queues.queue_dq_violations")
    fake.add(path)
    return path


def test_a_mistyped_domain_is_corrected_in_every_row_after_a_preview(release: Path) -> None:
    fake.add(release, fake.mistyped(2))
    app = open_page("data_quality", entity="volunteer")
    app.text_input(key="quality-bulk-find").set_value("GMIAL.con")
    app = checked(app.text_input(key="quality-bulk-put").set_value("gmail.com").run())
    preview = app.dataframe[LIST + 1].value
    assert preview["before"].tolist() == ["ana@gmial.con", "mo0@gmial.con", "mo1@gmial.con"]
    assert preview["after"].tolist() == ["ana@gmail.com", "mo0@gmail.com", "mo1@gmail.com"]
    app.text_input(key="quality-bulk-why").set_value("Typo")
    app = press(app, "Correct 3 rows")
    assert {(action, reason) for action, _, _, reason in stored()} == {("dq_fix", "Typo")}
    assert [payload for *_, payload, _ in stored()] == [
        {"email": "ana@gmail.com"},
        {"email": "mo0@gmail.com"},
        {"email": "mo1@gmail.com"},
    ]
    assert stored()[0][1] == fake.BAD_EMAIL  # of Ana's three findings the one about the address
    assert "No open row says that" in text_of(app)
    left = open_page("data_quality", rule="VOL_EMAIL_FORMAT")
    assert "No finding fits these filters" in text_of(left)


def test_a_pattern_takes_a_hundred_rows_at_once_and_then_the_next(release: Path) -> None:
    fake.add(release, fake.mistyped(103))
    query = {"rule": "VOL_EMAIL_FORMAT", "q": "m-"}
    app = open_page("data_quality", **query)
    app.text_input(key="quality-bulk-find").set_value("gmial.con")
    app = checked(app.text_input(key="quality-bulk-put").set_value("gmail.com").run())
    assert "The first 100 of 103 rows" in text_of(app)
    app = press(app, "Correct 100 rows")
    assert len(stored()) == 100
    app = press(app, "Correct 3 rows")
    assert len(stored()) == 103


def test_what_would_be_wrong_is_left_out_of_a_pattern(release: Path) -> None:
    app = open_page("data_quality")
    app.text_input(key="quality-bulk-find").set_value("gmial.con")
    app = checked(app.text_input(key="quality-bulk-put").set_value("gmail").run())
    assert app.dataframe[LIST + 1].value["problem"].tolist() == ["email is no e-mail address"]
    assert app.button(key="quality-bulk-go").disabled
    app = checked(app.text_input(key="quality-bulk-find").set_value("nowhere").run())
    assert "No open row says that" in text_of(app)


@pytest.mark.parametrize(
    ("how", "text", "after"),
    [
        ("ends with", "ana@gmial.con ", "ana@gmail.com"),
        ("ends with", "gmial.con@x.org", None),
        ("is exactly", " GMIAL.CON ", "gmail.com"),
        ("is exactly", "a gmial.con", None),
        ("contains", "a gmial.con b", "a gmail.com b"),
        ("contains", "\u0130 gmial.con", None),  # lower case has another length
    ],
)
def test_a_pattern_means_what_it_says(how: str, text: str, after: str | None) -> None:
    assert quality_bulk._CHANGES[how]("gmial.con", "gmail.com")(text) == after


def test_nobody_reads_by_a_pattern_what_the_role_may_not_see(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = {"Date of birth", "Street", "Gender", "Background check"}
    for role, sees_all in (("admin", True), ("data_steward", False)):
        work_as(monkeypatch, role)
        app = open_page("data_quality", entity="volunteer")
        offered = set(app.selectbox(key="quality-bulk-field-volunteer").options)
        assert (hidden <= offered) is sees_all
        assert "E-mail" in offered
