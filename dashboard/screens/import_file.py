"""Import: upload, see every problem before anything is written, import, read the result."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from dashboard import failures, jobs, jobview, view, words
from dashboard.runs import import_contract, reports, uploads
from dashboard.runs.uploads import Preview
from dashboard.sessions import queries_events
from polaris import ledger

_KINDS = {
    "pathful": "Pathful report",
    "roster": "Teacher roster",
    import_contract.KIND: "Volunteers, events and more",
}
_ADAPTERS = {"pathful": "pathful", "roster": "pathful", import_contract.KIND: "csv"}
_SHOWN_COLUMNS = 9


def body(context: view.Context) -> None:
    """The page below its stamp."""
    if not context.may("import"):
        view.refused("import files")
        return
    job = jobs.find(context.settings, st.query_params.get("job"))
    if job is not None:
        if jobview.watch(context.settings, job):
            _result(context, job)
        return
    _others(context)
    given = st.query_params.get("kind")
    # A roster comes with Pathful's adapter (IMPORTER_ADAPTERS).
    kinds = [one for one in _KINDS if _ADAPTERS[one] in context.settings.adapters]
    if not kinds:
        st.error("No adapter for files is switched on on this machine (IMPORTER_ADAPTERS).")
        return
    kind = st.segmented_control(
        "What do you import?",
        kinds,
        format_func=_KINDS.__getitem__,
        default=given if given in kinds else kinds[0],
        required=True,
        key="import-kind",
    )
    holds = str(kind)
    if kind == import_contract.KIND:
        holds = import_contract.entity()
    else:
        st.markdown(
            "A Session Report or a User Report as Pathful exports it, XLSX or CSV. "
            "Which one it is, is told by its headers."
            if kind == "pathful"
            else "A teacher roster with the columns Building, Name and Email; Grade is optional. "
            "The roster decides whose progress is tracked: import it before the Session Report."
        )
    upload = st.file_uploader("File", type=["xlsx", "xls", "csv"], key=f"import-{kind}")
    if upload is None:
        uploads.forget()
        st.caption(f"{uploads.limit(context.settings)} Nothing is written before you press Import.")
        return
    with st.spinner("Checking the file"):
        preview = uploads.preview(context.settings, holds, upload)
    _show(context, holds, preview)
    if preview.problem is not None:
        return
    if kind == "pathful":
        _pathful_form(context, preview)
    elif kind == "roster":
        _roster_form(context, preview)
    else:
        arguments = ["csv", holds, str(preview.path), "--json", *import_contract.options()]
        _import_button(context, preview, arguments, disabled=False)


def _others(context: view.Context) -> None:
    if jobs.busy(context.settings) is not None:
        _until_it_ends(context)


@st.fragment(run_every=2.0)
def _until_it_ends(context: view.Context) -> None:
    """Says that another run is at work; when it ends, the page is drawn anew with its buttons."""
    run = jobs.busy(context.settings)
    if run is None:
        st.rerun()
    else:
        st.info(
            f"A run is at work since {words.inert(words.moment(run.started_at))} "
            f"({words.inert(run.file_name or run.source)}). You can check a file meanwhile, and "
            "import it when that run has ended.",
            icon=":material/hourglass_top:",
        )


def _show(context: view.Context, kind: str, preview: Preview) -> None:
    if preview.problem is not None:
        st.error(words.inert(preview.problem), icon=":material/error:")
        st.markdown("Nothing was imported. Correct the file and upload it again.")
        return
    st.success(f"{words.inert(preview.path.name)} can be imported.", icon=":material/check_circle:")
    view.cards([(head, value, None) for head, value in preview.facts.items()])
    for warning in preview.warnings:
        st.warning(words.inert(warning), icon=":material/warning:")
    if not preview.first_rows:
        return
    import pandas as pd

    names = [name for name in preview.heads if name in preview.first_rows[0]][:_SHOWN_COLUMNS]
    rows = [import_contract.as_seen(context, kind, row) for row in preview.first_rows]
    frame = pd.DataFrame(
        [
            {"row_number": row.get("row_number"), **{name: row.get(name) for name in names}}
            for row in rows
        ]
    )
    with st.expander("First rows as read", expanded=False, icon=":material/table_rows:"):
        columns: dict[str, Any] = {"row_number": st.column_config.NumberColumn("Row", width=56)}
        columns |= {name: words.plain(preview.heads[name]) for name in names}
        view.table(frame, columns, alt="First rows of the file")


def _pathful_form(context: view.Context, preview: Preview) -> None:
    mode_box, second_box, third_box = st.columns(3)
    with mode_box:
        mode = st.selectbox(
            "Which sessions",
            list(words.IMPORT_MODES),
            format_func=words.IMPORT_MODES.__getitem__,
            key="import-mode",
            help="Everything is right nearly always. A window only leaves rows of older sessions "
            "aside; what was imported before stays.",
        )
    since: date | None = None
    if mode == "custom":
        with second_box:
            since = st.date_input("From", value=None, key="import-since", format="MM/DD/YYYY")
    with third_box if mode == "custom" else second_box:
        exported = st.date_input(
            "Exported from Pathful on (optional)",
            value=None,
            key="import-exported",
            format="MM/DD/YYYY",
            help="Give it when you import an older export after a newer one.",
        )
    arguments = ["pathful", str(preview.path), "--json", "--mode", str(mode)]
    if since is not None:
        arguments += ["--since", since.isoformat()]
    if exported is not None:
        arguments += ["--exported-at", exported.isoformat()]
    _import_button(context, preview, arguments, disabled=mode == "custom" and since is None)


def _roster_form(context: view.Context, preview: Preview) -> None:
    names = (
        list(queries_events.all_districts(context.release)) if context.release is not None else []
    )
    district_box, year_box, virtual_box, target_box = st.columns([3, 2, 2, 1.4])
    given = st.query_params.get("district", "")
    district = district_box.selectbox(
        "District",
        names,
        index=names.index(given) if given in names else None,
        accept_new_options=True,
        placeholder="Choose, or type a new one",
        key="import-district",
    )
    start = context.today.year if context.today.month >= 8 else context.today.year - 1
    years = [f"{year}-{year + 1}" for year in (start - 1, start, start + 1)]
    wanted = st.query_params.get("year", "")
    year = year_box.selectbox(
        "Academic year",
        years,
        index=years.index(wanted) if wanted in years else 1,
        key="import-year",
    )
    virtual = virtual_box.selectbox(
        "Virtual year", ["Same as academic year", *years], key="import-virtual-year"
    )
    target = target_box.number_input(
        "Target sessions",
        min_value=1,
        max_value=50,
        value=None,
        placeholder="1",
        key="import-target",
        help="For teachers whose row gives none.",
    )
    arguments = ["roster", str(preview.path), "--json", "--district", str(district or "").strip()]
    arguments += ["--academic-year", str(year)]
    if target is not None:
        arguments += ["--target-sessions", str(int(target))]
    if virtual in years:
        arguments += ["--virtual-year", str(virtual)]
    if st.checkbox(
        "This roster is much smaller than the last one, and that is right",
        key="import-shrink",
        help="Teachers who are missing from the file become inactive. A file that would do this "
        "to many is refused unless you say that it is right.",
    ):
        arguments.append("--allow-large-deactivation")
    _import_button(context, preview, arguments, disabled=not (district or "").strip())


def _import_button(
    context: view.Context, preview: Preview, arguments: list[str], *, disabled: bool
) -> None:
    @failures.kept
    def begin(*, dry_run: bool) -> None:
        words_of = "Trying out" if dry_run else "Importing"
        job = jobs.start(
            context.settings,
            context.person,
            [*arguments, "--dry-run"] if dry_run else arguments,
            title=f"{words_of} {preview.path.name}",
            folder=preview.path.parent.parent,
        )
        uploads.forget()
        st.query_params["job"] = job.name

    disabled = disabled or jobs.busy(context.settings) is not None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Import",
            type="primary",
            icon=":material/upload:",
            key="import-start",
            disabled=disabled,
            on_click=begin,
            kwargs={"dry_run": False},
        )
        st.button(
            "Try out only",
            key="import-dry-run",
            disabled=disabled,
            help="Runs the whole import on a copy and shows the report; nothing is published.",
            on_click=begin,
            kwargs={"dry_run": True},
        )


def _result(context: view.Context, job: jobs.Job) -> None:
    result = jobs.result(job)
    state = jobs.progress(context.settings, job)
    report = _report(result.output)
    if report is None and state.run is not None:
        report = reports.of_ledger(state.run)
    failed = not jobs.went_well(context.settings, job)
    if failed:
        st.error(
            f"{words.inert(job.title)} failed: {words.inert(_why(result, state.run))}",
            icon=":material/error:",
        )
        st.markdown("The published release is unchanged.")
    else:
        dry = report is not None and report.get("dry_run")
        done = "was tried out; nothing was published" if dry else "is imported and published"
        name = words.inert((report or {}).get("file") or job.title)
        st.success(f"{name} {done}.", icon=":material/check_circle:")
    if report is not None and (not failed or report.get("rows_processed")):
        reports.draw(report | {"error_summary": None})
        stored_as = str(report.get("run_id"))
        st.caption(f"Run {words.inert(stored_as)}")
    if not failed and report is not None and not report.get("dry_run"):
        reports.next_steps(report)
    st.button("Import another file", icon=":material/upload_file:", on_click=view.go("job", None))


def _why(result: jobs.Result, run: ledger.Run | None) -> str:
    """What the run says of this file; where it could write nothing down, what the command said."""
    summary = run.error_summary if run is not None else None
    if summary and not summary.startswith(ledger.INTERRUPTED):
        return summary
    return jobview.failure(result, run)


def _report(output: Any) -> dict[str, Any] | None:
    """The import report in what the command printed: alone, in a list, or under `reports`."""
    if isinstance(output, dict) and isinstance(output.get("reports"), list):
        output = output["reports"]
    if isinstance(output, list):
        output = output[0] if output else None
    return output if isinstance(output, dict) and "rows_processed" in output else None


view.show("Import", "Bring in a Pathful export, a teacher roster, or a file of volunteers.", body)
