"""`exclude-load`: rebuilds the warehouse without one load, or with it again (interface.md 2)."""

from __future__ import annotations

from typing import Any

from polaris import access, decisions
from polaris.run_control import found
from polaris.settings import Settings

LEFT_OUT, COUNTS = "exclude_load", "include_load"


def decide(settings: Settings, run_id: str, reason: str, *, include: bool) -> dict[str, Any]:
    """Stores the word on a load; the next build obeys it.

    Args:
        settings: where the decisions are.
        run_id: the run, or the beginning of its id.
        reason: in the actor's words.
        include: let it count again.

    Returns:
        {status, run_id, action, decision_id}.

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
    }
