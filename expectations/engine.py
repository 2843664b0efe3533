"""Hands small pandas frames to Great Expectations and reads its verdicts.

A suite is a frame of *subjects* (a load, a mart's key, a reference): one row each, one column per
metric, computed in SQL. Great Expectations judges the metrics; the rows behind a failed subject
are fetched only then. Nothing here knows a rule.
"""

from __future__ import annotations

import importlib
import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

ERROR = "error"
WARN = "warn"
SUBJECT = "subject"

Row = Mapping[str, Any]
Rows = list[dict[str, Any]]

# Great Expectations imports these for charts and distribution tests that no gate uses; together
# they are more than half of its import time and 80 MB.
UNUSED_BY_THE_GATE = ("altair", "scipy", "scipy.stats")


@dataclass(frozen=True)
class Rule:
    """One expectation, and what a person is told when it fails.

    Attributes:
        name: What is expected, in words joined by underscores.
        expectation: A Great Expectations expectation on one column of the suite's frame. Its
            severity `critical` blocks the release, `warning` does not.
        sentence: One sentence for a person; a format string over the columns of the subject's row.
        about: What the rule speaks of, a format string over the subject's row; empty: the subject.
        count_column: The frame column that counts the offending rows; empty: the judged one.
        offenders: Fetches the offending rows of a failed subject; None: the subject says it all.
    """

    name: str
    expectation: Any
    sentence: str
    about: str = ""
    count_column: str = ""
    offenders: Callable[[Row], Rows] | None = None


@dataclass(frozen=True)
class Suite:
    """One frame and the rules that judge it.

    Attributes:
        name: As results carry it.
        frame: A pandas frame; its column `subject` identifies the rows.
        rules: Judged in this order.
        of_loads: Whether a subject is the run of a load.
    """

    name: str
    frame: Any
    rules: Sequence[Rule]
    of_loads: bool = False


@dataclass(frozen=True)
class Verdict:
    """What one rule says about one subject; `load_run_id` is the load's run, if it is a load."""

    suite: str
    rule: str
    column_name: str
    is_success: bool
    severity: str
    observed: str
    unexpected_count: int
    message: str
    rows: Rows
    load_run_id: str = ""


class _Deferred(ModuleType):
    """Stands for a module until one of its attributes is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def deferred(*names: str) -> Iterator[None]:
    """Lets code import `names` without loading them; the first use of one loads it for real.

    Parents come before children in `names`. Modules that are loaded already are left alone.
    """
    placed: list[str] = []
    for name in names:
        if name in sys.modules:
            continue
        stand_in = _Deferred(name)
        sys.modules[name] = stand_in
        placed.append(name)
        parent, _, child = name.rpartition(".")
        if isinstance(sys.modules.get(parent), _Deferred):
            setattr(sys.modules[parent], child, stand_in)
    try:
        yield
    finally:
        for name in placed:
            if isinstance(sys.modules.get(name), _Deferred):
                del sys.modules[name]


def load_great_expectations() -> Any:
    """Imports Great Expectations without telemetry and without what the gate never uses."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with deferred(*UNUSED_BY_THE_GATE):
        return importlib.import_module("great_expectations")


def open_frames() -> Any:
    """An in-memory context's batch definition for frames: no disk, no progress bars, no network."""
    gx = load_great_expectations()
    base = importlib.import_module("great_expectations.data_context.types.base")
    config = base.DataContextConfig(
        analytics_enabled=False,
        progress_bars=base.ProgressBarsConfig(globally=False),
        store_backend_defaults=base.InMemoryStoreBackendDefaults(),
    )
    context = gx.get_context(project_config=config, mode="ephemeral")
    asset = context.data_sources.add_pandas("warehouse").add_dataframe_asset("frames")
    return asset.add_batch_definition_whole_dataframe("all")


def between(
    column: str, low: float | None = None, high: float | None = None, *, blocks: bool = True
) -> Any:
    """Expects the metric within both bounds, inclusive; a null metric does not apply.

    Args:
        column: Of the suite's frame.
        low: None for no lower bound.
        high: None for no upper bound.
        blocks: Whether a failure keeps the release back, or is only told.
    """
    expectations = _expectations()
    return expectations.ExpectColumnValuesToBeBetween(
        column=column, min_value=low, max_value=high, severity="critical" if blocks else "warning"
    )


def none_of(column: str) -> Any:
    """Expects the metric, a count of offending rows, to be 0."""
    return between(column, 0, 0)


def among(column: str, words: Sequence[str]) -> Any:
    """Expects each value to be one of these words."""
    return _expectations().ExpectColumnValuesToBeInSet(column=column, value_set=list(words))


def judge(frames: Any, suite: Suite) -> list[Verdict]:
    """Runs one suite: a verdict per rule and subject, in the order of the rules.

    A rule Great Expectations could not evaluate is a failed rule, with its exception as message.
    """
    if suite.frame.empty:
        return []
    gx = load_great_expectations()
    batch = frames.get_batch({"dataframe": suite.frame})
    expected = gx.ExpectationSuite(
        suite.name, expectations=[rule.expectation for rule in suite.rules]
    )
    outcome = batch.validate(
        expected,
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": [SUBJECT],
        },
    )
    by_config = {_identity(r.expectation_config): r for r in outcome.results}
    verdicts: list[Verdict] = []
    for rule in suite.rules:
        result = by_config[_identity(rule.expectation.configuration)]
        verdicts.extend(_verdicts(suite, rule, result))
    return verdicts


def severity_of(rule: Rule) -> str:
    """`error` blocks the release, `warn` is only told."""
    return ERROR if str(rule.expectation.severity.value) == "critical" else WARN


def _expectations() -> Any:
    load_great_expectations()
    return importlib.import_module("great_expectations.expectations")


def _identity(config: Any) -> str:
    kwargs = {key: value for key, value in config.kwargs.items() if key != "batch_id"}
    return f"{config.type} {sorted(kwargs.items(), key=str)} {config.severity}"


def _verdicts(suite: Suite, rule: Rule, result: Any) -> list[Verdict]:
    exception = _exception(result)
    if exception:
        message = f"The rule {rule.name} of {suite.name} could not be evaluated: {exception}"
        return [
            Verdict(
                suite.name, rule.name, rule.about, False, ERROR, "not evaluated", 0, message, []
            )
        ]
    failed = {entry[SUBJECT] for entry in result.result.get("unexpected_index_list") or []}
    column = str(rule.expectation.column)
    verdicts = []
    for row in suite.frame.to_dict(orient="records"):
        if row[column] is None or row[column] != row[column]:
            continue  # Great Expectations judges no nulls: the metric does not apply here
        is_success = row[SUBJECT] not in failed
        verdicts.append(_verdict(suite, rule, row, column, is_success=is_success))
    return verdicts


def _verdict(suite: Suite, rule: Rule, row: Row, column: str, *, is_success: bool) -> Verdict:
    words = {key: _words(value) for key, value in row.items()}
    count = row[rule.count_column or column]
    return Verdict(
        suite=suite.name,
        rule=rule.name,
        column_name=rule.about.format(**words) or words[SUBJECT],
        is_success=is_success,
        severity=severity_of(rule),
        observed=words[column],
        unexpected_count=0 if is_success else _count(count),
        message="" if is_success else rule.sentence.format(**words),
        rows=[] if is_success or rule.offenders is None else rule.offenders(row),
        load_run_id=words[SUBJECT] if suite.of_loads else "",
    )


def _exception(result: Any) -> str:
    info = result.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    raised = [entry for entry in entries if entry.get("raised_exception")]
    return str(raised[0].get("exception_message")) if raised else ""


def _words(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}".removesuffix(".0")
    return f"{value:,}" if isinstance(value, int) else str(value)


def _count(value: Any) -> int:
    if not isinstance(value, int | float) or math.isnan(value):
        return 1
    return max(1, int(value))
