"""Apply now: the stored decisions that wait, the build that applies them, and its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import decide, failures, jobs, jobview, pending, who, words
from polaris.errors import PolarisError

if TYPE_CHECKING:
    from dashboard.view import Context

TITLE = "Applying decisions"
# Only what decisions can change is built anew.
COMMAND = ("build", "--decisions", "--json")
_JOB = "applying-job"
_STARTED_WITH = "decisions.json"
_NAMED_AT_MOST = 3


def bar(context: Context) -> None:
    """What waits for the next build, on every page of those who may start one.

    While a build applies decisions its progress is here, whoever started it; when it ends, the
    page is drawn from the new release with the news what it applied.
    """
    if not context.may("build"):
        return
    try:
        waiting = pending.read(context.settings)
    except PolarisError as error:
        st.error(words.inert(error.message), icon=":material/error:")
        return
    if _running(context) or not waiting:
        return
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key="applying-bar"
    ):
        many = words.counted(len(waiting), "decision")
        st.markdown(f"**{many} stored**, applied at the next build.", width="stretch")
        busy = jobs.busy(context.settings)
        if busy is not None:
            _until_it_ends(context)
        with st.popover("What will change", width="content"):
            st.markdown(
                "\n".join(
                    f"- {words.inert(pending.sentence(context.release, item))} "
                    f":small[{words.inert(item.actor)}]"
                    for item in waiting[-decide.BULK_LIMIT :]
                )
            )
        st.button(
            "Apply now",
            key="applying-now",
            type="primary",
            icon=":material/published_with_changes:",
            disabled=busy is not None,
            on_click=start,
            args=(context,),
        )


@st.fragment(run_every=2.0)
@failures.told()
def _until_it_ends(context: Context) -> None:
    """Says that another run is at work; when it ends, the page is drawn anew with the button."""
    busy = jobs.busy(context.settings)
    if busy is None:
        st.rerun()
    else:
        st.caption(f"A run is at work ({words.inert(busy.stage)}); apply when it has ended.")


@failures.kept
def start(context: Context) -> None:
    """Starts the build; for a button."""
    if who.has_ended(context.settings, context.person):
        decide.refuse(decide.EXPIRED)
        return
    told = {
        item.decision_id: pending.sentence(context.release, item)
        for item in pending.standing(context.settings)
    }
    folder = jobs.new_folder(context.settings)
    # Beside the job, so that whoever sees it end, after a reload too, reads what it applied.
    (folder / _STARTED_WITH).write_text(json.dumps(told), encoding="utf-8")
    job = jobs.start(context.settings, context.person, list(COMMAND), title=TITLE, folder=folder)
    st.session_state[_JOB] = job.name


def _running(context: Context) -> bool:
    """Shows the build while it runs; tells how it ended, once, to those who saw it run."""
    name = st.session_state.get(_JOB)
    job = jobs.find(context.settings, name) if name else jobs.running(context.settings, TITLE)
    if job is None:
        return False
    st.session_state[_JOB] = job.name
    if not jobview.watch(context.settings, job, is_compact=True):
        return True
    del st.session_state[_JOB]
    if not jobs.went_well(context.settings, job):
        st.error(words.inert(jobview.failure(jobs.result(job))), icon=":material/error:")
        return False
    told = _told(job)
    shown = pending.applied(context.settings, list(told))
    applied = [line for decision_id, line in told.items() if decision_id in shown]
    st.success(f"Applied: a new release is published.{_what(applied)}", icon=":material/task_alt:")
    return False


def _told(job: jobs.Job) -> dict[str, str]:
    """What waited when the build was started, in words, by the decision's id."""
    try:
        found = json.loads((job.folder / _STARTED_WITH).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _what(applied: list[str]) -> str:
    if not applied:
        return ""
    named = "; ".join(words.inert(one) for one in applied[:_NAMED_AT_MOST])
    more = len(applied) - _NAMED_AT_MOST
    return f" {named}" + (f"; and {words.counted(more, 'more decision')}." if more > 0 else ".")
