"""Notices that the project changed, so that what incremental models keep is made anew."""

from __future__ import annotations

import hashlib
from pathlib import Path

from polaris.settings import PROJECT_ROOT, Settings

_PARTS = (("models", "*.sql"), ("macros", "*.sql"), ("seeds", "*.csv"))


def checksum(project: Path = PROJECT_ROOT) -> str:
    """One hash of everything that decides what a model holds: SQL, macros, seeds, variables."""
    digest = hashlib.sha256((project / "dbt_project.yml").read_bytes())
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
        return _note(settings).read_text(encoding="utf-8").strip() != checksum()
    except OSError:
        return True


def remember(settings: Settings) -> None:
    """Notes the state that just built the warehouse."""
    _note(settings).write_text(f"{checksum()}\n", encoding="utf-8")


def _note(settings: Settings) -> Path:
    return settings.warehouse.with_suffix(".built_by")
