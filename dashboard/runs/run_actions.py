"""What a person does about a run: stop it, try it again, take the file that it read."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import decide, failures, jobs, jobview, view, who, words
from polaris import ledger, run_control
from polaris.errors import PolarisError
from polaris.landed_files import OF_FILES

_JOB = "run-action-job"


def draw(context: view.Context, run: ledger.Run | None) -> None:
    """The buttons that fit the run; nothing where the ledger does not know it."""
    if run is None:
        return
    if context.may("import"):
        _last_attempt(context)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if context.may("import") and run.status == "running":
            _cancel(context, run)
        elif context.may("import") and run.status in run_control.RETRIED:
            _retry(context, run)
        if run.status == "running" or run.source not in OF_FILES:
            return
        if context.may("take_originals"):
            _original(context, run)
        # Findings of a dry run are published nowhere.
        if context.may("view_health") and not run.dry_run:
            st.page_link(
                "screens/data_quality.py",
                label="Its findings, to correct or to download",
                icon=":material/verified:",
                query_params={"run": run.run_id},
            )


def _cancel(context: view.Context, run: ledger.Run) -> None:
    with st.popover("Stop this run", icon=":material/cancel:"):
        st.markdown(
            "Nothing of it is published and its file does not count. "
            "Other runs of the same command stop with it."
        )

        def send() -> None:
            if not _is_signed_in(context):
                return
            try:
                done = run_control.cancel(context.settings, run.run_id)
            except PolarisError as error:
                decide.refuse(words.inert(error.message))
                return
            st.toast(f"{words.counted(len(done['cancelled']), 'run')} stopped.")

        st.button("Stop it", key=f"run-cancel-{run.run_id}", type="primary", on_click=send)


def _retry(context: view.Context, run: ledger.Run) -> None:
    why_not = run_control.not_retried(context.settings, run)
    if why_not is not None:
        st.caption(words.inert(why_not), width="content")
        return
    busy = jobs.busy(context.settings)

    @failures.kept
    def send() -> None:
        if not _is_signed_in(context):
            return
        arguments = ["runs", "retry", run.run_id, "--json"]
        title = f"Trying again: {run.file_name or words.label(run.source, words.RUN_SOURCES)}"
        job = jobs.start(context.settings, context.person, arguments, title=title)
        st.session_state[_JOB] = job.name

    st.button(
        "Try again",
        key=f"run-retry-{run.run_id}",
        icon=":material/replay:",
        help="The same file with the same options, as a new run"
        + (" (a dry run, as it was)." if run.dry_run else "."),
        disabled=busy is not None,
        on_click=send,
    )


def _last_attempt(context: view.Context) -> None:
    """How the attempt is getting on that was started here, and once how it ended."""
    job = jobs.find(context.settings, st.session_state.get(_JOB))
    if job is None or not jobview.watch(context.settings, job, is_compact=True):
        return
    del st.session_state[_JOB]
    result = jobs.result(job)
    is_paused = isinstance(result.output, dict) and result.output.get("status") == "cancelled"
    if is_paused:
        st.info(words.inert(jobview.failure(result)), icon=":material/pause:")
        return
    if jobs.went_well(context.settings, job):
        attempt = jobs.progress(context.settings, job).run
        st.success("The new attempt has succeeded.", icon=":material/task_alt:")
        if attempt is not None:
            st.button("Open it", key="run-open-attempt", on_click=view.go("run", attempt.run_id))
        return
    st.error(words.inert(jobview.failure(result)), icon=":material/error:")


def _original(context: view.Context, run: ledger.Run) -> None:
    file = run_control.original(context.settings, run)
    if file is None:
        st.caption("The file itself is not kept here.", width="content")
        return
    name = Path(run.file_name or run.run_id).name

    def taken() -> bytes:
        if who.has_ended(context.settings, context.person):
            raise PolarisError(decide.EXPIRED)
        run_control.note_taken(context.settings, run, context.person.name, context.person.role)
        return file.read_bytes()

    st.download_button(
        "The original file",
        taken,
        name,
        "application/octet-stream",
        key=f"run-original-{run.run_id}",
        icon=":material/download:",
        help="As it came, unmasked: names and addresses of everybody in it.",
        on_click="ignore",
    )


def _is_signed_in(context: view.Context) -> bool:
    if who.has_ended(context.settings, context.person):
        decide.refuse(decide.EXPIRED)
        return False
    return True
