"""`export-violations` and `requeue`: findings go out to be corrected, and come back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines, say
from polaris.errors import BadInput


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("export-violations")(_export)
    app.command("requeue")(_requeue)


def _export(
    *,
    rule: Annotated[str | None, typer.Option(help="The code of a rule.")] = None,
    severity: Annotated[str | None, typer.Option(help="error, warn or info.")] = None,
    entity: Annotated[str | None, typer.Option(help="What the row is about: volunteer.")] = None,
    source: Annotated[str | None, typer.Option(help="The system of the row.")] = None,
    run: Annotated[str | None, typer.Option(help="The run that saw it first or last.")] = None,
    status: Annotated[
        str, typer.Option(help="open, fixed, suppressed, wont_fix, or all of them.")
    ] = "open",
    out: Annotated[
        Path | None, typer.Option(help="The file; dq_violations_export_TIME.csv when not given.")
    ] = None,
    json: Json = False,
) -> None:
    """Write findings of the data-quality rules with their rows, to be corrected in a spreadsheet.

    At most 5,000 lines, the newest first. `polaris-load requeue` takes the corrected file back.

    Example: polaris-load export-violations --rule VOL_EMAIL_FORMAT --out addresses.csv
    """
    from datetime import UTC, datetime

    from polaris import quality_search
    from polaris.quality_export import export
    from polaris.settings import load_settings

    if severity is not None and severity.lower() not in quality_search.SEVERITIES:
        raise BadInput(f"--severity {severity} is unknown; it may be: error, warn, info.")
    states = [one for one in quality_search.STATES if one != "fix_pending"]
    if status not in (*states, "all"):
        raise BadInput(f"--status {status} is unknown; it may be: {', '.join(states)}, all.")
    wanted = quality_search.Wanted(
        rule=quality_search.rule_named(rule) if rule else None,
        severity=quality_search.SEVERITIES[severity.lower()] if severity else None,
        entity=entity,
        source=source,
        run=run,
        state=None if status == "all" else status,
    )
    done = export(load_settings(), wanted, out, datetime.now(UTC))
    if json:
        result = {"rows": done.row_count, "total": done.total, "release": done.release}
        print_json({"status": "succeeded", **result, "path": str(done.path)})
        return
    rest = f", of {done.total:,} in all; narrow the filters" if done.total > done.row_count else ""
    say(f"{_of(done.row_count, 'finding')} written to {done.path}{rest}.")


def _requeue(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An export of findings, corrected (CSV).")
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, store and build nothing.")
    ] = False,
    no_build: Annotated[
        bool, typer.Option("--no-build", help="Only store; the next build applies it.")
    ] = False,
    json: Json = False,
) -> None:
    """Take a corrected export of findings back: store what was changed, then build.

    Only changed cells are taken, an emptied cell clears its field. All lines or none.

    Example: polaris-load requeue addresses.csv --dry-run
    """
    from polaris.build import BuildOptions
    from polaris.commands.applying import build_stored
    from polaris.requeue import requeue
    from polaris.settings import load_settings

    settings = load_settings()
    done = requeue(settings, file, dry_run=dry_run)
    result: dict[str, Any] = {
        "status": "succeeded",
        "dry_run": dry_run,
        "lines": done.line_count,
        "unchanged": done.unchanged_count,
        "rows": done.row_count,
        "cells": done.cell_count,
        "decisions": list(done.decision_ids),
    }
    if not dry_run and not no_build:
        result["build"] = build_stored(settings, BuildOptions(decisions_only=True), result)
    if json:
        print_json(result)
        return
    verb = "would be corrected" if dry_run else "corrected"
    out = [("good", f"{_of(done.row_count, 'row')} {verb} in {_of(done.cell_count, 'cell')}.")]
    out.append(("plain", f"{done.unchanged_count:,} of {done.line_count:,} lines are unchanged."))
    if "build" in result:
        out.append(("good", f"Published as {result['build']['release']}."))
    elif dry_run:
        out.append(("plain", "Dry run: nothing was stored."))
    else:
        out.append(("plain", "It waits for the next build; run `polaris-load build`."))
    print_lines(out)


def _of(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
