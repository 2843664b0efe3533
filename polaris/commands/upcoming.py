"""`upcoming-events`: what is to come, for the website and VolunTeach."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from polaris.commands.options import Json
from polaris.console import print_json, say


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("upcoming-events")(_upcoming)


def _upcoming(
    page: Annotated[str, typer.Option(help="inperson, virtual or all.")] = "all",
    district: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Only the events of this district: its name, code, alias or key."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; the feed is printed without it.")
    ] = None,
    json: Json = False,
) -> None:
    """Print the feed of what is to come, from the published release.

    Example: polaris-load upcoming-events --page inperson --out upcoming.json
    Example: polaris-load upcoming-events --district "Hickman Mills"
    """
    from polaris import out_file
    from polaris.settings import load_settings
    from polaris.upcoming import feed, write

    settings = load_settings()
    if out is not None:
        out_file.check(settings, out, ("json",))
    made = feed(settings, page=page, district=district)
    if out is None:
        typer.echo(made.text(), nl=False)
        return
    write(made, out)
    if json:
        print_json(
            {
                "status": "succeeded",
                "release": made.release,
                "events": made.event_count,
                "path": str(out),
            }
        )
    else:
        say(f"{made.event_count:,} events written to {out} ({made.release}).")
