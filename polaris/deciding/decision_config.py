"""What may be decided about settings and the modes of rules (platform.md §6.8, §11.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from polaris import config
from polaris.deciding.decision_history import History
from polaris.deciding.decision_shape import Draft, Problem


def values_after(drafts: Iterable[Draft], history: History) -> dict[str, float]:
    """What each setting will be once a whole batch is stored, what it takes back included."""
    batch = list(drafts)
    taken_back = {draft.revokes for draft in batch if draft.revokes} | history.revoked
    said: list[Mapping[str, Any]] = [
        item.payload
        for item in history.by_id.values()
        if item.action == config.SET_CONFIG and item.decision_id not in taken_back
    ]
    said += [draft.payload for draft in batch if draft.action.name == config.SET_CONFIG]
    values = {key: setting.default for key, setting in config.listed().items()}
    for payload in said:
        setting = config.listed().get(str(payload.get("key")))
        value = config.number(setting, payload.get("value")) if setting else None
        if setting is not None and value is not None:
            values[setting.key] = value
    return values


class Judge:
    """What is wrong with settings of a batch, which counts as a whole.

    Args:
        drafts: of the batch.
        history: before it.
    """

    def __init__(self, drafts: Iterable[Draft], history: History) -> None:
        self._targets = history.by_id
        self._before = values_after([], history)
        self._after = values_after(drafts, history)

    def problem(self, draft: Draft) -> Problem | None:
        """Of one draft; None for nothing, and for a draft about something else."""
        if draft.revokes:
            target = self._targets.get(draft.revokes)
            if target is None or target.action != config.SET_CONFIG:
                return None
            message = config.order_problem(self._after, [str(target.payload.get("key"))])
        elif draft.action.name == config.SET_CONFIG:
            setting = config.listed()[draft.payload["key"].strip()]
            message = _subject_problem(draft, {setting.key})
            message = message or config.order_problem(self._after, [setting.key])
            now = self._before[setting.key]
            if message is None and config.number(setting, draft.payload["value"]) == now:
                message = f"nothing changes: {setting.key} is already {setting.said(now)}"
        else:
            return None
        return Problem(message) if message else None


def _subject_problem(draft: Draft, known: set[str]) -> str | None:
    """A subject that names something else than what is set; "config" names it in general."""
    if draft.subject_key in known | {"config"}:
        return None
    return f"subject_key is {draft.subject_key[:50]!r}, but what is set is {min(known, key=len)!r}"


def mode_changes(draft: Draft, history: History, _today: date) -> str | None:
    """A rule gets another mode than it has."""
    key = (draft.payload["rule_code"], draft.payload["source"])
    problem = _subject_problem(draft, {key[0], " ".join(key), ":".join(key)})
    if problem:
        return problem
    mode = config.listed_modes()[key]
    for _subject, payload in history.standing_of(config.SET_RULE_MODE):
        if (payload.get("rule_code"), payload.get("source")) == key:
            mode = payload.get("mode", mode)
    if mode != draft.payload["mode"]:
        return None
    return f"nothing changes: the rule {key[0]} is already {mode} for {key[1]}"


RULES: dict[str, Callable[[Draft, History, date], str | None]] = {"mode_changes": mode_changes}
