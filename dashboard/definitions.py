"""What the progress numbers mean, one click away from them."""

from __future__ import annotations

import streamlit as st

_TEXT = """
**Who is counted.** Every active teacher of the roster of that virtual year, in the building the
roster names. The virtual year runs from August 1 to July 31; Fall is August to December, Spring is
January to July.

**Completed.** Different sessions up to today that the teacher attended, corrections by staff
included. A session counts once however many rows it has; a no-show never counts.

**Planned.** Different sessions from today on that the teacher signed up for and that are Requested,
Confirmed or Published. Drafts and cancelled sessions are not planned.

| Status | Rule |
|---|---|
| Achieved | completed ≥ target (the target is 1 unless the roster says otherwise) |
| In progress | not achieved, and at least one completed or planned session |
| Not started | nothing completed and nothing planned |

**Progress %** is completed ÷ target, at most 100. The three statuses add up to all teachers.
**Needs review** are past sign-ups whose session was never marked as held; they count as neither.
"""


def show_definitions() -> None:
    """A button that opens the definitions."""
    with st.popover("What the numbers mean", icon=":material/help:", width="content"):
        st.markdown(_TEXT)
