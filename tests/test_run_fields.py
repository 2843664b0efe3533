"""What a run brought field by field, on its page and from the command line (platform.md 6.2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import streamlit as st

from polaris import ledger
from polaris.settings import load_settings
from tests.conftest import Command
from tests.support import fake_release
from tests.support.dashboard_app import add_rows, environment, offered, open_page, text_of
from tests.support.fake_release_work import LAST_RUN


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    environment(monkeypatch, tmp_path)
    fake_release.publish(tmp_path)
    yield tmp_path
    st.cache_resource.clear()
    st.cache_data.clear()


def field(
    name: str | None, target: str | None, rate: float, status: str, run: str = LAST_RUN
) -> dict[str, Any]:
    return {
        "field_key": f"{run} {name} {target}",
        "run_id": run,
        "source": "pathful",
        "object_name": "session_report",
        "field_name": name,
        "target_name": target,
        "with_value_count": round(rate * 2),
        "total_count": 200,
        "rate_pct": rate,
        "status": status,
    }


@pytest.fixture
def counted(home: Path) -> Path:
    add_rows(
        home,
        "ops.import_fields",
        [
            field("Date", "date", 99.5, "good"),
            field("Ti*tle", "title", 50.0, "warning"),
            field("Shoe size", None, 12.25, "critical"),
            field(None, "state", 0.0, "critical"),
        ],
    )
    sample = {"source": "pathful", "object_name": "session_report", "field_name": "Shoe size"}
    add_rows(home, "ops.unmapped_fields", [sample | {"samples": "4***, 3***"}])
    return home


def test_a_run_shows_the_fields_of_the_source_ours_and_those_nothing_takes(counted: Path) -> None:
    app = open_page("runs", run=LAST_RUN)
    source, target, unmapped = (tab.dataframe[0].value for tab in app.tabs)
    assert source["field"].tolist() == ["Date", "Shoe size", "Ti*tle"]
    assert source["status"].tolist() == ["Good", "Critical", "Warning"]
    assert source.iloc[0][["target", "share", "values", "total"]].tolist() == [
        *("date", 99.5, 199, 200)
    ]
    assert target["target"].tolist() == ["date", "state", "title"]
    assert target["share"].tolist() == [99.5, 0.0, 50.0]
    assert unmapped[["field", "samples"]].values.tolist() == [["Shoe size", "4***, 3***"]]


def test_each_of_them_is_exported_whole(counted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = offered(monkeypatch)
    open_page("runs", run=LAST_RUN)
    (sheet,) = files["fields-unmapped"]
    assert list(sheet.rows) == [
        ("session_report", "Shoe size", 12.25, "Critical", 24, 200, "4***, 3***")
    ]
    assert {"fields-source", "fields-target"} <= {*files}


def test_a_run_that_was_not_counted_has_no_such_section(home: Path) -> None:
    assert "#### Fields" not in text_of(open_page("runs", run=LAST_RUN))


def test_the_command_line_says_the_same(counted: Path, command: Command) -> None:
    settings = load_settings()
    run_id = ledger.start_run(settings, ledger.RunStart("pathful", "x", "jordan", file_name="x"))
    ledger.finish_run(settings, run_id, "succeeded")
    assert "No field of this run was counted" in command("runs", "show", run_id, "--fields").out
    assert "fields" not in command("runs", "show", run_id, "--json").json
    add_rows(counted, "ops.import_fields", [field("Shoe size", None, 1.5, "critical", run_id)])

    (unmapped,) = command("runs", "show", run_id, "--fields", "--json").json["fields"]["unmapped"]
    assert (unmapped["field_name"], unmapped["samples"]) == ("Shoe size", "4***, 3***")
    assert (unmapped["with_value_count"], unmapped["status"]) == (3, "critical")
    said = command("runs", "show", run_id, "--fields").out
    assert "session_report: Shoe size  3 of 200 (1.50 %, critical)  such as 4***, 3***" in said


def test_fields_of_the_crm_that_are_not_asked_for_are_told_without_figures(home: Path) -> None:
    email = field("Email", "email", 80.0, "good")
    add_rows(home, "ops.import_fields", [email | {"object_name": "Contact"}])
    of_run = [
        {"run_id": LAST_RUN, "object_name": name, "unmapped_fields": f'["{name} of theirs"]'}
        for name in ("Contact", "Nothing came")
    ]
    add_rows(home, "ops.import_objects", of_run)
    app = open_page("runs", run=LAST_RUN)
    source, _, unmapped = (tab.dataframe[0].value for tab in app.tabs)
    assert source["field"].tolist() == ["Email"]
    assert unmapped["field"].tolist() == ["Contact of theirs"]
    assert unmapped["total"].isna().all()


def test_a_release_of_a_version_that_did_not_count_shows_the_rest_of_its_run(home: Path) -> None:
    """After an update, and after a rollback behind it, until the next build."""
    with duckdb.connect(str(home / "releases" / f"{fake_release.NAME}.duckdb")) as connection:
        connection.execute("drop table ops.import_fields")
    app = open_page("runs", run=LAST_RUN)
    assert not app.error
    assert "#### Rows" in text_of(app)
