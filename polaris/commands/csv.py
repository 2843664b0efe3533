"""`csv`: import files that follow a contract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from polaris.commands.importing import DryRun, NoBuild, Summary, not_both, run_reported
from polaris.commands.options import Json
from polaris.console import print_json, say
from polaris.errors import BadInput


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("csv")(_csv)


def _csv(
    entity: Annotated[
        str,
        typer.Argument(
            metavar="ENTITY",
            help="What the file holds: volunteers, events, shifts, signups, students, "
            "organizations or affiliations.",
        ),
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file, CSV or XLSX.")],
    *,
    template: Annotated[
        bool,
        typer.Option("--template", help="Write FILE with the header and one example row instead."),
    ] = False,
    source_system: Annotated[
        str | None,
        typer.Option(help="The system the rows come from, where they do not say it; csv if none."),
    ] = None,
    strict_headers: Annotated[
        bool, typer.Option("--strict-headers", help="Refuse columns that nothing is done with.")
    ] = False,
    dry_run: DryRun = False,
    no_build: NoBuild = False,
    summary_json: Summary = None,
    json: Json = False,
) -> None:
    """Import a file that follows a contract, then build, gate, publish and report.

    Example: polaris-load csv volunteers volunteers.csv --source-system website
    """
    if template:
        _write_template(entity, file, as_json=json)
        return
    from polaris.contracts_import import CsvOptions, import_csv
    from polaris.settings import load_settings

    not_both(dry_run, no_build)
    options = CsvOptions(
        source_system=source_system,
        strict_headers=strict_headers,
        dry_run=dry_run,
        build=not no_build,
    )

    run_reported(
        lambda progress: [import_csv(load_settings(), entity, file, options, progress)],
        summary_json,
        as_json=json,
    )


def _write_template(entity: str, file: Path, *, as_json: bool) -> None:
    from polaris.contracts_import import template

    content = template(entity)
    if file.exists():
        raise BadInput(f"{file} exists; name a file that does not.")
    try:
        file.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}.") from None
    if as_json:
        print_json({"status": "succeeded", "entity": entity, "file": str(file)})
    else:
        say(f"The header of {entity} and an example row are in {file}.")
