"""Measures whole commands of the product beside the floor script; README.md says how and why.

python -m benchmarks.run                      # everything, median of 5
python -m benchmarks.run --only weekly --runs 3
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.workshop import FEW, MANY, Workshop

HERE = Path(__file__).resolve().parent
CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class Scenario:
    """One measured command.

    Attributes:
        name: As `--only` takes it.
        title: What is measured, in words.
        snapshot: The home it starts from; empty: an empty one.
        command: Runs it; returns its cost and what it answered.
        check: Raises AssertionError when the answer shows that the work was not done.
        scale: Of the sources.
        runs_at_most: Of the slow ones.
    """

    name: str
    title: str
    snapshot: str
    command: Callable[[Workshop], tuple[measure.Cost, Any]]
    check: Callable[[Workshop, Any], None]
    scale: int = 1
    runs_at_most: int = 100


def _took_all(workshop: Workshop, answer: Any) -> None:
    assert answer["rows_processed"] == workshop.manifest["session_rows"], answer
    assert answer["rows_created"] > 0.5 * answer["rows_processed"], answer
    assert answer["gate"]["passed"], answer


def _took_nothing_new(workshop: Workshop, answer: Any) -> None:
    assert answer["rows_processed"] == workshop.manifest["session_rows"], answer
    assert answer["rows_created"] == answer["rows_updated"] == 0, answer


def _took_the_week(_: Workshop, answer: Any) -> None:
    assert 0 < answer["rows_created"] + answer["rows_updated"] < answer["rows_processed"], answer


def _published(_: Workshop, answer: Any) -> None:
    assert answer["release"], answer


def _made_events(_: Workshop, answer: Any) -> None:
    assert answer["dim_events"] > 0 < answer["achieved"], answer


SCENARIOS = (
    Scenario("floor", "floor script, whole history", "", Workshop.floor, _made_events),
    Scenario(
        "first",
        "first import of the whole history",
        "people",
        lambda at: at.polaris("pathful", at.full),
        _took_all,
    ),
    Scenario(
        "again",
        "the identical file again",
        "full",
        lambda at: at.polaris("pathful", at.full),
        _took_nothing_new,
    ),
    Scenario(
        "weekly",
        "weekly file on the whole history",
        "full",
        lambda at: at.polaris("pathful", at.weekly),
        _took_the_week,
    ),
    Scenario(
        "build",
        "build of everything after one decision",
        "decided",
        lambda at: at.polaris("build"),
        _published,
    ),
    Scenario(
        "apply",
        "build of what that decision can change",
        "decided",
        lambda at: at.polaris("build", "--decisions"),
        _published,
    ),
    Scenario(
        "night_few",
        f"one small file behind {FEW} small loads",
        f"small_{FEW}",
        lambda at: at.polaris("pathful", at.small(MANY)),
        _published,
    ),
    Scenario(
        "night_many",
        f"the same file behind {MANY} small loads",
        f"small_{MANY}",
        lambda at: at.polaris("pathful", at.small(MANY)),
        _published,
    ),
    Scenario(
        "floor_tenfold",
        "floor script, ten times the history",
        "",
        Workshop.floor,
        _made_events,
        scale=10,
        runs_at_most=3,
    ),
    Scenario(
        "first_tenfold",
        "first import of ten times the history",
        "people",
        lambda at: at.polaris("pathful", at.full),
        _took_all,
        scale=10,
        runs_at_most=3,
    ),
)

Figures = dict[str, measure.Cost]


@dataclass(frozen=True)
class Target:
    """What the product promises; `value` needs the figures of its scenarios (else KeyError)."""

    title: str
    limit: float
    value: Callable[[Figures], float]
    unit: str = ""


TARGETS = (
    Target("first import, CPU", 18, lambda f: f["first"].cpu_seconds, "s"),
    Target("first import, wall", 15, lambda f: f["first"].wall_seconds, "s"),
    Target(
        "first import, CPU against the floor", 10, lambda f: _ratio(f, "first", "floor"), "times"
    ),
    Target("first import, peak memory", 600, lambda f: f["first"].peak_mb, "MB"),
    Target("identical file, CPU", 12, lambda f: f["again"].cpu_seconds, "s"),
    Target("weekly file, CPU", 12, lambda f: f["weekly"].cpu_seconds, "s"),
    Target("weekly file, wall", 10, lambda f: f["weekly"].wall_seconds, "s"),
    Target(
        "applying a decision against a build of everything, wall",
        0.5,
        lambda f: f["apply"].wall_seconds / f["build"].wall_seconds,
        "times",
    ),
    Target(
        f"{MANY} loads behind against {FEW}, CPU",
        1.2,
        lambda f: _ratio(f, "night_many", "night_few"),
        "times",
    ),
    Target(
        "ten times the history, marginal CPU against the floor's",
        2,
        lambda f: _marginal(f, "first") / _marginal(f, "floor"),
        "times",
    ),
    Target("ten times the history, peak memory", 1200, lambda f: f["first_tenfold"].peak_mb, "MB"),
)


def _ratio(figures: Figures, this: str, other: str) -> float:
    return figures[this].cpu_seconds / figures[other].cpu_seconds


def _marginal(figures: Figures, name: str) -> float:
    return figures[f"{name}_tenfold"].cpu_seconds - figures[name].cpu_seconds


def measure_all(folder: Path, chosen: list[Scenario], runs: int) -> dict[str, list[measure.Cost]]:
    """Runs the scenarios in turns, so that a busy minute of the machine hits all of them.

    Returns:
        The costs of each scenario, in the order they were measured.
    """
    workshops = {scenario.scale: Workshop(folder, scenario.scale) for scenario in chosen}
    for workshop in workshops.values():
        workshop.drop_snapshots()
    for scenario in chosen:
        workshop = workshops[scenario.scale]
        _say(f"preparing: {scenario.title}")
        workshop.make_sources()
        if scenario.snapshot:
            workshop.make(scenario.snapshot)
    costs: dict[str, list[measure.Cost]] = {scenario.name: [] for scenario in chosen}
    for number in range(runs):
        for scenario in chosen:
            if number >= scenario.runs_at_most:
                continue
            workshop = workshops[scenario.scale]
            if scenario.snapshot:
                workshop.restore(scenario.snapshot)
            cost, answer = scenario.command(workshop)
            scenario.check(workshop, answer)
            costs[scenario.name].append(cost)
            _say(
                f"run {number + 1}: {scenario.title}: {cost.cpu_seconds:.2f} CPU-s, "
                f"{cost.wall_seconds:.2f} s, {cost.peak_mb:.0f} MB"
            )
    for workshop in workshops.values():
        workshop.drop_snapshots()
    return costs


def judged(figures: Figures) -> list[dict[str, Any]]:
    """Each target whose scenarios were measured, with what was reached."""
    found = []
    for target in TARGETS:
        try:
            value = target.value(figures)
        except KeyError:
            continue
        found.append(
            {
                "title": target.title,
                "limit": target.limit,
                "value": round(value, 2),
                "unit": target.unit,
                "is_met": value <= target.limit,
            }
        )
    return found


def environment() -> dict[str, Any]:
    """The machine and the moment."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": CORES,
        "load_before": round(os.getloadavg()[0], 2),
    }


def page(result: dict[str, Any]) -> str:
    """The results as Markdown."""
    at = result["environment"]
    lines = [
        "# Results",
        "",
        f"Written by `benchmarks/run.py` on {at['measured_at']}: Python {at['python']}, "
        f"{at['system']}, {at['cores']} cores, load {at['load_before']} before the first run. "
        "What is measured, and how: [README.md](README.md).",
        "",
        "| command | runs | CPU-s | lowest - highest | wall s | peak MB |",
        "|---|---|---|---|---|---|",
    ]
    for row in result["figures"]:
        cpu = sorted(run["cpu_seconds"] for run in row["runs"])
        middle = row["median"]
        lines.append(
            f"| {row['title']} | {len(cpu)} | {middle['cpu_seconds']:.2f} "
            f"| {cpu[0]:.2f} - {cpu[-1]:.2f} | {middle['wall_seconds']:.2f} "
            f"| {middle['peak_mb']:.0f} |"
        )
    lines += ["", "| target | at most | reached | |", "|---|---|---|---|"]
    for row in result["targets"]:
        verdict = "met" if row["is_met"] else "**missed**"
        unit = row["unit"]
        lines.append(
            f"| {row['title']} | {row['limit']} {unit} | {row['value']} {unit} | {verdict} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command line of the module's docstring."""
    parser = argparse.ArgumentParser(description="Measure the product beside the floor script.")
    names = [scenario.name for scenario in SCENARIOS]
    parser.add_argument("--runs", type=int, default=5, help="of each; the median counts")
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument(
        "--work", type=Path, default=HERE.parent / "data" / "benchmarks", help="sources and homes"
    )
    parser.add_argument("--out", type=Path, default=HERE, help="for results.json and RESULTS.md")
    given = parser.parse_args()
    chosen = [scenario for scenario in SCENARIOS if scenario.name in given.only]
    at = environment()
    if at["load_before"] > CORES / 4:
        _say(f"the machine is busy (load {at['load_before']} on {CORES} cores): figures will vary")
    given.work.mkdir(parents=True, exist_ok=True)
    costs = measure_all(given.work.resolve(), chosen, given.runs)
    figures = {name: measure.middle(runs) for name, runs in costs.items()}
    result = {
        "environment": at,
        "figures": [
            {
                "name": scenario.name,
                "title": scenario.title,
                "median": asdict(figures[scenario.name]),
                "runs": [asdict(cost) for cost in costs[scenario.name]],
            }
            for scenario in chosen
        ],
        "targets": judged(figures),
    }
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "results.json").write_text(json.dumps(result, indent=2) + "\n")
    (given.out / "RESULTS.md").write_text(page(result), encoding="utf-8")
    print(page(result))


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
