"""The night: every configured source, one build, reconciliation, the summary (salesforce.md §5).

Each source lands on its own and what fails stops nobody else; then one build publishes all of it.
The warehouse is held from the first step to the last.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from polaris import ledger, releases, report, status
from polaris.build import BuildOptions, build_runs, write_file
from polaris.errors import (
    EXIT_BAD_INPUT,
    EXIT_FAILURE,
    EXIT_GATE_FAILED,
    EXIT_LOCKED,
    EXIT_NOT_READY,
    EXIT_OK,
    GateFailed,
    PolarisError,
)
from polaris.locks import held_for_all
from polaris.night import FAILED, SKIPPED, SUCCESS, Night, Step
from polaris.nightly_inbox import KINDS, Waiting, misplaced, put_away, waiting
from polaris.progress import Progress
from polaris.settings import Settings
from polaris.withdraw import uses
from polaris.workplace import Workplace, open_workplace, recorded

_COUNTS = ("rows_processed", "rows_created", "rows_updated", "rows_unmatched", "rows_invalid")
_KINDS = {EXIT_BAD_INPUT: "refused", EXIT_LOCKED: "locked out", EXIT_NOT_READY: "not ready"}
_REFUSED = "The gate refused the file; nothing of it was kept. Correct it and import it again."
_NOTHING = (
    "No source is configured: there is no Salesforce login (SF_ variables) and no folder "
    "inbox/nightly; docs/nightly.md says how to set one up."
)


@dataclass(frozen=True)
class NightlyOptions:
    """Options of the `nightly` command.

    Attributes:
        weekly: also what is read once a week, with a longer overlap and a look for deletions.
    """

    weekly: bool = False


def nightly(settings: Settings, options: NightlyOptions, progress: Progress) -> Night:
    """Reads every configured source, builds once, reconciles, and sends the summary.

    What fails is told in the result, whose `exit_code` is 0, 1 (something failed) or 3 (the gate
    refused; nothing was published).

    Raises:
        Locked: another run holds the warehouse; nothing was done.
    """
    from loaders import landing
    from polaris import summary

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
            files = _sources(settings, night, progress)
            ledger.note(
                settings,
                night.run_id,
                ingest_params_json={"weekly": options.weekly, "runs": night.sub_runs},
            )
            refused = _build(place, night, progress)
            _put_away(settings, night, files, refused)
            if night.release is not None:
                night.steps.append(_reconciled(settings))
            _look_around(settings, night)
            _end(settings, night)
            summary.write(settings, night)
            progress.stage("reporting")
            night.deliveries = summary.deliver(settings, night)
            summary.write(settings, night)
            _remember(settings, night)
    return night


@dataclass(frozen=True)
class _Read:
    """A file that was read, with its step and its import report."""

    item: Waiting
    step: Step
    result: report.Report


def _sources(settings: Settings, night: Night, progress: Progress) -> list[_Read]:
    """Lands what every source has and returns the files; a source that fails stops no other."""
    files = waiting(settings)
    if files is not None and (beside := misplaced(settings)):
        words = f"Files outside the folders {', '.join(KINDS)} of inbox/nightly: {beside}."
        night.warnings.append(words)
    if not settings.importer_enabled:
        text = "Importing is switched off (IMPORTER_ENABLED is false)."
        night.steps.append(Step("sources", SKIPPED, message=text))
        return []
    has_crm = "salesforce" in settings.adapters
    if not has_crm and files is None:
        night.steps.append(Step("sources", SKIPPED, message=_NOTHING))
    read = [_file(settings, item, progress) for item in files or ()]
    night.steps += [found.step for found in read]
    if files is not None and not files:
        night.steps.append(Step("files", SKIPPED, message="No file waits in inbox/nightly."))
    if has_crm:
        night.steps += _salesforce(settings, night, progress)
    return read


def _file(settings: Settings, item: Waiting, progress: Progress) -> _Read:
    step, result = _tried(f"{item.kind} file", lambda: item.land(settings, progress))
    if step.exit_code == EXIT_NOT_READY:
        step = replace(step, status=SKIPPED)
    return _Read(item, step, result)


def _put_away(
    settings: Settings, night: Night, files: Sequence[_Read], refused: Collection[str]
) -> None:
    """Moves the files out of the inbox, each with its report beside it.

    Only now, when it is known what became of them: a night that is killed reads them again, which
    lands nothing twice. A file that found its adapter off or the warehouse taken stays.
    """
    for read in files:
        if read.step.exit_code in {EXIT_NOT_READY, EXIT_LOCKED}:
            continue
        result = dict(read.result)
        if read.step.run_id in refused:
            result |= {"status": "failed", "error": _REFUSED}
        folder = "done" if result["status"] == "succeeded" else "failed"
        try:
            put_away(settings, read.item, night.run_id, folder, result)
        except OSError as error:
            night.warnings.append(
                f"A {read.item.kind} file could not be moved out of the inbox "
                f"({type(error).__name__}); it will be read again."
            )


def _salesforce(settings: Settings, night: Night, progress: Progress) -> list[Step]:
    """Reads the CRM; one step per object, for each of them may fail alone."""
    from polaris.salesforce import SalesforceOptions, import_salesforce

    cadence = "weekly" if night.weekly else "daily"
    options = SalesforceOptions(cadence=cadence, build=False)
    whole, found = _tried("salesforce", lambda: import_salesforce(settings, options, progress))
    objects = found.get("objects") or []
    if not objects:
        return [whole]
    if not any(item["extracted"] or not item["error"] for item in objects):
        words = f"no object could be read; see `polaris-load runs show {whole.run_id}`"
        return [replace(whole, status=FAILED, message=words)]
    return [
        Step(
            name=f"salesforce {item['object']}",
            status=FAILED if item["error"] else SUCCESS,
            seconds=item["seconds"] or 0.0,
            records=item["extracted"],
            message=_object_words(item, whole.run_id),
            run_id=whole.run_id,
        )
        for item in objects
    ]


def _object_words(item: dict[str, Any], run_id: str | None) -> str:
    if item["error"]:
        return f"see `polaris-load runs show {run_id}`"
    words = f"{item['inserted']:,} new, {item['updated']:,} changed, {item['deleted']:,} deleted"
    more = len(item["warnings"])
    return f"{words}; {more} warnings in run {run_id}" if more else words


def _tried(name: str, work: Callable[[], report.Report]) -> tuple[Step, dict[str, Any]]:
    """Runs a source and says what came of it; its words about rows stay in its own report."""
    began = time.monotonic()
    try:
        result = work()
    except PolarisError as error:
        known = error.result[0] if isinstance(error.result, list) and error.result else {}
        run_id = known.get("run_id")
        where = f"see `polaris-load runs show {run_id}`" if run_id else "it had no run"
        kind = _KINDS.get(error.exit_code, "failed")
        step = Step(name, FAILED, _since(began), None, f"{kind}; {where}", run_id, error.exit_code)
        return step, known | {"status": "failed", "error": error.message}
    except Exception as error:  # noqa: BLE001 a defect in one source must not stop the others
        words = f"a defect: {type(error).__name__}"
        step = Step(name, FAILED, _since(began), None, words, exit_code=EXIT_FAILURE)
        return step, {"status": "failed", "error": "".join(traceback.format_exception(error))}
    failed = result["status"] != "succeeded"
    step = Step(
        name,
        FAILED if failed else SUCCESS,
        _since(began),
        result["rows_processed"] or None,
        f"landed by run {result['run_id']}",
        result["run_id"],
    )
    return step, result


def _build(place: Workplace, night: Night, progress: Progress) -> list[str]:
    """Builds, gates and publishes everything that waits, also when no source had anything.

    Where the gate refuses for a file of this night, the file is taken back and the rest is built
    once more: one bad file keeps nothing else from being published.

    Returns:
        The runs whose files were taken back.
    """
    warehouse = place.work.warehouse
    landed = [run for run in night.sub_runs if warehouse.exists() and uses(warehouse, run)]
    _build_once(place, night, progress)
    if night.exit_code != EXIT_GATE_FAILED:
        return []
    refused = [run_id for run_id in landed if not uses(warehouse, run_id)]
    if not refused:
        return []
    for run_id in refused:
        ledger.finish_run(place.settings, run_id, "failed", error_summary=_REFUSED)
    night.steps = [
        replace(step, status=FAILED, message=f"the gate refused it; see reports/{night.run_id}")
        if step.run_id in refused
        else step
        for step in night.steps
    ]
    night.exit_code, night.error = EXIT_OK, None
    _build_once(place, night, progress)
    return refused


def _build_once(place: Workplace, night: Night, progress: Progress) -> None:
    began = time.monotonic()
    try:
        done = build_runs(place, [night.run_id], BuildOptions(), progress)[0]
    except GateFailed as error:
        night.exit_code, night.error = EXIT_GATE_FAILED, error.message
        count = len(error.result[0]["gate"]["failures"]) if error.result else 0
        words = f"the gate refused: {count} checks failed, nothing was published"
        night.steps.append(Step("build", FAILED, _since(began), message=_see(words, night)))
    except PolarisError as error:
        night.exit_code, night.error = EXIT_FAILURE, error.message
        words = "nothing was published"
        night.steps.append(Step("build", FAILED, _since(began), message=_see(words, night)))
    else:
        night.release = done["release"]
        if done["warnings"]:
            # Their words may name files, and people put names into those.
            words = f"Remarks of the build: {len(done['warnings'])}"
            night.warnings.append(f"{_see(words, night)}.")
        words = f"published as {night.release}"
        night.steps.append(Step("build", SUCCESS, _since(began), message=words))


def _see(words: str, night: Night) -> str:
    return f"{words}; see reports/{night.run_id}"


def _reconciled(settings: Settings) -> Step:
    """Whether what is here is what the sources have."""
    began = time.monotonic()
    rows = _asked(
        settings,
        "ops.reconciliation",
        "select check_name, object_name, source_count, warehouse_count from {table} "
        "where not is_within_tolerance order by check_name, object_name",
    )
    checks = _asked(settings, "ops.reconciliation", "select count(*) from {table}")
    count = checks[0][0] if checks else 0
    if not count:
        return Step("reconciliation", SKIPPED, message="nothing to compare")
    if not rows:
        words = f"{count} checks within tolerance"
        return Step("reconciliation", SUCCESS, _since(began), count, words)
    names = ", ".join(
        f"{name} of {thing} ({theirs:,} there, {ours:,} here)" for name, thing, theirs, ours in rows
    )
    words = f"{len(rows)} of {count} checks outside tolerance: {names}"
    return Step("reconciliation", FAILED, _since(began), count, words)


def _look_around(settings: Settings, night: Night) -> None:
    """What the summary tells beside the steps, read from the current release."""
    found = status.status(settings)
    night.open_work = found["open_work"]
    night.pending_decisions = found["pending_decisions"]
    night.warnings += [
        f"{source['source'].replace('_', ' ')} is stale: last imported {source['age_hours']} hours "
        "before the end of the day."
        for source in found["sources"]
        if source["status"] == "stale"
    ]
    for name, warning in _asked(
        settings,
        "ops.crm_objects",
        "select object_name, dependency_warnings from {table} "
        "where dependency_warnings is not null order by object_name",
    ):
        night.warnings.append(f"{name}: {warning}.")
    night.watermarks = [
        {
            "object": name,
            "watermark": report.instant(at),
            "age_hours": None if hours is None else float(hours),
            "status": state,
        }
        for name, at, hours, state in _asked(
            settings,
            "ops.crm_objects",
            "select object_name, watermark, watermark_age_hours, status from {table} "
            "where last_success_at is not null order by object_name",
        )
    ]
    totals = dict.fromkeys(_COUNTS, 0)
    rows = _asked(
        settings,
        "ops.import_runs",
        f"select run_id, {', '.join(_COUNTS)} from {{table}} where list_contains(?, run_id)",
        [night.sub_runs],
    )
    for _, *row in rows:
        for name, value in zip(_COUNTS, row, strict=True):
            totals[name] += value or 0
    night.totals = dict(totals)
    # Only the build has counted the rows of files.
    read = {run_id: row[0] for run_id, *row in rows}
    night.steps = [
        replace(step, records=read[step.run_id])
        if step.status == SUCCESS and step.records is None and step.run_id in read
        else step
        for step in night.steps
    ]


def _asked(
    settings: Settings, table: str, sql: str, parameters: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """Rows of a table of the current release; none where it has no such table."""
    import duckdb

    path = releases.current_release(settings)
    if path is None:
        return []
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            return connection.execute(sql.format(table=table), list(parameters)).fetchall()
        except duckdb.CatalogException:
            return []


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


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)
