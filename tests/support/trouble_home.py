"""The homes of `trouble`: what stands in them, what is done in them, what must be true of them."""

from __future__ import annotations

import csv
import hashlib
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.support import sources, workbooks

TODAY = date(2026, 3, 10)
# What says when and by which run something landed, not what.
_WHEN = {"run_id", "rows_run_id", "load_seq", "landed_at", "_dlt_load_id", "_dlt_id"}


def _environment(home: Path) -> dict[str, str]:
    return {
        "POLARIS_HOME": str(home),
        "POLARIS_LOGICAL_DATE": TODAY.isoformat(),
        "POLARIS_USER": "jordan",
    }


def make_files(folder: Path) -> dict[str, Path]:
    """Files to import."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "volunteers.csv").write_text(
        "external_id,first_name,last_name,email\n"
        + "".join(f"v{n},Ana{n},Ruiz,ana{n}@example.org\n" for n in range(40)),
        encoding="utf-8",
    )
    (folder / "signups.csv").write_text(
        "event_ref,email,first_name\n"
        + "".join(f"e{n},ana{n}@example.org,Ana\n" for n in range(30)),
        encoding="utf-8",
    )
    (folder / "decisions.jsonl").write_text(
        '{"action": "ignore_ticket", "subject_key": "k-school", "reason": "Not ours"}\n'
        '{"action": "resolve_flag", "subject_key": "xf-staff", "reason": "Called them"}\n',
        encoding="utf-8",
    )
    users = [workbooks.user_row(User_Auth_Id=f"auth-{n}") for n in range(9)]
    return {
        "sessions": sources.sessions(folder, "sessions.csv", 60, 2001),
        "more": sources.sessions(folder, "more.csv", 20, 5001),
        "sheet": sources.sessions(folder, "sheet.csv", 10, 6001),
        "users": workbooks.write_csv(folder / "users.csv", workbooks.USER_HEADERS, users),
        "roster": sources.roster(folder, range(25), "roster_new.csv"),
        "volunteers": folder / "volunteers.csv",
        "signups": folder / "signups.csv",
        "decisions": folder / "decisions.jsonl",
    }


def make_home(home: Path) -> None:
    """A home with two releases of invented people and a few landed files, nothing built."""
    import pytest

    from polaris.errors import GateFailed
    from polaris.imports import PathfulOptions, RosterOptions, import_pathful, import_roster
    from polaris.settings import load_settings
    from tests.support import deciding, fake_build, fake_release

    settings = load_settings(
        {"POLARIS_USER": "jordan", "POLARIS_HOME": str(home), "POLARIS_LOGICAL_DATE": str(TODAY)}
    )

    class Quiet:
        def stage(self, name: str, done: int = 0, total: int = 0) -> None:
            """Nobody watches."""

    inbox = home / "inbox" / "nightly"
    for kind in ("pathful", "signups"):
        (inbox / kind).mkdir(parents=True)
    sources.sessions(inbox / "pathful", "night.csv", 15, 7001)
    text = "event_ref,email,first_name\na1B000000000001,bo@example.org,Bo\n"
    (inbox / "signups" / "night.csv").write_text(text, encoding="utf-8")
    old = home.parent / "old"
    old.mkdir(exist_ok=True)
    options = RosterOptions("Hickman Mills", "2025-2026", build=False)
    import_roster(settings, sources.roster(old, range(20)), options, Quiet())
    import_pathful(settings, [sources.sessions(old)], PathfulOptions(build=False), Quiet())
    with pytest.MonkeyPatch.context() as patch, suppress(GateFailed):
        fake_build.FakeBuild(fake_build.refusing()).install(patch)
        refused = sources.sessions(old, "refused.csv", 12, 3001)
        import_pathful(settings, [refused], PathfulOptions(), Quiet())
    fake_release.publish(home, fake_release.EMPTY_NAME)
    deciding.publish(settings)


def make(kept: Path) -> Path:
    """That home, made once, with the files beside it."""
    if not kept.exists():
        make_home(kept)
        make_files(kept.parent / "files")
        _corrected_export(kept, kept.parent / "files" / "corrected.csv")
    return kept


def _corrected_export(home: Path, path: Path) -> None:
    """An export of findings in which somebody corrected a cell."""
    from polaris import quality_export
    from polaris.quality_search import Wanted
    from polaris.settings import load_settings
    from tests.support import fake_release_quality as fake

    settings = load_settings(_environment(home))
    quality_export.export(settings, Wanted(), path, datetime(2026, 3, 10, tzinfo=UTC))
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    for line in lines:
        if line["violation_key"] == fake.STUDENT:
            line["graduation_year"] = "2030"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


def state(home: Path) -> dict[str, object]:
    """What a home holds, without when and by which run it came: part -> (rows, hash)."""
    found: dict[str, object] = {}
    recently = datetime.now(UTC) - timedelta(days=2)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        for name, columns in _columns(warehouse, "raw_%").items():
            schema, _, table = name.partition(".")
            of_machines = schema.startswith("raw_decisions") or table.startswith("_")
            if of_machines or name == "raw_salesforce.loads":
                continue
            # A file that is read again is a load of its own, of the same rows.
            found[name] = _hashed(warehouse, name, columns, recently, distinct=table == "loads")
    release = home / "releases" / f"{current(home)}.duckdb"
    with duckdb.connect(str(release), read_only=True) as published:
        for schema in ("marts", "queues"):
            for name, columns in _columns(published, schema).items():
                found[f"release {name}"] = _hashed(published, name, columns, recently)
    inbox = home / "inbox" / "nightly"
    found["inbox"] = sorted(
        f"{path.relative_to(inbox).parent}/{path.name.partition(' ')[2] or path.name}"
        for path in inbox.rglob("*.csv")
    )
    return found


def _has(store: Path) -> bool:
    return store.exists() and store.stat().st_size > 0


def _columns(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, list[str]]:
    rows = connection.execute(
        "select table_schema || '.' || table_name, list(column_name order by column_name) "
        "from information_schema.columns where table_schema like ? group by 1 order by 1",
        [schema],
    ).fetchall()
    return {
        name: [c for c in columns if c not in _WHEN and not c.endswith("run_id")]
        for name, columns in rows
    }


def _hashed(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: list[str],
    recently: datetime,
    *,
    distinct: bool = False,
) -> tuple[int, str]:
    listed = ", ".join(f'"{column}"' for column in columns)
    rows = [
        repr(tuple(_plain(value, recently) for value in row))
        for row in connection.execute(f"select {listed} from {name}").fetchall()
    ]
    rows = sorted(set(rows) if distinct else rows)
    return len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()[:12]


def _plain(value: Any, recently: datetime) -> Any:
    """A value; a time of this day's clock is only said to be one."""
    if isinstance(value, datetime) and value.tzinfo is not None and value > recently:
        return "now"
    return value


def _runs(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the ledger says; nothing where a first run was killed before it had made it."""
    ledger = home / "runs.sqlite"
    made = "select 1 from sqlite_master where name = 'runs'"
    return _sqlite(ledger, sql) if _has(ledger) and _sqlite(ledger, made) else []


def _sqlite(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def run_of(home: Path, status: str) -> str:
    """The newest run of a file of sessions that ended so."""
    ended = f"select run_id from runs where source = 'pathful' and status = '{status}'"
    return str(_runs(home, f"{ended} order by run_seq desc")[0][0])


def current(home: Path) -> str:
    """The release that CURRENT names; empty before the first."""
    path = home / "releases" / "CURRENT"
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def releases(home: Path) -> set[str]:
    """The releases on disk."""
    return {path.stem for path in (home / "releases").glob("2*.duckdb")}


def stage(home: Path) -> str:
    """Where the newest run was."""
    rows = _runs(home, "select status, stage from runs order by run_seq desc")
    return rows[0][1] if rows and rows[0][0] == "running" else "no run at work"


def problems_after_kill(home: Path, before: set[str]) -> list[str]:
    """What readers would stumble over right after a kill."""
    found: list[str] = []
    name = current(home)
    if not name and not before:
        return found
    named = {row[0] for row in _runs(home, "select release from runs")}
    if name not in before | named:
        found.append(f"CURRENT names {name}, which no run published")
    try:
        path = home / "releases" / f"{name}.duckdb"
        with duckdb.connect(str(path), read_only=True) as release:
            release.execute("select count(*) from ops.import_runs").fetchone()
    except duckdb.Error as error:
        found.append(f"the release cannot be read: {error}")
    for store in ("runs.sqlite", "decisions.sqlite"):
        if (home / store).exists() and _sqlite(home / store, "pragma integrity_check") != [("ok",)]:
            found.append(f"{store} is damaged")
    return found


def litter(home: Path) -> list[str]:
    """What no run that ended may leave."""
    found = [str(path.relative_to(home)) for path in (home / "releases").glob(".*")]
    archive = home / "archive"
    for path in archive.iterdir() if archive.exists() else ():
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            found.append(f"archive/{path.name} is not what its name says")
    found += [str(path.relative_to(home)) for path in home.glob("scratch/*")]
    rows = _runs(home, "select status, release from runs")
    found += ["a run that looks at work" for status, _ in rows if status == "running"]
    told = {name for status, name in rows if status in {"succeeded", "partially_failed"}}
    invented = {"20260310T120000000Z-000000", "20260310T141530123Z-4f2a9c"}
    first = min(releases(home) - invented, default=None)
    for name in sorted(releases(home) - told - invented):
        if name != first:
            found.append(f"the release {name} belongs to no run that succeeded")
    return found
