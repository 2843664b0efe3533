"""The `demo` command: invents sources, imports them once, says how well that went."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from polaris import ledger, releases, report
from polaris.build import write_atomically
from polaris.demo.crm_files import WEEKLY_FOLDER
from polaris.demo.crm_load import import_crm, lacking
from polaris.demo.crm_model import READ_AT, WEEK_LATER
from polaris.demo.crm_score import crm_score_lines
from polaris.demo.model import DEFAULT_SEED, LOGICAL_DATE
from polaris.demo.sources import MANIFEST, Sources, write_sources
from polaris.errors import BadInput, NotReady
from polaris.imports import (
    PathfulOptions,
    RosterOptions,
    import_pathful,
    import_roster,
    require_adapter,
)
from polaris.progress import Progress
from polaris.settings import Settings

MARKER = "demo.json"
_WEEK = "and Salesforce a week later, statuses, hours, a merge, a deletion and newcomers:"
# Below, the traps do not all fit; above, there are not names enough for everybody.
_SMALLEST_SCALE, _LARGEST_SCALE = 0.01, 20


def run_demo(
    settings: Settings, scale: float, out: Path | None, progress: Progress
) -> dict[str, Any]:
    """Makes sample sources and imports them: rosters, CRM, User Report, history, current report.

    "Today" is 2026-01-31, whatever the settings say: the sources end in that month. Only the last
    file is followed by a build. In a home where this demo is already, nothing is done again.

    Args:
        settings: whose home receives the data.
        scale: 1 is as large as the real history; the CRM is a tenth of the real one.
        out: where the files go; None for the folder `demo` of the home.
        progress: told each step.

    Returns:
        scale, folder, release, logical_date, was_there (nothing was done), reports (one per file,
        as `pathful --json` prints them), crm_lacking (why there is no CRM, None when there is) and
        score (`polaris.demo.score.score_release`).

    Raises:
        BadInput: the scale makes no sense, or the home holds data that are not this demo's.
        NotReady: importing is switched off, also where this demo is already; nothing was written.
        PolarisError: an import failed.
    """
    from polaris.demo.score import score_release

    if not _SMALLEST_SCALE <= scale <= _LARGEST_SCALE:
        limits = f"from {_SMALLEST_SCALE} to {_LARGEST_SCALE}"
        raise BadInput(f"--scale {scale:g} is out of range: {limits}.")
    require_adapter(settings, "pathful")
    settings = replace(settings, logical_date=LOGICAL_DATE)
    folder = (out or settings.home / "demo").expanduser().absolute()
    run_ids = _runs_of_this_demo(settings, scale)
    was_there = run_ids is not None
    if run_ids is None:
        progress.stage("making files")
        sources = write_sources(folder, scale)
        _mark(settings, scale, None)
        run_ids = _import_all(settings, sources, progress)
        _mark(settings, scale, run_ids)
    elif not (folder / MANIFEST).exists():
        progress.stage("making files")
        write_sources(folder, scale)
    release = releases.current_release(settings)
    assert release is not None  # noqa: S101 the import published one, or raised
    progress.stage("scoring")
    runs = [run for run_id in run_ids if (run := ledger.get_run(settings, run_id)) is not None]
    return {
        "status": "succeeded",
        "scale": scale,
        "folder": str(folder),
        "home": str(settings.home),
        "logical_date": LOGICAL_DATE.isoformat(),
        "release": release.stem,
        "was_there": was_there,
        "reports": [report.shown(settings, run) for run in runs],
        "crm_lacking": None if any(run.source == "salesforce" for run in runs) else lacking(),
        "score": score_release(release, folder),
    }


def run_week(settings: Settings, out: Path | None, progress: Progress) -> dict[str, Any]:
    """Loads what changed in the sample CRM within a week of the demo, builds and publishes.

    Args:
        settings: whose home holds the demo.
        out: where its files are; None for the folder `demo` of the home.
        progress: told each step.

    Returns:
        The report of the run.

    Raises:
        BadInput: there is no demo, or it has no CRM.
        NotReady: importing is switched off, or the sample CRM cannot run on this machine.
        PolarisError: the load failed.
    """
    require_adapter(settings, "pathful")
    folder = (out or settings.home / "demo").expanduser().absolute() / WEEKLY_FOLDER
    if not (settings.home / MARKER).exists() or not folder.is_dir():
        raise BadInput(f"{settings.home} holds no demo with a CRM; run `polaris-load demo` first.")
    why = lacking()
    if why is not None:
        raise NotReady(f"The sample CRM cannot be loaded: {why}.")
    settings = replace(settings, logical_date=LOGICAL_DATE)
    return import_crm(settings, folder, WEEK_LATER, progress, build=True)


def week_lines(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The report of the week for a person, and whether it was here before."""
    came = ("rows_created", "rows_updated")
    is_new = any(result[name] for name in came) or any(
        found["deleted"] for found in result["objects"]
    )
    done = "is here" if is_new else "was here already; nothing new came"
    return [("good", f"The demo's Salesforce a week later {done}."), *report.lines(result)]


def lines(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The result for a person: (style, text) per line, as `polaris.report.lines` gives them."""
    done = "is here already; nothing was changed" if result["was_there"] else "is imported"
    out = [("good", f"The demo {done}: scale {result['scale']:g}, files in {result['folder']}")]
    out += [("plain", text) for text in _table(result["reports"])]
    if result["crm_lacking"]:
        out.append(("warning", f"no Salesforce in this demo: {result['crm_lacking']}"))
    out += _score_lines(result["score"])
    out += crm_score_lines(result["score"]["crm"])
    out += [
        ("plain", f"published as {result['release']}, as of {result['logical_date']}"),
        (
            "plain",
            f"next: `POLARIS_HOME={result['home']} POLARIS_LOGICAL_DATE={result['logical_date']} "
            "polaris-load dashboard`",
        ),
        (
            "plain",
            f"then: import {result['folder']}/session_report_weekly.xlsx to see a week go by, and "
            "session_report_traps.xlsx to see every fault named",
        ),
    ]
    if result["score"]["crm"] is not None:
        out.append(("plain", f"{_WEEK} `POLARIS_HOME={result['home']} polaris-load demo --week`"))
    return out


def _runs_of_this_demo(settings: Settings, scale: float) -> list[str] | None:
    """The runs of a finished demo of this scale; None when it is still to be done.

    Raises:
        BadInput: the home holds something else.
    """
    marker = settings.home / MARKER
    advice = "set POLARIS_HOME to another folder, or remove that one."
    if not marker.exists():
        if settings.warehouse.exists() or settings.current.exists():
            raise BadInput(f"{settings.home} holds data that are not a demo's; {advice}")
        return None
    known = json.loads(marker.read_text(encoding="utf-8"))
    if (known["scale"], known["seed"]) != (scale, DEFAULT_SEED):
        raise BadInput(
            f"{settings.home} holds a demo of scale {known['scale']:g}, "
            f"not of scale {scale:g}; {advice}"
        )
    if known["run_ids"] is None or releases.current_release(settings) is None:
        return None
    return list(known["run_ids"])


def _mark(settings: Settings, scale: float, run_ids: Sequence[str] | None) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    known = {"scale": scale, "seed": DEFAULT_SEED, "run_ids": run_ids}
    write_atomically(settings.home / MARKER, known)


def _import_all(settings: Settings, sources: Sources, progress: Progress) -> list[str]:
    reports = []
    for roster in sources.rosters:
        options = RosterOptions(roster.district, roster.academic_year, build=False)
        reports.append(import_roster(settings, roster.path, options, progress))
    # Before the reports: whom the CRM knows needs no ticket then.
    if lacking() is None:
        reports.append(import_crm(settings, sources.crm, READ_AT, progress))
    earlier = [sources.user_report, *sources.history[:-1]]
    reports += import_pathful(settings, earlier, PathfulOptions(build=False), progress)
    reports += import_pathful(settings, sources.history[-1:], PathfulOptions(), progress)
    return [item["run_id"] for item in reports]


def _table(reports: Sequence[Mapping[str, Any]]) -> list[str]:
    headers = ("file", "rows", "created", "updated", "skipped", "unmatched", "invalid")
    rows = []
    for item in reports:
        if item.get("objects"):
            rows += [_object_row(found) for found in item["objects"]]
            continue
        buckets = (f"{item[f'rows_{bucket}']:,}" for bucket in report.BUCKETS)
        rows.append((str(item["file"]), f"{item['rows_processed']:,}", *buckets))
    widths = [max(len(row[index]) for row in (headers, *rows)) for index in range(len(headers))]
    return [
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (headers, *rows)
    ]


def _object_row(found: Mapping[str, Any]) -> tuple[str, ...]:
    """The line of an object of the CRM: the buckets of a file, as far as it has them."""
    skipped = found["unchanged"] + found["duplicates"]
    counts = (found["extracted"], found["inserted"], found["updated"], skipped, 0, found["invalid"])
    return (f"Salesforce {found['object']}", *(f"{count:,}" for count in counts))


_WORDS = (
    ("rows_judged", "bucket_mismatches", "rows in the right bucket"),
    ("unknown_people", "unknown_people_not_one_ticket", "unknown people with exactly one ticket"),
    ("events_expected", "events_missing", "sessions found as events"),
    ("progress_judged", "wrong_completed", "roster teachers with the right number of sessions"),
)
_NEVER = (
    ("split_persons", "people split in two"),
    ("merged_persons", "people merged"),
    ("merged_sessions", "sessions merged"),
    ("events_split", "sessions split"),
    ("wrong_completed_settleable", "wrong counts although the data can settle them"),
)


def _score_lines(score: Mapping[str, Any]) -> list[tuple[str, str]]:
    out = [("plain", "compared with what is true about these files:")]
    for total, wrong, text in _WORDS:
        if score[total] is not None:
            right = score[total] - score[wrong]
            style = "plain" if score[wrong] == 0 else "warning"
            out.append((style, f"  {right:,} of {score[total]:,} {text}"))
    faults = [(score[name], text) for name, text in _NEVER if score[name] is not None]
    style = "plain" if all(count == 0 for count, _ in faults) else "warning"
    return [*out, (style, "  " + ", ".join(f"{count:,} {text}" for count, text in faults))]
