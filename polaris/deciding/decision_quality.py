"""What people may decide about findings of the data-quality rules (platform.md §3.4, §6.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from polaris import quality_rows
from polaris.deciding.decision_history import History
from polaris.deciding.decision_shape import Draft
from polaris.quality_rows import Fixes


def patchable_row(draft: Draft, history: History, _today: date) -> str | None:
    """A row is corrected here only where nobody else owns it and its columns are known."""
    found = history.facts.violations.by_key.get(draft.subject_key)
    return found.owner_problem if found is not None else None


def contract_fields(draft: Draft, history: History, _today: date) -> str | None:
    """Every field is one of the row's contract, reads as what it is, and one says something new."""
    rows = history.facts.violations
    found = rows.by_key.get(draft.subject_key)
    if found is None:
        return None
    wrong = quality_rows.problems(found.entity, draft.payload)
    if wrong:
        return "; ".join(wrong)
    siblings = rows.of_record[found.record]
    subjects = [(draft.action.subject_type, key) for key in siblings]
    said = [item for one in subjects for item in history.all_standing(one, draft.topic)]
    now = Fixes(said).corrected(found, siblings)
    if quality_rows.changes(found.entity, now, draft.payload):
        return None
    return f"nothing changes: {', '.join(sorted(draft.payload))} said so before"


def future_expiry(draft: Draft, _history: History, today: date) -> str | None:
    """What is set aside for a while is set aside beyond today."""
    text = draft.payload.get("expires_at")
    if not text or date.fromisoformat(str(text)) > today:
        return None
    return f"expires_at must be after {today.isoformat()}"


RULES: dict[str, Callable[[Draft, History, date], str | None]] = {
    "patchable_row": patchable_row,
    "contract_fields": contract_fields,
    "future_expiry": future_expiry,
}
