"""`export`: a published table as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from polaris.commands.options import Json
from polaris.console import print_json, say
from polaris.errors import BadInput


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("export")(_export)


def _export(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A table of marts, queues or ops.")],
    where: Annotated[str | None, typer.Option(help="A SQL condition on its columns.")] = None,
    file_format: Annotated[
        str | None, typer.Option("--format", help="csv or xlsx; by the ending of --out, else csv.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The file, written over; NAME.csv here when not given, - prints it."),
    ] = None,
    json: Json = False,
) -> None:
    """Write a table of the published release as CSV or XLSX, guarded against formulas.

    Example: polaris-load export queue_unmatched --where "status = 'pending'" --out tickets.xlsx
    """
    from polaris.export import STDOUT, export
    from polaris.progress import terminal_progress
    from polaris.settings import load_settings

    if json and out == STDOUT:
        raise BadInput("--json and --out - do not go together: both want standard output.")
    with terminal_progress() as progress:
        done = export(
            load_settings(), name, progress, out=out, file_format=file_format, where=where
        )
    if json:
        print_json(
            {
                "status": "succeeded",
                "table": done.table,
                "release": done.release,
                "rows": done.row_count,
                "path": str(done.path),
            }
        )
    else:
        say(f"{done.row_count:,} rows of {done.table} written to {done.path} ({done.release}).")
