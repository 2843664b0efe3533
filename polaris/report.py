"""The import report: the numbers of one run, exactly the keys of interface.md §2."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris import releases, run_metrics
from polaris.ledger import Run
from polaris.settings import Settings

if TYPE_CHECKING:
    import duckdb

Report = dict[str, Any]

BUCKETS = ("created", "updated", "skipped", "unmatched", "invalid")
# Rows a filter set aside, as opposed to rows that were read and changed nothing.
FILTERED = ("other_partner", "parent_role", "undated_draft", "before_cutoff", "blank_row")
_COUNTS = (
    "rows_processed",
    "rows_created",
    "rows_updated",
    "rows_reactivated",
    "rows_skipped",
    "rows_unmatched",
    "rows_invalid",
    "events_created",
    "events_updated",
    "teachers_matched",
    "volunteers_matched",
    "tickets_new",
    "tickets_open",
)
# So many columns that nothing reads are named; the rest stands on a page.
_COLUMNS_NAMED = 12
# How the CRM answered a run, and what the run says besides, as `polaris.salesforce` counts it.
HEALTH_KEYS = ("calls", "calls_used", "calls_allowed", "retries")
CRM_KEYS = ("objects", *HEALTH_KEYS)
_MAPS = {
    "skipped": "skipped_by_reason",
    "unmatched": "unmatched_by_type",
    "invalid": "invalid_by_reason",
}


def of_run(run: Run) -> Report:
    """The report as far as the ledger knows it: complete for a finished run."""
    stored = json.loads(run.counts_json)
    gate = json.loads(run.gate_json) if run.gate_json else {}
    finished = run.finished_at
    report: Report = {
        "run_id": run.run_id,
        "status": run.status,
        "source": run.source,
        "report_type": run.report_type,
        "file": run.file_name,
        "file_sha256": run.file_sha256,
        "dry_run": run.dry_run,
        "started_at": instant(run.started_at),
        "finished_at": instant(finished),
        "duration_seconds": duration(run.started_at, finished),
        "rows_processed": 0,
        "rows_created": 0,
        "rows_updated": 0,
        "rows_reactivated": 0,
        "rows_skipped": 0,
        "rows_unmatched": 0,
        "rows_invalid": 0,
        "skipped_by_reason": {},
        "unmatched_by_type": {},
        "invalid_by_reason": {},
        "events_created": 0,
        "events_updated": 0,
        "teachers_matched": 0,
        "volunteers_matched": 0,
        "tickets_new": 0,
        "tickets_open": 0,
        "idempotency": difference({}),
        "metrics": {},
        "unmapped_columns": [],
        "warnings": json.loads(run.warnings_json),
        "gate": {"passed": gate.get("passed"), "failures": gate.get("failures", [])},
        "release": run.release,
    }
    known = ("skipped_by_reason", "unmatched_by_type", "invalid_by_reason", "unmapped_columns")
    report |= {key: stored[key] for key in (*_COUNTS, *known, *CRM_KEYS) if key in stored}
    metrics = stored.get("metrics", {}) | run_metrics.of_report(report)
    return report | {"idempotency": difference(report), "metrics": metrics}


def difference(counts: Mapping[str, Any]) -> dict[str, str]:
    """What the rows of a run made of what was known: {diff: none|updated|created}.

    The same input again makes no difference (platform.md §1.4, IMP-33).
    """
    if counts.get("rows_created"):
        return {"diff": "created"}
    return {"diff": "updated" if counts.get("rows_updated") else "none"}


def with_counts(report: Report, connection: duckdb.DuckDBPyConnection, catalog: str) -> Report:
    """The report with the numbers of the built tables; unchanged if the run landed no rows.

    Args:
        report: what is known already.
        connection: with the warehouse or a release attached.
        catalog: the name it is attached as.
    """
    answer = connection.execute(
        f"select * from {catalog}.ops.import_runs where run_id = ?", [report["run_id"]]
    )
    names = [column[0] for column in answer.description or []]
    run = dict(zip(names, answer.fetchone() or (), strict=False))
    if run.get("rows_processed") is None:
        return report
    # A release of an earlier version has no metrics.
    metrics = run_metrics.joined(report["metrics"], json.loads(run.get("metrics_json") or "{}"))
    if "objects" in report:
        return report | {"metrics": metrics}  # a run over the CRM was counted when it landed
    counts = {name: run.get(name) or 0 for name in _COUNTS}
    by_reason: dict[str, dict[str, int]] = {key: {} for key in _MAPS.values()}
    rows = connection.execute(
        f"""
        select bucket, coalesce(reason, ''), count(*)
        from {catalog}.ops.import_rows
        where run_id = ? and bucket in ('skipped', 'unmatched', 'invalid')
        group by all order by 1, 3 desc, 2
        """,
        [report["run_id"]],
    ).fetchall()
    for bucket, reason, count in rows:
        by_reason[_MAPS[bucket]][reason] = count
    return report | counts | by_reason | {"idempotency": difference(counts), "metrics": metrics}


def final_status(report: Mapping[str, Any]) -> str:
    """How a run ends that was published: some objects of the CRM may have failed all the same."""
    return "partially_failed" if objects_failed(report) else "succeeded"


def objects_failed(report: Mapping[str, Any]) -> str | None:
    """What failed of a run over the CRM, in a sentence; None when nothing did."""
    objects = report.get("objects", [])
    failed = [item for item in objects if item["error"]]
    if not failed:
        return None
    why = " ".join(f"{item['object']}: {item['error']}" for item in failed)
    return f"{len(failed)} of {len(objects)} objects failed. {why}"


def roster_changes(connection: duckdb.DuckDBPyConnection, catalog: str, run_id: str) -> list[str]:
    """What a roster did to teachers that its rows do not show, in sentences (pathful.md §1.6)."""
    row = connection.execute(
        f"select teachers_deactivated, teachers_flagged from {catalog}.ops.import_runs "
        "where run_id = ?",
        [run_id],
    ).fetchone()
    deactivated, flagged = row or (0, 0)
    told = []
    if deactivated:
        told.append(
            f"{deactivated:,} teachers of the roster before are not in this one; they are inactive."
        )
    if flagged:
        told.append(
            f"{flagged:,} teachers in this roster were deactivated by an admin; they stay inactive."
        )
    return told


def import_report(database: Path, run: Run) -> Report:
    """The report of a run with the numbers of a built database (the warehouse or a release)."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"attach '{quoted(database)}' as built (read_only)")
        return with_counts(of_run(run), connection, "built")


def shown(settings: Settings, run: Run) -> Report:
    """What `runs show` prints: the stored report, or the release's numbers if it was built later.

    A run with `--no-build` is counted by the build that follows it.
    """
    report = of_run(run)
    current = releases.current_release(settings)
    if report["rows_processed"] or run.dry_run or run.status != "succeeded" or current is None:
        return report
    return import_report(current, run)


def nothing_used(report: Mapping[str, Any]) -> str | None:
    """A sentence when a file had rows and none of them was used; None otherwise."""
    rows = report["rows_processed"]
    if not rows:
        return None
    set_aside = {
        reason: count for reason, count in report["skipped_by_reason"].items() if reason in FILTERED
    } | dict(report["invalid_by_reason"])
    if sum(set_aside.values()) < rows:
        return None
    why = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in set_aside.items())
    return f"None of the {rows:,} rows of {report['file']} was used: {why}."


def instant(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the millisecond."""
    return None if moment is None else moment.isoformat(timespec="milliseconds")


def duration(start: datetime, end: datetime | None) -> float | None:
    """Seconds between the two, to the millisecond; 0 where the clock was set back meanwhile."""
    return None if end is None else max(0.0, round((end - start).total_seconds(), 3))


def quoted(path: Path) -> str:
    """A path inside a single-quoted SQL string."""
    return str(path).replace("'", "''")


def lines(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The report for a person: (style, text) per line; style is plain, good, warning or bad."""
    kind = (report["report_type"] or report["source"]).replace("_", " ")
    what = f"{kind} {report['file']}" if report["file"] else kind
    dry = " (dry run: nothing was written)" if report["dry_run"] else ""
    style = "good" if report["status"] == "succeeded" else "bad"
    out = [(style, f"{what}: {report['status']}{dry}"), ("plain", f"run {report['run_id']}")]
    if report["file"] and report["gate"]["passed"] is not None:
        out += [("plain", line) for line in _row_lines(report)]
    if report.get("is_left_out"):
        out.append(("warning", "left out by a person: its rows count nowhere"))
    out += object_lines(report)
    unused = nothing_used(report)
    if unused is not None and unused not in report["warnings"]:
        out.append(("bad", unused))
    if report["unmapped_columns"]:
        listed = report["unmapped_columns"]
        names = ", ".join(listed[:_COLUMNS_NAMED])
        if len(listed) > _COLUMNS_NAMED:
            names += f", and {len(listed) - _COLUMNS_NAMED} more (page Mappings)"
        out.append(("plain", f"columns kept but not used: {names}"))
    out += [("bad" if text == unused else "warning", text) for text in report["warnings"]]
    out += _gate_lines(report)
    return out + [("plain", text) for text in _next_steps(report)]


def _row_lines(report: Mapping[str, Any]) -> list[str]:
    total = report["rows_processed"]
    width = max(len(f"{total:,}"), 5)
    out = [f"{'rows':<12}{total:>{width},}"]
    for bucket in BUCKETS:
        reasons = report.get(_MAPS.get(bucket, ""), {})
        if bucket == "updated" and report.get("rows_reactivated"):
            reasons = {"reactivated": report["rows_reactivated"]}
        why = ", ".join(f"{_reason(key)} {count:,}" for key, count in reasons.items())
        line = f"  {bucket:<10}{report[f'rows_{bucket}']:>{width},}  {why}"
        out.append(line.rstrip())
    if report["report_type"] == "session_report":
        out.append(
            f"events: {report['events_created']:,} created, {report['events_updated']:,} updated; "
            f"matched: {report['teachers_matched']:,} teachers, "
            f"{report['volunteers_matched']:,} volunteers"
        )
    out.append(f"tickets: {report['tickets_new']:,} new, {report['tickets_open']:,} open")
    return out


def _reason(code: str) -> str:
    """A reason in words; the code of a rule stays what it is everywhere else."""
    return code if code.isupper() else code.replace("_", " ")


def _gate_lines(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    if report["gate"]["passed"] is None:
        return []
    if not report["gate"]["passed"]:
        out = [("bad", "The gate refused the data; readers still see the release before.")]
        return out + [("bad", f"  {gate_sentence(f)}") for f in report["gate"]["failures"]]
    if report["release"]:
        return [("good", f"gate passed; published as {report['release']}")]
    return [("good", "gate passed")]


def gate_sentence(failure: Mapping[str, Any]) -> str:
    """One failed check in words."""
    place = f"{failure.get('checkpoint', '')}/{failure.get('suite', '')}".strip("/")
    text = failure.get("message") or failure.get("expectation") or "a check failed"
    return f"{place}: {text}" if place else str(text)


def _next_steps(report: Mapping[str, Any]) -> list[str]:
    if report["status"] == "running":
        return []
    if report.get("objects"):
        return _next_steps_of_objects(report)
    if report["status"] != "succeeded" or report["dry_run"]:
        return []
    if report.get("is_left_out"):
        run = report["run_id"]
        return [f"next: `polaris-load exclude-load {run} --include --reason WHY` counts it again"]
    if report["gate"]["passed"] is None and report["file"]:
        return ["next: `polaris-load build` publishes what was landed"]
    steps = []
    if report["tickets_open"]:
        steps.append(
            f"next: decide the {report['tickets_open']:,} open tickets in "
            "`polaris-load dashboard` or with `polaris-load export queue_unmatched`"
        )
    if report["rows_invalid"] and report["source"] == "csv":
        steps.append(
            f"next: correct what is invalid ({report['rows_invalid']:,}): `polaris-load "
            f"export-violations --run {report['run_id']}`, then `polaris-load requeue FILE.csv`"
        )
    elif report["rows_invalid"]:
        steps.append(
            f"next: the {report['rows_invalid']:,} invalid rows are listed by `polaris-load "
            f"export import_rows --where \"run_id = '{report['run_id']}' and bucket = 'invalid'\"`"
        )
    return steps


def row_text(row: Mapping[str, Any]) -> str:
    """An offending row for a person; what it does not say is left out."""
    return ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)


def object_lines(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A table of what came of each object of the CRM; nothing for other runs."""
    objects = report.get("objects", [])
    if not objects:
        return []
    heads = ["object", "mode", "by", "read", "new", "changed", "same", "deleted", "calls", "s"]
    figures = ("extracted", "inserted", "updated", "unchanged", "deleted", "calls", "seconds")
    keys = ("object", "mode", "transport", *figures)
    rows = [[_cell(item[key]) for key in keys] for item in objects]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    styles = ["plain", *("bad" if item["error"] else "plain" for item in objects)]
    out = []
    for style, row in zip(styles, [heads, *rows], strict=True):
        words = (cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True))
        numbers = (cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True))
        out.append((style, "  ".join([*words, *numbers]).rstrip()))
    for item in objects:
        out += [("bad", f"{item['object']} failed: {item['error']}")] if item["error"] else []
        out += [("warning", f"{item['object']}: {text}") for text in item["warnings"]]
        if item.get("reactivated"):
            text = (
                f"{item['object']}: {item['reactivated']:,} of the changed were gone and are back"
            )
            out.append(("plain", text))
    if report.get("calls_allowed"):
        used, allowed = report["calls_used"], report["calls_allowed"]
        out.append(
            ("plain", f"{report['calls']:,} calls; the organization used {used:,} of {allowed:,}")
        )
    return out


def _next_steps_of_objects(report: Mapping[str, Any]) -> list[str]:
    failed = ",".join(item["object"] for item in report["objects"] if item["error"])
    steps = []
    if failed:
        steps.append(
            f"next: `polaris-load salesforce --objects {failed}`; what failed goes on from where "
            "it was before"
        )
    is_new = any(item["inserted"] + item["updated"] + item["deleted"] for item in report["objects"])
    if report["gate"]["passed"] is None and is_new and not report["dry_run"]:
        steps.append("next: `polaris-load build` publishes what was landed")
    return steps


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
