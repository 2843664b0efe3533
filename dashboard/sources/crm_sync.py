"""Sync now: reading Salesforce in the background, as an import is."""

from __future__ import annotations

import streamlit as st

from dashboard import decide, failures, jobs, jobview, view, who, words

TITLE = "Reading Salesforce"
COMMAND = ("salesforce", "--json")
_JOB = "crm-sync-job"


def panel(context: view.Context) -> None:
    """The button for those who may import, the progress while it runs, and how it ended."""
    if not context.may("import"):
        return
    if _running(context):
        return
    access = context.settings.salesforce
    if access.login is None:
        with st.container(border=True, key="crm-sync-off"):
            st.markdown(
                f"**Salesforce is not connected:** {words.inert(access.lacking)}. "
                "These are environment variables of the server."
            )
            st.caption("After that, `polaris-load salesforce --auth-ping` tries the login.")
        return
    busy = jobs.busy(context.settings)
    with st.container(horizontal=True, vertical_alignment="center", key="crm-sync"):
        st.button(
            "Sync now",
            key="crm-sync-go",
            type="primary",
            icon=":material/sync:",
            disabled=busy is not None,
            on_click=_start,
            args=(context,),
        )
        if busy is None:
            st.caption("Reads what changed in Salesforce, then builds, checks and publishes.")
        else:
            st.caption(f"A run is at work ({words.inert(busy.stage)}); sync when it has ended.")


@failures.kept
def _start(context: view.Context) -> None:
    if who.has_ended(context.settings, context.person):
        decide.refuse(decide.EXPIRED)
        return
    job = jobs.running(context.settings, TITLE) or jobs.start(
        context.settings, context.person, list(COMMAND), title=TITLE
    )
    st.session_state[_JOB] = job.name


def _running(context: view.Context) -> bool:
    name = st.session_state.get(_JOB)
    job = jobs.find(context.settings, name) if name else jobs.running(context.settings, TITLE)
    if job is None:
        return False
    st.session_state[_JOB] = job.name
    if not jobview.watch(context.settings, job):
        return True
    del st.session_state[_JOB]
    if jobs.went_well(context.settings, job):
        st.success(
            "Salesforce was read and a new release is published.", icon=":material/task_alt:"
        )
    else:
        st.error(words.inert(jobview.failure(jobs.result(job))), icon=":material/error:")
    return False
