"""Who looked at what should not be looked at by chance, and who was shown a closed door.

Two logs of the decision store take it in (platform.md §6.10): a look stands among the exports, for
either takes something out of the release, and a page that a role may not see among the refusals.
Keys and names of pages alone, never what stood there.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from polaris import export_log
from polaris.deciding import decision_store
from polaris.export_log import LOOK, Export
from polaris.settings import Settings

OPEN_PAGE = "open_page"
_RULE = "role"


def looked(settings: Settings, actor: str, role: str, what: str, release: str | None) -> None:
    """Writes down that somebody looked at something.

    Args:
        settings: of this request.
        actor: who.
        role: of the actor.
        what: the thing and its key, such as `volunteer 4f0a`.
        release: that it is of.

    Raises:
        PolarisError: the store cannot be used.
    """
    export_log.add(settings, Export(datetime.now(UTC), actor, role, what, LOOK, 1, release))


def denied(settings: Settings, actor: str, role: str, page: str) -> None:
    """Writes down that a role was refused a page.

    Raises:
        PolarisError: the store cannot be used.
    """
    row = {
        "refusal_id": str(uuid.uuid4()),
        "refused_at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "role": role,
        "action": OPEN_PAGE,
        "subject_type": "page",
        "subject_key": page,
        "rule_code": _RULE,
    }
    with decision_store.exclusive(settings) as connection:
        decision_store.add(connection, "refusals", [row])
