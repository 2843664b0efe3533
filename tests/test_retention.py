"""What is past its time goes, and every mart is as before (platform.md 6.11)."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from polaris import config, ledger, retention
from polaris.errors import BadInput, Locked
from polaris.locks import warehouse_lock
from polaris.settings import Settings, load_settings
from tests.support.scenario import Scenario
from tests.support.stories import begin, differences, presenter, session, tables

WAITING = session(1002, "Robots", "2025-10-02")
ROWS = [
    session(1001, "Careers in health", "2025-09-03")("Ana Ruiz", "u-1"),
    session(1001, "Careers in health", "2025-09-03")("Ana Ruiz", "u-1"),
    WAITING("Nobody Known", "u-9"),
    WAITING("Pat Presenter", "u-3", **presenter("Acme")),
]
VOLUNTEERS = [
    {"external_id": "v-1", "first_name": "Ida", "last_name": "Lund", "email": "ida@example.org"},
    {"external_id": "", "first_name": "Bo", "last_name": "Berg", "email": "bo@example.org"},
    {"external_id": "", "first_name": "", "last_name": "", "email": "", "notes": "only a note"},
    {"external_id": "v-4", "first_name": "Cy", "last_name": "Dahl", "email": "no address"},
]
WORDS = ("raw_json", "payload_json")


def home(scenario: Scenario, day: str) -> Settings:
    scenario.close()
    return load_settings({"POLARIS_HOME": str(scenario.home), "POLARIS_LOGICAL_DATE": day})


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    scenario = begin(tmp_path_factory)
    scenario.pathful(ROWS)
    scenario.csv("volunteers", [{"notes": ""} | row for row in VOLUNTEERS])
    scenario.build()
    return scenario


def lines(scenario: Scenario) -> list[Any]:
    sql = "select payload from raw_pathful.session_report union all select payload from {0}"
    return [row[0] for row in scenario.rows(sql.format("raw_csv.volunteers"))]


@pytest.mark.slow
def test_the_lines_of_rows_go_and_every_mart_stays(story: Scenario) -> None:
    before = tables(story, without=WORDS)
    assert all(before[name] for name in ("marts.dim_events", "marts.dim_volunteers"))
    count = len(lines(story))

    early = retention.retain(home(story, "2026-01-20"), None, dry_run=False)
    assert (early.days, sum(early.counts.values())) == (90, 0)

    dry = retention.retain(home(story, "2026-05-01"), 90, dry_run=True)
    assert sum(dry.counts.values()) > 0
    assert not any(line.startswith('{"purged') for line in lines(story))

    done = retention.retain(home(story, "2026-05-01"), 90, dry_run=False)
    assert done.counts == dry.counts
    left = [line for line in lines(story) if not line.startswith('{"purged')]
    # The lines of open findings and tickets are looked at still.
    assert 0 < len(left) < count
    again = retention.retain(home(story, "2026-05-01"), 90, dry_run=False)
    assert sum(again.counts.values()) == 0

    later = retention.retain(home(story, "2026-12-01"), 90, dry_run=False)
    assert sum(later.counts.values()) == len(left)
    assert all(line.startswith('{"purged') for line in lines(story))

    story.build(full_refresh=True)
    assert differences(before, tables(story, without=WORDS)) == {}
    runs = ledger.list_runs(home(story, "2026-12-01"))
    assert [(run.source, run.status) for run in runs] == [("retention", "succeeded")] * 5


# Midnight in Chicago, thirty and sixty days before the tenth of March.
DAY, TWICE = datetime(2026, 2, 8, 6, tzinfo=UTC), datetime(2026, 1, 9, 6, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# A landed line, when it landed, and whether it goes.
LANDED = [
    ("old", DAY - SECOND, True),
    ("of the day", DAY, False),
    ("open finding", DAY - SECOND, False),
    ("fixed but not built", TWICE, False),
    ("open ticket", TWICE, False),
    ("open too long", TWICE - SECOND, True),
    ("closed finding", DAY - SECOND, True),
    ("closed ticket", DAY - SECOND, True),
    (None, TWICE - SECOND, False),
    ('{"purged_sha256": "x"}', TWICE - SECOND, False),
]


def test_a_line_goes_after_its_days_and_one_that_is_looked_at_after_twice_as_many(
    settings: Settings,
) -> None:
    landed = ["raw_pathful.session_report", "raw_roster.roster_rows", "raw_csv.volunteers"]
    settings.home.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        for name in ("raw_pathful", "raw_roster", "raw_csv", "raw_other", "queues"):
            connection.execute(f"create schema {name}")
        for table in (*landed, "raw_other.kept"):
            connection.execute(f"create table {table} (payload varchar, landed_at timestamptz)")
            connection.executemany(
                f"insert into {table} values (?, ?)", [line[:2] for line in LANDED]
            )
        connection.execute("create table raw_csv.loads (landed_at timestamptz)")
        connection.execute(
            "create table queues.queue_dq_violations as from (values ('open finding', 'open'), "
            "('fixed but not built', 'fix_pending'), ('open too long', 'open'), (null, 'open'), "
            "('closed finding', 'fixed')) as t (payload_json, status)"
        )
        connection.execute(
            "create table queues.queue_unmatched as from (values ('open ticket', 'pending'), "
            "('closed ticket', 'resolved')) as t (raw_json, status)"
        )

    def lines(table: str) -> list[tuple[str | None, datetime]]:
        with duckdb.connect(str(settings.warehouse)) as connection:
            return connection.execute(f"select payload, landed_at from {table}").fetchall()

    before, goes = lines(landed[0]), sum(goes for *_, goes in LANDED)
    dry = retention.retain(settings, 30, dry_run=True)
    assert lines(landed[0]) == before
    done = retention.retain(settings, 30, dry_run=False)
    assert {name: count for name, count in done.counts.items() if count} == dict.fromkeys(
        landed, goes
    )
    assert dry.counts == done.counts
    assert (done.before, done.as_json()["total"]) == (DAY, goes * 3)
    after = [
        f'{{"purged_sha256": "{hashlib.sha256(str(line).encode()).hexdigest()}"}}' if goes else line
        for line, _, goes in LANDED
    ]
    for table in landed:
        assert sorted(map(str, after)) == sorted(str(line) for line, _ in lines(table))
    assert lines("raw_other.kept") == before
    assert sum(retention.retain(settings, 30, dry_run=False).counts.values()) == 0
    newest, _, first = ledger.list_runs(settings)
    assert [(run.command, run.dry_run, run.status) for run in (first, newest)] == [
        ("retention --days 30 --dry-run", True, "succeeded"),
        ("retention --days 30", False, "succeeded"),
    ]
    assert json.loads(first.counts_json) == {"counts": dry.counts}


def test_files_and_uploads_go_after_their_time(settings: Settings) -> None:
    past = datetime(2025, 12, 10, 6, tzinfo=UTC)  # ninety days before, in Chicago
    keep = datetime.now(UTC) - timedelta(hours=config.value(settings, "upload.keep_hours"))
    nightly = settings.inbox / "nightly"
    ends = {
        "archive": (settings.archive / ("0" * 64), past),
        "inbox": (settings.inbox / "job-20250101T000000-00000000" / "file.csv", keep),
        "inbox/nightly": (nightly / "done" / "2025-12-09" / "a.csv", past),
        "reports": (settings.reports / "r" / "gate.json", past),
        "releases": (settings.releases_dir / "20251210T055959999Z-00000a.duckdb", past),
    }
    stays = [
        settings.archive / ("1" * 64),
        settings.inbox / "job-20250101T000000-00000001",
        nightly / "failed" / "2025-12-09" / "b.csv",
        settings.reports / "s" / "dbt_errors.json",
        settings.releases_dir / "20251210T060000000Z-00000b.duckdb",
    ]
    current = settings.releases_dir / "20250101T000000000Z-00000c.duckdb"
    others = [current, settings.reports / "r" / "report.json", nightly / "waiting.csv"]
    settings.home.mkdir(parents=True)
    for path in (*(path for path, _ in ends.values()), *stays, *others):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
        os.utime(path, (0, 0))
    settings.current.write_text(current.stem)
    late = [(path, past.timestamp()) for path in stays]
    late[1] = (stays[1], keep.timestamp() + 60)
    for path, moment in late:
        os.utime(path, (moment, moment))
    gone = [ends["inbox"][0].parent, *(path for path, _ in ends.values())]
    for path, moment in (*ends.values(), (gone[0], keep)):
        os.utime(path, (moment.timestamp() - 1,) * 2)

    with warehouse_lock(settings), pytest.raises(Locked):
        retention.retain(settings, None, dry_run=True)
    looked = retention.would_go(settings, settings)
    dry = retention.retain(settings, None, dry_run=True)
    assert all(path.exists() for path in gone)
    done = retention.retain(settings, None, dry_run=False)
    assert looked.counts == dry.counts == done.counts == dict.fromkeys(ends, 1)
    assert (looked.days, looked.run_id, looked.dry_run) == (90, "", True)
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in (*stays, *others))


@pytest.mark.parametrize("days", [0, 29, 3651])
def test_days_out_of_range_are_refused(settings: Settings, days: int) -> None:
    with pytest.raises(BadInput, match="a whole number from 30 to 3650"):
        retention.retain(settings, days, dry_run=True)
    assert config.listed()["retention.days"].default == 90
