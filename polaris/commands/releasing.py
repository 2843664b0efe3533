"""`rollback` and `exclude-load`: an earlier release, and a release without one load."""

from __future__ import annotations

from typing import Annotated

import typer

from polaris.commands.options import Json, RunId
from polaris.console import print_json, print_lines


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("rollback")(_rollback)
    app.command("exclude-load")(_exclude_load)


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


def _exclude_load(
    run_id: RunId,
    *,
    reason: Annotated[str, typer.Option(help="Why; it is kept with the decision.")],
    include: Annotated[
        bool, typer.Option("--include", help="Let a load that was left out count again.")
    ] = False,
    no_build: Annotated[
        bool, typer.Option("--no-build", help="Only store it; the next build obeys it.")
    ] = False,
    json: Json = False,
) -> None:
    """Rebuild without the file that a run brought, as if it had never come; or with it again.

    Pathful reports, rosters and CSV files can be left out. What landed stays, so that it can count
    again; a reading of Salesforce is put right by another one.

    Example: polaris-load exclude-load 20260310T141530123Z-4f2a9c --reason "Wrong export"
    Example: polaris-load exclude-load 20260310T141530123Z-4f2a9c --include --reason "It was right"
    """
    from polaris.build import BuildOptions
    from polaris.commands.applying import build_stored
    from polaris.load_words import decide
    from polaris.settings import load_settings

    settings = load_settings()
    result = decide(settings, run_id, reason, include=include)
    if not no_build:
        options = BuildOptions(decisions_only=True)
        result["build"] = build_stored(settings, options, result)
    if json:
        print_json(result)
        return
    word = "counts again" if include else "is left out"
    out = [("good", f"The load of run {result['run_id']} {word}.")]
    out += [
        (
            "warning",
            f"Run {other} brought the same file, and it counts still; `polaris-load exclude-load "
            f"{other} --reason WHY` leaves it out too.",
        )
        for other in result["same_file"]
    ]
    if no_build:
        out.append(("plain", "The next build obeys it; run `polaris-load build`."))
    else:
        out.append(("good", f"Published as {result['build']['release']}."))
    print_lines(out)
