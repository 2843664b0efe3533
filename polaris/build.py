"""One build: decisions and runs land, dbt, the gate, publishing, the reports."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris import archive, damage, ledger, project_state, publish, releases, report
from polaris.dbt_run import DbtError, DbtOptions, run_dbt, started, warm_up
from polaris.deciding import decisions
from polaris.errors import BadInput, GateFailed, PolarisError
from polaris.processes import uninterrupted
from polaris.progress import Progress
from polaris.settings import Settings
from polaris.withdraw import withdraw
from polaris.workplace import RunProgress, Workplace, open_workplace, recorded

if TYPE_CHECKING:
    from expectations.gate import GateResult

TAKEN_BACK = "The gate refused its rows in a later build, and they were taken back; try it again."
# Everything that reads decisions or runs, directly or not.
_AFTER_DECISIONS = ("source:raw_decisions+",)
# What every build reaches, whatever it was begun for: the runs are landed anew, and the archive
# may have grown after the build before.
_AFTER_EVERY_BUILD = ("stg_decisions__runs+", "source:raw_archive+")
# What is left of it when nobody decided about a ticket, a roster or who is who.
_AFTER_EVENT_DECISIONS = (
    "int_decisions__active",
    "int_decisions__event_subjects+",
    "path:models/intermediate/audit",
    "audit_log",
    "queue_issue_reports",
    "fct_progress_archive",
    "stg_decisions__runs+",
)
_EVENT_SUBJECTS = frozenset({"event", "flag", "issue", "semester"})


@dataclass(frozen=True)
class BuildOptions:
    """Options of the `build` command.

    Attributes:
        select: dbt selectors; empty for everything.
        full_refresh: recompute incremental models from nothing; also done unasked when models,
            macros or seeds changed since the last build.
        generic_tests: run every data test, not only those that stand across tables.
        decisions_only: build only what decisions can change, where that is enough: nothing landed
            and nothing of the project changed since the last build, and the day is the same.
        landed: raw schemas into which the runs landed; only what reads them, and what new decisions
            can change, is built where that is enough. Empty for everything.
    """

    select: tuple[str, ...] = ()
    full_refresh: bool = False
    generic_tests: bool = True
    decisions_only: bool = False
    landed: tuple[str, ...] = ()


def build(settings: Settings, options: BuildOptions, progress: Progress) -> report.Report:
    """The `build` command: reads new decisions, runs dbt, gates, publishes.

    Raises:
        GateFailed: the data may not be published.
        PolarisError: dbt failed, or another run holds the warehouse.
    """
    from loaders import landing

    command = " ".join(
        ["build"]
        + ["--decisions"] * options.decisions_only
        + [f"--select {selector}" for selector in options.select]
        + ["--full-refresh"] * options.full_refresh
    )
    with open_workplace(settings, dry_run=False) as place:
        if options.select and (waiting := len(project_state.unbuilt(settings))):
            raise BadInput(
                f"{waiting} landed {'load waits' if waiting == 1 else 'loads wait'} for a whole "
                "build, and a part of one would publish without them; run `polaris-load build` "
                "without --select first."
            )
        start = ledger.RunStart(source="build", command=command, triggered_by=settings.user)
        run_id = ledger.start_run(settings, start)
        with recorded(settings, [run_id]), started(place.work, place.target) as dbt:
            landing.discard_incomplete(place.work.warehouse)
            return build_runs(place, [run_id], options, progress, dbt)[0]


def build_runs(
    place: Workplace,
    run_ids: Sequence[str],
    options: BuildOptions,
    progress: Progress,
    dbt: subprocess.Popen[str] | None = None,
) -> list[report.Report]:
    """Builds, gates and publishes what some running runs landed, and ends them.

    Args:
        place: where; a dry run is built and gated but not published.
        run_ids: the running runs, at least one.
        options: for dbt.
        progress: told each step.
        dbt: a process of `dbt_run.started` at this place; None starts one.

    Returns:
        The runs' reports, in their order.

    Raises:
        GateFailed: the data may not be published; the runs are ended as failed.
        PolarisError: dbt failed; the caller ends the runs.
    """
    from expectations import gate as gates

    told = RunProgress(place.settings, run_ids, progress)
    told.stage("building")
    decided = _land_state(place, is_anew=options.full_refresh)
    warming = warm_up(gates.warm_up)
    wanted = _dbt_options(place, run_ids, options, decided)
    if not place.dry_run:
        project_state.begin(place.settings)
    try:
        public = run_dbt(
            place.work, wanted, place.target, lambda done, n: told.stage("building", done, n), dbt
        )
    except DbtError as error:
        if not place.dry_run:
            write_file(place.settings, run_ids[-1], "dbt_errors.json", error.nodes)
        raise damage.full_disk(place.work, error.message) or error from None
    if not place.dry_run and not wanted.select:
        project_state.remember(place.settings, decided)
    told.stage("checking")
    warming.join()
    previous = releases.newest_readable(place.settings)
    verdict = gates.run_gate(place.work.warehouse, list(run_ids), previous)
    judged_at = ledger.utc_now()
    reports = _counted(place, run_ids, verdict)
    if not verdict.passed:
        _take_back(place, run_ids, () if options.select else verdict.refused_runs)
        raise _refused(place, reports, verdict, judged_at)
    if place.dry_run:
        return _all_ended(
            place, [_ended(item, report.final_status(item), judged_at) for item in reports]
        )
    told.stage("publishing")
    archive.keep_closed_semesters(place.settings)
    results = [result | {"evaluated_at": judged_at} for result in verdict.results]
    return _published(place, public, reports, results, is_whole=not options.select)


def _published(
    place: Workplace,
    public: Iterable[tuple[str, str]],
    reports: Sequence[report.Report],
    results: Sequence[Mapping[str, Any]],
    *,
    is_whole: bool,
) -> list[report.Report]:
    verdict = {"passed": True, "failures": [], "results": results}
    with uninterrupted():  # what readers see and what the ledger says are one thing
        done = publish.publish(place.settings, public, reports, verdict)
        with publish.is_out(place.settings, done.release):
            _all_ended(place, done.reports)
            if is_whole:
                project_state.published(place.settings)
        return list(done.reports)


def _take_back(place: Workplace, run_ids: Sequence[str], refused: Iterable[str]) -> None:
    """Withdraws what these runs landed, and loads of earlier runs that the gate refused.

    Refused rows must not come into the next release behind the back of a good file; nor may a load
    that an earlier run only landed keep every later one from being published. A build of a part
    has not looked at all of such a load, and names none.
    """
    others = set(refused) - set(run_ids)
    withdraw(place.work.warehouse, [*run_ids, *others])
    if place.dry_run:
        return
    for run_id in others:
        ledger.finish_run(place.settings, run_id, "failed", error_summary=TAKEN_BACK, release=None)


def _all_ended(place: Workplace, reports: Sequence[report.Report]) -> list[report.Report]:
    for item in reports:
        _finish(place, item, report.objects_failed(item))
    return list(reports)


def _dbt_options(
    place: Workplace,
    run_ids: Sequence[str],
    options: BuildOptions,
    decided: Sequence[decisions.Decision],
) -> DbtOptions:
    """What dbt has to run: as little as gives the same tables as a build of everything."""
    changed = project_state.has_changed(place.settings, decided)
    select = options.select
    if options.landed and not changed and project_state.is_whole(place.settings, decided, run_ids):
        landed = (f"source:{schema}+" for schema in options.landed)
        select = (*landed, *_after_new_decisions(place.settings), *_AFTER_EVERY_BUILD)
    if options.decisions_only and not changed and project_state.is_whole(place.settings, decided):
        select = (*_after_new_decisions(place.settings), *_AFTER_EVERY_BUILD)
        return DbtOptions(select=select, generic_tests=False, seeds_and_views=False)
    generic_tests = options.generic_tests and not options.decisions_only
    return DbtOptions(
        select=select,
        full_refresh=options.full_refresh or changed,
        generic_tests=generic_tests,
        # What an import leaves out stands in the warehouse since the build before.
        seeds_and_views=changed or options.full_refresh or generic_tests,
    )


def _after_new_decisions(settings: Settings) -> tuple[str, ...]:
    """The models that the decisions since the current release can change; none without any."""
    new = decisions.pending(settings)
    if not new:
        return ()
    subjects = {item.decision_id: item.subject_type for item in decisions.read_all(settings)}
    about = {subjects.get(item.revokes or "", item.subject_type) for item in new}
    return _AFTER_EVENT_DECISIONS if about <= _EVENT_SUBJECTS else _AFTER_DECISIONS


def _land_state(place: Workplace, *, is_anew: bool) -> list[decisions.Decision]:
    """Lands the decisions and the ledger; returns the decisions, oldest first.

    Raises:
        PolarisError: every decision is gone, and nobody asked to build anew without them.
    """
    from loaders import platform_state

    decided = decisions.read_all(place.settings)
    gone = 0 if is_anew else project_state.decisions_gone(place.work, decided)
    if gone:
        what = "holds others alone" if decided else "is empty"
        raise PolarisError(
            f"The decision store {what}, but the build before had {gone:,} of its decisions, and "
            "nothing is published without them. Put decisions.sqlite back from a backup, or see "
            "that POLARIS_DECISIONS_URL names the right store. If they are to be forgotten: "
            "`polaris-load build --full-refresh`."
        )
    platform_state.land(
        place.work.home,
        decisions=[item.as_row() for item in decided],
        runs=[run.as_row() for run in reversed(ledger.list_runs(place.settings))],
    )
    return decided


def _counted(place: Workplace, run_ids: Sequence[str], verdict: GateResult) -> list[report.Report]:
    """The runs' reports with the numbers of the tables just built."""
    import duckdb

    gate = {"passed": verdict.passed, "failures": verdict.failures}
    reports = []
    with duckdb.connect() as connection:
        path = report.quoted(place.work.warehouse)
        connection.execute(f"attach '{path}' as built (read_only)")
        for run_id in run_ids:
            run = ledger.get_run(place.settings, run_id)
            if run is None:
                continue
            item = report.with_counts(report.of_run(run), connection, "built")
            unused = report.nothing_used(item)
            warnings = [*item["warnings"], *([unused] if unused else [])]
            warnings += report.roster_changes(connection, "built", run_id)
            warnings += [warning["message"] for warning in verdict.warnings]
            reports.append(item | {"gate": gate, "warnings": warnings})
    return reports


def _ended(item: report.Report, status: str, at: datetime) -> report.Report:
    started = datetime.fromisoformat(item["started_at"])
    return item | {
        "status": status,
        "finished_at": report.instant(at),
        "duration_seconds": report.duration(started, at),
    }


def _finish(place: Workplace, item: report.Report, error: str | None = None) -> None:
    """Ends a run in the ledger and keeps its report in a file; a dry run leaves no file."""
    failures = [
        failure | {"failing_rows_json": json.dumps(failure.get("rows"), default=str)}
        for failure in item["gate"]["failures"]
    ]
    ledger.finish_run(
        place.settings,
        item["run_id"],
        item["status"],
        finished_at=datetime.fromisoformat(item["finished_at"]),
        counts_json=item,
        gate_json={"passed": item["gate"]["passed"], "failures": failures},
        warnings_json=item["warnings"],
        error_summary=error,
        release=item["release"],
    )
    if not place.dry_run:
        write_file(place.settings, item["run_id"], "report.json", item)


def _refused(
    place: Workplace,
    reports: Sequence[report.Report],
    verdict: GateResult,
    at: datetime,
) -> GateFailed:
    """Ends the runs as failed and writes down why."""
    first = report.gate_sentence(verdict.failures[0]).rstrip(".")
    more = len(verdict.failures) - 1
    rest = f" ({more} more {'check' if more == 1 else 'checks'} failed)" if more else ""
    message = f"The gate refused the data, nothing was published: {first}{rest}."
    failed = [_ended(item, "failed", at) for item in reports]
    if not place.dry_run:
        run_id = failed[-1]["run_id"]
        folder = place.settings.reports / run_id
        message = f"{message[:-1]}; see {folder / 'gate.md'}."
        stored = {"failures": verdict.failures, "warnings": verdict.warnings}
        write_file(place.settings, run_id, "gate.json", stored | {"results": verdict.results})
        write_file(place.settings, run_id, "gate.md", _gate_page(run_id, verdict))
    for item in failed:
        _finish(place, item, message)
    return GateFailed(message, result=failed)


def _gate_page(run_id: str, verdict: GateResult) -> str:
    """The refusal for a person: each failed check with the rows that are known of it."""
    out = [
        f"# Run {run_id}: the gate refused the data",
        "",
        "Nothing was published; readers still see the release before.",
    ]
    for title, found in (("Failed", verdict.failures), ("Warnings", verdict.warnings)):
        if not found:
            continue
        out += ["", f"## {title}"]
        for failure in found:
            out += ["", f"- {report.gate_sentence(failure)}"]
            rows = failure.get("rows", [])
            out += [f"    - {report.row_text(row)}" for row in rows]
            if rows and (more := int(failure.get("unexpected_count") or 0) - len(rows)) > 0:
                out.append(f"    - and {more:,} more")
    return "\n".join(out) + "\n"


def write_file(settings: Settings, run_id: str, name: str, content: Any) -> Path:
    """Writes a file of a run's report folder, whole or not at all; text as it is, else JSON."""
    folder = settings.reports / run_id
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    write_atomically(path, content)
    return path


def write_atomically(path: Path, content: Any) -> None:
    """Writes text as it is, anything else as JSON, through a temporary file beside the target."""
    text = content if isinstance(content, str) else json.dumps(content, indent=2, default=str)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(f"{text.rstrip()}\n", encoding="utf-8")
    temporary.replace(path)


def rollback(settings: Settings, name: str | None) -> dict[str, Any]:
    """The `rollback` command: points readers at an earlier release.

    Returns:
        {status, run_id, release, was}.

    Raises:
        BadInput: there is no such release, or it cannot be read.
        Locked: another run holds the warehouse.
    """
    with open_workplace(settings, dry_run=False, reads_warehouse=False):
        was = releases.current_name(settings)
        start = ledger.RunStart(
            source="rollback",
            command=f"rollback {name}" if name else "rollback",
            triggered_by=settings.user,
            params={"was": was},
        )
        run_id = ledger.start_run(settings, start)
        with recorded(settings, [run_id]):
            chosen = publish.rollback(settings, name)
            ledger.finish_run(
                settings, run_id, "succeeded", ingest_params_json={"was": was, "release": chosen}
            )
    return {"status": "succeeded", "run_id": run_id, "release": chosen, "was": was}
