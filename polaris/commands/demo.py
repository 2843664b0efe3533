"""`demo`: realistic invented sources, imported once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("demo")(_demo)


def _demo(
    scale: Annotated[
        float, typer.Option(help="1 is as large as the real history, with a tenth of the CRM.")
    ] = 1.0,
    out: Annotated[
        Path | None, typer.Option(help="Where the made files go; POLARIS_HOME/demo by default.")
    ] = None,
    week: Annotated[
        bool, typer.Option("--week", help="Load what changed in the demo's Salesforce in a week.")
    ] = False,
    json: Json = False,
) -> None:
    """Make sample sources and run everything once.

    Example: polaris-load demo --scale 0.1
    Example: polaris-load demo --week
    """
    from polaris.demo.command import lines, run_demo, run_week, week_lines
    from polaris.progress import terminal_progress
    from polaris.settings import load_settings

    with terminal_progress() as progress:
        if week:
            result = run_week(load_settings(), out, progress)
        else:
            result = run_demo(load_settings(), scale, out, progress)
    if json:
        print_json(result)
    else:
        print_lines(week_lines(result) if week else lines(result))
