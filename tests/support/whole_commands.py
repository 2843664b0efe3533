"""Whole commands in processes of their own, on one home: real dbt project, real gate."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from polaris import ledger, releases
from polaris.settings import Settings, load_settings
from tests.support import parsed
from tests.support import workbooks as make

ENTRY = [sys.executable, "-c", "import sys; from polaris.cli import main; sys.exit(main())"]
SCOPE = ("--district", "Hickman Mills", "--academic-year", "2025-2026")


class World:
    """A home and the command line on it, in processes of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("POLARIS_", "IMPORTER_"))
        } | {
            "POLARIS_HOME": str(home),
            "POLARIS_LOGICAL_DATE": "2026-03-10",
            "POLARIS_USER": "jordan",
        }

    @property
    def settings(self) -> Settings:
        return load_settings(self.environment)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*ENTRY, *(str(argument) for argument in arguments)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str | Path, exit_code: int = 0) -> Any:
        process = self.start(*arguments, "--json")
        out, err = process.communicate()
        assert process.returncode == exit_code, err
        return json.loads(out)

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        path = releases.current_release(self.settings)
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def raw(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def write_sessions(path: Path, count: int, first: int = 1001) -> Path:
    rows = [make.session_row(Session_ID=first + n, Title=f"Careers {n}") for n in range(count)]
    rows.append(
        make.session_row(
            Session_ID=first, Title="Careers 0", Name="Nobody Known", User_Auth_Id="auth-9"
        )
    )
    return make.write_csv(path, make.SESSION_HEADERS, rows)


@dataclass(frozen=True)
class FirstImport:
    """A home after a roster and a first Session Report, kept, and the report of the latter."""

    home: Path
    kept: Path
    report: dict[str, Any]

    @classmethod
    def make(cls, folder: Path, shared: Path) -> FirstImport:
        """Imports both into a home below an empty folder, and keeps a copy of it.

        Args:
            folder: an empty folder.
            shared: of the whole test session, see `parsed.lend`.
        """
        world = World(folder / "home")
        place = world.settings
        parsed.lend(shared, place.home, place.dbt_target / "runs")
        parsed.lend(shared, place.scratch / "dry_run_1", place.dbt_target / "dry_run_1")
        people = [make.roster_row(), make.roster_row(Name="Bo Lind", Email="bo.lind@example.org")]
        roster = make.write_csv(folder / "roster.csv", make.ROSTER_HEADERS, people)
        world.run("roster", roster, *SCOPE, "--no-build")
        report = world.run("pathful", write_sessions(folder / "sessions.csv", 5))
        assert parsed.is_known(place.home, place.dbt_target / "runs")
        return cls(world.home, Path(shutil.copytree(world.home, folder / "kept")), report)

    def again(self) -> World:
        """That home as it was, always at its first place: dbt parses a moved one anew."""
        ledger._engine.cache_clear()  # it would go on reading the ledger that is removed here
        shutil.rmtree(self.home)
        shutil.copytree(self.kept, self.home)
        return World(self.home)


def published(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Every published table but those that list runs and releases."""
    with duckdb.connect(str(releases.current_release(world.settings)), read_only=True) as release:
        release.execute("set TimeZone = 'UTC'")
        names = release.execute(
            "select table_schema || '.' || table_name from information_schema.tables where "
            "table_name not in ('import_runs', 'releases', 'gate_results', 'source_freshness')"
        ).fetchall()
        return {
            name: sorted(release.execute(f"from {name}").fetchall(), key=repr) for (name,) in names
        }
