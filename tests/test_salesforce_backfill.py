"""A backfill in windows: it can be paused, killed and gone on with, and nothing comes twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loaders.salesforce import records
from loaders.salesforce.objects import BY_NAME
from loaders.salesforce.windows import Part
from polaris import ledger, run_control, salesforce, salesforce_windows
from polaris.console import failure
from polaris.errors import BadInput, Paused, Stopped
from polaris.progress import Silent
from polaris.salesforce import SalesforceOptions, chosen, import_salesforce
from polaris.salesforce_results import FIGURES
from polaris.salesforce_settings import read_salesforce
from polaris.salesforce_windows import length_of
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import quick_landing
from tests.support import salesforce_peer as sf
from tests.support.raw_tables import query

ROOT = Path(__file__).resolve().parents[1]
BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)
# 60 days in windows of 24: two whole ones, and the last.
BACKFILL = SalesforceOptions(
    objects=("Contact", "Case"),
    since=BEGIN,
    window=timedelta(days=24),
    label="backfill",
    build=False,
)
CONTACTS = replace(BACKFILL, objects=("Contact",))
WINDOWS = 3


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A contact and a case every ten days, for sixty days."""
    monkeypatch.setattr(records, "land_tables", quick_landing.land_tables)
    with sf.start(sf.Org(now=BEGIN)) as made:
        for number in range(6):
            made.advance(days=10 if number else 1)
            made.insert("Contact", [{"LastName": f"Example{number}"}])
            made.insert("Case", [{}])
        made.advance(days=9)
        yield made


@pytest.fixture
def crm(settings: Settings, peer: Any) -> Settings:
    access = read_salesforce(peer.environment("client_credentials") | {"SF_RETRY_SECONDS": "0"})
    return replace(settings, salesforce=access, adapters=("pathful", "salesforce"))


class Told:
    """Hears the stages, and does something when it hears one for the first time."""

    def __init__(self, at: str = "", do: Callable[[], None] = lambda: None) -> None:
        self.stages: list[str] = []
        self._at, self._do = at, do

    def stage(self, name: str, done: int = 0, total: int = 0) -> None:
        if name in self.stages:
            return
        self.stages.append(name)
        if name == self._at:
            self._do()


def run(
    settings: Settings, options: SalesforceOptions = BACKFILL, told: Any = None
) -> dict[str, Any]:
    return import_salesforce(settings, options, told or Silent())


def newest(settings: Settings) -> ledger.Run:
    return ledger.list_runs(settings, limit=1)[0]


def landed(settings: Settings, name: str = "Contact") -> list[Any]:
    """First day of each window that was landed of an object, in the order of the loads."""
    rows = query(
        settings.home,
        f"select strftime(window_from, '%m-%d') from raw_salesforce.loads "
        f"where object_name = '{name}' and mode = 'since' order by load_seq",
    )
    return [day for (day,) in rows]


def each_once(settings: Settings) -> None:
    for table in ("contact", "case"):
        sql = f'select count(*), count(distinct id) from raw_salesforce."{table}"'
        assert query(settings.home, sql) == [(6, 6)]


DAYS = ["01-01", "01-25", "02-18"]


def test_every_window_lands_on_its_own_and_the_report_is_of_all_of_them(crm: Settings) -> None:
    told = Told()
    report = run(crm, told=told)
    assert report["status"] == "succeeded"
    assert [item["object"] for item in report["objects"]] == ["Contact", "Case"]
    assert (report["rows_processed"], report["rows_created"]) == (12, 12)
    assert landed(crm) == landed(crm, "Case") == DAYS
    assert "window 1 of 3: reading Contact" in told.stages
    assert "window 3 of 3: reading Case" in told.stages
    # Only the last one asks what else changed: deletions, and how many there are.
    counts = "select count(source_count) from raw_salesforce.loads where object_name = 'Case'"
    assert query(crm.home, counts) == [(1,)]
    again = run(crm)
    assert (again["rows_created"], again["rows_skipped"]) == (0, 12)  # a backfill that is over
    assert any(text.startswith("Nothing new was found") for text in again["warnings"])
    assert landed(crm) == DAYS * 2


def test_no_window_moves_a_watermark_back_and_only_the_last_moves_it_on(
    crm: Settings, peer: Any
) -> None:
    run(crm, SalesforceOptions(objects=("Contact",), build=False))
    peer.advance(days=1)
    mark = "select max(watermark) from raw_salesforce.loads where object_name = 'Contact'"
    before = query(crm.home, mark)[0][0]

    def look() -> None:
        assert query(crm.home, mark)[0][0] == before

    run(crm, told=Told("window 3 of 3: reading Contact", look))
    assert query(crm.home, mark)[0][0] == before + timedelta(days=1)
    later = run(crm, SalesforceOptions(objects=("Contact",), build=False))
    assert later["objects"][0]["mode"] == "delta"
    # What was never read whole has no watermark to go on from.
    assert query(crm.home, mark.replace("Contact", "Case"))[0][0] is None


def test_a_pause_ends_it_after_the_window_and_the_same_command_goes_on(
    crm: Settings, peer: Any, command: Command
) -> None:
    def pause() -> None:
        answer = command("runs", "pause", newest(crm).run_id)
        assert answer.exit_code == 0, answer.err

    with pytest.raises(Paused, match="after window 1 of 3") as paused:
        run(crm, told=Told("window 1 of 3: reading Case", pause))
    assert paused.value.exit_code == 0, "it did as it was asked"
    assert failure(paused.value)["status"] == "cancelled"
    first = newest(crm)
    assert first.status == "cancelled"
    assert first.error_summary is not None
    assert "the same command goes on" in first.error_summary
    assert json.loads(first.counts_json)["rows_created"] == 3 + 3
    assert not list(crm.locks.glob("pause-*"))
    assert landed(crm) == landed(crm, "Case") == DAYS[:1]
    run(crm, SalesforceOptions(objects=("Contact",), build=False))  # a night in between
    peer.clear_log()
    told = Told()
    report = run(crm, told=told)
    assert report["status"] == "succeeded"
    assert landed(crm) == landed(crm, "Case") == DAYS
    assert not any(name.startswith("window 1 ") for name in told.stages)
    assert f"run {first.run_id} had begun: 1 of 3 windows" in " ".join(report["warnings"])
    each_once(crm)
    assert "is not at work any more" in command("runs", "pause", first.run_id).err
    # A `runs retry` of the paused one is the same command too.
    again = run_control.retry(crm, first.run_id, Silent())[0]
    assert again["status"] == "succeeded"
    assert json.loads(newest(crm).ingest_params_json)["window_hours"] == 24 * 24


_KILLED = """
import os, signal, sys
sys.path.insert(0, {root!r})
from loaders.salesforce import records
from tests.support import quick_landing
from tests import test_salesforce_backfill as own
from polaris.salesforce_settings import read_salesforce
from polaris.settings import load_settings
from dataclasses import replace
marks = 0

def land(home, schema, tables, disposition):
    global marks
    marks += "loads" in tables
    if marks == 3:  # the rows of the third window are there, their mark is not
        os.kill(os.getpid(), signal.SIGKILL)
    quick_landing.land_tables(home, schema, tables, disposition)

records.land_tables = land
access = read_salesforce({env!r})
own.run(replace(load_settings(), salesforce=access, adapters=("pathful", "salesforce")))
"""


def test_killed_in_a_window_it_is_gone_on_with_and_nothing_comes_twice(
    crm: Settings, peer: Any, home: Path
) -> None:
    program = _KILLED.format(root=str(ROOT), env=peer.environment("client_credentials"))
    killed = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"POLARIS_HOME": str(home)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert landed(crm) == DAYS[:2]
    report = run(crm)
    assert report["status"] == "succeeded"
    assert landed(crm) == landed(crm, "Case") == DAYS
    each_once(crm)


def test_an_object_that_fails_is_read_from_there_on_and_the_others_are_not_read_again(
    crm: Settings, peer: Any
) -> None:
    peer.fault("query:Case", sf.act.error(400, "MALFORMED_QUERY", "sorry"), nth=2)
    report = run(crm)
    assert report["status"] == "partially_failed"
    failed = {item["object"]: item["error"] for item in report["objects"]}
    assert failed["Contact"] is None
    assert failed["Case"] is not None
    assert landed(crm) == DAYS
    assert len(landed(crm, "Case")) < WINDOWS
    peer.clear_faults()
    assert run(crm)["status"] == "succeeded"
    assert landed(crm, "Case") == DAYS
    assert landed(crm) == [*DAYS, DAYS[-1]]  # the last one only: time goes on
    each_once(crm)


def test_a_run_without_windows_has_no_place_to_pause(crm: Settings, command: Command) -> None:
    def pause() -> None:
        answer = command("runs", "pause", newest(crm).run_id)
        assert answer.exit_code == 2
        assert "runs cancel" in answer.err

    run(crm, replace(BACKFILL, since=None, window=None), Told("reading Case", pause))


@pytest.mark.parametrize("text", ["30", "0d", "a month", "-3d", ""])
def test_a_length_is_written_as_a_number_and_a_letter(text: str) -> None:
    assert length_of(" 30D ") == timedelta(days=30)
    assert length_of("12h") == timedelta(hours=12)
    with pytest.raises(BadInput, match="30d, 2w or 12h"):
        length_of(text)


def test_stopped_in_a_window_it_keeps_those_before_but_for_what_a_gate_took_back(
    crm: Settings,
) -> None:
    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        run(crm, CONTACTS, Told("window 3 of 3: reading Contact", stop))
    assert newest(crm).status == "cancelled"
    assert landed(crm) == DAYS[:2]
    query(crm.home, "delete from raw_salesforce.loads where window_from < '2026-01-02'")
    run(crm, CONTACTS)
    assert landed(crm) == [DAYS[1], DAYS[0], DAYS[2]]


@pytest.mark.parametrize(
    ("other", "status", "goes_on"),
    [
        (BACKFILL, "cancelled", True),
        (BACKFILL, "partially_failed", True),
        (BACKFILL, "succeeded", False),
        (replace(BACKFILL, window=timedelta(days=7)), "cancelled", False),
        (replace(BACKFILL, since=BEGIN + timedelta(days=1)), "cancelled", False),
        (replace(BACKFILL, objects=("Case",)), "cancelled", False),
        (replace(BACKFILL, build=True, dry_run=True), "cancelled", False),
    ],
)
def test_the_same_command_goes_on_with_what_did_not_succeed(
    settings: Settings, other: SalesforceOptions, status: str, goes_on: bool
) -> None:
    def start(options: SalesforceOptions) -> str:
        return ledger.start_run(settings, salesforce._start(settings, options, chosen(options)))

    first, second = start(BACKFILL), start(other)
    ledger.finish_run(settings, first, "cancelled")
    ledger.finish_run(settings, second, status)
    before = salesforce_windows._unfinished(settings, start(BACKFILL))
    assert (second in before) == goes_on
    assert (first in before) == (status != "succeeded")


def test_a_backfill_has_windows_of_thirty_days_and_a_canary_none() -> None:
    length = salesforce_windows.chosen
    assert length(BEGIN, None, limit=None, label="backfill") == timedelta(days=30)
    assert length(BEGIN, None, limit=20, label="backfill") is None
    assert length(BEGIN, None, limit=None, label=None) is None
    assert length(None, None, limit=None, label="backfill") is None
    for options, words in (
        ((None, timedelta(days=3), None, None), "give --since too"),
        ((BEGIN, timedelta(days=3), 20, None), "do not go together"),
    ):
        since, window, limit, label = options
        with pytest.raises(BadInput, match=words):
            length(since, window, limit=limit, label=label)
    hour, now = timedelta(hours=1), datetime.now(UTC)
    assert length(now - 999.5 * hour, hour, limit=None, label=None) == hour
    with pytest.raises(BadInput, match="1,001 windows, more than 1,000"):
        length(now - 1000.5 * hour, hour, limit=None, label=None)


def test_what_an_earlier_run_read_of_an_object_is_left_out() -> None:
    first, last = Part(BEGIN, BEGIN + timedelta(days=24)), Part(BEGIN + timedelta(days=24))
    contact, case = BY_NAME["Contact"], BY_NAME["Case"]
    plan = salesforce_windows.Plan(
        (first, last), {"Contact": frozenset({first}), "Case": frozenset({first, last})}, "r"
    )
    assert plan.left([contact, case], first) == []
    assert plan.left([contact, case], last) == [contact]
    assert plan.left([contact, case], None) == [contact, case]
    assert [plan.words(number) for number in (0, 1)] == ["window 1 of 2: ", "window 2 of 2: "]
    assert "what run r had begun: 1 of 2 windows" in plan.warnings([contact, case])[0]
    assert replace(plan, begun_by=None).warnings([contact]) == []
    assert replace(plan, read={}).warnings([contact]) == []
    day = timedelta(days=1)
    spans = [(BEGIN - 9 * day, BEGIN), (BEGIN - day, BEGIN + 24 * day)]
    assert salesforce_windows._is_within(first, spans)
    assert not salesforce_windows._is_within(first, [(BEGIN, BEGIN + 23 * day)])
    assert not salesforce_windows._is_within(last, [(BEGIN, BEGIN + 99 * day)])
    whole = salesforce_windows.Plan()
    assert (whole.words(0), whole.left([contact], None)) == ("", [contact])


def test_the_figures_of_an_object_are_those_of_all_its_windows() -> None:
    counted = dict.fromkeys((*FIGURES, "calls"), 2)
    first = counted | {
        "object": "Contact", "seconds": 1.5, "retries": None, "mode": "since", "transport": "bulk",
        "watermark": None, "warnings": ["a", "b"], "error": "x",
    }  # fmt: skip
    last = first | dict.fromkeys((*FIGURES, "calls"), 3) | {
        "seconds": None, "retries": 1, "mode": None, "watermark": "w", "warnings": ["b", "c"],
        "error": None,
    }  # fmt: skip
    other = first | {"object": "Case"}
    total, same = salesforce_windows.together([first, other, last])
    assert same == other
    assert total == last | dict.fromkeys((*FIGURES, "calls"), 5) | {
        "seconds": 1.5, "mode": "since", "warnings": ["a", "b", "c"],
    }  # fmt: skip
