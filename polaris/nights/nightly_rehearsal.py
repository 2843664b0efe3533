"""A night on a copy of the home: what it would read, build and publish, and nothing of it is kept.

It is the night itself, so it can promise nothing that the night would not do. The copy holds what a
night reads: the warehouse, the decisions, the ledger, the files that wait and the release that
readers see. The CRM is asked as ever, and counts the calls.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace

from polaris import ledger, releases, report, retention
from polaris.nights.night import Night, NightlyOptions, Step
from polaris.nights.nightly_inbox import KINDS
from polaris.progress import Progress
from polaris.settings import Settings
from polaris.workplace import RunProgress, Workplace, open_workplace, recorded

_STORES = ("decisions.sqlite", "runs.sqlite")
_NOTES = ("warehouse.built_by", "warehouse.published_for")
# What the copy alone has: nobody finds it there afterwards.
_GONE = re.compile(r"; see (reports/[\w-]+|`[^`]*`|its report in .*)$| in run \S+$")
_WOULD = (
    (re.compile(r"^landed by run \S+"), "would land"),
    (re.compile(r"^published as \S+"), "would be published"),
)


def rehearsed(
    settings: Settings,
    options: NightlyOptions,
    progress: Progress,
    spend: Callable[..., Night],
) -> Night:
    """The night that would be; the ledger has its run, as of any dry run.

    Args:
        settings: of the home that is copied.
        options: of the night.
        progress: hears of every step.
        spend: `nightly.spent`, called with the settings of the copy.

    Raises:
        Locked: too many dry runs are going on, or another run holds the warehouse.
    """
    with open_workplace(settings, dry_run=True) as place:
        start = ledger.RunStart(
            source="nightly",
            command="nightly --dry-run" + " --weekly" * options.weekly,
            triggered_by=settings.user,
            dry_run=True,
            params={"weekly": options.weekly},
        )
        run_id = ledger.start_run(settings, start)
        with recorded(settings, [run_id]):
            work = _copied(place)
            night = spend(
                work,
                options,
                RunProgress(settings, [run_id], progress),
                tell=lambda _night: None,
                retain=lambda: retention.would_go(settings, work),
            )
            reports = [_report(work, run, night) for run in night.sub_runs]
            night.reports = [item | {"run_id": run_id} for item in reports]
            night.steps = [_would(step) for step in night.steps]
            night.warnings = [_GONE.sub("", text) for text in night.warnings]
            words = f"{len(night.failed)} of {len(night.steps)} steps would fail."
            ledger.finish_run(
                settings,
                run_id,
                night.status,
                error_summary=words if night.failed else None,
                warnings_json=night.warnings,
            )
            # They name files, so the ledger has them not.
            night.warnings += _refused_at_once(work)
        night.run_id, night.release, night.dry_run = run_id, None, True
    return night


def _copied(place: Workplace) -> Settings:
    """The settings on a copy of what a night reads; the warehouse is there already."""
    real, work = place.settings, place.work
    own_store = real.decisions_url == f"sqlite:///{real.decisions_path}"
    for name in _STORES:
        _copy_store(real, work, name)
    for note in _NOTES:
        if (real.home / note).is_file():
            shutil.copyfile(real.home / note, work.home / note)
    for kind in KINDS:
        waiting = real.inbox / "nightly" / kind
        if waiting.is_dir():
            shutil.copytree(waiting, work.inbox / "nightly" / kind, symlinks=True)
    if (real.inbox / "nightly").is_dir():
        (work.inbox / "nightly").mkdir(parents=True, exist_ok=True)
    current = releases.current_release(real)
    if current is not None:
        work.releases_dir.mkdir()
        shutil.copyfile(current, work.releases_dir / current.name)
        shutil.copyfile(real.current, work.current)
    return replace(work, decisions_url=f"sqlite:///{work.decisions_path}") if own_store else work


def _copy_store(real: Settings, work: Settings, name: str) -> None:
    """A file of SQLite as it is now, whoever writes into it."""
    import sqlite3

    if not (real.home / name).exists():
        return
    source = sqlite3.connect(f"{(real.home / name).absolute().as_uri()}?mode=ro", uri=True)
    target = sqlite3.connect(work.home / name)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()


def _report(work: Settings, run_id: str, night: Night) -> report.Report:
    """What would be reported of a file, or of the CRM."""
    run = ledger.get_run(work, run_id)
    assert run is not None  # noqa: S101 one of the night
    made = report.shown(work, run) | {"dry_run": True, "error": run.error_summary}
    if night.release is not None and run.status in {"succeeded", "partially_failed"}:
        made["gate"] = {"passed": True, "failures": []}  # that of the one build
    return made


def _refused_at_once(work: Settings) -> list[str]:
    """Why files were refused that were not even begun; the others have a report."""
    notes = sorted((work.inbox / "nightly" / "failed").rglob("*.report.json"))
    found = [json.loads(path.read_text(encoding="utf-8")) for path in notes]
    return [str(note["error"]) for note in found if not note.get("run_id")]


def _would(step: Step) -> Step:
    """A step as of a night that is not."""
    message = _GONE.sub("", step.message)
    for pattern, words in _WOULD:
        message = pattern.sub(words, message)
    return replace(step, message=message, run_id=None)
