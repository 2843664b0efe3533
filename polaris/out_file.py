"""Which files a command may write over when it is given their names."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from polaris.errors import BadInput
from polaris.settings import Settings

TABLES = ("csv", "xlsx")
# What the home has under names of its own (docs/runbook.md).
_OURS = {
    *("archive", "dbt_target", "demo", "demo.json", "dlt", "inbox", "locks", "logs", "mappings"),
    *("releases", "reports", "scratch", "spool"),
}


def check(settings: Settings, path: Path, kinds: Collection[str] = TABLES) -> None:
    """Lets a command write a file: a new one, or one that may go.

    An ordinary file is written over, as that of yesterday. A folder and a device are not, nor what
    the home stands on: a file of another kind there, and every file of its own folders.

    Args:
        settings: whose home it is.
        path: where the file will be; a link is followed.
        kinds: endings, without the dot, of what the command writes.

    Raises:
        BadInput: something stands at `path` that may not be written over.
    """
    if not path.exists():
        return
    found = path.resolve()
    if not found.is_file():
        what = "no file"
    elif _is_of_home(settings, found, kinds):
        what = "a file that everything here stands on"
    else:
        return
    raise BadInput(f"{path} is {what}, and is not written over; name another file with --out.")


def _is_of_home(settings: Settings, found: Path, kinds: Collection[str]) -> bool:
    home = settings.home.resolve()
    if not found.is_relative_to(home):
        return False
    is_ours = found.relative_to(home).parts[0] in _OURS
    return is_ours or found.suffix.lower().lstrip(".") not in kinds
