"""A session's details: what Pathful says beside what staff corrected, and the form to correct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from dashboard import decide, event_forms, words, words_crm
from dashboard.sessions import queries_event, words_events
from dashboard.sessions.event_view import EventView

_WIDTHS = [2, 3.6, 3.6, 1.2]
_TEXTS = ("title", "work_based_learning", "series")
_COUNTS = ("duration_minutes", "registered_student_count", "attended_student_count")
# Details that staff may correct; a district admin only the notes (pathful.md 6.6).
_EDITABLE = ("title", "session_date", *_COUNTS, "career_cluster", "work_based_learning", "series")
_DECIDED_BY = {
    "status": "set_status",
    "cancellation_reason": "set_cancellation_reason",
}
_NOTES_ROWS = 90


def draw(shown: EventView) -> None:
    """The tab."""
    _places(shown)
    st.markdown("#### Pathful and staff, side by side")
    with st.container(border=True):
        for column, head in zip(
            st.columns(_WIDTHS, wrap=False),
            ("Field", "Pathful says", "Staff corrected", ""),
            strict=True,
        ):
            column.markdown(f":small[**{head}**]" if head else "")
        origin = {row["field"]: row for row in shown.parts["fields"]}
        alone = Counter(row["decision_id"] for row in origin.values() if row["decision_id"])
        for name in words_events.FIELDS:
            if name != "notes" and (name in origin or shown.event.get(name) is not None):
                _row(shown, name, origin.get(name) or _unknown_origin(shown, name), alone)
    _notes(shown)
    if event_forms.may(shown.context, "edit_event"):
        _form(shown)


def _places(shown: EventView) -> None:
    facts = {
        "District": ", ".join(row["district_name"] for row in shown.parts["districts"]),
        "School": ", ".join(row["school_name"] for row in shown.parts["schools"]),
        "Pathful session id": shown.event["pathful_session_id"],
    }
    lines = [f"**{name}**\N{EN SPACE}{words.inert(value or None)}" for name, value in facts.items()]
    st.markdown("\N{EM SPACE} ".join(lines))


def _unknown_origin(shown: EventView, name: str) -> dict[str, Any]:
    return {
        "field": name,
        "imported_value": shown.event.get(name),
        "imported_run_id": None,
        "imported_at": None,
        "final_value": shown.event.get(name),
        "is_corrected": False,
        "decision_id": None,
        "decided_by": None,
        "decided_at": None,
    }


def _row(shown: EventView, name: str, origin: Mapping[str, Any], alone: Counter[str]) -> None:
    head, file_box, staff_box, undo_box = st.columns(_WIDTHS, wrap=False)
    head.markdown(words_events.FIELDS[name])
    file_box.markdown(f"{words.inert(_value(shown, name, origin['imported_value']))}{_run(origin)}")
    stored = _stored(shown, name)
    if stored is not None:
        staff_box.markdown(f"**{words.inert(stored)}**  \n:small[stored, waits for the next build]")
    elif origin["is_corrected"]:
        value = words.inert(_value(shown, name, origin["final_value"]))
        who = words.inert(f"{origin['decided_by']}, {words.moment(origin['decided_at'])}")
        staff_box.markdown(f"**{value}**  \n:small[{who}]")
        with undo_box:
            _undo(shown, name, origin, alone)
    else:
        staff_box.markdown(f":gray[{words.DASH}]")


def _value(shown: EventView, name: str, value: Any) -> str:
    """The field in words, without a small number of students."""
    told = words_crm.figure({name: value}, name, is_told=shown.release.tells_few)
    return words_events.field_value(name, told)


def _run(origin: Mapping[str, Any]) -> str:
    """The run that brought a value, as a link in small print."""
    if not origin["imported_run_id"]:
        return ""
    at = words.inert(words.moment(origin["imported_at"]))
    return f"  \n:small[[import of {at}](runs?run={origin['imported_run_id']})]"


def _stored(shown: EventView, name: str) -> str | None:
    """What a stored decision makes of the field; None where none waits."""
    now = shown.state
    if name in now.fields:
        value = now.fields[name]
        if value is None:
            return "as Pathful says"
        return _value(shown, name, value)
    if name == "status" and now.waiting_status is not None:
        return now.status
    if name == "cancellation_reason" and now.reason.get("code") != shown.event.get(name):
        return words_events.field_value(name, now.reason.get("code"))
    if name == "cancellation_notes" and now.waiting_reason is not None:
        return words_events.field_value(name, now.reason.get("notes"))
    return None


def _undo(shown: EventView, name: str, origin: Mapping[str, Any], alone: Counter[str]) -> None:
    """Takes one correction back: its decision, or only this field where it corrected several."""
    action = _DECIDED_BY.get(name, "edit_event")
    if name == "cancellation_notes" or not event_forms.may(shown.context, action):
        return
    if not event_forms.is_staff(shown.context) and action != "set_cancellation_reason":
        return
    key = f"field-undo-{name}"
    if action != "edit_event" or alone[origin["decision_id"]] == 1:
        event_forms.undo(shown.context, origin["decision_id"], key, action)
        return
    line = decide.line("edit_event", "event", shown.key, {name: None})
    st.button(
        "Undo",
        key=key,
        icon=":material/undo:",
        on_click=event_forms.send,
        args=(shown.context, [line]),
    )


def _notes(shown: EventView) -> None:
    notes = shown.state.fields.get("notes", shown.event["staff_notes"])
    if notes:
        mark = " :small[(stored)]" if "notes" in shown.state.fields else ""
        st.markdown(f"**Staff notes**{mark}  \n{words.inert(notes)}")


def _form(shown: EventView) -> None:
    """Details to correct; only what was changed is stored."""
    names = _EDITABLE if event_forms.is_staff(shown.context) else ()
    title = "Correct these details" if names else "Write a note"
    with (
        st.expander(title, icon=":material/edit:"),
        st.form(f"edit-{shown.key}", border=False),
    ):
        if names:
            _text(shown, "title")
            for box, name in zip(st.columns(2), _TEXTS[1:], strict=True):
                with box:
                    _text(shown, name)
            boxes = st.columns(5)
            with boxes[0]:
                st.date_input(
                    words_events.FIELDS["session_date"],
                    value=_day(effective(shown, "session_date")),
                    format="MM/DD/YYYY",
                    key=_key(shown, "session_date"),
                )
            for box, name in zip(boxes[1:4], _COUNTS, strict=True):
                value = effective(shown, name)
                box.number_input(
                    words_events.FIELDS[name],
                    min_value=0,
                    value=None if value is None else int(value),
                    step=1,
                    key=_key(shown, name),
                )
            with boxes[4]:
                _cluster(shown)
        st.text_area(
            words_events.FIELDS["notes"],
            value=effective(shown, "notes") or "",
            key=_key(shown, "notes"),
            height=_NOTES_ROWS,
        )
        st.text_input("Why (optional)", key=_key(shown, "why"))
        st.form_submit_button(
            "Store correction",
            type="primary",
            on_click=_store,
            args=(shown, (*names, "notes")),
        )


def _key(shown: EventView, name: str) -> str:
    return f"edit-{name}-{shown.key}"


def _text(shown: EventView, name: str) -> None:
    st.text_input(
        words_events.FIELDS[name],
        value=effective(shown, name) or "",
        key=_key(shown, name),
    )


def _cluster(shown: EventView) -> None:
    now = effective(shown, "career_cluster")
    names = queries_event.clusters(shown.release)
    options = [*names, *([now] if now and now not in names else [])]
    st.selectbox(
        words_events.FIELDS["career_cluster"],
        options,
        index=options.index(now) if now in options else None,
        accept_new_options=True,
        placeholder=words.DASH,
        key=_key(shown, "career_cluster"),
    )


def effective(shown: EventView, name: str) -> Any:
    """A detail with the stored corrections; a correction taken back shows Pathful's value again."""
    if name in shown.state.fields:
        value = shown.state.fields[name]
        if value is not None or name == "notes":
            return value
        for row in shown.parts["fields"]:
            if row["field"] == name:
                return row["imported_value"]
    return shown.event["staff_notes" if name == "notes" else name]


def _day(value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])


def _store(shown: EventView, names: tuple[str, ...]) -> None:
    """Stores the details that differ from what stands now."""
    payload: dict[str, Any] = {}
    for name in names:
        typed = st.session_state.get(_key(shown, name))
        if isinstance(typed, str):
            typed = typed.strip() or None
        now = effective(shown, name)
        if name == "session_date":
            now = _day(now)
        elif name in _COUNTS and now is not None:
            now = int(now)
        if typed != (now or None if isinstance(now, str) else now):
            payload[name] = typed.isoformat() if isinstance(typed, date) else typed
    if not payload:
        decide.refuse("Nothing was changed, so nothing was stored.")
        return
    why = event_forms.read(_key(shown, "why"))
    if any(_is_too_long(name, value) for name, value in (payload | {"why": why}).items()):
        return
    line = decide.line("edit_event", "event", shown.key, payload, why)

    def emptied() -> None:
        for name in (*names, "why"):
            st.session_state.pop(_key(shown, name), None)

    event_forms.store(shown.context, [line], emptied)


def _is_too_long(name: str, value: Any) -> bool:
    what = {"why": "The reason is", "notes": "The notes are"}
    said = what.get(name) or f"The {words_events.FIELDS[name].lower()} is"
    return isinstance(value, str) and decide.is_too_long(said, value)
