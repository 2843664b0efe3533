"""The catalogue of decisions, read from the seed `rule_decision_actions` that dbt reads too."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from polaris import district_inputs
from polaris.settings import PROJECT_ROOT

CATALOGUE_FILE = PROJECT_ROOT / "seeds" / "rule_decision_actions.csv"
REVOKE = "revoke"
# Among the optional fields: which fields there are depends on the subject, and a rule says it.
ANY_FIELD = "*"
# The topic of a subject that `main_states` speaks of.
MAIN_TOPIC = {
    "ticket": "answer",
    "event": "status",
    "roster_teacher": "activity",
    "flag": "answer",
    "pair": "answer",
    "contact": "answer",
    "issue": "answer",
    "violation": "answer",
    "run": "load",
    "anomaly": "answer",
}
# Values that a seed of their own lists: how the catalogue names it -> the values.
_LISTS = {"@ref_district_inputs": district_inputs.names}
_FIELD = re.compile(r"\{(\w+)(?:=(\w+))?\}")


@dataclass(frozen=True)
class Action:
    """One kind of decision.

    Attributes:
        name: as written in a decision.
        subject_type: ticket, event, person, district, flag, roster_teacher, pair, contact, issue,
            semester, violation, run, anomaly, config or decision.
        subject_table: the published table that holds the subject, as `schema.table`; "" for none.
        subject_column: its key.
        ticket_types: types of ticket it fits; empty for every type.
        topic: what of the subject it settles; decisions on different topics do not collide.
            `{field}` stands for a field of the payload, `{field=word}` for the word without it.
        from_states: the states of that topic it needs; empty for any.
        main_states: the states of the subject's main topic it needs; empty for any.
        to_state: the state of the topic it leads to; "" where it leads to none.
        required_fields: of the payload.
        optional_fields: of the payload; any other field is refused, but for `ANY_FIELD`.
        allowed_values: field -> the values it may have.
        target_table: the published table the payload points into; "" for none.
        target_column: its key, which is also the payload field.
        needs_reason: whether it, and its revoke, must say why.
        rules: names of further checks, in `decision_shape` and `decision_rules`.
        district_rule: name of the check for district roles, in `decision_rights`; "" for none.
        roles: who may.
        is_revocable: whether a later decision may revoke it.
    """

    name: str
    subject_type: str
    subject_table: str
    subject_column: str
    ticket_types: tuple[str, ...]
    topic: str
    from_states: tuple[str, ...]
    main_states: tuple[str, ...]
    to_state: str
    required_fields: tuple[str, ...]
    optional_fields: tuple[str, ...]
    allowed_values: dict[str, tuple[str, ...]]
    target_table: str
    target_column: str
    needs_reason: bool
    rules: tuple[str, ...]
    district_rule: str
    roles: tuple[str, ...]
    is_revocable: bool

    def topic_of(self, payload: Mapping[str, Any]) -> str:
        """The topic a decision with this payload settles."""
        return _filled(self.topic, payload)

    def state_after(self, payload: Mapping[str, Any]) -> str:
        """The state a decision with this payload leads to."""
        return _filled(self.to_state, payload)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Action]:
    """Every kind of decision by its name."""
    with CATALOGUE_FILE.open(encoding="utf-8", newline="") as file:
        return {row["action"]: _action(row) for row in csv.DictReader(file)}


def _action(row: dict[str, str]) -> Action:
    pairs = (part.partition("=") for part in row["allowed_values"].split(";") if part)
    return Action(
        name=row["action"],
        subject_type=row["subject_type"],
        subject_table=row["subject_table"],
        subject_column=row["subject_column"],
        ticket_types=_list(row["ticket_types"]),
        topic=row["topic"],
        from_states=_list(row["from_states"]),
        main_states=_list(row["main_states"]),
        to_state=row["to_state"],
        required_fields=_list(row["required_fields"]),
        optional_fields=_list(row["optional_fields"]),
        allowed_values={field: _choices(text) for field, _, text in pairs},
        target_table=row["target_table"],
        target_column=row["target_column"],
        needs_reason=row["needs_reason"] == "true",
        rules=_list(row["rules"]),
        district_rule=row["district_rule"],
        roles=_list(row["roles"]),
        is_revocable=row["is_revocable"] == "true",
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _choices(text: str) -> tuple[str, ...]:
    return tuple(_LISTS[text]()) if text in _LISTS else _list(text)


def _filled(template: str, payload: Mapping[str, Any]) -> str:
    """The template with each `{field}` replaced by the payload's value."""

    def text(found: re.Match[str]) -> str:
        value = payload.get(found[1])
        known = str(value).lower() if isinstance(value, bool) else str(value or "")
        return known or found[2] or ""

    return _FIELD.sub(text, template)
