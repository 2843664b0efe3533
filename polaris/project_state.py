"""Notices what the tables of the warehouse stand for, so that a build does what is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path

from polaris import ledger
from polaris.deciding.decision_store import Decision
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
_SHOWN_DECISIONS = "select decision_id from ops.audit_log where source = 'manual'"
_LANDED_DECISIONS = "select decision_id from raw_decisions.decisions"
_LOAD_ACTIONS = ("exclude_load", "include_load")
# Of these files every build makes everything anew; what others said, later ones were compared with.
_MADE_ANEW = ("csv",)
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


def has_changed(settings: Settings, decided: Iterable[Decision] = ()) -> bool:
    """Whether incremental models have to be made anew.

    So it is where the warehouse was built by another state of the project, or by an unknown one,
    or where a report that they hold was left out, or counts again, since.

    Args:
        settings: where the warehouse is.
        decided: every decision that this build applies, oldest first.
    """
    if not settings.warehouse.exists():
        return False
    try:
        return _said(_note(settings)) != _state(settings, decided)
    except OSError:
        return True


def begin(settings: Settings) -> None:
    """Notes that the tables are being built: until `published` they stand for nothing whole."""
    _published(settings).unlink(missing_ok=True)


def published(settings: Settings) -> None:
    """Notes that every table was built, as of this logical date, and published."""
    _published(settings).write_text(f"{settings.logical_date}\n", encoding="utf-8")


def is_whole(
    settings: Settings, decided: Iterable[Decision] = (), besides: Collection[str] = ()
) -> bool:
    """Whether the tables are those of the last release, for this day, with every load in them.

    Ask before `begin`. False too where nothing says so: then everything is built. So it is where
    they show a decision that is stored no more, because an older backup of the store came back.

    Args:
        settings: where the warehouse is.
        decided: every decision that is stored.
        besides: runs whose loads need not be in the tables yet.
    """
    import duckdb

    try:
        if _said(_published(settings)) != str(settings.logical_date):
            return False
        stored = {item.decision_id for item in decided}
        return _unbuilt(settings) <= set(besides) and _rows(settings, _SHOWN_DECISIONS) <= stored
    except (OSError, duckdb.Error):
        return False


def unbuilt(settings: Settings) -> set[str]:
    """Runs whose loads no build has looked at; none where nothing was built yet."""
    import duckdb

    try:
        return _unbuilt(settings)
    except (OSError, duckdb.Error):
        return set()


def decisions_gone(settings: Settings, decided: Iterable[Decision]) -> int:
    """How many decisions the last build had, where none of them is stored any more; else 0.

    An older backup holds the earlier ones of them. A store that holds others alone was begun anew,
    by whoever decided first after it was lost, or is the store of another home.

    Args:
        settings: where the warehouse is; where nothing was built yet nothing can be gone.
        decided: every decision that is stored.
    """
    import duckdb

    try:
        landed = _rows(settings, _LANDED_DECISIONS)
    except (OSError, duckdb.Error):
        return 0
    return len(landed) if landed.isdisjoint(item.decision_id for item in decided) else 0


def _unbuilt(settings: Settings) -> set[str]:
    return _rows(settings, _UNBUILT_LOADS)


def _rows(settings: Settings, query: str) -> set[str]:
    import duckdb

    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return {value for (value,) in connection.execute(query).fetchall()}


def remember(settings: Settings, decided: Iterable[Decision] = ()) -> None:
    """Notes the state that just built the warehouse, with the decisions that it applied."""
    _note(settings).write_text(f"{_state(settings, decided)}\n", encoding="utf-8")


def _state(settings: Settings, decided: Iterable[Decision]) -> str:
    """The project's checksum, and the words on loads that incremental models depend on."""
    words: list[str] = []
    for item in decided:
        if item.action in _LOAD_ACTIONS:
            run = ledger.get_run(settings, item.subject_key)
            is_folded = run is None or run.source not in _MADE_ANEW
        else:
            is_folded = item.revokes in words
        if is_folded:
            words.append(item.decision_id)
    return "\n".join([checksum(settings), *words])


def _said(note: Path) -> str:
    """What a note says; one that was damaged says nothing that anybody expects."""
    return note.read_text(encoding="utf-8", errors="replace").strip()


def _note(settings: Settings) -> Path:
    return settings.warehouse.with_suffix(".built_by")


def _published(settings: Settings) -> Path:
    return settings.warehouse.with_suffix(".published_for")
