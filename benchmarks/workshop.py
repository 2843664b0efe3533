"""Makes what the benchmarks measure on: the sample sources, and homes that hold a history."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import fastexcel

from benchmarks import measure
from polaris.demo.sources import write_sources
from polaris.demo.workbook import write_workbook

FLOOR = Path(__file__).with_name("floor.py")
POLARIS = Path(sys.executable).with_name("polaris-load")
MANY = 400
FEW = 4
_FILES_PER_COMMAND = 100
_A_TICKET = "select min(ticket_key) from queues.queue_unmatched where status = 'pending'"


@dataclass(frozen=True)
class Workshop:
    """A folder with sources of one size and the homes made from them.

    The home is always the same folder, restored from a snapshot before each run: dbt's partial
    parsing and the product's state are those of a machine that did yesterday's import, too.

    Attributes:
        folder: everything is below it.
        scale: 1 is the size of the real history.
    """

    folder: Path
    scale: int

    @property
    def sources(self) -> Path:
        """The sample sources, with their manifest.json."""
        return self.folder / f"sources_{self.scale}"

    @property
    def home(self) -> Path:
        """POLARIS_HOME of every measured command."""
        return self.folder / "home"

    @property
    def people(self) -> Path:
        """What the floor knows of people, in its own database."""
        return self.sources / "floor_people.duckdb"

    @property
    def manifest(self) -> dict[str, Any]:
        """What the sources hold."""
        content: dict[str, Any] = json.loads((self.sources / "manifest.json").read_text())
        return content

    @property
    def full(self) -> Path:
        """The whole history in one workbook."""
        return self.sources / str(self.manifest["full"])

    @property
    def weekly(self) -> Path:
        """The export of a week later."""
        return self.sources / str(self.manifest["weekly"])

    def small(self, number: int) -> Path:
        """A slice of the history as a small file: 0 to MANY - 1 came earlier, MANY is tonight's."""
        return self.sources / "small" / f"session_report_{number:03}.xlsx"

    @property
    def environment(self) -> dict[str, str]:
        """Of every measured command."""
        return os.environ | {
            "POLARIS_HOME": str(self.home),
            "POLARIS_LOGICAL_DATE": str(self.manifest["logical_date"]),
            "POLARIS_USER": "benchmark",
        }

    def polaris(self, *arguments: str | Path) -> tuple[measure.Cost, Any]:
        """Runs `polaris-load … --json`; returns its cost and its report."""
        command = [str(POLARIS), *map(str, arguments), "--json"]
        cost, said = measure.run(command, self.environment, self.folder)
        return cost, json.loads(said)

    def floor(self) -> tuple[measure.Cost, Any]:
        """Runs the floor script on the whole history."""
        result = self.folder / "floor_result.duckdb"
        result.unlink(missing_ok=True)
        command = [sys.executable, FLOOR, "sessions", self.full, self.people, result]
        command.append(str(self.manifest["logical_date"]))
        cost, said = measure.run([str(part) for part in command], self.environment, self.folder)
        return cost, json.loads(said)

    def make_sources(self) -> None:
        """Writes the sources, unless they are there."""
        if self.people.exists():
            return
        write_sources(self.sources, scale=self.scale)
        command = [sys.executable, str(FLOOR), "people", str(self.sources), str(self.people)]
        measure.run(command, self.environment, self.folder)

    def make_small_sources(self) -> None:
        """Cuts the history into slices, each a workbook of its own."""
        if self.small(MANY).exists():
            return
        self.small(0).parent.mkdir(exist_ok=True)
        table = fastexcel.read_excel(self.full).load_sheet(0, dtypes="string").to_arrow()
        rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
        size = len(rows) // (MANY + 1)
        for number in range(MANY + 1):
            part = rows[number * size : (number + 1) * size]
            write_workbook(self.small(number), "Session Report", table.schema.names, part)

    def make_people_home(self) -> None:
        """A home with every roster and the User Report, before the first Session Report."""
        self._empty_home()
        for roster in self.manifest["rosters"]:
            options = ["--district", roster["district"]]
            options += ["--academic-year", roster["academic_year"], "--no-build"]
            self.polaris("roster", self.sources / roster["file"], *options)
        self.polaris("pathful", self.sources / str(self.manifest["user_report"]))
        self._keep("people")

    def make_full_home(self) -> None:
        """The people's home with the whole history."""
        self.restore("people")
        self.polaris("pathful", self.full)
        self._keep("full")

    def make_decided_home(self) -> None:
        """The full home, built once in full, with one decision that no table shows."""
        self.restore("full")
        self.polaris("build")
        release = next((self.home / "releases").glob("*.duckdb"))
        with duckdb.connect(str(release), read_only=True) as connection:
            (ticket,) = connection.execute(_A_TICKET).fetchone() or (None,)
        file = self.folder / "decision.jsonl"
        file.write_text(json.dumps({"action": "ignore_ticket", "subject_key": ticket}))
        self.polaris("decide", file)
        self._keep("decided")

    def make_small_loads_home(self, count: int) -> None:
        """The full home behind which `count` small loads lie, all built."""
        self.restore("full")
        files = [self.small(number) for number in range(count)]
        for first in range(0, count, _FILES_PER_COMMAND):
            self.polaris("pathful", *files[first : first + _FILES_PER_COMMAND], "--no-build")
        self.polaris("build")
        self._keep(f"small_{count}")

    def make(self, snapshot: str) -> None:
        """Takes a snapshot, and those it needs, unless it was taken."""
        if self._snapshot(snapshot).exists():
            return
        if snapshot != "people":
            self.make("people" if snapshot == "full" else "full")
        if snapshot == "people":
            self.make_people_home()
        elif snapshot == "full":
            self.make_full_home()
        elif snapshot == "decided":
            self.make_decided_home()
        else:
            self.make_small_sources()
            self.make_small_loads_home(int(snapshot.removeprefix("small_")))

    def restore(self, snapshot: str) -> None:
        """Puts the home back to what it was when the snapshot was taken."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self._snapshot(snapshot), self.home)

    def drop_snapshots(self) -> None:
        """Frees the disk: snapshots belong to one run, the product may have changed since."""
        for folder in (self.home, self.folder / "snapshots"):
            shutil.rmtree(folder, ignore_errors=True)

    def _empty_home(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)

    def _keep(self, snapshot: str) -> None:
        shutil.rmtree(self._snapshot(snapshot), ignore_errors=True)
        shutil.copytree(self.home, self._snapshot(snapshot))

    def _snapshot(self, name: str) -> Path:
        return self.folder / "snapshots" / f"{name}_{self.scale}"
