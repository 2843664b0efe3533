"""Findings of the data-quality rules as people decide about them: what the row says now.

A correction of one finding corrects the row, so all findings of a row share what was corrected
(platform.md §3.4).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Protocol

from polaris import contract_fields
from polaris.deciding.decision_store import Decision

TABLE = "queues.queue_dq_violations"
FIX = "dq_fix"
COLUMNS = (
    "violation_key",
    "entity_type",
    "external_system",
    "external_id",
    "record_key",
    "rule_code",
    "severity",
    "status",
    "field",
    "message",
    "remediation_hint",
    "payload_json",
    "normalized_json",
    "last_seen_run_id",
)
LAST_SEEN = "last_seen_at"
# Systems whose rows are corrected where they are written: whose they are, in words.
OWNERS = {
    "salesforce": "Salesforce owns this record; correct it there",
    "pathful": "Pathful owns this row; correct it there and import the report again",
    "roster": "the district owns this row; correct the roster and import it again",
}

_WITH_SIBLINGS = f"""
    with asked as (
        select distinct entity_type, external_system, record_key
        from {TABLE} where violation_key in (select unnest($keys))
    )
    select {", ".join(f"found.{name}" for name in COLUMNS)}, runs.started_at as {LAST_SEEN}
    from {TABLE} as found
    inner join asked
        on found.entity_type is not distinct from asked.entity_type
        and found.external_system is not distinct from asked.external_system
        and found.record_key is not distinct from asked.record_key
    left join ops.import_runs as runs on found.last_seen_run_id = runs.run_id
    order by found.violation_key
"""

Record = tuple[str | None, str | None, str | None]


class Release(Protocol):
    """As much of an open release as is asked here."""

    def has(self, table: str, columns: str) -> bool:
        """Whether it has that table with those columns, named apart by blanks."""

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """The answer to a query."""


@dataclass(frozen=True)
class Violation:
    """One finding.

    Attributes:
        row: the columns `COLUMNS` of the queue, and when its last run began as `LAST_SEEN`.
    """

    row: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Its key."""
        return str(self.row["violation_key"])

    @property
    def entity(self) -> str:
        """What the row is about."""
        return str(self.row["entity_type"] or "")

    @property
    def record(self) -> Record:
        """The row it is about; every finding of the row has the same."""
        return self.row["entity_type"], self.row["external_system"], self.row["record_key"]

    @cached_property
    def landed(self) -> dict[str, str]:
        """What the row said when it landed, by field."""
        return contract_fields.values(self.entity, self.row["payload_json"])

    @cached_property
    def read(self) -> dict[str, str]:
        """What the models made of the row, corrections included, by field."""
        return contract_fields.values(self.entity, self.row["normalized_json"])

    @cached_property
    def _names_read(self) -> frozenset[str]:
        return contract_fields.named(self.entity, self.row["normalized_json"])

    def is_corrected(self, name: str, value: str, decided_at: datetime) -> bool:
        """Whether a correction of a field counts for the row as it is.

        One that is younger than the row does. The source may have changed the field since an older
        one was made, and then counts itself: the models have read the row so, or they have not.
        """
        seen = self.row[LAST_SEEN]
        if seen is None or decided_at >= _utc(seen) or name not in self._names_read:
            return True
        return contract_fields.reads_as(value, self.read.get(name, ""))

    @property
    def owner_problem(self) -> str | None:
        """Why the row cannot be corrected here; None where it can."""
        owner = OWNERS.get(str(self.row["external_system"]))
        # A row of a file may name any system as its own; it is ours where the models read it.
        if owner is not None and not self.row["normalized_json"]:
            return owner
        if not contract_fields.fields(self.entity):
            kind = self.entity.replace("_", " ") or "unknown"
            return f"a row of the kind {kind} cannot be corrected here; correct it at its source"
        return None


class Fixes:
    """The corrections that stand, by the finding they were made for."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        stored = list(decisions)
        revoked = {item.revokes for item in stored if item.revokes}
        self._of: dict[str, list[Decision]] = {}
        for item in stored:
            if item.action == FIX and item.decision_id not in revoked:
                self._of.setdefault(item.subject_key, []).append(item)

    def of(self, keys: Iterable[str]) -> list[Decision]:
        """The standing corrections of some findings, oldest first."""
        found = [item for key in set(keys) for item in self._of.get(key, ())]
        return sorted(found, key=lambda item: item.decision_seq)

    def keys(self) -> tuple[str, ...]:
        """Every finding that somebody corrected."""
        return tuple(self._of)

    def corrected(self, violation: Violation, keys: Iterable[str]) -> dict[str, str]:
        """What the row says with the corrections of all its findings, by field; blank left out."""
        now = dict(violation.landed)
        for item in self.of([violation.key, *keys]):
            now |= {
                name: str(value)
                for name, value in item.payload.items()
                if violation.is_corrected(name, str(value), item.decided_at)
            }
        return {name: value for name, value in now.items() if value.strip()}


@dataclass(frozen=True)
class Rows:
    """Some findings with all other findings of the same rows.

    Attributes:
        by_key: every finding by its key.
        of_record: row -> keys of its findings.
    """

    by_key: Mapping[str, Violation]
    of_record: Mapping[Record, tuple[str, ...]]

    def now(self, key: str, fixes: Fixes) -> dict[str, str]:
        """What the row of a finding says with everything that was corrected."""
        violation = self.by_key[key]
        return fixes.corrected(violation, self.of_record[violation.record])


def collected(rows: Iterable[Mapping[str, Any]]) -> Rows:
    """Findings from rows with the columns that `Violation` needs."""
    found = [Violation(row) for row in rows]
    records: dict[Record, list[str]] = {}
    for one in found:
        records.setdefault(one.record, []).append(one.key)
    return Rows(
        {one.key: one for one in found}, {name: tuple(keys) for name, keys in records.items()}
    )


def read(release: Release, keys: Collection[str]) -> Rows:
    """These findings and every other of the same rows; what the release does not have is absent."""
    if not keys or not release.has(TABLE, " ".join(COLUMNS)):
        return collected([])
    answer = release.rows(_WITH_SIBLINGS, keys=sorted(keys))
    return collected(dict(zip((*COLUMNS, LAST_SEEN), row, strict=True)) for row in answer)


def fingerprint(entity_type: str, now: Mapping[str, str]) -> str:
    """What tells whether a row says what it said: 32 hexadecimal digits.

    Args:
        entity_type: of the row.
        now: its fields; blank ones and those that are none of the contract do not count.
    """
    known = contract_fields.fields(entity_type)
    said = {
        name: contract_fields.plain(value)
        for name, value in now.items()
        if name in known and value.strip()
    }
    text = json.dumps([entity_type, sorted(said.items())], ensure_ascii=False)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def changes(entity_type: str, now: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    """The fields of `then` that say something else than `now`; blank clears a field."""
    known = contract_fields.fields(entity_type)
    return {
        name: contract_fields.plain(text)
        for name, text in then.items()
        if not contract_fields.is_same(known[name], text, now.get(name, ""))
    }


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def problems(entity_type: str, cells: Mapping[str, Any]) -> Sequence[str]:
    """What is wrong with corrected fields, each without full stop; no value is repeated."""
    known = contract_fields.fields(entity_type)
    foreign = sorted(set(cells) - set(known))
    found = [f"a row of the kind {entity_type} takes no {', '.join(foreign)}"] if foreign else []
    for name, text in cells.items():
        wrong = contract_fields.problem(known[name], str(text)) if name in known else None
        if wrong is not None:
            found.append(wrong)
    return found
