"""A file on its run's page: whether its rows count, and the word that they are left out."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, event_forms, pending, view, words
from dashboard.release import OpenRelease
from polaris import access
from polaris.deciding.actions import REVOKE
from polaris.landed_files import landed_source
from polaris.load_words import same_file

ACTION, BACK, _SUBJECT = "exclude_load", "include_load", "run"
_LANDED = """
select source from ops.import_runs
where run_id = $run and load_seq is not null and source in ('csv', 'roster', 'pathful')
"""
_EXCLUDED = """
select
    decision_id, actor, reason,
    not exists (
        select 1 from ops.audit_log as later
        where
            later.subject_type = 'run' and later.subject_key = $run
            and later.action = 'include_load' and later.is_standing
            and later.decided_at >= said.decided_at
    ) as is_out
from ops.audit_log as said
where subject_type = 'run' and subject_key = $run and action = 'exclude_load' and is_standing
order by decided_at desc, decision_id
limit 1
"""


def draw(context: view.Context, release: OpenRelease | None, run_id: str) -> None:
    """The section, also of a file that the release does not show; nothing for any other run."""
    rows = release.rows if release is not None else _nothing
    if not rows(_LANDED, {"run": run_id}) and landed_source(context.settings, run_id) is None:
        return
    waiting = pending.of(context.settings, _SUBJECT, run_id)
    item = waiting[-1] if waiting else None
    published = next(iter(rows(_EXCLUDED, {"run": run_id})), None)
    is_out = published is not None and published["is_out"] if item is None else _takes_out(item)
    may = access.may_decide(context.person.role, ACTION)
    if is_out:
        said: dict[str, Any] = published or {}
        by = item.actor if item is not None else said["actor"]
        why = item.reason if item is not None else said["reason"]
        text = f"**Left out** by {words.inert(by)}" + (f": {words.inert(why)}" if may else "")
        st.warning(text, icon=":material/block:")
        if others := same_file(context.settings, run_id):
            runs = ", ".join(f"[{other}](runs?run={other})" for other in others)
            st.warning(
                f"The same file was brought by {runs} too, and counts still. Leave that out too.",
                icon=":material/content_copy:",
            )
    if item is not None:
        st.caption("Stored, applied at the next build.")
    if not may:
        return
    if is_out:
        own = item is not None and item.action == ACTION
        undo = item.decision_id if item and own else str(published and published["decision_id"])
        event_forms.undo(context, undo, f"run-include-{run_id}", ACTION, "Let it count again")
    elif item is None:
        _form(context, run_id)


def _nothing(_sql: str, _values: dict[str, Any]) -> list[dict[str, Any]]:
    """What is known where nothing is published."""
    return []


def _takes_out(item: pending.Pending) -> bool:
    """Whether the load does not count after a waiting word."""
    return item.action == ACTION or (item.action == REVOKE and item.revoked_action == BACK)


def _form(context: view.Context, run_id: str) -> None:
    with st.popover("Leave this file out", icon=":material/block:"):
        st.markdown(
            "Its rows count nowhere from the next build on, as if it had never come. "
            "It can be taken back."
        )
        box = f"run-exclude-{run_id}-why"
        st.text_input("Why is it left out?", key=box)

        def send() -> None:
            why = event_forms.read(box)
            if not why:
                decide.refuse("Say why the file is left out. Nothing was stored.")
            elif not decide.is_too_long("The reason is", why):
                line = decide.line(ACTION, _SUBJECT, run_id, reason=why)
                decide.store(context.settings, context.person, [line])

        st.button("Leave it out", key=f"run-exclude-{run_id}", type="primary", on_click=send)
