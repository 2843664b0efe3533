"""What staff counted at a session in person: students, classrooms, rotations, and the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import decide, event_forms, pending, words, words_crm
from dashboard.sessions.event_view import EventView
from polaris.deciding import decisions
from polaris.deciding.decision_crm import VIRTUAL_TYPES
from polaris.deciding.decision_shape import NUMBERS
from polaris.errors import PolarisError
from polaris.settings import Settings

ACTION = "set_attendance_detail"
# Field of the decision -> its label, and its column in the release.
_FIELDS = {
    "total_students": ("Students", "total_student_count"),
    "num_classrooms": ("Classrooms", "classroom_count"),
    "rotations": ("Rotations", "rotation_count"),
}

Row = Mapping[str, Any]


def draw(shown: EventView, counts: Row | None) -> None:
    """What was counted; the form for a completed session in person."""
    event = shown.event
    if event["event_type"] in VIRTUAL_TYPES or counts is None:
        return
    standing = _standing(shown.context.settings, shown.key)
    has_counts = counts["total_student_count"] is not None
    may = event_forms.may(shown.context, ACTION) and event["status"] == "Completed"
    if not (has_counts or may):
        return
    st.markdown("#### Counted by staff")
    if has_counts:
        _counted(shown, counts, standing, may=may)
    else:
        st.markdown("Nobody counted students, classrooms and rotations yet.")
    if may:
        _form(shown, standing.payload if standing is not None else {})


def _standing(settings: Settings, event_key: str) -> decisions.Decision | None:
    """The count that stands, whether a release shows it or not."""
    try:
        everything = decisions.read_all(settings)
    except PolarisError:
        return None
    revoked = {item.revokes for item in everything if item.revokes}
    found = [
        item
        for item in everything
        if (item.action, item.subject_key) == (ACTION, event_key)
        and item.decision_id not in revoked
    ]
    return found[-1] if found else None


def _counted(
    shown: EventView, counts: Row, standing: decisions.Decision | None, *, may: bool
) -> None:
    students = words_crm.students(
        counts["total_student_count"], is_told=shown.context.may("view_student_figures")
    )
    noun = "student" if students == "1" else "students"
    others = [
        f"{words.number(counts[column])} {label.lower()}"
        for label, column in list(_FIELDS.values())[1:]
        if counts[column] is not None
    ]
    each = counts["students_per_volunteer"]
    per_volunteer = "" if each is None else f"; {words.number(each)} students per volunteer"
    with st.container(horizontal=True, vertical_alignment="center", key="attendance-counted"):
        st.markdown(
            f"**{words.inert(students)} {noun}**, {', '.join(others)}{per_volunteer}",
            width="stretch",
        )
        # One that waits stands above the tabs, with its own way back.
        if may and standing is not None:
            settings, key = shown.context.settings, standing.decision_id
            if key in pending.applied(settings, [key]):
                event_forms.undo(shown.context, key, f"attendance-undo-{shown.key}", ACTION)


def _form(shown: EventView, given: Row) -> None:
    boxes = {name: f"attendance-{name}-{shown.key}" for name in _FIELDS}
    with st.container(horizontal=True, vertical_alignment="bottom", key="attendance-form"):
        for name, (label, _) in _FIELDS.items():
            least, most = NUMBERS[name]
            now = given.get(name)
            st.number_input(
                label,
                min_value=least,
                max_value=most,
                value=int(now) if now is not None else None,
                step=1,
                key=boxes[name],
                width=120,
            )

        def save() -> None:
            payload = {name: st.session_state.get(box) for name, box in boxes.items()}
            if any(value is None for value in payload.values()):
                decide.refuse(
                    "Give all three: students, classrooms and rotations. Nothing was stored."
                )
                return
            event_forms.send(shown.context, [decide.line(ACTION, "event", shown.key, payload)])

        st.button(
            "Change count" if given else "Save count",
            key=f"attendance-go-{shown.key}",
            type="secondary" if given else "primary",
            icon=":material/groups:",
            on_click=save,
        )
    st.caption(
        "Students by classrooms times rotations gives the students per volunteer. Where the "
        "session belongs to one district, its year-end counts these students."
    )
