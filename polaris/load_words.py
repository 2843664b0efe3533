"""`exclude-load`: rebuilds the warehouse without one load, or with it again (interface.md 2)."""

from __future__ import annotations

from typing import Any

from polaris import access, ledger
from polaris.deciding import decisions
from polaris.landed_files import landed_source
from polaris.run_control import found
from polaris.settings import Settings

LEFT_OUT, COUNTS = "exclude_load", "include_load"


def left_out(settings: Settings) -> set[str]:
    """Runs whose files count nowhere, by the last word of each, from the next build on at latest.

    Raises:
        PolarisError: the decisions cannot be read.
    """
    stored = decisions.read_all(settings)
    revoked = {item.revokes for item in stored}
    words = {
        item.subject_key: item.action
        for item in stored
        if item.action in {LEFT_OUT, COUNTS} and item.decision_id not in revoked
    }
    return {run_id for run_id, word in words.items() if word == LEFT_OUT}


def same_file(settings: Settings, run_id: str) -> list[str]:
    """Other runs that brought the very file of a run and count, newest first.

    While one of them counts, the rows of the file do.

    Raises:
        PolarisError: the decisions cannot be read.
    """
    run = ledger.get_run(settings, run_id)
    if run is None or run.file_sha256 is None:
        return []
    others = [
        other.run_id
        for other in ledger.list_runs(settings, source=run.source)
        if other.file_sha256 == run.file_sha256 and other.run_id != run.run_id
    ]
    out = left_out(settings) if others else set()
    return [one for one in others if one not in out and landed_source(settings, one) is not None]


def decide(settings: Settings, run_id: str, reason: str, *, include: bool) -> dict[str, Any]:
    """Stores the word on a load; the next build obeys it.

    Args:
        settings: where the decisions are.
        run_id: the run, or the beginning of its id.
        reason: in the actor's words.
        include: let it count again.

    Returns:
        {status, run_id, action, decision_id, same_file}; the last as `same_file` gives it, where
        the load was left out.

    Raises:
        BadInput: there is no such run, it landed no file, or the word stands already.
    """
    run = found(settings, run_id)
    action = COUNTS if include else LEFT_OUT
    line = {"action": action, "subject_key": run.run_id, "payload": {}, "reason": reason}
    (stored,) = decisions.append(settings, [line], actor=settings.user, role=access.ADMIN)
    return {
        "status": "succeeded",
        "run_id": run.run_id,
        "action": action,
        "decision_id": stored.decision_id,
        "same_file": [] if include else same_file(settings, run.run_id),
    }
