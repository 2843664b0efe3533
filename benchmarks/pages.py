"""Measures every page of the dashboard on a real release, and storing a decision; see README.md.

python -m benchmarks.pages                     # scale 1 and ten times that
python -m benchmarks.pages --scales 1 --runs 10
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import streamlit as st
from streamlit.testing.v1 import AppTest

from benchmarks.run import environment
from benchmarks.workshop import Workshop
from polaris.deciding import decisions
from polaris.releases import current_release
from polaris.settings import load_settings

HERE = Path(__file__).resolve().parent
MOST_SECONDS = {1: 1.0, 10: 2.0}
MOST_SECONDS_TO_STORE = 0.1
_STORED_BEFORE = 1000
_SCREENS = HERE.parent / "dashboard" / "screens"

# What each view opens: the keys of the URL with a query that finds a heavy example in the release.
_DETAILS: dict[str, dict[str, str]] = {
    "progress": {
        "district": "select district_key from marts.fct_teacher_roster"
        " group by 1 order by count(*) desc, 1 limit 1",
    },
    "events": {
        "event": "select event_key from marts.fct_teacher_participation"
        " group by 1 order by count(*) desc, 1 limit 1",
    },
    "unmatched": {
        "ticket": "select ticket_key from queues.queue_unmatched where unmatched_type = 'teacher'"
        " order by affected_session_count desc, 1 limit 1",
    },
    "runs": {
        "run": "select run_id from ops.import_runs order by rows_processed desc nulls last limit 1",
    },
    "audit": {
        "event": "select event_key from ops.audit_log where event_key is not null"
        " group by 1 order by count(*) desc, 1 limit 1",
    },
}
_TEACHER = (
    "select teacher_key, district_key, virtual_year from marts.fct_teacher_progress"
    " where period = 'year' order by completed_sessions + planned_sessions desc, 1 limit 1"
)


def views(release: Path) -> list[tuple[str, dict[str, str]]]:
    """Every page, and those that open one thing, on the heaviest example of the release."""
    pages = sorted(path.stem for path in _SCREENS.glob("*.py") if path.stem != "__init__")
    found: list[tuple[str, dict[str, str]]] = [(page, {}) for page in pages]
    with duckdb.connect(str(release), read_only=True) as connection:
        for page, queries in _DETAILS.items():
            opened = {name: connection.execute(sql).fetchone() for name, sql in queries.items()}
            if all(opened.values()):
                found.append((page, {name: str(row[0]) for name, row in opened.items() if row}))
        teacher = connection.execute(_TEACHER).fetchone()
    if teacher is not None:
        key, district, year = teacher
        found.append(("progress", {"district": district, "year": year, "teacher": key}))
    return sorted(found, key=lambda view: (view[0], len(view[1])))


@contextmanager
def at_home(workshop: Workshop) -> Iterator[None]:
    """The environment of the workshop's home, in this process."""
    before = dict(os.environ)
    os.environ.update(workshop.environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def page_seconds(page: str, query: dict[str, str], runs: int) -> list[float]:
    """Server times of a page for which no answer was cached."""
    found = []
    for _ in range(runs):
        app = AppTest.from_file(str(_SCREENS.parent / "app.py"), default_timeout=300)
        app.run()
        app.switch_page(f"screens/{page}.py")
        app.query_params.update(query)
        st.cache_data.clear()
        started = time.perf_counter()
        app.run()
        found.append(time.perf_counter() - started)
        assert not app.exception, [error.value for error in app.exception]
    return found


def store_seconds(runs: int) -> list[float]:
    """Times of storing one decision behind a thousand others."""
    settings = load_settings()
    release = current_release(settings)
    assert release is not None
    with duckdb.connect(str(release), read_only=True) as connection:
        tickets = connection.execute(
            "select ticket_key from queues.queue_unmatched where status = 'pending'"
            " order by ticket_key"
        ).fetchall()
    lines = [
        {"action": "ignore_ticket", "subject_key": key, "payload": {}, "reason": "measured"}
        for (key,) in tickets
    ]
    history = min(_STORED_BEFORE, len(lines) - runs)
    decisions.append(settings, lines[:history], actor="benchmark", role="admin")
    found = []
    for line in lines[history : history + runs]:
        started = time.perf_counter()
        decisions.append(settings, [line], actor="benchmark", role="admin")
        found.append(time.perf_counter() - started)
    return found


def worst(seconds: list[float]) -> float:
    """The 95th percentile; the highest of fewer than twenty."""
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) >= 20 else max(seconds)


def measure_scale(folder: Path, scale: int, runs: int) -> dict[str, Any]:
    """Imports the history once and measures every view on it."""
    workshop = Workshop(folder, scale)
    workshop.make_sources()
    workshop.make("full")
    workshop.restore("full")
    with at_home(workshop):
        release = current_release(load_settings())
        assert release is not None
        pages = []
        for page, query in views(release):
            seconds = page_seconds(page, query, runs)
            pages.append((page, sorted(query), statistics.median(seconds), worst(seconds)))
            print(f"{scale} x: {page} {sorted(query)}: {worst(seconds):.2f} s", flush=True)
        stored = store_seconds(max(runs, 20))
    return {"scale": scale, "pages": pages, "stored": stored}


def report(results: list[dict[str, Any]], at: dict[str, Any], runs: int) -> str:
    """The results as Markdown."""
    lines = [
        "# Pages",
        "",
        f"Written by `benchmarks/pages.py` on {at['measured_at']}: Python {at['python']}, "
        f"{at['system']}, {at['cores']} cores, load {at['load_before']} before the first page. "
        f"Server time without cached answers, {runs} times each.",
    ]
    for result in results:
        limit = MOST_SECONDS.get(result["scale"], MOST_SECONDS[1])
        lines += [
            "",
            f"## {result['scale']} x the real history, at most {limit:.0f} s",
            "",
            "| page | opened | median s | 95th percentile s | |",
            "|---|---|---|---|---|",
        ]
        for page, opened, middle, high in result["pages"]:
            verdict = "met" if high <= limit else "**missed**"
            lines.append(
                f"| {page} | {', '.join(opened) or 'the list'} | {middle:.2f} | {high:.2f} "
                f"| {verdict} |"
            )
        high = worst(result["stored"])
        verdict = "met" if high <= MOST_SECONDS_TO_STORE else "**missed**"
        lines += [
            "",
            f"Storing one decision behind {_STORED_BEFORE:,} others: median "
            f"{1000 * statistics.median(result['stored']):.0f} ms, 95th percentile "
            f"{1000 * high:.0f} ms, at most {1000 * MOST_SECONDS_TO_STORE:.0f} ms: {verdict}.",
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command line of the module's docstring."""
    parser = argparse.ArgumentParser(description="Measure the pages of the dashboard.")
    parser.add_argument("--runs", type=int, default=20, help="of each page")
    parser.add_argument("--scales", nargs="+", type=int, default=[1, 10])
    parser.add_argument(
        "--work", type=Path, default=HERE.parent / "data" / "benchmarks", help="sources and homes"
    )
    parser.add_argument("--out", type=Path, default=HERE, help="for PAGES.md")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    at = environment()
    results = [measure_scale(given.work.resolve(), scale, given.runs) for scale in given.scales]
    (given.out / "PAGES.md").write_text(report(results, at, given.runs), encoding="utf-8")


if __name__ == "__main__":
    main()
