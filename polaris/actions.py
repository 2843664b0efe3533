"""The catalogue of decisions, read from the seed `rule_decision_actions` that dbt reads too."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

from polaris.settings import PROJECT_ROOT

CATALOGUE_FILE = PROJECT_ROOT / "seeds" / "rule_decision_actions.csv"
REVOKE = "revoke"


@dataclass(frozen=True)
class Action:
    """One kind of decision.

    Attributes:
        name: as written in a decision.
        subject_type: ticket, roster_teacher or decision.
        subject_table: the published table that holds the subject, as `schema.table`; "" for none.
        subject_column: its key.
        ticket_types: types of ticket it fits; empty for every type.
        from_state: the state the subject must be in; "" for any.
        to_state: the state the decision puts it in.
        required_fields: of the payload.
        optional_fields: of the payload; any other field is refused.
        allowed_values: field -> the values it may have.
        target_table: the published table the payload points into; "" for none.
        target_column: its key, which is also the payload field.
        roles: who may.
        is_revocable: whether a later decision may revoke it.
    """

    name: str
    subject_type: str
    subject_table: str
    subject_column: str
    ticket_types: tuple[str, ...]
    from_state: str
    to_state: str
    required_fields: tuple[str, ...]
    optional_fields: tuple[str, ...]
    allowed_values: dict[str, tuple[str, ...]]
    target_table: str
    target_column: str
    roles: tuple[str, ...]
    is_revocable: bool


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Action]:
    """Every kind of decision by its name."""
    with CATALOGUE_FILE.open(encoding="utf-8", newline="") as file:
        return {row["action"]: _action(row) for row in csv.DictReader(file)}


def _action(row: dict[str, str]) -> Action:
    values = {}
    if row["allowed_values"]:
        field, _, choices = row["allowed_values"].partition("=")
        values[field] = _list(choices)
    return Action(
        name=row["action"],
        subject_type=row["subject_type"],
        subject_table=row["subject_table"],
        subject_column=row["subject_column"],
        ticket_types=_list(row["ticket_types"]),
        from_state=row["from_state"],
        to_state=row["to_state"],
        required_fields=_list(row["required_fields"]),
        optional_fields=_list(row["optional_fields"]),
        allowed_values=values,
        target_table=row["target_table"],
        target_column=row["target_column"],
        roles=_list(row["roles"]),
        is_revocable=row["is_revocable"] == "true",
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)
