"""An import report on the screen: the same for a finished upload and for any run of the past."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import view, words
from polaris import ledger
from polaris import report as polaris_report

Report = dict[str, Any]

_MAPS = {
    "skipped_by_reason": "Skipped, because",
    "unmatched_by_type": "Unmatched",
    "invalid_by_reason": "Invalid, because",
}


def of_release(row: Mapping[str, Any]) -> Report:
    """The report of a run that the release holds."""
    report: Report = json.loads(row["counts_json"] or "{}")
    for name in polaris_report.BUCKETS:
        report.setdefault(f"rows_{name}", row[f"rows_{name}"])
    # A release of an earlier version does not tell them from the updated.
    report.setdefault("rows_reactivated", row.get("rows_reactivated") or 0)
    for name in (
        "rows_processed",
        "events_created",
        "events_updated",
        "teachers_matched",
        "volunteers_matched",
        "tickets_new",
        "tickets_open",
    ):
        report.setdefault(name, row[name])
    for name in ("run_id", "status", "source", "report_type", "dry_run", "started_at"):
        report[name] = row[name]
    report |= {"finished_at": row["finished_at"], "file": row["file_name"]}
    report |= {"release": row["release"], "error_summary": row["error_summary"]}
    report["metrics"] = metrics(row) or report.get("metrics", {})
    report.setdefault("warnings", json.loads(row["warnings_json"] or "[]"))
    report.setdefault("gate", json.loads(row["gate_json"] or "{}"))
    report |= {
        "duration_seconds": row["duration_seconds"],
        "triggered_by": row["triggered_by"],
        "label": row["label"],
        "import_mode": row["import_mode"],
        "cutoff_date": row["cutoff_date"],
    }
    return report | _origin(row)


def _origin(row: Mapping[str, Any]) -> Report:
    """What is known of a run's source and content; a release of an earlier version has it not."""
    return {
        "file_sha256": row["file_sha256"],
        "max_source_updated_at": row.get("max_source_updated_at"),
        "adapter_health": json.loads(row.get("adapter_health_json") or "{}"),
        "anomaly_flags": json.loads(row.get("anomaly_flags") or "[]"),
        "hashes": json.loads(row.get("hashes") or "{}"),
        "notes": row.get("notes"),
    }


def metrics(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a run of the release counted, by the platform's names; empty where it does not say."""
    found: dict[str, Any] = json.loads(row.get("metrics_json") or "{}")
    return found


def of_ledger(run: ledger.Run) -> Report:
    """The report of a run that no release holds: failed, running, or landed only."""
    params = json.loads(run.ingest_params_json or "{}")
    return polaris_report.of_run(run) | {
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "triggered_by": run.triggered_by,
        "label": run.label,
        "error_summary": run.error_summary,
        "stage": run.stage,
        "import_mode": params.get("mode"),
        "cutoff_date": None,
    }


def unchanged(report: Report) -> int:
    """Rows that were read and changed nothing."""
    return int((report.get("skipped_by_reason") or {}).get("unchanged", 0))


def back(report: Report) -> int:
    """Rows about what was gone before; in the buckets they are among the updated."""
    return int(report.get("rows_reactivated") or 0)


def adds_up(report: Report) -> bool:
    """Whether every row is in exactly one bucket."""
    total = sum(int(report.get(f"rows_{name}") or 0) for name in polaris_report.BUCKETS)
    return total == int(report.get("rows_processed") or 0)


def draw(report: Report) -> None:
    """Counters, the sum, reasons, warnings and the gate."""
    if report.get("error_summary"):
        st.error(_safe(report["error_summary"]), icon=":material/error:")
    rows = int(report.get("rows_processed") or 0)
    if rows == 0 and report.get("status") == "succeeded" and report.get("source") != "build":
        st.error(
            "No row of the file was processed. Nothing changed: check that it is the right file "
            "and that no date window leaves everything out.",
            icon=":material/error:",
        )
    same, returned = unchanged(report), back(report)
    came_back = ("Came back", words.number(returned), "They were gone before.")
    view.cards(
        [
            ("Created", words.number(report.get("rows_created") or 0), None),
            ("Updated", words.number(int(report.get("rows_updated") or 0) - returned), None),
            *([came_back] if returned else []),
            ("Unchanged", words.number(same), "Read, and nothing was different."),
            (
                "Set aside",
                words.number(int(report.get("rows_skipped") or 0) - same),
                "Skipped for one of the reasons below.",
            ),
            ("Unmatched", words.number(report.get("rows_unmatched") or 0), "Waiting for a person."),
            ("Invalid", words.number(report.get("rows_invalid") or 0), "Cannot be used as it is."),
        ]
    )
    noun = "record" if report.get("objects") else "row"
    if adds_up(report):
        total = words.counted(rows, noun)
        st.markdown(f"Together **{total}**: every {noun} is in exactly one box.")
    else:
        st.error(f"The boxes do not add up to the {noun}s that were read. Please report this run.")
    _reasons(report)
    _effects(report)
    _notes(report)


def _reasons(report: Report) -> None:
    maps = [(head, report.get(name) or {}) for name, head in _MAPS.items()]
    maps = [(head, reasons) for head, reasons in maps if reasons]
    if not maps:
        return
    for column, (head, reasons) in zip(st.columns(3), maps, strict=False):
        with column, st.container(border=True, height="stretch"):
            ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
            counts = ((count, reason(name)) for name, count in ordered)
            st.markdown(f"**{head}**\n\n{words.tally(counts)}")


def reason(code: Any) -> str:
    """A reason in words; a rule of the contracts keeps the code it has everywhere else."""
    is_rule = isinstance(code, str) and code.isupper()
    return code if is_rule else words.label(code, words.ROW_REASONS)


def _effects(report: Report) -> None:
    # A file of a contract brings none of these. What Salesforce says of sessions and people is
    # known only once its objects are joined, which is no count of one run.
    if report.get("source") in {"csv", "salesforce"}:
        return
    names = {
        "events_created": ("session created", "sessions created"),
        "events_updated": ("session updated", "sessions updated"),
        "teachers_matched": ("teacher matched", "teachers matched"),
        "volunteers_matched": ("presenter matched", "presenters matched"),
        "tickets_new": ("new ticket", "new tickets"),
        "tickets_open": ("open ticket in all", "open tickets in all"),
    }
    parts = [
        words.counted(int(report[name]), *forms)
        for name, forms in names.items()
        if report.get(name) is not None
    ]
    if parts:
        st.markdown(" · ".join(parts))


def _notes(report: Report) -> None:
    warnings = [_safe(warning) for warning in report.get("warnings") or []]
    if warnings:
        text = warnings[0] if len(warnings) == 1 else "\n".join(f"- {one}" for one in warnings)
        st.warning(text, icon=":material/warning:")
    columns = report.get("unmapped_columns") or []
    if columns:
        names = ", ".join(words.inert(name) for name in columns)
        st.markdown(f"Columns that were kept but are not used: {names}.")
    gate = report.get("gate") or {}
    for failure in gate.get("failures") or []:
        _failure(failure)
    if gate.get("passed"):
        st.markdown("The gate passed.")


def _failure(failure: Mapping[str, Any]) -> None:
    """A check that refused the result, with the rows behind it."""
    with st.container(border=True):
        st.markdown(f":material/block: {_safe(polaris_report.gate_sentence(failure))}")
        rows = failure.get("rows") or []
        if rows:
            shown = [
                {
                    words.label(name, {}): reason(value)
                    if name == "rule_code"
                    else words.plain(value)
                    for name, value in row.items()
                    if name != "run_id"
                }
                for row in rows
            ]
            st.dataframe(shown, hide_index=True, placeholder=words.DASH, height="content")


def _safe(text: Any) -> str:
    return words.inert(text)


def next_steps(report: Report) -> None:
    """What to do after an import, with links."""
    st.markdown("#### What next")
    steps: list[tuple[str, str, str, dict[str, str]]] = []
    if int(report.get("rows_unmatched") or 0) or int(report.get("tickets_open") or 0):
        label = f"Match {words.counted(int(report.get('tickets_open') or 0), 'open ticket')}"
        steps.append(("screens/unmatched.py", label, ":material/rule:", {}))
    if report.get("run_id"):
        params = {"run": str(report["run_id"])}
        if int(report.get("rows_invalid") or 0):
            label = f"See the {words.counted(int(report['rows_invalid']), 'invalid row')}"
            params_of = params | {"bucket": "invalid"}
            steps.append(("screens/runs.py", label, ":material/error:", params_of))
        steps.append(("screens/runs.py", "See every row", ":material/list:", params))
    if report.get("source") == "csv":
        params = {"run": str(report.get("run_id") or "")}
        steps.append(("screens/data_quality.py", "See its findings", ":material/verified:", params))
    else:
        steps.append(("screens/progress.py", "See teacher progress", ":material/school:", {}))
    with st.container(horizontal=True, gap="medium"):
        for page, label, icon, query in steps:
            st.page_link(page, label=label, icon=icon, query_params=query or None)
