"""Notices what the tables of the warehouse stand for, so that a build does what is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

from polaris.settings import PROJECT_ROOT, Settings

_UNBUILT_LOADS = """
select run_id from raw_pathful.loads
union all
select run_id from raw_roster.loads
union all
select run_id from raw_csv.loads
union all
select run_id from raw_salesforce.loads
except
select run_id from ops.import_runs where load_seq is not null
"""
_PARTS = (("models", "*.sql"), ("macros", "*.sql"), ("seeds", "*.csv"))


def checksum(settings: Settings, project: Path = PROJECT_ROOT) -> str:
    """One hash of what decides what a model holds: SQL, macros, seeds, variables, rules' mode."""
    digest = hashlib.sha256((project / "dbt_project.yml").read_bytes())
    digest.update((settings.rules_mode or "").encode())
    for folder, pattern in _PARTS:
        for path in sorted((project / folder).rglob(pattern)):
            digest.update(str(path.relative_to(project)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def has_changed(settings: Settings) -> bool:
    """Whether the warehouse was built by another state of the project, or by an unknown one."""
    if not settings.warehouse.exists():
        return False
    try:
        return _note(settings).read_text(encoding="utf-8").strip() != checksum(settings)
    except OSError:
        return True


def begin(settings: Settings) -> None:
    """Notes that the tables are being built: until `published` they stand for nothing whole."""
    _published(settings).unlink(missing_ok=True)


def published(settings: Settings) -> None:
    """Notes that every table was built, as of this logical date, and published."""
    _published(settings).write_text(f"{settings.logical_date}\n", encoding="utf-8")


def is_whole(settings: Settings, besides: Collection[str] = ()) -> bool:
    """Whether the tables are those of the last release, for this day, with every load in them.

    Ask before `begin`. False too where nothing says so: then everything is built.

    Args:
        settings: where the warehouse is.
        besides: runs whose loads need not be in the tables yet.
    """
    import duckdb

    try:
        if _published(settings).read_text(encoding="utf-8").strip() != str(settings.logical_date):
            return False
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            unbuilt = {run_id for (run_id,) in connection.execute(_UNBUILT_LOADS).fetchall()}
            return unbuilt <= set(besides)
    except (OSError, duckdb.Error):
        return False


def remember(settings: Settings) -> None:
    """Notes the state that just built the warehouse."""
    _note(settings).write_text(f"{checksum(settings)}\n", encoding="utf-8")


def _note(settings: Settings) -> Path:
    return settings.warehouse.with_suffix(".built_by")


def _published(settings: Settings) -> Path:
    return settings.warehouse.with_suffix(".published_for")
