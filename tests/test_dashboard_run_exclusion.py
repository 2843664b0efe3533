"""A file on its run's page: an administrator leaves it out and lets it count again."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from polaris import ledger
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import labels, open_page, stored, text_of, work_as
from tests.support.fake_release_work import FIRST_RUN, LAST_RUN

OUT, COUNTS = "Leave it out", "Take it back"
BUTTON = f"run-exclude-{FIRST_RUN}"


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    return fake_release.publish(page_home)


def test_a_file_is_left_out_with_a_reason_and_counts_again() -> None:
    app = open_page("runs", run=FIRST_RUN)
    app.button(key=BUTTON).click().run()
    assert "Say why the file is left out" in app.error[0].value
    app.text_input(key=f"{BUTTON}-why").set_value("The e-mails were lost")
    app.button(key=BUTTON).click().run()
    assert stored() == [("exclude_load", FIRST_RUN, {}, "The e-mails were lost")]
    app = open_page("runs", run=FIRST_RUN)
    assert "**Left out** by jordan: The e\\-mails were lost" in app.warning[0].value
    assert len(app.warning) == 1
    assert OUT not in labels(app)
    app.text_input(key=f"run-include-{FIRST_RUN}-why").set_value("They were asked to be blank")
    app.button(key=f"run-include-{FIRST_RUN}").click().run()
    assert [one[0] for one in stored()] == ["exclude_load", "revoke"]
    assert OUT in labels(open_page("runs", run=FIRST_RUN))


def test_who_leaves_a_file_out_hears_that_another_run_brought_it_too() -> None:
    settings = load_settings()
    runs = []
    for _ in range(2):
        run = ledger.start_run(settings, ledger.RunStart("pathful", "pathful x", "jordan"))
        ledger.note(settings, run, file_sha256="c" * 64)
        ledger.finish_run(settings, run, "succeeded")
        runs.append(run)
    app = open_page("runs", run=runs[0])
    app.text_input(key=f"run-exclude-{runs[0]}-why").set_value("Of another district")
    app.button(key=f"run-exclude-{runs[0]}").click().run()
    said = open_page("runs", run=runs[0]).warning[1].value
    assert f"brought by [{runs[1]}](runs?run={runs[1]}) too, and counts still" in said


def test_what_the_release_leaves_out_is_said_to_everybody_and_why_to_administrators(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute(
            "insert into ops.audit_log by name select 'd-out' as decision_id, 'ada' as actor, "
            "'exclude_load' as action, 'run' as subject_type, $run as subject_key, "
            "'Of Ms Doe' as reason, true as is_standing, 'manual' as source, "
            "timestamptz '2026-03-10 00:00:00+00' as decided_at",
            {"run": FIRST_RUN},
        )
    app = open_page("runs", run=FIRST_RUN)
    assert app.warning[0].value == "**Left out** by ada: Of Ms Doe"
    assert COUNTS in labels(app)
    work_as(monkeypatch, "data_steward")
    app = open_page("runs", run=FIRST_RUN)
    assert app.warning[0].value == "**Left out** by ada"
    assert COUNTS not in labels(app)


def test_a_report_of_pathful_can_be_left_out() -> None:
    assert OUT in labels(open_page("runs", run=LAST_RUN))


def test_a_reading_of_the_crm_cannot(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute(
            "update ops.import_runs set source = 'salesforce' where run_id = ?", [LAST_RUN]
        )
    app = open_page("runs", run=LAST_RUN)
    assert OUT not in labels(app)
    assert "Left out" not in text_of(app)


def test_a_file_that_was_taken_in_again_counts(release: Path) -> None:
    said = [("d-1", "exclude_load", "2026-03-08"), ("d-2", "include_load", "2026-03-09")]
    with duckdb.connect(str(release)) as connection:
        for decision, action, day in said:
            connection.execute(
                "insert into ops.audit_log by name select $decision as decision_id, "
                "$action as action, 'ada' as actor, 'run' as subject_type, $run as subject_key, "
                "'Why' as reason, true as is_standing, 'manual' as source, "
                "cast($day as timestamptz) as decided_at",
                {"decision": decision, "action": action, "run": FIRST_RUN, "day": day},
            )
    app = open_page("runs", run=FIRST_RUN)
    assert OUT in labels(app)
    assert "Left out" not in text_of(app)
