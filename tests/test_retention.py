"""What is past its time goes, and every mart is as before (platform.md 6.11)."""

from __future__ import annotations

from typing import Any

import pytest

from polaris import config, ledger, retention
from polaris.errors import BadInput
from polaris.settings import Settings, load_settings
from tests.support.scenario import Scenario
from tests.support.stories import begin, differences, presenter, session, tables

pytestmark = pytest.mark.slow

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


def test_files_and_uploads_go_after_their_time(settings: Settings) -> None:
    import os

    old = settings.archive / ("0" * 64)
    new = settings.archive / ("1" * 64)
    upload = settings.inbox / "job-20250101T000000-00000000"
    upload.mkdir(parents=True)
    settings.archive.mkdir(parents=True)
    for path in (old, new, upload / "file.csv"):
        path.write_text("x")
    for path in (old, upload):
        os.utime(path, (0, 0))
    done = retention.retain(settings, None, dry_run=False)
    assert (done.counts["archive"], done.counts["inbox"]) == (1, 1)
    assert not old.exists()
    assert not upload.exists()
    assert new.exists()


@pytest.mark.parametrize("days", [0, 29, 4000])
def test_days_out_of_range_are_refused(settings: Settings, days: int) -> None:
    with pytest.raises(BadInput, match="a whole number from 30 to 3650"):
        retention.retain(settings, days, dry_run=True)
    assert config.listed()["retention.days"].default == 90
