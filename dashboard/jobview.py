"""A background job on the screen: its stages while it runs, and what to read when it failed."""

from __future__ import annotations

import streamlit as st

from dashboard import failures, jobs, words
from polaris import ledger
from polaris.settings import Settings

# Stages in order, with their share of the time of an ordinary import.
_SHARES = {
    "validating": 0.05,
    "landing": 0.10,
    "building": 0.60,
    "checking": 0.15,
    "publishing": 0.10,
}
_ORDER = tuple(_SHARES)


def watch(settings: Settings, job: jobs.Job, *, is_compact: bool = False) -> bool:
    """Shows the job's progress and keeps itself up to date; True once the job has ended."""
    if not jobs.progress(settings, job).is_running:
        return True
    _follow(settings, job, is_compact)
    return False


@st.fragment(run_every=1.0)
@failures.told()
def _follow(settings: Settings, job: jobs.Job, is_compact: bool) -> None:
    state = jobs.progress(settings, job)
    if not state.is_running:
        st.rerun()
    with st.container(border=True):
        st.markdown(f"**{words.inert(job.title)}** · since {words.moment(job.started_at)}")
        counted = f", {state.done:,} of {state.total:,}" if state.total else ""
        st.progress(_share(state), text=f"{state.stage}{counted}")
        if is_compact:
            return
        stage = state.run.stage if state.run is not None else "starting"
        at = _ORDER.index(stage) if stage in _ORDER else -1
        marks = [
            f"{_mark(position, at)} {jobs.STAGES[name]}" for position, name in enumerate(_ORDER)
        ]
        st.markdown(":small[" + "\N{EN SPACE} ".join(marks) + "]")
        st.caption(
            "You can leave this page: the work goes on, and the published release stays as it is "
            "until the new one has passed its checks."
        )


def _mark(position: int, at: int) -> str:
    if position < at:
        return ":material/check_circle:"
    return ":material/pending:" if position == at else ":material/radio_button_unchecked:"


def _share(state: jobs.Progress) -> float:
    stage = state.run.stage if state.run is not None else "starting"
    if stage not in _ORDER:
        return 0.02
    before = sum(_SHARES[name] for name in _ORDER[: _ORDER.index(stage)])
    inside = state.done / state.total if state.total else 0.0
    return min(0.99, before + inside * _SHARES[stage])


def failure(result: jobs.Result, run: ledger.Run | None = None) -> str:
    """Why the job failed, in the command's own sentence, else in that of its run."""
    if isinstance(result.output, dict):
        for name in ("error", "message", "error_summary"):
            if result.output.get(name):
                return str(result.output[name])
    lines = [line for line in result.messages.splitlines() if line.strip()]
    if lines:
        return lines[-1]
    summary = run.error_summary if run is not None else None
    return summary or "The command ended without saying why."
