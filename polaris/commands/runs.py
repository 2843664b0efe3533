"""`runs`: the ledger, and what a person does about a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from polaris.commands.options import Json, RunId
from polaris.commands.watching import print_runs
from polaris.console import print_json, print_lines, say
from polaris.errors import BadInput, PolarisError

if TYPE_CHECKING:
    from polaris.settings import Settings

app = typer.Typer(help="The run ledger.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def _list(
    *,
    limit: Annotated[
        int, typer.Option(help="At most so many, newest first; the size of a page.", min=1)
    ] = 25,
    page: Annotated[int, typer.Option(help="Which page, from 1.", min=1)] = 1,
    status: Annotated[str | None, typer.Option(help="Only runs with this status.")] = None,
    source: Annotated[str | None, typer.Option(help="Only runs of this source.")] = None,
    first_day: Annotated[
        str | None, typer.Option("--from", help="Only runs started on this day or later.")
    ] = None,
    last_day: Annotated[
        str | None, typer.Option("--to", help="Only runs started by the end of this day.")
    ] = None,
    search: Annotated[
        str, typer.Option(help="The beginning of a run's id, its label, or a part of its source.")
    ] = "",
    dry_runs: Annotated[
        bool, typer.Option("--dry-runs/--no-dry-runs", help="Dry runs too, or not.")
    ] = True,
    json: Json = False,
) -> None:
    """List runs, newest first.

    Example: polaris-load runs list --status failed
    Example: polaris-load runs list --source pathful --from 2026-03-01 --no-dry-runs --page 2
    """
    from polaris.commands.importing import day
    from polaris.run_search import Wanted, find
    from polaris.settings import load_settings
    from polaris.status import run_line

    wanted = Wanted(
        source=source,
        status=status,
        first_day=day(first_day, "--from"),
        last_day=day(last_day, "--to"),
        text=search,
        dry_runs=dry_runs,
    )
    settings = load_settings()
    found = find(settings, wanted, number=page, size=limit)
    left_out = _left_out(settings)
    runs = [run_line(run) | {"is_left_out": run.run_id in left_out} for run in found.runs]
    if json:
        print_json(runs)
        return
    if not runs:
        print_lines([("plain", "There are no such runs.")])
        return
    print_runs(runs)
    if found.total > len(runs):
        last = found.first + len(runs) - 1
        print_lines([("plain", f"{found.first:,} to {last:,} of {found.total:,} runs")])


@app.command("show")
def _show(
    run_id: RunId,
    fields: Annotated[
        bool, typer.Option("--fields", help="Also how many rows have a value in each field.")
    ] = False,
    json: Json = False,
) -> None:
    """Show the report of one run.

    Example: polaris-load runs show 20260310T141530123Z-4f2a9c
    Example: polaris-load runs show 20260310T141530123Z-4f2a9c --fields
    """
    from polaris import ledger, releases, report, run_fields
    from polaris.settings import load_settings

    settings = load_settings()
    run = ledger.get_run(settings, run_id)
    if run is None:
        raise BadInput(
            f"There is no run {run_id}, or several begin so; `polaris-load runs list` shows them."
        )
    left_out = _left_out(settings)
    found = report.shown(settings, run) | {"is_left_out": run.run_id in left_out}
    brought = None
    if fields:
        brought = run_fields.of_release(releases.current_release(settings), run.run_id)
    if json:
        told = found | {"error": run.error_summary, "command": run.command}
        print_json(told if brought is None else told | {"fields": brought})
        return
    print_lines(report.lines(found))
    if run.status == "running":
        counted = f" {run.stage_done} of {run.stage_total}" if run.stage_total else ""
        print_lines([("plain", f"at work: {run.stage}{counted}")])
    if run.error_summary:
        print_lines([("bad", run.error_summary)])
    if brought is not None:
        print_lines(run_fields.lines(brought))


@app.command("cancel")
def _cancel(
    run_id: RunId,
    json: Json = False,
) -> None:
    """Stop a run that is at work; nothing of it is published, and its file does not count.

    Example: polaris-load runs cancel 20260310T141530123Z-4f2a9c
    """
    from polaris.run_control import cancel
    from polaris.settings import load_settings

    done = cancel(load_settings(), run_id)
    if json:
        print_json(done)
        return
    plural = "run" if len(done["cancelled"]) == 1 else "runs"
    print_lines([("good", f"{plural} {', '.join(done['cancelled'])} stopped.")])
    if done["withdrawn"]:
        print_lines([("plain", "What had landed was taken back.")])


@app.command("pause")
def _pause(
    run_id: RunId,
    json: Json = False,
) -> None:
    """Let a backfill end after the window it reads; the same command goes on with the next one.

    Example: polaris-load runs pause 20260310T141530123Z-4f2a9c
    """
    from polaris.run_control import pause
    from polaris.settings import load_settings

    run = pause(load_settings(), run_id)
    if json:
        print_json({"status": "succeeded", "run_id": run.run_id, "stage": run.stage})
    else:
        print_lines([("good", f"Run {run.run_id} will end after its window ({run.stage}).")])


@app.command("retry")
def _retry(
    run_id: RunId,
    json: Json = False,
) -> None:
    """Run a failed or cancelled import again: the same file and options, as a new run.

    Example: polaris-load runs retry 20260310T141530123Z-4f2a9c
    """
    from polaris.commands.importing import run_reported
    from polaris.run_control import retry
    from polaris.settings import load_settings

    run_reported(lambda progress: retry(load_settings(), run_id, progress), None, as_json=json)


@app.command("original")
def _original(
    run_id: RunId,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; the name it had, here, when not given.")
    ] = None,
    json: Json = False,
) -> None:
    """Write the very file that a run read.

    Example: polaris-load runs original 20260310T141530123Z-4f2a9c --out report.xlsx
    """
    from polaris.run_control import save_original
    from polaris.settings import load_settings

    path = save_original(load_settings(), run_id, out)
    if json:
        print_json({"status": "succeeded", "path": str(path)})
    else:
        print_lines([("good", f"Written to {path}.")])


def _left_out(settings: Settings) -> set[str]:
    """Runs that a person left out; the ledger is shown even where the decisions cannot be read."""
    from polaris import load_words

    try:
        return load_words.left_out(settings)
    except PolarisError as error:
        say(f"Which files were left out is not known: {error.message}")
        return set()
