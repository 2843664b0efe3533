"""`runs list` and `runs show`: the ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from polaris.commands.options import Json
from polaris.commands.watching import print_runs
from polaris.console import print_json, print_lines
from polaris.errors import BadInput

app = typer.Typer(help="The run ledger.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def _list(
    limit: Annotated[int, typer.Option(help="At most so many, newest first.", min=1)] = 25,
    status: Annotated[str | None, typer.Option(help="Only runs with this status.")] = None,
    source: Annotated[str | None, typer.Option(help="Only runs of this source.")] = None,
    json: Json = False,
) -> None:
    """List runs, newest first.

    Example: polaris-load runs list --status failed
    """
    from polaris import ledger
    from polaris.settings import load_settings
    from polaris.status import run_line

    if status is not None and status not in ledger.STATUSES:
        raise BadInput(f"--status {status} is unknown; it may be: {', '.join(ledger.STATUSES)}.")
    found = ledger.list_runs(load_settings(), limit=limit, status=status, source=source)
    runs = [run_line(run) for run in found]
    if json:
        print_json(runs)
    elif runs:
        print_runs(runs)
    else:
        print_lines([("plain", "There are no such runs.")])


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
        raise BadInput(f"There is no run {run_id}; `polaris-load runs list` shows them.")
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
