"""Lands people's decisions and the run ledger, so that models can read them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders.pipeline import land_tables

if TYPE_CHECKING:
    import pyarrow as pa

_TEXT, _INTEGER, _BOOLEAN, _TIMESTAMP = "text", "integer", "boolean", "timestamp"

_DECISIONS = {
    "decision_seq": _INTEGER,
    "decision_id": _TEXT,
    "decided_at": _TIMESTAMP,
    "actor": _TEXT,
    "role": _TEXT,
    "action": _TEXT,
    "subject_type": _TEXT,
    "subject_key": _TEXT,
    "payload": _TEXT,
    "reason": _TEXT,
    "revokes": _TEXT,
}
_RUNS = {
    "run_id": _TEXT,
    "run_seq": _INTEGER,
    "source": _TEXT,
    "adapter": _TEXT,
    "command": _TEXT,
    "status": _TEXT,
    "dry_run": _BOOLEAN,
    "label": _TEXT,
    "started_at": _TIMESTAMP,
    "finished_at": _TIMESTAMP,
    "triggered_by": _TEXT,
    "file_name": _TEXT,
    "file_sha256": _TEXT,
    "report_type": _TEXT,
    "error_summary": _TEXT,
    "warnings_json": _TEXT,
    "ingest_params_json": _TEXT,
    "counts_json": _TEXT,
    "gate_json": _TEXT,
    "release": _TEXT,
}
# What a row cannot do without: order and identity would silently be lost.
_REQUIRED = {
    "decisions": ("decision_seq", "decision_id", "action"),
    "runs": ("run_seq", "run_id"),
}


def land(
    home: Path,
    *,
    decisions: Sequence[Mapping[str, Any]],
    runs: Sequence[Mapping[str, Any]],
) -> None:
    """Replaces raw_decisions.decisions and raw_decisions.runs in `home/warehouse.duckdb`.

    Args:
        home: POLARIS_HOME.
        decisions: every decision, keys as the table's columns; `payload` a dict or JSON text.
        runs: every run of the ledger, keys as the table's columns. In both, other keys are
            ignored; timestamps are datetimes or ISO text, and without a zone they are UTC.

    Raises:
        KeyError: a row without its sequence, id or action.
        WarehouseLockedError: another program has the warehouse open.
    """
    tables = {
        "decisions": _arrow("decisions", decisions, _DECISIONS),
        "runs": _arrow("runs", runs, _RUNS),
    }
    land_tables(home, "raw_decisions", tables, "replace")


def _arrow(table: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> pa.Table:
    import pyarrow as pa

    for row in rows:
        absent = [column for column in _REQUIRED[table] if row.get(column) is None]
        if absent:
            raise KeyError(f"a row of {table} lacks {', '.join(absent)}")
    types = {
        _TEXT: pa.string(),
        _INTEGER: pa.int64(),
        _BOOLEAN: pa.bool_(),
        _TIMESTAMP: pa.timestamp("us", "UTC"),
    }
    return pa.table(
        {
            column: pa.array([_value(row.get(column), kind) for row in rows], types[kind])
            for column, kind in columns.items()
        }
    )


def _value(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == _TIMESTAMP:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if kind == _BOOLEAN:
        return bool(value)
    if kind == _TEXT and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value
