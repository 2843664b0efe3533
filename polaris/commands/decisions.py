"""`decisions backup|restore`: the whole store as one file, for safety or for another host."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines

app = typer.Typer(
    help="Keep what was decided in a file, and bring it back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("backup")
def _backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet.")],
    json: Json = False,
) -> None:
    """Write every decision, refusal and export of the store into a new SQLite file.

    Others may go on working meanwhile.

    Example: polaris-load decisions backup decisions-2026-03-10.sqlite
    """
    from polaris.deciding import decision_copy
    from polaris.settings import load_settings

    _tell(decision_copy.backup(load_settings(), file), f"written to {file}", as_json=json)


@app.command("restore")
def _restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup, or a decisions.sqlite.")],
    json: Json = False,
) -> None:
    """Fill a store without decisions with what such a file holds; all of it or nothing.

    The store is the one that POLARIS_DECISIONS_URL names: so decisions move to PostgreSQL, or back.

    Example: polaris-load decisions restore decisions-2026-03-10.sqlite
    """
    from polaris.deciding import decision_copy
    from polaris.settings import load_settings

    _tell(decision_copy.restore(load_settings(), file), "brought back", as_json=json)


def _tell(rows: dict[str, int], done: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"status": "succeeded", "rows": rows})
        return
    counts = ", ".join(f"{count:,} {name}" for name, count in rows.items())
    print_lines([("good", f"{counts} {done}.")])
