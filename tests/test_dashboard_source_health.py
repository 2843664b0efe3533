"""Source health: cards, what is unusual and acknowledged, what to look at, who was told."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard.release import current
from dashboard.sources import queries_source_health
from polaris.alerting import alert_log
from polaris.alerting.alert_log import Delivery
from polaris.deciding import decisions
from polaris.ledger import STATUSES
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    act_as,
    add_rows,
    is_closed,
    labels,
    metrics,
    open_page,
    stored,
    text_of,
    work_as,
)
from tests.support.deciding import line
from tests.support.fake_release_health import FLAGGED, KNOWN


@pytest.fixture(autouse=True)
def home(page_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IMPORTER_SCHEDULE", "03:10 UTC every night")
    fake_release.publish(page_home)
    return page_home


def test_a_paused_or_cancelled_run_is_no_failed_one(home: Path) -> None:
    rows = [
        {
            "run_id": f"x-{status}",
            "source": status,
            "status": status,
            "dry_run": False,
            "started_at": datetime(2026, 3, 9, 18, tzinfo=UTC),
        }
        for status in ("succeeded", "cancelled", "failed", "partially_failed")
    ]
    add_rows(home, "ops.import_runs", rows)
    release = current(load_settings())
    assert release is not None
    found = queries_source_health.run_days(release, date(2026, 3, 10))
    failed = {
        name: found[name][date(2026, 3, 9)]["failed_count"] for name in found if name in STATUSES
    }
    assert failed == {"succeeded": 0, "cancelled": 0, "failed": 1, "partially_failed": 1}


def test_the_next_night_is_told_where_somebody_decided_when(home: Path) -> None:
    lines = [line("set_config", "schedule.hour", "Agreed", key="schedule.hour", value=4)]
    decisions.append(load_settings(), lines, actor="ada", role="admin")
    text = text_of(open_page("source_health")).replace("\\", "")
    assert re.search(
        r"Next: [A-Z][a-z]{2}, [A-Z][a-z]{2} \d+, \d{4}, 4:00 AM C[SD]T, in \d+ ", text
    )
    assert "03:10 UTC" not in text
    is_said = "03:10 UTC every night; every night at 04:00, as decided, is what counts"
    tables = [one.value for one in open_page("settings").dataframe if "name" in one.value]
    facts = {
        name: value for one in tables for name, value in zip(one["name"], one["value"], strict=True)
    }
    assert facts["IMPORTER_SCHEDULE"] == is_said


def test_each_source_says_how_old_it_is_and_what_needs_somebody(home: Path) -> None:
    add_rows(
        home,
        "ops.source_freshness",
        [
            {
                "source": "salesforce",
                "status": "stale",
                "severity": "page",
                "cadence": "scheduled",
                "lag_hours": 30.2,
                "warn_hours": 12,
                "page_hours": 24,
                "is_clock_ahead": True,
                "last_success_at": datetime(2026, 3, 9, 3, tzinfo=UTC),
            }
        ],
    )
    of_rule = {"source": "csv", "severity": "error", "delta_count": 0}
    rules = [
        of_rule | {"rule_code": "VOL_CONTACT_REQUIRED", "open_count": 3, "offender_rank": 1},
        of_rule | {"rule_code": "DOM-201", "open_count": 2, "offender_rank": 2},
    ]
    add_rows(home, "ops.rule_offenders", rules)
    found = datetime(2026, 3, 8, 15, tzinfo=UTC)
    pair = {"pair_key": "p", "decision": "pending", "found_at": found}
    add_rows(home, "queues.queue_duplicate_pairs", [pair])
    text = text_of(open_page("source_health")).replace("\\", "")
    for said in (
        "Overdue",
        "Salesforce: read up to 30 hours ago, allowed 24 hours; a time of the source lies ahead",
        "03:10 UTC every night",
        "no login is set",
        "1 unusual thing",
        "1 check not judged yet: too little history",
        "Not judged",
        "A backfill is expected to differ",
        "Nobody is told yet",
        "1 pair of records waits for an answer, since the younger record came: 1 one to two days.",
    ):
        assert said.lower() in text.lower(), said
    # A rule of the contracts has the same code everywhere; a reason of ours is said in words.
    assert "VOL_CONTACT_REQUIRED: 3 open findings" in text
    assert "DOM-201: 2 open findings" in text
    assert "Hours over 24: 41 open findings, +26 against the 30 days before" in text
    told = metrics(open_page("source_health"))
    assert told["To look at now"] == "2"
    assert told["To look at soon"] == "1"
    assert told["Unusual, not acknowledged"] == "1"


def test_a_steward_acknowledges_with_a_reason_and_takes_it_back() -> None:
    app = open_page("source_health")
    app.button(key=f"unusual-go-{FLAGGED}").click().run()
    assert "Say what is known of it" in app.error[0].value
    app.text_input(key=f"unusual-{FLAGGED}-why").set_value("The fair of March")
    app.button(key=f"unusual-go-{FLAGGED}").click().run()
    assert stored() == [("acknowledge_anomaly", FLAGGED, {}, "The fair of March")]
    app = open_page("source_health")
    assert "The fair of March" in text_of(app)
    app.text_input(key=f"unusual-undo-{FLAGGED}-why").set_value("It was no fair")
    app.button(key=f"unusual-undo-{FLAGGED}").click().run()
    assert [one[0] for one in stored()] == ["acknowledge_anomaly", "revoke"]


def test_what_is_known_says_who_knows_and_nobody_else_may_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work_as(monkeypatch, "viewer")
    app = open_page("source_health")
    assert "Known to ada: The \\<b\\>fair" in text_of(app)
    assert not [key for key in labels(app) if key in {"Acknowledge it", "Take it back"}]
    work_as(monkeypatch, "data_steward")
    keys = {one.key for one in open_page("source_health").button}
    assert {f"unusual-go-{FLAGGED}", f"unusual-undo-{KNOWN}"} <= keys


def test_who_was_told_is_shown() -> None:
    failed = Delivery(
        datetime.now(UTC), "slack", "failed", "freshness", "csv", "warn", None, "events", 3, "busy"
    )
    alert_log.add(load_settings(), failed)
    app = open_page("source_health")
    (frame,) = [one.value for one in app.dataframe if "channel" in one.value]
    assert frame.loc[0, ["channel", "status", "what", "source", "reason"]].tolist() == [
        "Slack",
        "Failed",
        "Old source",
        "Files of contracts",
        "busy",
    ]


def test_a_mail_that_one_of_two_did_not_get_says_so() -> None:
    partly = Delivery(
        datetime.now(UTC), "email", "partly", "freshness", "csv", "warn", None, "events", 1, "no",
        reached=1, refused=1,
    )  # fmt: skip
    alert_log.add(load_settings(), partly)
    app = open_page("source_health")
    (frame,) = [one.value for one in app.dataframe if "channel" in one.value]
    assert frame.loc[0, ["channel", "status", "reason"]].tolist() == [
        "Mail",
        "Sent to some",
        "no (1 of 2)",
    ]


def test_a_district_sees_no_source_health(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "district_admin", "d-hickman")
    assert is_closed(open_page("source_health"))
