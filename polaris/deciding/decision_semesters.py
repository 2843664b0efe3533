"""What may be decided about the archive of a semester (pathful.md §5.3)."""

from __future__ import annotations

import re
from datetime import date

from polaris.deciding.decision_history import History
from polaris.deciding.decision_shape import Draft, is_school_year

_SEMESTER = re.compile(r"(\d{4}-\d{4})/(fall|spring)")


def _archived_already(draft: Draft, history: History) -> str | None:
    """One decision archives what every district has of a semester, now and later."""
    key = draft.subject_key
    state = history.state(draft.action, key, draft.topic)
    if state.by:
        return f"semester {key} is archived already{state.because}"
    archives = history.facts.archives.get(key, set())
    if archives and all(done and by not in history.revoked for done, by in archives):
        return f"semester {key} is archived already, for every district"
    return None


def known(draft: Draft, history: History, today: date) -> str | None:
    """pathful.md 5.3: fall begins in August, spring in January; one to come has nothing to keep."""
    found = _SEMESTER.fullmatch(draft.subject_key)
    if found is None or not is_school_year(found[1]):
        return f"{draft.subject_key} is no semester written 2025-2026/fall or 2025-2026/spring"
    first = int(found[1][:4])
    begins = date(first, 8, 1) if found[2] == "fall" else date(first + 1, 1, 1)
    if begins > today:
        return f"the semester {draft.subject_key} has not begun"
    return _archived_already(draft, history)
