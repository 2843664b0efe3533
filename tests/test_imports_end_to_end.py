"""The whole thread with the real dbt project and the real gate."""

from __future__ import annotations

import pytest

from tests.support.whole_commands import FirstImport, World

pytestmark = pytest.mark.slow


def test_the_first_import_accounts_for_every_row(first_import: FirstImport) -> None:
    world, report = World(first_import.home), first_import.report
    buckets = ("created", "updated", "skipped", "unmatched", "invalid")
    assert report["rows_processed"] == 6
    assert sum(report[f"rows_{bucket}"] for bucket in buckets) == 6
    assert report["unmatched_by_type"] == {"teacher": 1}
    assert report["events_created"] == 5
    assert report["gate"]["passed"] is True
    assert world.read("select count(*) from marts.dim_events") == [(5,)]
    runs = world.read(
        "select source, status, rows_processed, release is not null from ops.import_runs"
        " order by load_seq"
    )
    assert runs == [("roster", "succeeded", 2, False), ("pathful", "succeeded", 6, True)]
    assert world.read("select count(*) > 10, bool_and(is_success) from ops.gate_results") == [
        (True, True)
    ]
    assert world.read("select release from ops.releases where is_current") == [(report["release"],)]
    status = world.run("status")
    assert status["open_work"]["unmatched"]["teacher"] == 1
