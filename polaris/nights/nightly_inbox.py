"""Files that wait for the night in POLARIS_HOME/inbox/nightly, and where they go afterwards.

`pathful/FILE`, `signups/FILE`, `signups/SYSTEM/FILE` and `roster/DISTRICT/YYYY-YYYY/FILE`; read
files end in `done`, the others in `failed`, in folders of the same names, each with its report
beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polaris.errors import BadInput
from polaris.progress import Progress
from polaris.settings import Settings

KINDS = ("pathful", "roster", "signups")
WEBSITE = "website"
# What a browser or a copy leaves while it is at work.
_UNFINISHED = {".part", ".tmp", ".crdownload", ".partial"}


@dataclass(frozen=True)
class Waiting:
    """A file that waits.

    Attributes:
        kind: the folder it lies in.
        path: where it is.
        land: lands it, without a build, and returns its import report.
    """

    kind: str
    path: Path
    land: Callable[[Settings, Progress], dict[str, Any]]


def waiting(settings: Settings) -> list[Waiting] | None:
    """The files in the order they arrived, kind by kind; None where there is no such folder."""
    root = settings.inbox / "nightly"
    if not root.is_dir():
        return None
    found = []
    for kind, reader in (("pathful", _pathful), ("roster", _roster), ("signups", _signups)):
        found += [
            Waiting(kind, path, reader(path.relative_to(root / kind), path))
            for path in sorted(_files(root / kind), key=lambda path: (path.stat().st_mtime, path))
        ]
    return found


def misplaced(settings: Settings) -> int:
    """How many files lie in the inbox beside the folders that are read."""
    root = settings.inbox / "nightly"
    known = {*KINDS, "done", "failed"}
    return sum(1 for path in _files(root) if path.relative_to(root).parts[0] not in known)


def put_away(
    settings: Settings,
    item: Waiting,
    night_id: str,
    folder: str,
    result: Mapping[str, Any] | None,
) -> None:
    """Moves a file out of the inbox, named by the night, with its report beside it.

    It keeps the folders it lay in, so that putting it back is one move.

    Raises:
        OSError: it could not be moved; it stays and will be read again.
    """
    from polaris.build import write_atomically

    root = settings.inbox / "nightly"
    beside = item.path.relative_to(root).parent
    target = root / folder / beside / f"{night_id} {item.path.name}"
    target.parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while target.exists():
        number += 1
        target = target.with_name(f"{night_id} {number} {item.path.name}")
    item.path.replace(target)
    if result is not None:
        write_atomically(target.with_name(f"{target.name}.report.json"), dict(result))


def _files(folder: Path) -> Iterator[Path]:
    """Whole, plain files below a folder; nothing hidden, no links, nothing half-written."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path.is_symlink() or not path.is_file():
            continue
        if path.suffix.lower() not in _UNFINISHED:
            yield path


def _pathful(_place: Path, path: Path) -> Callable[[Settings, Progress], dict[str, Any]]:
    def land(settings: Settings, progress: Progress) -> dict[str, Any]:
        from polaris.imports import PathfulOptions, import_pathful

        return import_pathful(settings, [path], PathfulOptions(build=False), progress)[0]

    return land


def _roster(place: Path, path: Path) -> Callable[[Settings, Progress], dict[str, Any]]:
    def land(settings: Settings, progress: Progress) -> dict[str, Any]:
        from polaris.imports import RosterOptions, import_roster

        if len(place.parts) != 3:
            raise BadInput(
                f"{place.name} must lie in inbox/nightly/roster/DISTRICT/YYYY-YYYY, so that it is "
                "known whose roster it is.",
                hint="it lies in no folder roster/DISTRICT/YYYY-YYYY",
            )
        district, year = place.parts[:2]
        _require_district(settings, district)
        _require_year(year)
        options = RosterOptions(district=district, academic_year=year, build=False)
        return import_roster(settings, path, options, progress)

    return land


def _require_year(folder: str) -> None:
    """Refuses a folder that names no school year.

    Raises:
        BadInput: it names none.
    """
    from polaris.imports import school_year

    try:
        school_year(folder, "the folder")
    except BadInput:
        # Only digits and a dash are repeated in the hint: whatever else stands there may be a name.
        is_plain = re.fullmatch(r"[0-9]{1,4}[-_ ]?[0-9]{0,4}", folder) is not None
        what = f"its folder {folder}" if is_plain else "its folder"
        raise BadInput(
            f"The folder {folder!r} is no school year; rename it as 2025-2026 and put the file "
            "back.",
            hint=f"{what} is no school year, rename it as 2025-2026 and put the file back",
        ) from None


def _require_district(settings: Settings, folder: str) -> None:
    """Refuses a folder that names no district: nobody is there to see a warning at night.

    A district is known by a list, by the release, or by a roster that a person imported.

    Raises:
        BadInput: the district is unknown; the message names those that are near.
    """
    from polaris import district_names

    known = [*district_names.published(settings), *district_names.with_roster(settings)]
    if district_names.is_known(folder, known):
        return
    near = district_names.near(folder, known)
    meant = f"near are: {', '.join(near)}" if near else "no name is near"
    raise BadInput(
        f"The folder {folder!r} names no district; {meant}. Rename it and put the file back; a new "
        "district is begun by hand once: `polaris-load roster FILE --district NAME "
        "--academic-year YYYY-YYYY`.",
        hint=f"its folder names no district, {meant}",
    )


def _signups(place: Path, path: Path) -> Callable[[Settings, Progress], dict[str, Any]]:
    def land(settings: Settings, progress: Progress) -> dict[str, Any]:
        from polaris.contracts_import import CsvOptions, import_csv

        system = place.parts[0] if len(place.parts) > 1 else WEBSITE
        options = CsvOptions(source_system=system, build=False)
        return import_csv(settings, "signups", path, options, progress)

    return land
