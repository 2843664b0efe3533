"""`runs`: the ledger, and what a person does about a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from polaris.commands.options import Json
from polaris.commands.watching import print_runs
from polaris.console import print_json, print_lines
from polaris.errors import BadInput

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
    found = find(load_settings(), wanted, number=page, size=limit)
    runs = [run_line(run) for run in found.runs]
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
    run_id: Annotated[
        str, typer.Argument(metavar="RUN_ID", help="The run, or the beginning of its id.")
    ],
    json: Json = False,
) -> None:
    """Show the report of one run.

    Example: polaris-load runs show 20260310T141530123Z-4f2a9c
    """
    from polaris import ledger, report
    from polaris.settings import load_settings

    settings = load_settings()
    run = ledger.get_run(settings, run_id)
    if run is None:
        raise BadInput(
            f"There is no run {run_id}, or several begin so; `polaris-load runs list` shows them."
        )
    found = report.shown(settings, run)
    if json:
        print_json(found | {"error": run.error_summary, "command": run.command})
        return
    print_lines(report.lines(found))
    if run.status == "running":
        counted = f" {run.stage_done} of {run.stage_total}" if run.stage_total else ""
        print_lines([("plain", f"at work: {run.stage}{counted}")])
    if run.error_summary:
        print_lines([("bad", run.error_summary)])


@app.command("cancel")
def _cancel(
    run_id: Annotated[
        str, typer.Argument(metavar="RUN_ID", help="The run, or the beginning of its id.")
    ],
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


@app.command("retry")
def _retry(
    run_id: Annotated[
        str, typer.Argument(metavar="RUN_ID", help="The run, or the beginning of its id.")
    ],
    json: Json = False,
) -> None:
    """Run a failed or cancelled import again: the same file and options, as a new run.

    Example: polaris-load runs retry 20260310T141530123Z-4f2a9c
    """
    from polaris.commands.importing import run_reported
    from polaris.progress import terminal_progress
    from polaris.run_control import retry
    from polaris.settings import load_settings

    def work() -> list[dict[str, Any]]:
        with terminal_progress() as progress:
            return retry(load_settings(), run_id, progress)

    run_reported(work, None, as_json=json)


@app.command("original")
def _original(
    run_id: Annotated[
        str, typer.Argument(metavar="RUN_ID", help="The run, or the beginning of its id.")
    ],
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
