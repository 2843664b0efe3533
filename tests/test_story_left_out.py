"""A report of Pathful, or a roster, is left out, counts again, and comes once more.

What a report said is folded forward from load to load (ADR 0001), so that leaving one out has to
undo what every later load was compared with. The measure is the warehouse into which the report
never came: it is built here from the same raw rows without it (platform.md 11.2).
"""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from polaris.withdraw import withdraw
from tests.support import workbooks
from tests.support.scenario import Scenario
from tests.support.stories import (
    Tables,
    attendance,
    begin,
    differences,
    event,
    forget_everything_built,
    presenter,
    session,
    tables,
    ticket,
)

pytestmark = pytest.mark.slow

HEALTH = session(1, "Careers in health", "2025-10-03")
ROBOTS = session(2, "Robots", "2026-02-04", Status="Published")
UNDATED = session(3, "Some day", None, Status="Requested")
GOOD = [
    HEALTH("Ana Ruiz", "ana"),
    HEALTH("Bo Chen", "bo", Attended_Educator_Count=0, School="Oak Elementary"),
    HEALTH("Dave Stone", "dave", **presenter("Acme")),
    ROBOTS("Ana Ruiz", "ana"),
    UNDATED("Bo Chen", "bo", School="Oak Elementary"),
]
WRONG = {"Title": "Careers in wealth", "Date": "2025-10-10", "Registered_Student_Count": 5}
BAD = [
    HEALTH("Ana Ruiz", "ana", **WRONG, Attended_Educator_Count=0),
    HEALTH("Zed Quill", "zed", **WRONG, School="Hill Academy"),
    ROBOTS("Ana Ruiz", "ana", Status="Teacher Cancelation"),
    UNDATED("Bo Chen", "bo", Date="2025-12-01"),
    session(4, "Nobody's", "2025-11-11")("Kim Poe", "kim", District_or_Company="Elsewhere"),
]
LATER = [ROBOTS("Ana Ruiz", "ana", Duration=90), UNDATED("Bo Chen", "bo", School="Oak Elementary")]
USERS = [workbooks.user_row(UserAuthId="ana", Name="Ana Ruiz", LoginEmail="ana.ruiz@example.org")]
BAD_USERS = [workbooks.user_row(UserAuthId="ana", Name="Ann R.", LoginEmail="else@example.org")]
ROSTER = [
    workbooks.roster_row(),
    workbooks.roster_row(Building="Oak Elementary", Name="Bo Chen", Email="bo@example.org"),
]
# Ana is gone and comes back with the roster after it, Bo has moved, and Kim is in none but this.
BAD_ROSTER = [
    workbooks.roster_row(Building="Hill Academy", Name="Bo Chen", Email="bo@example.org"),
    workbooks.roster_row(Name="Kim Poe", Email="kim@example.org"),
]
# What tells of the exclusion itself, or what a run was and brought.
TELLS_OF_IT = {
    "ops.alerts",
    "ops.anomalies",
    "ops.anomaly_measures",
    "ops.audit_log",
    "ops.import_fields",
    "ops.import_runs",
    "ops.source_freshness",
}


def compared(scenario: Scenario) -> Tables:
    return {name: rows for name, rows in tables(scenario).items() if name not in TELLS_OF_IT}


def buckets(scenario: Scenario, run: str) -> dict[str, int]:
    """What became of the rows of a run."""
    query = "select bucket, count(*) from ops.import_rows where run_id = $1 group by bucket"
    return dict(scenario.rows(query.replace("$1", f"'{run}'")))


def never_land(scenario: Scenario, *runs: str, copy: str | None = None) -> None:
    """Makes the warehouse one into which these reports never came.

    Args:
        scenario: where; nothing stays built.
        runs: their runs.
        copy: a run with the bytes of the first, which would then have landed them itself.
    """
    scenario.close()
    warehouse = scenario.home / "warehouse.duckdb"
    if copy is not None:
        with duckdb.connect(str(warehouse)) as connection:
            for sql in (
                "update raw_pathful.session_report set run_id = $copy where run_id = $run",
                "update raw_pathful.loads set rows_run_id = $copy where run_id = $copy",
            ):
                names = {"copy": copy, "run": runs[0]}
                connection.execute(sql, {name: names[name] for name in names if f"${name}" in sql})
    withdraw(warehouse, runs)
    forget_everything_built(scenario)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    scenario = begin(tmp_path_factory)
    seen: dict[str, Any] = {}

    def build(chapter: str, *, anew: bool = False) -> None:
        scenario.build(full_refresh=anew)
        seen[chapter] = compared(scenario)
        seen[f"{chapter}: title"] = event(scenario, "1", "title", "session_date", "status")
        seen[f"{chapter}: came"] = attendance(scenario, "1")

    scenario.roster(ROSTER)
    scenario.pathful(GOOD)
    scenario.pathful(USERS)
    bad, bad_users = scenario.pathful(BAD), scenario.pathful(BAD_USERS)
    bad_roster = scenario.roster(BAD_ROSTER)
    scenario.pathful(LATER)
    later_roster = scenario.roster(ROSTER)
    build("with it")
    seen["roster"] = {"with it": buckets(scenario, later_roster)}
    seen["ticket"] = ticket(scenario, "teacher", "Zed Quill")["status"]
    said = [
        scenario.decide("exclude_load", run, subject_type="run")
        for run in (bad, bad_users, bad_roster)
    ]
    build("left out", anew=True)
    seen["roster"]["left out"] = buckets(scenario, later_roster)
    seen["runs"] = scenario.rows(
        "select run_id, rows_processed, load_seq is not null from ops.import_runs order by run_id"
    )
    copy = scenario.pathful(BAD)
    build("its copy")  # an ordinary import: only the new rows are folded onto the states
    scenario.decide("revoke", said[0], subject_type="decision", revokes=said[0])
    scenario.decide("include_load", bad_users, subject_type="run")
    scenario.decide("include_load", bad_roster, subject_type="run")
    scenario.decide("exclude_load", copy, subject_type="run")
    build("counts again", anew=True)

    scenario.decisions.clear()
    never_land(scenario, bad, bad_users, bad_roster, copy=copy)
    build("never came, but its copy", anew=True)
    never_land(scenario, copy)
    build("never came", anew=True)
    return seen


def test_the_report_changed_what_everybody_sees(story: dict[str, Any]) -> None:
    assert story["with it: title"][0] == "Careers in wealth"
    assert story["with it: came"]["ana.ruiz@example.org"] == "NoShow"
    assert story["ticket"] == "pending"
    assert "queues.queue_unmatched" in differences(story["with it"], story["left out"])


def test_without_it_every_table_is_as_if_it_had_never_come(story: dict[str, Any]) -> None:
    assert story["left out: title"][0] == "Careers in health"
    assert story["left out: came"]["ana.ruiz@example.org"] == "Attended"
    assert len(story["left out"]["ops.import_rows"]) > 0
    assert differences(story["never came"], story["left out"]) == {}


def test_taken_back_it_counts_as_before_by_either_word(story: dict[str, Any]) -> None:
    assert differences(story["with it"], story["counts again"]) == {}


def test_the_run_of_a_report_that_was_left_out_stays_in_the_ledger(story: dict[str, Any]) -> None:
    assert [landed for _, _, landed in story["runs"]] == [True] * 8
    assert sum(not rows for _, rows, _ in story["runs"]) == 3


def test_a_roster_that_was_left_out_changed_nobody(story: dict[str, Any]) -> None:
    assert story["roster"] == {"with it": {"updated": 2}, "left out": {"skipped": 2}}


def test_its_bytes_under_another_run_count_as_if_they_came_for_the_first_time(
    story: dict[str, Any],
) -> None:
    assert story["its copy: title"][0] == "Careers in wealth"
    assert differences(story["never came, but its copy"], story["its copy"]) == {}
