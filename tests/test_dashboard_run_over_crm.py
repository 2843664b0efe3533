"""The page of a run over Salesforce: its records by object, and what went wrong."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from polaris import ledger
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    open_page,
    text_of,
)
from tests.support.fake_release_work import FIRST_RUN, LAST_RUN
from tests.support.full_run_list import say


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    return page_home


@pytest.fixture
def release(home: Path) -> Path:
    return fake_release.publish(home)


def crm_report(**said: object) -> str:
    """What a run over two objects of Salesforce counted, 59 records in all."""
    counts = {"mode": "full", "transport": "rest", "updated": 0, "reactivated": 0, "unchanged": 0}
    counts |= {"duplicates": 0, "invalid": 0, "deleted": 0, "warnings": [], "error": None}
    contact = counts | {"object": "Contact", "extracted": 56, "inserted": 40, "updated": 12}
    contact |= {"reactivated": 5, "unchanged": 3, "duplicates": 1, "invalid": 2, "deleted": 4}
    account = counts | {"object": "Account", "extracted": 1, "inserted": 1}
    report = {"rows_processed": 59, "rows_created": 41, "rows_updated": 12, "rows_reactivated": 5}
    report |= {"rows_skipped": 4, "skipped_by_reason": {"unchanged": 3, "duplicate_row": 1}}
    report |= {
        "rows_unmatched": 0,
        "rows_invalid": 2,
        "invalid_by_reason": {"missing_id": 2},
        "events_created": 0,
    }
    return json.dumps(report | {"objects": [contact, account]} | said)


def test_a_run_over_salesforce_says_what_its_records_are(release: Path) -> None:
    """It creates no session and matches nobody as it lands, and no row of it is listed."""
    say(
        release,
        LAST_RUN,
        source="salesforce",
        report_type="salesforce",
        counts_json=crm_report(),
        events_created=0,
        teachers_matched=0,
    )
    with duckdb.connect(str(release)) as connection:
        connection.execute("delete from ops.import_rows where run_id = ?", [LAST_RUN])
    app = open_page("runs", run=LAST_RUN)
    text = text_of(app)
    for untrue in (
        "session created",
        "sessions created",
        "matched",
        "ticket",
        "no rows of its own",
    ):
        assert untrue not in text, untrue
    assert "Together **59 records**: every record is in exactly one box." in text
    objects = next(one.value for one in app.dataframe if "object" in one.value)
    contact, account = objects.to_dict("records")
    assert contact["object"] == "Contacts"
    counts = ("read", "new", "changed", "back", "unchanged", "aside", "invalid", "deleted")
    assert [contact[name] for name in counts] == [58, 40, 7, 5, 3, 1, 2, 4]
    assert [account[name] for name in counts] == [1, 1, 0, 0, 0, 0, 0, 0]
    assert objects["read"].sum() == 59
    # What did not happen in any object is no column, and a run of a file has no such table.
    assert "error" not in objects
    assert not [one for one in open_page("runs", run=FIRST_RUN).dataframe if "object" in one.value]


def test_a_run_of_salesforce_that_failed_says_in_which_object(home: Path) -> None:
    settings = load_settings()
    start = ledger.RunStart("salesforce", "salesforce", "jordan")
    run_id = ledger.start_run(settings, start)
    counts = json.loads(crm_report())
    counts["objects"][1] |= {"error": "Salesforce answered <no>.", "extracted": 0, "inserted": 0}
    ledger.finish_run(settings, run_id, "partially_failed", counts_json=counts)
    app = open_page("runs", run=run_id)
    objects = next(one.value for one in app.dataframe if "object" in one.value)
    assert objects["error"].tolist()[1] == "Salesforce answered <no>."
