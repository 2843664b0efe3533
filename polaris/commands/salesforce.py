"""`salesforce`: reads the CRM."""

from __future__ import annotations

from typing import Annotated

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines
from polaris.errors import EXIT_FAILURE


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("salesforce")(_salesforce)


def _salesforce(
    *,
    objects: Annotated[
        str | None, typer.Option(help="Names in the API, with commas: Contact,Session__c.")
    ] = None,
    cadence: Annotated[
        str,
        typer.Option(help="daily, or weekly: every object, and which records are still there."),
    ] = "daily",
    full: Annotated[
        bool, typer.Option("--full", help="Read everything, not only what changed.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(help="Read again what changed since this day or time.")
    ] = None,
    window: Annotated[
        str | None,
        typer.Option(
            help="With --since: read and land so much at a time, as 30d, 2w or 12h; "
            "a backfill does so with 30d."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(help="At most so many records of each object, to try it out.")
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(help="A word on the run; backfill reads in windows, which can be paused."),
    ] = None,
    auth_ping: Annotated[
        bool, typer.Option("--auth-ping", help="Only log in, and say what the limits are.")
    ] = False,
    no_build: Annotated[
        bool, typer.Option("--no-build", help="Only land; the next build publishes it.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Do everything on a copy; nothing is kept or published."),
    ] = False,
    json: Json = False,
) -> None:
    """Read what changed in Salesforce, then build, gate, publish and report.

    The login is in the SF_ variables. Each object goes on from where its last run ended; one that
    fails leaves the others alone, and the command then ends with 1.

    Example: polaris-load salesforce
    Example: polaris-load salesforce --objects Contact,Account --full --label backfill
    Example: polaris-load salesforce --since 2025-08-01 --label backfill --window 2w
    Example: polaris-load salesforce --auth-ping
    """
    from polaris.import_run import parse_instant
    from polaris.progress import terminal_progress
    from polaris.report import lines
    from polaris.salesforce import SalesforceOptions, import_salesforce
    from polaris.salesforce_windows import length_of
    from polaris.settings import load_settings

    if auth_ping:
        _ping(as_json=json)
        return
    options = SalesforceOptions(
        objects=tuple(name.strip() for name in (objects or "").split(",") if name.strip()),
        cadence=cadence,
        full=full,
        since=parse_instant(since, "--since") if since else None,
        window=length_of(window) if window else None,
        limit=limit,
        label=label,
        build=not no_build,
        dry_run=dry_run,
    )
    with terminal_progress() as progress:
        report = import_salesforce(load_settings(), options, progress)
    if json:
        print_json(report)
    else:
        print_lines(lines(report))
    if report["status"] != "succeeded":
        raise typer.Exit(EXIT_FAILURE)


def _ping(*, as_json: bool) -> None:
    """Logs in, and says where and how much of the day's calls is used."""
    from polaris.salesforce import ping
    from polaris.settings import load_settings

    found = ping(load_settings())
    if as_json:
        print_json(found)
        return
    used, allowed = found["calls_used"], found["calls_allowed"]
    print_lines(
        [
            ("good", f"logged in to {found['instance']} ({found['login']})"),
            ("plain", f"API {found['api_version']}, {used:,} of {allowed:,} calls used"),
        ]
    )
