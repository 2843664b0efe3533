"""`rollback`: point readers at an earlier release."""

from __future__ import annotations

from typing import Annotated

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("rollback")(_rollback)


def _rollback(
    release: Annotated[
        str | None,
        typer.Argument(metavar="RELEASE", help="The one before the current when not given."),
    ] = None,
    json: Json = False,
) -> None:
    """Point readers at an earlier release; the next build publishes a new one as ever.

    Example: polaris-load rollback
    """
    from polaris.build import rollback
    from polaris.settings import load_settings

    result = rollback(load_settings(), release)
    if json:
        print_json(result)
    else:
        print_lines([("good", f"Readers now see {result['release']} (was {result['was']}).")])
