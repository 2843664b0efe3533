"""One goal for several roster teachers at once."""

from __future__ import annotations

import streamlit as st

from dashboard import decide, view, words
from dashboard.decide import BULK_LIMIT
from dashboard.release import OpenRelease
from dashboard.teachers import queries_roster
from dashboard.teachers.queries_roster import RosterFilter

MOST_TARGET = 50


def draw(
    context: view.Context,
    release: OpenRelease,
    chosen: RosterFilter,
    picked: list[str],
    total: int,
) -> None:
    """Sets the goal of the ticked teachers, or of all the filter shows, at most a hundred."""
    with st.expander("Set the goal of several", icon=":material/checklist:", expanded=bool(picked)):
        everything = st.checkbox(
            f"All {words.counted(total, 'teacher')} of this filter, not only the ticked ones",
            key="roster-everything",
        )
        box, button = st.columns([2, 3], vertical_alignment="bottom")
        box.number_input(
            "Sessions a year", min_value=1, max_value=MOST_TARGET, value=1, key="roster-target"
        )
        count = total if everything else len(picked)
        button.button(
            f"Set it for {words.counted(count, 'teacher')}",
            key="roster-bulk",
            disabled=count == 0,
            on_click=_set_all,
            args=(context, release, chosen, None if everything else picked),
        )
        st.caption(f"At most {BULK_LIMIT} at once.")


def _set_all(
    context: view.Context, release: OpenRelease, chosen: RosterFilter, picked: list[str] | None
) -> None:
    if picked is None:
        picked = [row["roster_key"] for row in queries_roster.page(release, chosen, None)]
    if len(picked) > BULK_LIMIT:
        decide.refuse(
            f"{len(picked):,} teachers were chosen, and at most {BULK_LIMIT} can be changed at "
            "once. Nothing was stored. Narrow the filter, or tick fewer."
        )
        return
    target = str(int(st.session_state["roster-target"]))
    lines = [
        decide.line("set_target_sessions", "roster_teacher", key, {"target_sessions": target})
        for key in picked
    ]
    if decide.store(context.settings, context.person, lines):
        st.session_state["roster-everything"] = False
