"""The import report for people, and the status and health commands."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest

from polaris import ledger, report, run_metrics
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import fake_release

START = ledger.RunStart("pathful", "pathful a.csv", "jordan", file_name="a.csv")


@pytest.fixture
def run(settings: Settings) -> ledger.Run:
    """A running import of a Session Report."""
    run_id = ledger.start_run(settings, START)
    ledger.note(settings, run_id, report_type="session_report", file_sha256="abc")
    found = ledger.get_run(settings, run_id)
    assert found is not None
    return found


def finished(run: ledger.Run, **changes: Any) -> report.Report:
    return (
        report.of_run(run)
        | {"status": "succeeded", "gate": {"passed": True, "failures": []}}
        | changes
    )


def text(item: report.Report) -> str:
    return "\n".join(line for _, line in report.lines(item))


def test_what_came_back_is_among_the_updated_of_a_report_and_apart_in_the_metrics() -> None:
    """platform.md 2.9, 5.5: by either names each row is counted once."""
    counts = {"extracted": 9, "inserted": 2, "updated": 5, "reactivated": 3, "unchanged": 1}
    item = {"object": "Contact", "duplicates": 1, "invalid": 1, "deleted": 2} | counts
    metrics = run_metrics.of_report({"objects": [item], "dry_run": True})
    core = metrics["core"]["Contact"]
    assert (core["rows_updated"], core["rows_reactivated"], core["rows_changed"]) == (2, 3, 7)
    parts = ("created", "updated", "reactivated", "skipped_no_change", "skipped_duplicates")
    assert sum(core[f"rows_{part}"] for part in parts) + item["invalid"] == core["rows_processed"]
    assert core["rows_missing_external_id"] == item["invalid"]
    assert metrics["clean"]["Contact"] == {
        "rows_considered": 9,
        "rows_promoted": 8,
        "rows_skipped": 1,
    }
    assert core["skips"] == {
        "total_skipped": 2,
        "by_type": {"missing_required_field": 1, "other": 1},
        "by_reason": {"duplicate_row": 1, "missing_id": 1},
    }
    assert metrics["staging"]["Contact"]["dry_run"]
    assert metrics["dq"]["Contact"]["dry_run"]


def test_what_the_tables_say_of_an_object_joins_what_was_counted_as_it_landed() -> None:
    """platform.md 2.9: survivorship of contacts is known after the build, their rows before."""
    landed = {"core": {"Contact": {"rows_created": 2}, "Task": {"rows_created": 1}}, "dq": {}}
    built = {"core": {"Contact": {"rows_deduped_auto": 1}}, "reconciliation": [{"n": 1}]}
    assert run_metrics.joined(landed, built) == {
        "core": {
            "Contact": {"rows_created": 2, "rows_deduped_auto": 1},
            "Task": {"rows_created": 1},
        },
        "dq": {},
        "reconciliation": [{"n": 1}],
    }


def test_counts_and_reasons_come_from_the_built_tables(settings: Settings, run: ledger.Run) -> None:
    path = fake_release.publish(settings.home)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            insert into ops.import_runs
                (run_id, rows_processed, rows_created, rows_updated, rows_reactivated,
                 rows_skipped, rows_unmatched, rows_invalid, events_created, tickets_new)
            values (?, 10, 1, 2, 1, 4, 2, 1, 5, 2)
            """,
            [run.run_id],
        )
        buckets = [
            ("created", None),
            *[("skipped", "unchanged")] * 3,
            ("skipped", "blank_row"),
            *[("unmatched", "teacher")] * 2,
            ("invalid", "bad_date"),
        ]
        connection.executemany(
            "insert into ops.import_rows (run_id, row_number, bucket, reason) values (?, ?, ?, ?)",
            [[run.run_id, n, bucket, reason] for n, (bucket, reason) in enumerate(buckets)],
        )
    item = report.import_report(path, run)
    assert item["rows_processed"] == 10
    assert (item["rows_updated"], item["rows_reactivated"]) == (2, 1)
    assert "updated       2  reactivated 1" in text(
        item | {"gate": {"passed": True, "failures": []}}
    )
    assert item["events_created"] == 5
    assert item["skipped_by_reason"] == {"unchanged": 3, "blank_row": 1}
    assert item["unmatched_by_type"] == {"teacher": 2}
    assert item["invalid_by_reason"] == {"bad_date": 1}
    for bucket, reasons in (
        ("skipped", "skipped_by_reason"),
        ("unmatched", "unmatched_by_type"),
        ("invalid", "invalid_by_reason"),
    ):
        assert sum(item[reasons].values()) == item[f"rows_{bucket}"]
    assert sum(item[f"rows_{bucket}"] for bucket in report.BUCKETS) == item["rows_processed"]


def test_a_run_the_release_does_not_know_keeps_its_report(
    settings: Settings, run: ledger.Run
) -> None:
    path = fake_release.publish(settings.home)
    assert report.import_report(path, run) == report.of_run(run)


@pytest.mark.parametrize(
    ("skipped", "invalid", "expected"),
    [
        ({"before_cutoff": 10}, {}, "10 before cutoff"),
        ({"before_cutoff": 6}, {"bad_date": 4}, "6 before cutoff, 4 bad date"),
        ({"before_cutoff": 9}, {}, None),
        ({"unchanged": 10}, {}, None),
        ({"unchanged": 1, "other_partner": 9}, {}, None),
    ],
)
def test_a_file_of_which_nothing_was_used(
    run: ledger.Run, skipped: dict[str, int], invalid: dict[str, int], expected: str | None
) -> None:
    item = finished(run, rows_processed=10, skipped_by_reason=skipped, invalid_by_reason=invalid)
    sentence = report.nothing_used(item)
    if expected is None:
        assert sentence is None
    else:
        assert sentence == f"None of the 10 rows of a.csv was used: {expected}."
        assert ("bad", sentence) in report.lines(item)


def test_an_empty_file_is_no_cause_for_alarm(run: ledger.Run) -> None:
    assert report.nothing_used(finished(run)) is None


def test_the_report_tells_a_person_everything(run: ledger.Run) -> None:
    item = finished(
        run,
        rows_processed=27_995,
        rows_created=20_000,
        rows_skipped=7_000,
        rows_unmatched=990,
        rows_invalid=5,
        skipped_by_reason={"unchanged": 6_990, "parent_role": 10},
        unmatched_by_type={"teacher": 990},
        invalid_by_reason={"bad_date": 5},
        events_created=6_213,
        tickets_new=12,
        tickets_open=30,
        unmapped_columns=["Shoe Size"],
        warnings=["The file is older than the last one."],
        release="20260310T141530123Z-4f2a9c",
    )
    said = text(item)
    for part in (
        "27,995",
        "unchanged 6,990, parent role 10",
        "teacher 990",
        "bad date 5",
        "6,213 created",
        "12 new, 30 open",
        "Shoe Size",
        "older than the last one",
        "20260310T141530123Z-4f2a9c",
        "decide the 30 open tickets",
        f"run_id = '{run.run_id}'",
    ):
        assert part in said
    assert "nan" not in said.lower()
    assert "None" not in said


def test_a_refused_run_says_that_readers_see_the_release_before(run: ledger.Run) -> None:
    gate = {"passed": False, "failures": [{"checkpoint": "landing", "message": "No rows came."}]}
    said = text(finished(run, status="failed", gate=gate))
    assert "readers still see the release before" in said
    assert "landing: No rows came." in said


def test_status_without_anything(command: Command) -> None:
    found = command("status", "--json").json
    assert found["release"] is None
    assert found["open_work"] == {}
    assert "Nothing is published" in command("status").out


def test_status_shows_release_work_and_runs(
    command: Command, settings: Settings, run: ledger.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_release.publish(settings.home)
    ledger.finish_run(settings, run.run_id, "succeeded")
    monkeypatch.setenv("POLARIS_LOGICAL_DATE", "2026-03-12")
    found = command("status", "--json").json
    assert found["release"] == fake_release.NAME
    assert found["logical_date"] == "2026-03-10"  # what its numbers are of, not this machine's day
    assert found["published_at"] == "2026-03-10T14:15:30.123+00:00"
    assert sum(found["open_work"]["unmatched"].values()) >= 5
    assert "school_unresolved" in found["open_work"]["unmatched"]
    # Open means pending, as `tickets_open` of an import says it. One of the two undated sessions is
    # Published: it waits for Pathful, and the page hides it unless asked.
    assert found["open_work"]["unmatched"]["no_date_session"] == 2
    assert found["waits_for_pathful"] == 1
    assert found["runs"][0]["run_id"] == run.run_id
    assert found["sources"]
    said = command("status").out
    assert fake_release.NAME in said
    assert "2026-03-10 09:15 CDT" in said
    assert "school unresolved" in said
    assert "1 of them waits for Pathful, not for a person" in said


def test_health_gives_no_verdict_without_data(command: Command) -> None:
    answer = command("health", "--json")
    assert answer.exit_code == 0
    assert answer.json["status"] == "unknown"


def test_health_counts_the_open_work(command: Command, settings: Settings) -> None:
    fake_release.publish(settings.home)
    answer = command("health", "--json")
    assert answer.json["status"] == "warning"
    # A Published session without a date waits for Pathful.
    for_people = sum(answer.json["open_work"]["unmatched"].values()) - 1
    assert f"{for_people} open unmatched wait for a person." in answer.json["warnings"]


def test_health_is_an_error_when_the_last_run_failed(
    command: Command, settings: Settings, run: ledger.Run
) -> None:
    fake_release.publish(settings.home)
    ledger.finish_run(settings, run.run_id, "failed", error_summary="The disk is full.")
    answer = command("health", "--json")
    assert answer.exit_code == 1
    assert answer.json["status"] == "error"
    assert "The disk is full." in answer.json["problems"][0]
    again = ledger.start_run(settings, START)
    ledger.finish_run(settings, again, "succeeded", report_type="session_report")
    assert command("health", "--json").json["problems"] == []


def test_health_is_an_error_when_the_current_release_is_gone(
    command: Command, settings: Settings
) -> None:
    fake_release.publish(settings.home).unlink()
    answer = command("health", "--json")
    assert (answer.exit_code, answer.json["status"]) == (1, "error")


def test_adapters_are_listed(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def ready() -> dict[str, bool]:
        rows = json.loads(command("adapters", "--json").out)
        return {row["adapter"]: row["is_ready"] for row in rows}

    assert ready() == {"csv": True, "salesforce": False, "pathful": True, "google_sheets": True}
    monkeypatch.setenv("IMPORTER_ENABLED", "no")
    assert not any(ready().values())


def test_health_says_that_the_pointer_is_broken(command: Command, settings: Settings) -> None:
    path = fake_release.publish(settings.home)
    settings.current.write_text("nonsense\n", encoding="utf-8")
    answer = command("health", "--json")
    assert answer.exit_code == 1
    assert f"polaris-load rollback {path.stem}" in answer.json["problems"][0]
    assert "does not name a release" in command("status").out


def test_a_later_import_answers_a_file_that_could_not_be_read(
    command: Command, settings: Settings
) -> None:
    fake_release.publish(settings.home)
    failed = ledger.start_run(
        settings, ledger.RunStart(source="pathful", command="pathful x", triggered_by="jordan")
    )
    ledger.finish_run(settings, failed, "failed", error_summary="x is no workbook.")
    assert command("health", "--json").json["status"] == "error"
    good = ledger.start_run(
        settings, ledger.RunStart(source="pathful", command="pathful y", triggered_by="jordan")
    )
    ledger.note(settings, good, report_type="session_report")
    ledger.finish_run(settings, good, "succeeded")
    assert command("health", "--json").json["problems"] == []


def test_invalid_rows_of_a_contract_go_out_to_be_corrected_and_come_back(run: ledger.Run) -> None:
    item = finished(
        run,
        source="csv",
        rows_processed=2,
        rows_invalid=2,
        invalid_by_reason={"VOL_EMAIL_FORMAT": 1, "bad_date": 1},
    )
    assert "VOL_EMAIL_FORMAT 1, bad date 1" in text(item)
    assert f"`polaris-load export-violations --run {run.run_id}`, then" in text(item)
    assert "import_rows" not in text(item)
    assert "import_rows" in text(item | {"source": "pathful"})


def test_a_build_is_the_next_step_only_of_a_reading_that_has_ended_and_brought_something(
    run: ledger.Run,
) -> None:
    """While it is at work the warehouse is taken, and what is as it was brings a build nothing."""
    read = dict.fromkeys(("extracted", "unchanged"), 5) | dict.fromkeys(
        ("inserted", "updated", "deleted", "calls", "seconds"), 0
    )
    named = {"object": "Case", "mode": "full", "transport": "rest", "error": None, "warnings": []}
    gate = {"gate": {"passed": None, "failures": []}, "rows_processed": 5}
    same = finished(run, objects=[named | read], **gate)
    new = finished(run, objects=[named | read | {"inserted": 2}], **gate)
    assert "polaris-load build" in text(new)
    assert "polaris-load build" not in text(same)
    assert "polaris-load build" not in text(new | {"status": "running"})
