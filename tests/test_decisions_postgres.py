"""The store of decisions on a real PostgreSQL server: SQLite's answers, and troubles of its own."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from polaris import export_log, ledger, releases
from polaris.deciding import decision_engine, decision_store, decisions
from polaris.errors import EXIT_LOCKED, BadInput, Locked, PolarisError
from polaris.settings import Settings
from tests import test_decide_command as of_command
from tests import test_decisions as of_sqlite
from tests.conftest import Command
from tests.support import postgres
from tests.support.dashboard_app import open_page, text_of
from tests.support.deciding import line
from tests.support.fake_build import FakeBuild

# What holds of SQLite holds here: the same tests, on the settings of this file.
test_of_two_people_who_decide_the_same_ticket_one_is_refused = (
    of_sqlite.test_of_two_people_who_decide_the_same_ticket_one_is_refused
)
test_lines_of_one_batch_see_the_lines_before_them = (
    of_sqlite.test_lines_of_one_batch_see_the_lines_before_them
)
test_a_subject_is_decided_once_until_the_decision_is_revoked = (
    of_sqlite.test_a_subject_is_decided_once_until_the_decision_is_revoked
)
test_the_release_speaks_for_decisions_it_shows = (
    of_sqlite.test_the_release_speaks_for_decisions_it_shows
)
test_the_command_stores_from_a_file_and_reports_what_waits = (
    of_command.test_the_command_stores_from_a_file_and_reports_what_waits
)
HARD = 'Zoë "O\'Hara" 日本 🎓\n=1+1; drop table decisions; -- %s %(a)s :b \\x00'
ROW = {
    "decided_at": "2026-03-10T12:00:00.000001+00:00",
    "actor": "jordan",
    "role": "admin",
    "action": "ignore_ticket",
    "subject_type": "ticket",
    "subject_key": HARD,
    "payload": "{}",
    "reason": None,
    "revokes": None,
}
HALF_WAY = """
import sys, time
from polaris.deciding import decision_store
from polaris.settings import load_settings
from tests.test_decisions_postgres import row
with decision_store.exclusive(load_settings()) as connection:
    decision_store.insert(connection, [row("lost")])
    print("in", flush=True)
    time.sleep(60)
"""


def row(decision_id: str) -> dict[str, Any]:
    return ROW | {"decision_id": decision_id}


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.server() as running:
        yield running


@pytest.fixture
def settings(
    settings: Settings, server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """The settings of an empty home whose store is a new database."""
    url = server.database()
    monkeypatch.setenv("POLARIS_DECISIONS_URL", url)
    return replace(settings, decisions_url=url)


def store(
    settings: Settings, *ids: str, but: Exception | None = None, before_end: Any = None
) -> list[decisions.Decision]:
    """Stores decisions; raises `but`, or calls `before_end`, when they are in and not yet kept."""
    with decision_store.exclusive(settings) as connection:
        found = decision_store.insert(connection, [row(one) for one in ids])
        if but is not None:
            raise but
        if before_end is not None:
            before_end()
    return found


def name_of(settings: Settings) -> str:
    return str(make_url(settings.decisions_url).database)


def test_both_databases_give_the_same_rows(settings: Settings, tmp_path: Path) -> None:
    sqlite = replace(settings, decisions_url=f"sqlite:///{tmp_path}/store.sqlite")
    long = row("c") | {"payload": '{"notes": "' + "é" * 100_000 + '"}', "revokes": "a"}
    refused = ROW | {
        "refusal_id": "r",
        "refused_at": ROW["decided_at"],
        "rule_code": "out_of_scope",
    }
    for name in ("decided_at", "payload", "reason", "revokes"):
        del refused[name]
    found = []
    for one in (settings, sqlite):
        assert decisions.read_all(one) == []
        store(one, "b", "a")
        with pytest.raises(PolarisError, match="once more"):
            store(one, "never", but=PolarisError("once more"))
        with decision_store.exclusive(one) as connection:
            assert decision_store.insert(connection, []) == []
            told = decision_store.insert(connection, [long])
            decision_store.add(connection, "refusals", [refused])
        taken = export_log.Export(
            ledger.utc_now().replace(microsecond=7), HARD, "", "x", "csv", 3, None
        )
        export_log.add(one, replace(taken, exported_at=taken.exported_at.replace(year=2026)))
        logged = [replace(item, exported_at=None) for item in export_log.read_all(one)]  # type: ignore[arg-type]
        found.append([decisions.read_all(one), told, decisions.refusals(one), logged])
        assert decision_engine.connected(one.decisions_url).dialect.name in one.decisions_url
    assert found[0] == found[1]
    assert [(item.decision_seq, item.decision_id) for item in found[0][0]] == [
        (1, "b"),
        (2, "a"),
        (3, "c"),
    ]
    assert found[0][0][0].subject_key == HARD


@pytest.mark.parametrize("table", list(decision_engine.GUARDED))
def test_the_store_refuses_its_owner_too(settings: Settings, table: str) -> None:
    store(settings, "a")
    url = settings.decisions_url.replace("+psycopg", "")
    for change in ("update {} set actor = 'riley'", "delete from {}", "truncate {}"):
        with psycopg.connect(url) as connection:
            refused = pytest.raises(psycopg.errors.RaiseException, match=f"{table} are never")
            with refused:
                connection.execute(change.format(table))  # type: ignore[call-overload]
    assert len(decisions.read_all(settings)) == 1


def test_a_trigger_that_somebody_took_away_is_back_with_the_next_process(
    settings: Settings, server: postgres.Server
) -> None:
    store(settings, "a")
    server.sql("drop trigger decisions_refuse_change on decisions", name_of(settings))
    decision_engine.connected.cache_clear()
    store(settings, "b")
    with pytest.raises(psycopg.errors.RaiseException):
        server.sql("delete from decisions", name_of(settings))


def test_eight_writers_at_once_make_one_store_and_leave_no_gap(settings: Settings) -> None:
    """Each is a process of its own to the server; every third one of their transactions fails."""

    def write(number: int) -> None:
        engine = decision_engine.connected.__wrapped__(settings.decisions_url)
        for turn in range(9):
            with engine.connect() as connection:
                decision_engine.begin_alone(connection)
                ids = [f"{number}-{turn}-{part}" for part in "xyz"]
                assert len(decision_store.insert(connection, [row(one) for one in ids])) == 3
                connection.rollback() if turn % 3 == 2 else connection.commit()
            assert len(decisions.read_all(settings)) >= 3
        engine.dispose()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    found = decisions.read_all(settings)
    assert [item.decision_seq for item in found] == list(range(1, 8 * 6 * 3 + 1))
    batches = [{item.decision_id[:-1] for item in found[at : at + 3]} for at in range(0, 144, 3)]
    assert all(len(batch) == 1 for batch in batches)
    with decision_engine.connected(settings.decisions_url).connect() as connection:
        assert tuple(found) == decision_store.read(connection)


def test_who_is_killed_half_way_leaves_nothing_and_holds_nobody_up(
    settings: Settings, home: Path
) -> None:
    store(settings, "before")
    with subprocess.Popen([sys.executable, "-c", HALF_WAY], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in\n"
        assert [item.decision_id for item in decisions.read_all(settings)] == ["before"]
        process.send_signal(signal.SIGKILL)
        process.wait()
    (after,) = store(settings, "after")
    assert after.decision_seq == 2
    assert [item.decision_id for item in decisions.read_all(settings)] == ["before", "after"]


def test_who_waits_too_long_for_another_writer_is_told(
    settings: Settings, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision_engine, "_SECONDS_TO_WAIT", 1)
    store(settings, "a")
    with decision_store.exclusive(settings), pytest.raises(Locked) as caught:
        store(settings, "b")
    assert caught.value.exit_code == EXIT_LOCKED
    assert "Another program keeps the decision store to itself" in caught.value.message
    assert len(decisions.read_all(settings)) == 1


def test_a_server_that_stops_is_one_sentence_and_back_all_goes_on(  # noqa: PLR0917
    command: Command,
    no_dbt: FakeBuild,
    settings: Settings,
    published: Path,
    server: postgres.Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text(
        '{"action": "ignore_ticket", "subject_key": "k-school", "reason": "Not ours"}\n'
    )
    assert command("build").exit_code == 0
    (settings.current).write_text(f"{published.stem}\n")
    caplog.set_level(logging.DEBUG)
    server.stop()
    try:
        told = [command(*arguments) for arguments in (("decide", file), ("build",))]
        looks = [command("status", "--json"), command("health")]
        page = open_page("overview")
    finally:
        server.start()
    for answer in told:
        assert answer.exit_code == 1
        assert "The decision store cannot be used: " in answer.err
        assert "See that its server runs" in answer.err
        assert answer.err.count("\n") == 1
    # What is published, and the runs, are told all the same.
    assert [look.exit_code for look in looks] == [0, 1]
    assert all("The decision store cannot be used: " in look.out for look in looks)
    assert published.stem in looks[0].out
    assert "The decision store cannot be used" in text_of(page).replace("\\", "")
    assert page.metric
    run = ledger.list_runs(settings)[0]
    assert run.status == "failed"
    assert releases.current_name(settings) == published.stem
    logs = [path.read_text() for path in settings.home.glob("logs/*")]
    said = [*logs, text_of(page), caplog.text, run.error_summary, *(one.err for one in told)]
    said += [look.out for look in looks]
    assert not [text for text in said if postgres.PASSWORD[:6] in str(text)]
    # The pages and this process go on with the server that is back.
    assert command("decide", file).exit_code == 0
    assert command("build").exit_code == 0
    assert decisions.pending(settings) == []
    server.stop()
    server.start()
    assert command("status").exit_code == 0  # while nobody looked it was away


def test_a_connection_that_breaks_while_it_stores_leaves_nobody_in_false_certainty(
    settings: Settings, server: postgres.Server
) -> None:
    store(settings, "a")
    name = name_of(settings)
    end = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    with pytest.raises(PolarisError, match="did not say whether it stored"):
        store(settings, "b", before_end=lambda: server.sql(end))
    assert [item.decision_id for item in store(settings, "c")] == ["c"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "wrong-s3cret"}, 'password authentication failed for user "polaris"'),
        ({"database": "nowhere"}, 'database "nowhere" does not exist'),
        ({"host": "no-such-host.invalid"}, "no-such-host.invalid"),
        ({"user": postgres.READER}, "permission denied for schema public. Its user has to read"),
    ],
)
def test_what_is_wrong_with_an_address_is_told_without_the_password(
    settings: Settings, command: Command, monkeypatch: pytest.MonkeyPatch,
    change: dict[str, str], words: str,
) -> None:  # fmt: skip
    named = {"user": "username"}
    parts = {named.get(name, name): value for name, value in change.items()}
    url = make_url(settings.decisions_url).set(**parts).render_as_string(hide_password=False)
    monkeypatch.setenv("POLARIS_DECISIONS_URL", url)
    told = command("decisions", "backup", settings.home / "kept.sqlite")
    assert told.exit_code == 1
    assert words in told.err
    assert "s3cret" not in told.err
    assert told.err.count("\n") == 1
    assert "s3cret" not in repr(replace(settings, decisions_url=url))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+psycopg://bo:s3c@ret@127.0.0.1/polaris", "an @ in a user or a password"),
        ("postgresql+psycopg://bo:s3c@127.0.0.1:s3cret/polaris", "its port is no number"),
        ("mysql+pymysql://bo:s3cret@127.0.0.1/polaris", "cannot be used"),
        ("mssql+pyodbc://bo:s3cret@127.0.0.1/polaris", "another kind of database"),
    ],
)
def test_an_address_that_is_none_is_told_without_its_password(
    settings: Settings, url: str, words: str
) -> None:
    with pytest.raises(PolarisError) as caught:
        decisions.read_all(replace(settings, decisions_url=url))
    assert words in caught.value.message
    assert not [part for part in ("s3c", "ret@") if part in caught.value.message]


def test_a_user_who_may_only_read_and_add_can_decide(
    settings: Settings, published: Path, server: postgres.Server
) -> None:
    store(settings, "a")
    name = name_of(settings)
    server.sql(f"grant select, insert on decisions, refusals, exports to {postgres.READER}", name)
    clerk = replace(settings, decisions_url=server.url(name, postgres.READER))
    decisions.append(clerk, [line("ignore_ticket", "k-school")], actor="ada", role="admin")
    with pytest.raises(BadInput):
        decisions.append(clerk, [line("ignore_ticket", "k-school")], actor="ada", role="viewer")
    assert len(decisions.read_all(settings)) == 2
    assert len(decisions.refusals(settings)) == 1


def test_decisions_move_to_postgresql_and_back(
    settings: Settings,
    command: Command,
    published: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The dashboard has the old store open, so that its newest rows stand in a file beside it."""
    old = replace(settings, decisions_url=f"sqlite:///{settings.decisions_path}")
    store(old, "a", "b")
    with pytest.raises(BadInput):
        decisions.append(old, [line("ignore_ticket", "k-school")], actor="ada", role="viewer")
    with decision_engine.connected(old.decisions_url).connect() as looking:
        looking.exec_driver_sql("select 1")
        moved = command("decisions", "restore", settings.decisions_path, "--json")
    assert moved.json["rows"] == {"decisions": 2, "refusals": 1, "exports": 0}
    assert decisions.read_all(settings) == decisions.read_all(old)
    assert decisions.refusals(settings) == decisions.refusals(old)
    assert store(settings, "c")[0].decision_seq == 3
    again = command("decisions", "restore", settings.decisions_path)
    assert again.exit_code == 2
    assert "The store holds 3 decisions already" in again.err
    file = tmp_path / "backup.sqlite"
    assert (
        "3 decisions, 1 refusals, 0 exports written to" in command("decisions", "backup", file).out
    )
    assert "exists; name a file" in command("decisions", "backup", file).err
    assert [path.name for path in tmp_path.glob("*backup*")] == ["backup.sqlite"]
    monkeypatch.setenv("POLARIS_DECISIONS_URL", f"sqlite:///{file}")
    kept = replace(settings, decisions_url=f"sqlite:///{file}")
    assert decisions.read_all(kept) == decisions.read_all(settings)
    assert store(kept, "d")[0].decision_seq == 4
    for bad, words in ((published, "no store of decisions"), (tmp_path / "no", "There is no file")):
        assert words in command("decisions", "restore", bad).err
