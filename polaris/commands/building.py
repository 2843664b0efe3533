"""`build`: decisions, dbt, the gate, publishing."""

from __future__ import annotations

from typing import Annotated

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("build")(_build)


def _build(
    select: Annotated[
        list[str] | None, typer.Option(help="dbt selectors; may be repeated.")
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Recompute incremental models from nothing.")
    ] = False,
    decisions: Annotated[
        bool,
        typer.Option(
            "--decisions",
            help="Only what decisions can change; everything where something else changed too.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Read new decisions, run dbt, gate, and publish a release.

    Example: polaris-load build
    Example: polaris-load build --decisions
    """
    from polaris.build import BuildOptions, build
    from polaris.progress import terminal_progress
    from polaris.report import lines
    from polaris.settings import load_settings

    options = BuildOptions(
        select=tuple(select or ()), full_refresh=full_refresh, decisions_only=decisions
    )
    with terminal_progress() as progress:
        report = build(load_settings(), options, progress)
    if json:
        print_json(report)
    else:
        print_lines(lines(report))
