"""What a draft of settings says it would do, recounted by hand on the invented release."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard import release, view, who
from dashboard.administration import settings_effects
from dashboard.administration.settings_draft import AT_ONCE
from dashboard.administration.settings_effects import UNKNOWN
from polaris import config
from polaris.config import Standing
from polaris.settings import load_settings
from tests.support import fake_release, fake_release_duplicates
from tests.support.dashboard_app import add_rows, checked, open_page, text_of

Row = dict[str, Any]


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release_duplicates.add(fake_release.publish(page_home))
    return page_home


def told(draft: dict[str, float], decided: dict[str, Standing] | None = None) -> dict[str, str]:
    """What the draft says, by key."""
    settings = load_settings()
    found = release.current(settings)
    context = view.Context(settings, who.Person("jordan", "admin", ""), found, fake_release.TODAY)
    standing = config.standing(settings) | (decided or {})
    return settings_effects.of(context, standing, draft, AT_ONCE)


def said(**draft: float) -> str:
    """The one sentence of a draft; two underscores stand for the dot of a key."""
    (text,) = told({key.replace("__", "."): value for key, value in draft.items()}).values()
    return text


def test_rows_held_back_are_told_of_the_gate(home: Path) -> None:
    def landed(name: str, source: str, place: int, *buckets: tuple[str, str | None, int]) -> None:
        run = {"run_id": name, "source": source, "load_seq": place, "dry_run": False}
        add_rows(home, "ops.import_runs", [run])
        every = [(bucket, reason) for bucket, reason, count in buckets for _ in range(count)]
        add_rows(
            home,
            "ops.import_rows",
            [
                {"run_id": name, "row_number": number, "bucket": bucket, "reason": reason}
                for number, (bucket, reason) in enumerate(every)
            ],
        )

    # a quarter of the rows that are not blank; half of few rows of a contract file
    blank = ("skipped", "blank_row", 10)
    landed("many", "pathful", 11, ("invalid", "bad_date", 5), ("created", None, 15), blank)
    landed("few", "csv", 12, ("invalid", "bad_date", 5), ("created", None, 5))
    gate = (
        "Of 3 newest loads of files, the gate would refuse 1 now, {} then, "
        "and warn of 1 now, {} then."
    )
    assert said(reject__page=0.3).startswith(gate.format(0, 2))
    assert said(reject__page=0.3, reject__warn=0.05).startswith(gate.format(0, 3))
    # What one load is refused for has no window; of both settings it is said once.
    window = said(reject__window=3)
    assert window.startswith("Of 1 kind of files and sources, alarming: 1 now, ")
    assert said(reject__page=0.3, reject__window=3).startswith(gate.format(0, 2))


def test_sources_that_are_read_by_themselves_are_as_old_as_they_are_now(home: Path) -> None:
    assert "No source of the release is read by itself" in said(freshness__warn_hours=6)
    now = datetime.now(UTC)
    source = {
        "source": "salesforce",
        "cadence": "scheduled",
        "last_success_at": now,
        "status": "stale",
        "severity": "warn",
        "lag_hours": 20.0,
        "age_hours": 20.0,
        "warn_hours": 12.0,
        "page_hours": 24.0,
        "is_clock_ahead": False,
        "measured_at": now,
    }
    add_rows(home, "ops.source_freshness", [source])
    told = "Of 3 sources, overdue: 0 now, {} then; warning: 1 now, {} then."
    moved = " Otherwise than now: salesforce."
    assert said(freshness__page_hours=19) == told.format(1, 0) + moved
    assert said(freshness__warn_hours=21) == told.format(0, 0) + moved
    assert said(freshness__warn_hours=19) == told.format(0, 1)


def test_a_field_that_does_not_count_makes_other_scores() -> None:
    # volunteers: 100 and 66.67 without the 0 of dob; of 9 volunteers and 5 events (90) the mean
    text = said(completeness__volunteer__dob=0)
    assert text == (
        "Volunteers: 55.56 % complete now, 83.33 % then; all records: 68.00 % now, 85.71 % then."
    )
    text = said(completeness__volunteer__photo_release=1)
    assert "44.44 % then" in text  # 1 of 9 is 11.11
    assert said(completeness__student__dob=0) == "The release holds no students."


def test_files_past_their_time_are_counted_as_retention_counts_them(home: Path) -> None:
    def lies(path: Path, when: datetime) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (when.timestamp(), when.timestamp()))

    lies(home / "archive" / "a", fake_release.at("2025-11-20 12:00"))
    lies(home / "archive" / "b", fake_release.at("2025-10-01 12:00"))
    lies(home / "inbox" / "job-c", datetime.now(UTC) - timedelta(hours=80))
    text = "Files past their time today: 3 now, 2 then"
    assert said(retention__days=120).startswith(text)
    assert said(upload__keep_hours=100).startswith(text)
    assert "3 files today, goes by itself" in said(retention__nightly=1)


def test_other_settings_say_what_is_known_or_that_it_is_not() -> None:
    assert said(dedupe__weights__dob=0.5) == (
        "The calibrated score decides, so the weights move no pair."
    )
    assert said(dedupe__auto_enabled=0) == (
        "Pairs that a rule merges without being asked: 2 now, 0 then."
    )
    both = {"dedupe.use_calibrated": 0.0, "dedupe.weights.dob": 0.5}
    assert told(both) == dict.fromkeys(both, UNKNOWN)
    assert said(queue__alert_size=3) == "The release holds no check of waiting pairs."
    assert said(duplicate__warn_pp=0.1) == "The release holds no check of shares of duplicates."
    assert said(export__max_rows=100).endswith("a file would hold 3 now, 3 then.")
    assert told({"upload.max_mb": 30}) == {}


def test_a_release_of_an_earlier_version_tells_nothing_and_breaks_nothing(home: Path) -> None:
    with duckdb.connect(str(home / "releases" / f"{fake_release.NAME}.duckdb")) as connection:
        connection.execute("alter table ops.import_runs drop column is_left_out")
        connection.execute("drop table ops.anomaly_measures")
        connection.execute("alter table marts.fct_volunteer_field_sources drop column known_by")
    for key in ("reject.page", "delta.sigma", "priority.contact.csv"):
        assert told({key: 0.3}) == {key: UNKNOWN}


def test_the_page_says_the_effect_below_the_change() -> None:
    app = open_page("settings")
    box = next(one for one in app.number_input if one.label == "delta.sigma")
    text = text_of(checked(box.set_value(10.0).run())).replace("\\", "")
    assert "Of 2 newest checks of new people, unusual: 1 now, 1 then." in text
