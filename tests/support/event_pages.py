"""What the tests of the pages on sessions, flags, drafts and the audit log share."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from polaris.deciding import decision_store, decisions
from polaris.settings import load_settings


def seed(decision_id: str, action: str, subject: tuple[str, str], **payload: Any) -> None:
    """Puts a decision that the release shows as applied into the store, under its id there."""
    with decision_store.exclusive(load_settings()) as connection:
        decision_store.insert(
            connection,
            [
                {
                    "decision_id": decision_id,
                    "decided_at": datetime(2026, 3, 2, 18, tzinfo=UTC).isoformat(),
                    "actor": "sam",
                    "role": "data_steward",
                    "action": action,
                    "subject_type": subject[0],
                    "subject_key": subject[1],
                    "payload": json.dumps(payload),
                    "reason": "seeded",
                    "revokes": None,
                }
            ],
        )


def decide(action: str, subject: tuple[str, str], reason: str = "", **payload: Any) -> str:
    """Somebody else's decision at the same moment; returns its id."""
    line = {
        "action": action,
        "subject_type": subject[0],
        "subject_key": subject[1],
        "payload": payload,
        "reason": reason,
    }
    made = decisions.append(load_settings(), [line], actor="sam", role="admin")
    return made[0].decision_id
