"""`nightly`: every configured source, one build, reconciliation, the summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("nightly")(_nightly)


def _nightly(
    *,
    weekly: Annotated[
        bool,
        typer.Option(
            "--weekly", help="Also the objects read once a week, and a full look for deletions."
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Do everything on a copy; nothing is kept, published or sent."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Read every configured source, then build, gate, publish, reconcile and report.

    A source that fails does not stop the others. Exits with 0 when everything went well, 1 when
    something failed (the rest is published), 3 when the gate refused, 4 when another run is at
    work.

    Example: polaris-load nightly --weekly
    Example: polaris-load nightly --dry-run
    """
    from polaris.nights.night import NightlyOptions
    from polaris.nights.nightly import nightly
    from polaris.nights.summary import lines
    from polaris.progress import terminal_progress
    from polaris.settings import load_settings

    with terminal_progress() as progress:
        options = NightlyOptions(weekly=weekly, dry_run=dry_run)
        night = nightly(load_settings(), options, progress)
    if json:
        print_json(night.as_json())
    else:
        print_lines([*lines(night), *_files(night.reports)])
    if night.exit_code:
        raise typer.Exit(night.exit_code)


def _files(reports: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """The would-be reports of a dry run, each after an empty line."""
    from polaris import report

    out = []
    for item in reports:
        why = [("bad", item["error"])] if item["error"] else []
        out += [("plain", ""), *report.lines(item), *why]
    return out
