"""`retention`: let go of what is past its time."""

from __future__ import annotations

from typing import Annotated

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines, print_table


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("retention")(_retention)


def _retention(
    *,
    days: Annotated[
        int | None,
        typer.Option(help="How long things are kept; the setting retention.days when not given."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    json: Json = False,
) -> None:
    """Let go of lines, files and old releases past their time; nothing counted changes.

    What the rows of files said word for word becomes a hash; open findings and tickets keep theirs
    as long again. In the change log names and contacts become hashes with the next build.

    Example: polaris-load retention --days 90 --dry-run
    """
    from polaris import retention
    from polaris.settings import load_settings

    done = retention.retain(load_settings(), days, dry_run=dry_run)
    if json:
        print_json(done.as_json())
        return
    print_table(["what", "past its time"], [[name, count] for name, count in done.counts.items()])
    total = sum(done.counts.values())
    verb = "would go" if dry_run else "are gone"
    after = "" if dry_run or not total else " The next build publishes without them."
    day = f"{done.before:%Y-%m-%d}"
    print_lines([("good", f"{total:,} things from before {day} {verb}.{after}")])
