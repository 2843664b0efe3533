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


_YEAR_END = """
**Window.** August 1 to July 31, by the day of the event. Cancelled events are never counted.

| Number | Meaning |
|---|---|
| Total events | events with status Completed |
| Students attended | their attended students; a student of two sessions counts twice |
| Volunteer engagements | one presenter who attended three sessions is three |
| Volunteer hours | hours delivered; where none are given, the length in full hours |
| Volunteer organizations | different companies of those presenters |
| Unique teachers | different teachers who attended a session that took place |
| Classrooms reached | the unique teachers: one teacher is one classroom |
| Confirmed teachers | different teachers who attended, whatever status the session has |
| Registered teachers | different teachers who signed up |
| Teachers engaged | one teacher who attended three sessions is three |
| Students participated | an estimate: the engagements of the district's own teachers times 25 |
| Sessions | virtual sessions that took place |
| Local, people of color | sessions with such a presenter; unknown while no record says so |

**All districts** counts each session, teacher and presenter once. A session of two districts counts
in both, so the districts add up to more than the whole.
**One district** counts every teacher at its sessions: unique, confirmed and registered teachers,
classrooms, teacher engagements and schools include guests of sessions shared with other districts.
Students participated are those of the district's own teachers only.
**Main districts** are those of the reference list. The others were made from spellings nobody has
placed yet; *Show all districts* lists them too.
"""
_USAGE = """
**Sessions** are virtual sessions of the year, August 1 to July 31, that were not cancelled and have
a district, those to come included. A session of two districts counts in each, once in the total.
**Teachers** are different people with confirmed attendance, by their record and never by a name.
**Experiences** are teacher and session pairs attended. **Estimated students** are the district's
own teachers times 25. **Local** and **people of color** are shares of those sessions with at least
one such presenter who attended.
"""


def show_definitions() -> None:
    """A button that opens the definitions of teacher progress."""
    _button(_TEXT)


def show_year_end() -> None:
    """The same for the district year-end (pathful.md 5.6)."""
    _button(_YEAR_END)


def show_usage() -> None:
    """The same for the usage of virtual sessions."""
    _button(_USAGE)


def _button(text: str) -> None:
    with st.popover("What the numbers mean", icon=":material/help:", width="content"):
        st.markdown(text)
