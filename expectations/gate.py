"""Runs the two checkpoints over the warehouse and says whether it may be published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from expectations.engine import ERROR, Verdict, judge, load_great_expectations, open_frames

CHECKPOINTS = ("landing", "promotion")


@dataclass(frozen=True)
class GateResult:
    """What the gate decided.

    Attributes:
        passed: Nothing of severity `error` failed: the release may be published.
        failures: What blocks the release, in the order of the suites. Like results, with message
            (one sentence for a person) and rows (the offending ones, at most 20: keys, rule codes
            and row numbers, never names or e-mails) instead of failing_rows_json.
        results: Every rule that was judged, as `ops.gate_results` holds them.
        warnings: What failed without blocking; shaped like failures.
        refused_runs: The runs whose loads are at fault; none when the models are.
    """

    passed: bool
    failures: list[dict[str, Any]]
    results: list[dict[str, Any]]
    warnings: list[dict[str, Any]] = field(default_factory=list)
    refused_runs: tuple[str, ...] = ()


def warm_up() -> None:
    """Imports what `run_gate` needs, so that a caller can do it while dbt works."""
    import duckdb  # noqa: F401
    import pandas as pd  # noqa: F401

    load_great_expectations()


def run_gate(
    warehouse_path: Path,
    run_id: str | Sequence[str],
    previous_release: Path | None,
    checkpoints: Sequence[str] = CHECKPOINTS,
) -> GateResult:
    """Judges the warehouse; reads it, writes nothing.

    Args:
        warehouse_path: The DuckDB file, closed by every writer.
        run_id: The run, or the runs, of this command. Loads no release holds yet are judged too.
        previous_release: The published file to compare with; None before the first.
        checkpoints: Which of `landing` and `promotion` to run.

    Returns:
        The verdicts of all suites; one failing suite does not keep the others from being judged.

    Raises:
        duckdb.Error: the warehouse cannot be read, or was never built.
    """
    from expectations import landing, promotion, warehouse

    run_ids = (run_id,) if isinstance(run_id, str) else tuple(run_id)
    by_name = {"landing": landing.suites, "promotion": promotion.suites}
    judged: list[tuple[str, Verdict]] = []
    with warehouse.opened(warehouse_path, run_ids, previous_release) as opened:
        frames = open_frames()
        for checkpoint in checkpoints:
            for suite in by_name[checkpoint](opened):
                judged.extend((checkpoint, verdict) for verdict in judge(frames, suite))
    failed = [(checkpoint, verdict) for checkpoint, verdict in judged if not verdict.is_success]
    failures = [_failure(c, v) for c, v in failed if v.severity == ERROR]
    return GateResult(
        passed=not failures,
        failures=failures,
        results=_results(judged),
        warnings=[_failure(c, v) for c, v in failed if v.severity != ERROR],
        refused_runs=tuple(
            dict.fromkeys(v.load_run_id for _, v in failed if v.severity == ERROR and v.load_run_id)
        ),
    )


def _failure(checkpoint: str, verdict: Verdict) -> dict[str, Any]:
    result = _result(checkpoint, verdict)
    del result["failing_rows_json"]
    return {**result, "message": verdict.message, "rows": verdict.rows}


def _result(checkpoint: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "checkpoint": checkpoint,
        "suite": verdict.suite,
        "expectation": verdict.rule,
        "column_name": verdict.column_name,
        "is_success": verdict.is_success,
        "severity": verdict.severity,
        "observed": verdict.observed,
        "unexpected_count": verdict.unexpected_count,
        "failing_rows_json": json.dumps(verdict.rows) if verdict.rows else None,
    }


def _results(judged: Sequence[tuple[str, Verdict]]) -> list[dict[str, Any]]:
    """One result per failure; a rule that nothing of a column broke is told once as passed."""
    results: list[dict[str, Any]] = []
    told = {_identity(*entry) for entry in judged if not entry[1].is_success}
    for checkpoint, verdict in judged:
        if verdict.is_success:
            if _identity(checkpoint, verdict) in told:
                continue
            told.add(_identity(checkpoint, verdict))
        results.append(_result(checkpoint, verdict))
    return results


def _identity(checkpoint: str, verdict: Verdict) -> tuple[str, ...]:
    return (checkpoint, verdict.suite, verdict.rule, verdict.column_name)
