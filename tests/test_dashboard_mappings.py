"""Mappings: what runs work with, what changed since, what nothing reads; their versions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polaris import ledger, mapping
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import add_rows, open_page, text_of


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    return page_home


def run() -> dict[str, object]:
    settings = load_settings()
    start = ledger.RunStart(source="build", command="build", triggered_by="jo")
    found = ledger.get_run(settings, ledger.start_run(settings, start))
    assert found is not None
    said: dict[str, object] = json.loads(found.ingest_params_json)
    return said


def test_every_run_says_which_mapping_it_worked_with(monkeypatch: pytest.MonkeyPatch) -> None:
    first = run()
    assert first == run() == {"mapping_version": 1, "mapping_checksum": mapping.checksum()}
    monkeypatch.setattr(mapping, "checksum", lambda: "f" * 64)
    assert run() == {"mapping_version": 2, "mapping_checksum": "f" * 64}
    monkeypatch.undo()


def test_the_mapping_has_headers_words_and_fields_of_every_source() -> None:
    rows = mapping.rows()
    assert ("pathful", "session_report", "Session ID", "session_id") in rows
    assert ("salesforce", "Account", "BillingCity", "billingcity") in rows
    assert {row[0] for row in rows} == {"pathful", "roster", "csv", "salesforce", "words"}


def test_what_was_added_removed_and_changed_is_told() -> None:
    before = (("csv", "x", "a", "1"), ("csv", "x", "b", "2"))
    after = (("csv", "x", "a", "9"), ("csv", "x", "c", "3"))
    assert mapping.changes(before, after) == [
        ("changed", ("csv", "x", "a", "9"), "1"),
        ("removed", ("csv", "x", "b", "2"), "2"),
        ("added", ("csv", "x", "c", "3"), ""),
    ]
    assert mapping.changes(before, before) == []


def test_the_page_compares_with_the_mapping_before(home: Path) -> None:
    assert "The next run is the first with this mapping" in open_page("mappings").info[0].value
    old = [list(row) for row in mapping.rows() if row[2] != "Session ID"]
    content = {"version": 1, "checksum": "0" * 64, "first_used_at": "2025-01-02", "rows": old}
    (home / "mappings").mkdir()
    (home / "mappings" / f"0001-{'0' * 12}.json").write_text(json.dumps(content))
    assert run()["mapping_version"] == 2
    app = open_page("mappings")
    assert "version 2" in text_of(app)
    assert "Against version 1: 1 added." in text_of(app)
    changed = app.dataframe[1].value
    assert list(changed["What"]) == ["Added"]
    assert list(changed["Theirs"]) == ["Session ID"]


def test_a_search_finds_names_of_both_sides() -> None:
    shown = open_page("mappings", q="billingcity").dataframe[0].value
    assert list(shown["Theirs"]) == ["BillingCity"]


def test_what_nothing_reads_has_masked_samples_and_a_suggestion(home: Path) -> None:
    add_rows(
        home,
        "ops.unmapped_fields",
        [
            {
                "source": "csv",
                "object_name": "volunteers",
                "field_name": "Frist Name",
                "value_count": 3,
                "samples": "A***, B***",
                "suggested_target": "first_name",
                "first_seen_run_id": fake_release.FIRST_RUN,
            }
        ],
    )
    app = open_page("mappings")
    rows = app.dataframe[-1].value.to_dict("records")
    (row,) = [one for one in rows if one["Field"] == "Frist Name"]
    assert (row["Field"], row["Samples"], row["Could be"]) == (
        "Frist Name",
        "A***, B***",
        "first_name",
    )
    assert row["Seen first"]
