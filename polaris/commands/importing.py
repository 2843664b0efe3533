"""`pathful`, `roster` and `sheet`: import files. `csv` shares their options and their report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polaris.commands.options import Json
from polaris.console import failure, print_json, print_lines
from polaris.errors import BadInput, PolarisError

if TYPE_CHECKING:
    from polaris.imports import PathfulOptions, RosterOptions
    from polaris.progress import Progress

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Do everything on a scratch copy and keep nothing.")
]
NoBuild = Annotated[
    bool, typer.Option("--no-build", help="Only land; the next build publishes it.")
]
Summary = Annotated[
    Path | None, typer.Option("--summary-json", help="Also write the report to this file.")
]
LargeDeactivation = Annotated[
    bool,
    typer.Option(
        "--allow-large-deactivation",
        help="Import although more than 30 % of the teachers would be deactivated.",
    ),
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("pathful")(_pathful)
    app.command("roster")(_roster)
    app.command("sheet")(_sheet)


def _pathful(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Session Reports and User Reports, XLSX or CSV."),
    ],
    *,
    dry_run: DryRun = False,
    mode: Annotated[
        str,
        typer.Option(help="Sessions that count: full, semester, six_month or custom."),
    ] = "full",
    since: Annotated[
        str | None, typer.Option(help="First session date that counts, with --mode custom.")
    ] = None,
    exported_at: Annotated[
        str | None, typer.Option(help="When Pathful wrote the file, if it is not the newest.")
    ] = None,
    virtual_year: Annotated[
        str | None,
        typer.Option(help="Of the old sheet of sessions with days without a year: as 2023-2024."),
    ] = None,
    no_build: NoBuild = False,
    summary_json: Summary = None,
    json: Json = False,
) -> None:
    """Import Pathful reports, then build, gate, publish and report.

    The kind of report is told by its headers. Several files are checked together, land together
    and share one build.

    Example: polaris-load pathful "Session Report.xlsx" "User Report.xlsx"
    """
    from polaris.import_run import parse_instant
    from polaris.imports import PathfulOptions, import_pathful
    from polaris.settings import load_settings

    not_both(dry_run, no_build)
    options = PathfulOptions(
        mode=mode,
        since=day(since, "--since"),
        exported_at=parse_instant(exported_at, "--exported-at") if exported_at else None,
        dry_run=dry_run,
        build=not no_build,
        virtual_year=virtual_year,
    )

    run_reported(
        lambda progress: import_pathful(load_settings(), files, options, progress),
        summary_json,
        as_json=json,
    )


def _roster(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The teacher roster, CSV or XLSX.")],
    *,
    district: Annotated[str, typer.Option(help="The district's name, or a known other name.")],
    academic_year: Annotated[str, typer.Option(help="As 2025-2026.")],
    virtual_year: Annotated[
        str | None, typer.Option(help="As 2025-2026; the academic year when not given.")
    ] = None,
    target_sessions: Annotated[
        int | None, typer.Option(help="Sessions a teacher should reach, where the file has none.")
    ] = None,
    allow_large_deactivation: LargeDeactivation = False,
    dry_run: DryRun = False,
    no_build: NoBuild = False,
    summary_json: Summary = None,
    json: Json = False,
) -> None:
    """Import a district's teacher roster, then build, gate, publish and report.

    Teachers who are missing from the file are deactivated, in this district and year only.

    Example: polaris-load roster roster.csv --district "Hickman Mills" --academic-year 2025-2026
    """
    from polaris.imports import RosterOptions, import_roster
    from polaris.settings import load_settings

    not_both(dry_run, no_build)
    options = RosterOptions(
        district=district,
        academic_year=academic_year,
        virtual_year=virtual_year,
        target_sessions=target_sessions,
        allow_large_deactivation=allow_large_deactivation,
        dry_run=dry_run,
        build=not no_build,
    )

    run_reported(
        lambda progress: [import_roster(load_settings(), file, options, progress)],
        summary_json,
        as_json=json,
    )


def _sheet(
    url_or_id: Annotated[
        str, typer.Argument(metavar="URL_OR_ID", help="Of a Google Sheet open to its link.")
    ],
    *,
    kind: Annotated[str, typer.Option("--as", help="What it holds: roster or virtual-sessions.")],
    gid: Annotated[
        int | None, typer.Option(help="The tab; the one in the address when not given.", min=0)
    ] = None,
    district: Annotated[
        str | None, typer.Option(help="Of a roster: the district's name, or a known other name.")
    ] = None,
    academic_year: Annotated[str | None, typer.Option(help="Of a roster: as 2025-2026.")] = None,
    virtual_year: Annotated[
        str | None,
        typer.Option(
            help="Of a roster: the academic year when not given. Of sessions: the year of days "
            "that have none."
        ),
    ] = None,
    exported_at: Annotated[
        str | None,
        typer.Option(help="Of sessions: when the sheet was last filled in."),
    ] = None,
    allow_large_deactivation: LargeDeactivation = False,
    dry_run: DryRun = False,
    no_build: NoBuild = False,
    summary_json: Summary = None,
    json: Json = False,
) -> None:
    """Import a Google Sheet as a roster or as virtual sessions, through its CSV export.

    Sessions are a Session Report, or the old sheet with one row per session and its teachers and
    presenter in cells; its header stands in the fourth row, or in the first.

    Example: polaris-load sheet https://docs.google.com/spreadsheets/d/ID/edit#gid=0
    --as roster --district "Hickman Mills" --academic-year 2025-2026
    """
    from polaris import sheet as sheets
    from polaris.settings import load_settings

    not_both(dry_run, no_build)
    if kind not in sheets.KINDS:
        raise BadInput(f"--as {kind} is unknown; it may be: {', '.join(sheets.KINDS)}.")
    run = {"virtual_year": virtual_year, "dry_run": dry_run, "build": not no_build}
    options: PathfulOptions | RosterOptions
    if kind == "roster":
        options = _roster_of_sheet(
            district, academic_year, exported_at, run, large=allow_large_deactivation
        )
    else:
        options = _sessions_of_sheet(exported_at, run)
    sheet = sheets.named(url_or_id, None if gid is None else str(gid))

    run_reported(
        lambda progress: [sheets.import_sheet(load_settings(), sheet, options, progress)],
        summary_json,
        as_json=json,
    )


def _roster_of_sheet(
    district: str | None,
    academic_year: str | None,
    exported_at: str | None,
    run: dict[str, Any],
    *,
    large: bool,
) -> RosterOptions:
    from polaris.imports import RosterOptions

    if exported_at:
        raise BadInput("--exported-at goes with sessions; a roster is of the year it names.")
    if not district or not academic_year:
        raise BadInput("A roster needs --district and --academic-year.")
    return RosterOptions(district, academic_year, allow_large_deactivation=large, **run)


def _sessions_of_sheet(exported_at: str | None, run: dict[str, Any]) -> PathfulOptions:
    from polaris.import_run import parse_instant
    from polaris.imports import PathfulOptions

    moment = parse_instant(exported_at, "--exported-at") if exported_at else None
    return PathfulOptions(exported_at=moment, **run)


def run_reported(
    work: Callable[[Progress], list[dict[str, Any]]], summary_json: Path | None, *, as_json: bool
) -> None:
    """Runs an import and prints its reports; also writes them to a file where one is named.

    Args:
        work: the import; it is given who shows how far it is.
        summary_json: the file, in a folder that exists.
        as_json: print the reports as data.

    Raises:
        PolarisError: what the import raised, with its report written all the same.
    """
    from polaris.progress import terminal_progress
    from polaris.report import lines

    if summary_json is not None and not summary_json.absolute().parent.is_dir():
        raise BadInput(f"--summary-json {summary_json} lies in a folder that does not exist.")
    try:
        with terminal_progress() as progress:
            reports = work(progress)
    except PolarisError as error:
        _write_summary(summary_json, failure(error))
        raise
    result = _one_or_all(reports)
    _write_summary(summary_json, result)
    if as_json:
        print_json(result)
        return
    for number, report in enumerate(reports):
        print_lines(([("plain", "")] if number else []) + lines(report))


def _one_or_all(reports: Sequence[dict[str, Any]]) -> Any:
    return reports[0] if len(reports) == 1 else list(reports)


def _write_summary(path: Path | None, result: Any) -> None:
    if path is None:
        return
    from polaris.build import write_atomically

    write_atomically(path, result)


def not_both(dry_run: bool, no_build: bool) -> None:
    """Refuses two options of an import that contradict each other.

    Raises:
        BadInput: both were given.
    """
    if dry_run and no_build:
        raise BadInput("--dry-run and --no-build do not go together: a dry run builds.")


def day(text: str | None, option: str) -> date | None:
    """A day given on the command line; None where none was.

    Raises:
        BadInput: it is none.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"{option} {text} is no date; write it as YYYY-MM-DD.") from None
