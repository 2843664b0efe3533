"""The night: every configured source, one build, reconciliation, the summary (salesforce.md §5).

Each source lands on its own and what fails stops nobody else; then one build publishes all of it.
The warehouse is held from the first step to the last.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from polaris import ledger
from polaris.build import BuildOptions, build_runs, write_file
from polaris.errors import EXIT_FAILURE, EXIT_GATE_FAILED, EXIT_OK, GateFailed, PolarisError
from polaris.locks import held_for_all
from polaris.nights.night import FAILED, SUCCESS, Night, NightlyOptions, Step, since
from polaris.nights.nightly_look import look_around, reconciled
from polaris.nights.nightly_retention import let_go
from polaris.nights.nightly_sources import REFUSED, put_away_all, read_sources
from polaris.progress import Progress
from polaris.settings import Settings
from polaris.withdraw import uses
from polaris.workplace import Workplace, open_workplace, recorded

if TYPE_CHECKING:
    from polaris.retention import Retention


_RULES_SHOWN = 3


def nightly(settings: Settings, options: NightlyOptions, progress: Progress) -> Night:
    """Reads every configured source, builds once, reconciles, and sends the summary.

    What fails is told in the result, whose `exit_code` is 0, 1 (something failed) or 3 (the gate
    refused; nothing was published).

    Raises:
        Locked: another run holds the warehouse; nothing was done.
    """
    from polaris.nights import summary

    if options.dry_run:
        from polaris.nights.nightly_rehearsal import rehearsed

        return rehearsed(settings, options, progress, spent)

    def tell(night: Night) -> None:
        progress.stage("reporting")
        night.deliveries = summary.deliver(settings, night)

    return spent(settings, options, progress, tell=tell)


def spent(
    settings: Settings,
    options: NightlyOptions,
    progress: Progress,
    *,
    tell: Callable[[Night], None],
    retain: Callable[[], Retention] | None = None,
) -> Night:
    """A whole night in a home.

    Args:
        settings: whose home.
        options: of the command.
        progress: told each step.
        tell: sends the summary.
        retain: lets go of what is past its time; None for the usual way.

    Raises:
        Locked: another run holds the warehouse; nothing was done.
    """
    from loaders import landing
    from polaris.nights import summary

    with open_workplace(settings, dry_run=False) as place, held_for_all(settings):
        start = ledger.RunStart(
            source="nightly",
            command="nightly --weekly" if options.weekly else "nightly",
            triggered_by=settings.user,
            params={"weekly": options.weekly},
        )
        night = Night(ledger.start_run(settings, start), options.weekly, ledger.utc_now())
        with recorded(settings, [night.run_id]):
            landing.discard_incomplete(place.work.warehouse)
            files = read_sources(settings, night, progress)
            let_go(settings, night, retain)
            ledger.note(
                settings,
                night.run_id,
                ingest_params_json={"weekly": options.weekly, "runs": night.sub_runs},
            )
            refused = _build(place, night, progress)
            put_away_all(settings, night, files, refused)
            if night.release is not None:
                night.steps.append(reconciled(settings))
            look_around(settings, night)
            _end(settings, night)
            summary.write(settings, night)
            tell(night)
            summary.write(settings, night)
            _remember(settings, night)
    return night


def _build(place: Workplace, night: Night, progress: Progress) -> list[str]:
    """Builds, gates and publishes everything that waits, also when no source had anything.

    Where the gate refuses for a file of this night, the file is taken back and the rest is built
    once more: one bad file keeps nothing else from being published.

    Returns:
        The runs whose files were taken back.
    """
    warehouse = place.work.warehouse
    landed = [run for run in night.sub_runs if warehouse.exists() and uses(warehouse, run)]
    failures = _build_once(place, night, progress)
    if night.exit_code != EXIT_GATE_FAILED:
        return []
    refused = [run_id for run_id in landed if not uses(warehouse, run_id)]
    if not refused:
        return []
    for run_id in refused:
        ledger.finish_run(place.settings, run_id, "failed", error_summary=REFUSED)
    refusal = f"the gate refused it: {_rules(failures)}"
    night.steps = [
        replace(step, status=FAILED, message=_see(refusal, night))
        if step.run_id in refused
        else step
        for step in night.steps
    ]
    night.exit_code, night.error = EXIT_OK, None
    _build_once(place, night, progress)
    return refused


def _build_once(place: Workplace, night: Night, progress: Progress) -> list[Any]:
    """Builds and writes the step down; returns what the gate refused it for."""
    failures: list[Any] = []
    began = time.monotonic()
    try:
        done = build_runs(place, [night.run_id], BuildOptions(), progress)[0]
    except GateFailed as error:
        night.exit_code, night.error = EXIT_GATE_FAILED, error.message
        failures = error.result[0]["gate"]["failures"] if error.result else []
        words = f"the gate refused: {_rules(failures)}, nothing was published"
        night.steps.append(Step("build", FAILED, since(began), message=_see(words, night)))
    except PolarisError as error:
        night.exit_code, night.error = EXIT_FAILURE, error.message
        words = "nothing was published"
        night.steps.append(Step("build", FAILED, since(began), message=_see(words, night)))
    else:
        night.release = done["release"]
        if done["warnings"]:
            # Their words may name files, and people put names into those.
            words = f"Remarks of the build: {len(done['warnings'])}"
            night.warnings.append(f"{_see(words, night)}.")
        words = f"published as {night.release}"
        night.steps.append(Step("build", SUCCESS, since(began), message=words))
    return failures


def _rules(failures: list[Any]) -> str:
    """What failed, by the names of our checks; the rows behind it stand in the report."""
    names = sorted({str(item.get("expectation")) for item in failures})
    count = f"{len(failures)} {'check' if len(failures) == 1 else 'checks'} failed"
    return f"{count} ({', '.join(names[:_RULES_SHOWN])})" if names else count


def _see(words: str, night: Night) -> str:
    return f"{words}; see reports/{night.run_id}"


def _end(settings: Settings, night: Night) -> None:
    """Decides how the night went."""
    night.finished_at = ledger.utc_now()
    if not night.failed:
        night.status = "succeeded"
        return
    night.exit_code = night.exit_code or EXIT_FAILURE
    # Whatever failed before it: without a release nothing of the night reached anybody.
    night.status = "failed" if night.release is None else "partially_failed"


def _remember(settings: Settings, night: Night) -> None:
    """Ends the run in the ledger; the build has ended it as its own success or failure."""
    failed = [step.name for step in night.failed]
    words = f"{len(failed)} of {len(night.steps)} steps failed: {', '.join(failed)}."
    lost = [item for item in night.deliveries if item["status"] == "failed"]
    told = [f"The summary did not reach the {item['channel']}." for item in lost]
    ledger.finish_run(
        settings,
        night.run_id,
        night.status,
        finished_at=night.finished_at,
        error_summary=(night.error or words) if failed else None,
        warnings_json=[*night.warnings, *told],
        ingest_params_json={"weekly": night.weekly, "runs": night.sub_runs},
    )
    if night.release is None and not (settings.reports / night.run_id / "report.json").exists():
        write_file(settings, night.run_id, "report.json", night.as_json())
