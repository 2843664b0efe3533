"""Runs: the list, and the report of each with every row behind its numbers."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import downloads, looked, view, words
from dashboard.release import OpenRelease
from dashboard.runs import (
    queries_runs,
    reports,
    run_actions,
    run_anomalies,
    run_effects,
    run_exclusion,
    run_facts,
    run_fields,
    run_list,
    run_objects,
    run_overview,
    run_skips,
    run_status,
    run_waiting,
)
from dashboard.runs.queries_runs import PAGE_SIZE
from polaris import ledger, load_words
from polaris.errors import PolarisError
from polaris.run_search import PAGE_SIZES, Wanted

_SIZES: dict[str | None, str] = {str(size): f"{size} runs" for size in PAGE_SIZES}
# Columns that a kind of file may say nothing of.
_ABOUT = ("title", "session_date", "person_name")
_ROW_HEADS = {
    "row_number": "Row",
    "bucket": "Result",
    "reason": "Reason",
    "title": "Session",
    "session_date": "Session date",
    "person_name": "Person",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    if not context.may("view_runs"):
        view.refused("see runs")
        return
    run_waiting.follow()
    run_id = st.query_params.get("run")
    if run_id is not None:
        _detail(context, run_id)
        return
    runs = _all_runs(context)
    if not runs:
        view.empty(
            "No run yet",
            "Every import and rebuild is listed here with its report. Start with the **Import** "
            "page, or `polaris-load pathful FILE` on the command line.",
            ":material/history:",
        )
        return
    _list(context, runs)


def _all_runs(context: view.Context) -> list[reports.Report]:
    """Runs of the ledger and of the release, newest first; the release knows the finished ones."""
    found = {run.run_id: reports.of_ledger(run) for run in ledger.list_runs(context.settings)}
    if context.release is not None:
        for row in queries_runs.runs(context.release):
            if row["status"] != "running" or row["run_id"] not in found:
                found[row["run_id"]] = reports.of_release(row)
    out = _left_out(context)
    unusual = queries_runs.unusual(context.release) if context.release is not None else {}
    waiting = run_waiting.counts(context)
    for run_id, report in found.items():
        report |= {"is_left_out": run_id in out, "unusual": unusual.get(run_id, 0)}
        report["waiting"] = waiting.get(run_id, 0)
    return sorted(
        found.values(), key=lambda one: (str(one["started_at"]), one["run_id"]), reverse=True
    )


def _left_out(context: view.Context) -> set[str]:
    """Runs that a person left out; the ledger is shown even where the decisions cannot be read."""
    try:
        return load_words.left_out(context.settings)
    except PolarisError as error:
        st.warning(words.inert(error.message), icon=":material/database_off:")
        return set()


def _filtered(
    filters: view.Filters, runs: list[reports.Report]
) -> tuple[list[reports.Report], int]:
    """The runs that fit, none of them where a person is told why, and how many stand on a page."""
    boxes = st.columns([1.6, 1.6, 1.4, 1.4, 2.2, 1, 1.2], vertical_alignment="bottom")
    source_box, status_box, from_box, to_box, search_box, size_box, reset_box = boxes
    sources = {run["source"]: words.label(run["source"], words.RUN_SOURCES) for run in runs}
    statuses = {run["status"]: words.label(run["status"], words.RUN_STATUSES) for run in runs}
    with source_box:
        source = filters.choice("Source", "source", view.any_of("All", sources))
    with status_box:
        status = filters.choice("Status", "status", view.any_of("All", statuses))
    with from_box:
        first_day = filters.day("Started from", "from", None)
    with to_box:
        last_day = filters.day("to", "to", None)
    with search_box:
        text = filters.text("Search", "q", "Run, label or source")
    with size_box:
        size = int(filters.choice("Page", "size", _SIZES, str(PAGE_SIZE)) or PAGE_SIZE)
    with reset_box:
        filters.reset_button()
    without_dry_runs = filters.flag("Without dry runs", "real")
    if first_day and last_day and first_day > last_day:
        view.empty("No run fits these filters", "The first day is after the last.")
        return [], size
    wanted = Wanted(source, status, first_day, last_day, text, not without_dry_runs)
    chosen = [run for run in runs if wanted.fits(run)]
    if not chosen:
        view.empty("No run fits these filters", "Choose another source, status or day.")
    return chosen, size


def _list(context: view.Context, runs: list[reports.Report]) -> None:
    filters = view.Filters("runs")
    chosen, size = _filtered(filters, runs)
    if not chosen:
        return
    run_overview.cards(chosen)
    number = filters.page_number(len(chosen), size)
    shown = chosen[(number - 1) * size : number * size]
    run_list.draw(context, shown, run_list.year(context, runs))
    filters.pager(len(chosen), size, "run")
    run_overview.keep_up(context.settings)
    downloads.buttons(context.person, "Runs", "runs", lambda: [run_list.sheet(context, chosen)])


def _detail(context: view.Context, run_id: str) -> None:
    st.button("Back to the list", icon=":material/arrow_back:", on_click=view.go("run", None))
    release = context.release
    row = queries_runs.run(release, run_id) if release is not None else None
    run = ledger.get_run(context.settings, run_id)
    if row is not None and (row["status"] != "running" or run is None):
        report = reports.of_release(row)
    elif run is not None:
        report = reports.of_ledger(run)
    else:
        view.empty("There is no such run", "The ledger and this release do not know its id.")
        return
    looked.at(context, "run", run_id)
    dry = " (dry run)" if report.get("dry_run") else ""
    st.subheader(words.inert(report["file"] or run_list.source(report)) + dry, anchor=False)
    st.markdown(_facts(report))
    run_actions.draw(context, run)
    if report["status"] == "running":
        st.info(
            f"Still running: {words.inert(report.get('stage') or 'starting')}.",
            icon=":material/pending:",
        )
        return
    reports.draw(report)
    run_facts.draw(context, report)
    run_objects.draw(context, report)
    if report.get("dry_run"):  # on a copy, of which no release holds anything
        return
    if row is None:
        run_exclusion.draw(context, release, run_id)
    if release is not None and row is not None:
        _gate(release, run_id)
        run_effects.draw(context, release, row)
        run_anomalies.draw(release, run_id)
        run_exclusion.draw(context, release, run_id)
        run_fields.draw(release, context, run_id)
        run_skips.draw(release, context, run_id)
        if not report.get("objects"):  # a record of Salesforce is no row of a file
            _rows(release, context, run_id)


def _facts(report: reports.Report) -> str:
    parts = [
        run_status.badge(report),
        words.inert(run_list.source(report)),
        f"started {words.inert(words.moment(report['started_at']))}",
        f"took {words.duration(report.get('duration_seconds'))}",
        f"by {words.inert(report.get('triggered_by'))}",
    ]
    mode = report.get("import_mode")
    if mode:
        window = words.label(mode, words.IMPORT_MODES).lower()
        if report.get("cutoff_date"):
            window += f", from {words.day(report['cutoff_date'])}"
        parts.append(words.inert(window))
    if report.get("label"):
        parts.append(f"label {words.inert(report['label'])}")
    return " · ".join(parts) + f"  \nRun `{words.plain(report['run_id'])}`"


def _gate(release: OpenRelease, run_id: str) -> None:
    failures = queries_runs.gate_failures(release, run_id)
    if not failures:
        return
    import pandas as pd

    with st.expander(
        f"{words.counted(len(failures), 'expectation')} not met, without stopping the release",
        icon=":material/rule:",
    ):
        frame = pd.DataFrame(
            {
                "where": [f"{row['checkpoint']}: {row['suite']}" for row in failures],
                "what": [
                    words.label(row["expectation"].removeprefix("expect_"), {}) for row in failures
                ],
                "column": [row["column_name"] for row in failures],
                "count": [row["unexpected_count"] for row in failures],
                "observed": [row["observed"] for row in failures],
            }
        )
        columns = {"where": "Check", "what": "Expected", "column": "Column", "count": "Rows"}
        view.table(frame, columns | {"observed": "Observed"}, alt="Expectations not met")


def _rows(release: OpenRelease, context: view.Context, run_id: str) -> None:
    found = queries_runs.buckets(release, run_id)
    st.markdown("#### Rows")
    if not found:
        st.markdown("This run has no rows of its own.")
        return
    filters = view.Filters("rows")
    bucket_box, reason_box, reset_box, _ = st.columns([2, 3, 1.2, 3], vertical_alignment="bottom")
    buckets = {row["bucket"]: words.label(row["bucket"], words.BUCKETS) for row in found}
    with bucket_box:
        bucket = filters.choice("Result", "bucket", view.any_of("All rows", buckets))
    reasons = {
        row["reason"]: reports.reason(row["reason"])
        for row in found
        if row["reason"] and bucket in {None, row["bucket"]}
    }
    with reason_box:
        reason = filters.choice("Reason", "reason", view.any_of("Every reason", reasons))
    with reset_box:
        filters.reset_button()
    total = queries_runs.row_count(release, run_id, bucket, reason)
    number = filters.page_number(total, PAGE_SIZE)
    found_rows = queries_runs.rows(release, run_id, bucket, reason, number=number)
    # A file of volunteers names no session, one of events nobody.
    silent = [name for name in _ABOUT if found_rows[name].isna().all()]
    columns = {
        "row_number": st.column_config.NumberColumn("Row", width=64),
        "bucket": st.column_config.TextColumn("Result", width=92),
        "reason": st.column_config.TextColumn("Reason", width=220),
        "title": st.column_config.TextColumn("Session", width=420),
        "session_date": st.column_config.DateColumn(
            "Session date", format="MMM D, YYYY", width=110
        ),
        "person_name": st.column_config.TextColumn("Person", width=160),
    }
    view.table(
        _in_words(found_rows).drop(columns=silent),
        {name: column for name, column in columns.items() if name not in silent},
        height="content",
        key="runs-rows",
        alt="Rows of this run",
    )
    filters.pager(total, PAGE_SIZE, "row")

    def sheets() -> list[downloads.Sheet]:
        every = _in_words(queries_runs.rows(release, run_id, bucket, reason, number=None))
        return [downloads.sheet_of("Rows", every, _ROW_HEADS)]

    downloads.buttons(context.person, f"Run_{run_id}_rows", "rows", sheets)


def _in_words(frame: Any) -> Any:
    return frame.assign(
        bucket=frame["bucket"].map(words.BUCKETS),
        reason=[
            None if words.is_missing(one) else reports.reason(one)
            for one in frame["reason"].astype(object).where(frame["reason"].notna(), None)
        ],
    )


view.show("Runs", "Every import and rebuild, and what became of each row.", body)
