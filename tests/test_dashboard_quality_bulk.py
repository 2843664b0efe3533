"""The data-quality inbox: one correction for many rows, what worked, and what stays hidden."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dashboard.quality import quality_bulk
from polaris import contract_fields, export_log
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support import fake_release_quality as fake
from tests.support.dashboard_app import (
    add_rows,
    checked,
    metrics,
    open_page,
    press,
    stored,
    text_of,
    work_as,
)

# The preview is the page's third table: the rules, the findings, the rows that change.
LIST = 1


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    return page_home


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


def test_it_is_told_how_many_corrections_worked(release: Path, home: Path) -> None:
    """platform.md 3.4, 6.3: of one finding only the last correction can have done it."""
    tries = [
        ("1", fake.DONE, "2026-03-02 18:00", True),
        ("2", fake.DONE, "2026-03-01 18:00", True),
        ("3", fake.BAD_EMAIL, "2026-03-02 18:00", True),
        ("4", fake.BAD_PHONE, "2026-03-02 18:00", False),  # taken back
        ("5", fake.DONE, "2026-01-02 18:00", True),  # long ago
    ]
    entry = {"action": "dq_fix", "subject_type": "violation"}
    rows = [
        entry
        | {"decision_id": name, "subject_key": key, "is_standing": stands}
        | {"decided_at": fake_release.at(moment)}
        for name, key, moment, stands in tries
    ]
    add_rows(home, "ops.audit_log", rows)
    app = open_page("data_quality")
    assert metrics(app)["Success"] == "33.33 %"
    tables = [frame.value for frame in app.dataframe if "tried" in frame.value]
    by_rule, by_field = (frame.set_index("name") for frame in tables)
    assert by_rule.loc["VOL_DATE_FORMAT", ["tried", "settled", "failed"]].tolist() == [2, 1, 1]
    assert by_rule.loc["VOL_EMAIL_FORMAT", "rate"] == "0.00 %"
    assert by_field.index.tolist() == ["The row as a whole", "E-mail"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ana@example.org; bo@x.org,cy@y.org", "a***@example.org; b***@x.org; c***@y.org"),
        ("ana@example.org bo@x.org", "a***@x.org"),
        ("Ana <ana.ruiz@example.org>", "A***@example.org"),
        ("ana@b@c.org or 555-0101", "a***@c.org"),
        ("ana at example", "a***"),
    ],
)
def test_nothing_of_a_cell_with_several_addresses_gets_through(text: str, seen: str) -> None:
    email = contract_fields.fields("volunteer")["email"]
    assert contract_fields.masked("viewer", email, text) == seen


def test_an_export_of_findings_stands_in_the_log_before_it_is_a_file(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, Callable[[], bytes]] = {}
    monkeypatch.setattr(
        "streamlit.download_button",
        lambda name, data, *_args, **_options: made.update({name: data}),
    )
    work_as(monkeypatch, "data_steward")
    open_page("data_quality", rule="VOL_EMAIL_FORMAT")
    assert export_log.read_all(load_settings()) == []
    assert b"ana@gmial.con" in made["Export CSV"]()
    (taken,) = export_log.read_all(load_settings())
    assert (taken.actor, taken.name, taken.file_format) == ("jordan", "data-quality", "csv")
    assert (taken.row_count, taken.release) == (1, fake_release.NAME)
