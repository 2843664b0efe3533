"""Says where the time of one import goes: by stage, and inside dbt by node.

    python -m benchmarks.stages SESSION_REPORT [--home FOLDER]

Without --home it imports into an empty home that is deleted afterwards, so dbt parses the whole
project; with --home into a copy of that folder, built once before, so that the parse is partial.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from polaris.build import BuildOptions, build
from polaris.errors import PolarisError
from polaris.imports import PathfulOptions, import_pathful
from polaris.progress import Silent
from polaris.settings import Settings, load_settings

NODES_SHOWN = 15


def _cpu() -> tuple[float, float]:
    """CPU seconds of this process, and of the children that have ended."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime, theirs.ru_utime + theirs.ru_stime


@dataclass
class StageClock:
    """A `polaris.progress.Progress` that writes down when each stage began."""

    marks: list[tuple[str, float, tuple[float, float]]] = field(default_factory=list)

    def stage(self, name: str, done: int = 0, total: int = 0) -> None:
        """Notes a stage the first time it is told."""
        del done, total
        if not self.marks or self.marks[-1][0] != name:
            self.marks.append((name, time.monotonic(), _cpu()))

    def table(self) -> list[tuple[str, float, float, float]]:
        """Stage, wall seconds, CPU seconds of this process, CPU seconds of dbt."""
        rows = []
        for (name, begun, cpu), (_, ended, cpu_then) in zip(
            self.marks, self.marks[1:], strict=False
        ):
            rows.append((name, ended - begun, cpu_then[0] - cpu[0], cpu_then[1] - cpu[1]))
        return rows


def measure_import(file: Path, settings: Settings) -> StageClock:
    """Imports a file and returns the clock; a refusal is told, its stages count all the same."""
    clock = StageClock()
    clock.stage("opening")
    try:
        import_pathful(settings, [file], PathfulOptions(), clock)
    except PolarisError as error:
        print(error.message, file=sys.stderr)
    clock.stage("end")
    return clock


def stage_lines(clock: StageClock) -> list[str]:
    """The stages as a Markdown table."""
    lines = ["| stage | wall s | CPU-s here | CPU-s in dbt |", "|---|---|---|---|"]
    rows = clock.table()
    rows.append(("all", sum(r[1] for r in rows), sum(r[2] for r in rows), sum(r[3] for r in rows)))
    return lines + [f"| {name} | {a:.2f} | {b:.2f} | {c:.2f} |" for name, a, b, c in rows]


def node_lines(results: dict[str, Any]) -> list[str]:
    """What dbt did: its start, its nodes by kind, and the longest of them."""
    nodes = results["results"]
    seconds: dict[str, list[float]] = defaultdict(list)
    for node in nodes:
        seconds[node["unique_id"].partition(".")[0]].append(node["execution_time"])
    lines = ["| nodes | how many | seconds in all |", "|---|---|---|"]
    lines += [
        f"| {kind} | {len(times)} | {sum(times):.2f} |" for kind, times in sorted(seconds.items())
    ]
    instants = [datetime.fromisoformat(t["started_at"]) for n in nodes for t in n["timing"]]
    ends = [datetime.fromisoformat(t["completed_at"]) for n in nodes for t in n["timing"]]
    if instants:
        running = (max(ends) - min(instants)).total_seconds()
        elapsed = float(results["elapsed_time"])
        lines += ["", f"First node to last: {running:.2f} s; dbt says {elapsed:.2f} s in all."]
    lines += ["", "| longest nodes | seconds |", "|---|---|"]
    longest = sorted(nodes, key=lambda node: -float(node["execution_time"]))[:NODES_SHOWN]
    lines += [f"| {n['unique_id']} | {float(n['execution_time']):.2f} |" for n in longest]
    return lines


def main() -> None:
    """The command line of the module's docstring."""
    parser = argparse.ArgumentParser(description="Where the time of one import goes.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if given.home:
            shutil.copytree(given.home, home)
        settings = load_settings(os.environ | {"POLARIS_HOME": str(home)})
        if given.home:
            build(settings, BuildOptions(), Silent())
        clock = measure_import(given.file, settings)
        results = max(
            settings.dbt_target.rglob("run_results.json"), key=lambda path: path.stat().st_mtime
        )
        lines = node_lines(json.loads(results.read_text(encoding="utf-8")))
    print("\n".join([*stage_lines(clock), "", *lines]))


if __name__ == "__main__":
    main()
