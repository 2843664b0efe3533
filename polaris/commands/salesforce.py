"""`salesforce`: reads the CRM."""

from __future__ import annotations

from typing import Annotated

import typer

from polaris.commands.importing import DryRun, NoBuild
from polaris.commands.options import Json
from polaris.console import print_json, print_lines
from polaris.errors import EXIT_FAILURE

_Objects = Annotated[
    str | None, typer.Option(help="Names in the API, with commas: Contact,Session__c.")
]
_Cadence = Annotated[
    str, typer.Option(help="daily, or weekly: every object, and which records are still there.")
]
_Full = Annotated[bool, typer.Option("--full", help="Read everything, not only what changed.")]
_Since = Annotated[str | None, typer.Option(help="Read again what changed since this day or time.")]
_Window = Annotated[
    str | None,
    typer.Option(
        help="With --since: read and land so much at a time, as 30d, 2w or 12h; "
        "a backfill does so with 30d."
    ),
]
_Limit = Annotated[
    int | None, typer.Option(help="At most so many records of each object, to try it out.")
]
_Label = Annotated[
    str | None,
    typer.Option(help="A word on the run; backfill reads in windows, which can be paused."),
]
_AuthPing = Annotated[
    bool, typer.Option("--auth-ping", help="Only log in, and say what the limits are.")
]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("salesforce")(_salesforce)


def _salesforce(
    *,
    objects: _Objects = None,
    cadence: _Cadence = "daily",
    full: _Full = False,
    since: _Since = None,
    window: _Window = None,
    limit: _Limit = None,
    label: _Label = None,
    auth_ping: _AuthPing = False,
    no_build: NoBuild = False,
    dry_run: DryRun = False,
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
