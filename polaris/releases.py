"""The reading side of publishing: which release is current, which exist.

A reader resolves the current release for each request and may cache by its name: a release file
never changes once CURRENT has named it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from polaris.settings import Settings

if TYPE_CHECKING:
    import duckdb

# 20260310T141530123Z-4f2a9c: UTC to the millisecond, then a short id. Sorts by time.
RELEASE_NAME = re.compile(r"\d{8}T\d{9}Z-[0-9a-f]{6}")
SUFFIX = ".duckdb"


@dataclass(frozen=True)
class Release:
    """One published file.

    Attributes:
        name: sortable by time of publishing.
        path: the DuckDB file; open it read-only.
        published_at: UTC.
        is_current: whether readers are pointed at it.
    """

    name: str
    path: Path
    published_at: datetime
    is_current: bool


def current_name(settings: Settings) -> str | None:
    """The name CURRENT holds; None before the first publish."""
    try:
        name = settings.current.read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, IsADirectoryError):
        return None
    return name if RELEASE_NAME.fullmatch(name) else None


def pointer_problem(settings: Settings) -> str | None:
    """What is wrong with CURRENT, in a sentence; None when it is right or was never written."""
    try:
        name = settings.current.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        return f"{settings.current} is a folder; remove it, then `polaris-load build`."
    known = list_releases(settings)
    remedy = f"polaris-load rollback {known[0].name}" if known else "polaris-load build"
    if not RELEASE_NAME.fullmatch(name):
        return f"{settings.current} does not name a release; `{remedy}` repairs it."
    if not release_path(settings, name).exists():
        return f"The release {name} is current but its file is missing; `{remedy}` repairs it."
    return None


def current_release(settings: Settings) -> Path | None:
    """The published file, or None when nothing is published."""
    name = current_name(settings)
    if name is None:
        return None
    path = release_path(settings, name)
    return path if path.exists() else None


def newest_readable(settings: Settings) -> Path | None:
    """The current release, or the newest one that can be read where its file is gone or damaged.

    What is published next is compared with it: a lost file must not switch that off.
    """
    current = current_release(settings)
    others = [item.path for item in list_releases(settings) if not item.is_current]
    return next((path for path in [current, *others] if path is not None and _opens(path)), None)


def _opens(path: Path) -> bool:
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("select count(*) from ops.import_runs")
    except duckdb.Error:
        return False
    return True


def release_path(settings: Settings, name: str) -> Path:
    """Where the release of that name lies."""
    return settings.releases_dir / f"{name}{SUFFIX}"


def published_at(name: str) -> datetime:
    """The instant in a release's name, UTC."""
    stamp = name.partition("Z")[0]
    return datetime.strptime(stamp + "000", "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def as_of(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The logical date of an opened release, `YYYY-MM-DD`: what was "today" for its rules."""
    row = connection.execute(
        "select max(logical_date)::varchar from ops.releases where is_current"
    ).fetchone()
    return row[0] if row else None


def list_releases(settings: Settings) -> list[Release]:
    """Every release on disk, newest first."""
    if not settings.releases_dir.is_dir():
        return []
    current = current_name(settings)
    names = sorted(
        (
            path.stem
            for path in settings.releases_dir.glob(f"*{SUFFIX}")
            if RELEASE_NAME.fullmatch(path.stem)
        ),
        reverse=True,
    )
    return [
        Release(
            name=name,
            path=release_path(settings, name),
            published_at=published_at(name),
            is_current=name == current,
        )
        for name in names
    ]
