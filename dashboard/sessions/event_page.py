"""One session on the screen: its frame, its header, and the tabs with everything about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import streamlit as st

from dashboard import downloads, event_forms, pending, view, words, words_crm
from dashboard.release import OpenRelease
from dashboard.sessions import (
    crm_event,
    event_fields,
    event_history,
    event_people,
    event_presenters,
    event_shifts,
    event_status,
    event_work,
    file_event,
    queries_event,
    queries_flags,
    words_events,
)
from dashboard.sessions.event_state import answered_flags, flag_states, state
from dashboard.sessions.event_view import EventView
from dashboard.sessions.queries_flags import FlagFilter

# Value in the URL -> the tab.
TABS = {
    "session": "Session",
    "people": "Teachers and presenters",
    "status": "Status and reason",
    "work": "Flags and tickets",
    "history": "History",
}
_SHOWN_AT_ONCE = 3


def draw(context: view.Context, release: OpenRelease, event_key: str) -> None:
    """The page of one session."""
    st.button("Back to the list", icon=":material/arrow_back:", on_click=_back)
    event = queries_event.event(release, event_key)
    if event is None:
        view.empty(
            "This session is not in the release",
            "It may have been replaced by a later import. Go back to the list and search for it.",
        )
        return
    waiting = pending.standing(context.settings)
    flags = queries_flags.of_event(
        release,
        FlagFilter(
            today=context.today, decided=flag_states(waiting), answered=answered_flags(waiting)
        ),
        event_key,
    )
    shown = EventView(
        context=context,
        release=release,
        event=event,
        parts=queries_event.parts(release, event_key),
        state=state(event, waiting),
        flags=flags,
        waiting=waiting,
    )
    _header(shown)
    _waiting(shown)
    sheets = _body(shown)
    stem = f"Session_{event['pathful_session_id'] or event['salesforce_id'] or event_key}"
    downloads.buttons(context.person, stem, "event", lambda: sheets(shown))


def _body(shown: EventView) -> Callable[[EventView], Sequence[downloads.Sheet]]:
    """Cards and tabs as whoever owns the session has them; returns what makes its export."""
    if crm_event.is_crm(shown.event):
        crm_event.cards(shown)
        crm_event.tabs(shown)
        return crm_event.sheets
    if file_event.is_file(shown.event):
        file_event.cards(shown)
        file_event.tabs(shown)
        return file_event.sheets
    _cards(shown)
    _tabs(shown)
    return _sheets


def _back() -> None:
    for name in ("event", "tab", "teacher", "presenter"):
        st.query_params.pop(name, None)


def _tabs(shown: EventView) -> None:
    wanted = st.query_params.get("tab", "")
    if st.query_params.get("teacher") or st.query_params.get("presenter"):
        wanted = "people"
    boxes = st.tabs(
        list(TABS.values()),
        default=TABS.get(wanted),
        key=f"event-tabs-{shown.event['event_key']}",
    )
    with boxes[0]:
        event_fields.draw(shown)
        event_shifts.draw(shown)
    with boxes[1]:
        event_people.draw(shown)
        event_presenters.draw(shown)
    with boxes[2]:
        event_status.draw(shown)
    with boxes[3]:
        event_work.draw(shown)
    with boxes[4]:
        event_history.draw(shown)


def _header(shown: EventView) -> None:
    event, now = shown.event, shown.state
    st.subheader(words.inert(event["title"]), anchor=False)
    badges = [view.status_badge(event["status"], words.SESSION_KINDS.get(event["status"], ""))]
    if now.status != event["status"]:
        kind = words.SESSION_KINDS.get(now.status, "neutral")
        badges += [":material/arrow_forward:", view.status_badge(f"{now.status} (stored)", kind)]
    if event["is_status_manual"]:
        badges.append(f":small[{_set_by(shown)}]")
    if event["is_corrected"]:
        badges.append(view.status_badge("Corrected by staff", "good"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(" ".join(badges) + "  \n" + _when(event), width="stretch")
        if event["pathful_session_id"]:
            st.link_button(
                "Open in Pathful",
                words_events.PATHFUL_SESSION + quote(str(event["pathful_session_id"]), safe=""),
                icon=":material/open_in_new:",
            )
    for flag in shown.flags:
        if flag["state"] == "open":
            st.warning(words.label(flag["flag_type"], words.FLAG_TYPES), icon=":material/flag:")


def _set_by(shown: EventView) -> str:
    for row in shown.parts["fields"]:
        if row["field"] == "status" and row["decided_by"]:
            at = words.moment(row["decided_at"])
            return words.inert(f"set by {row['decided_by']}, {at}")
    return "set by staff"


def _when(event: dict[str, Any]) -> str:
    if event["is_time_known"] and event["start_at"] is not None:
        when = words.moment(event["start_at"])
    else:
        when = f"{words.day(event['session_date'])} (time not given)"
    length = event["duration_minutes"]
    minutes = f" · {length} minutes" if length is not None else ""
    kind = words.label(event["format"], words.FORMATS)
    return words.inert(when) + minutes + f" · {words.inert(kind)}"


def _waiting(shown: EventView) -> None:
    """Every stored decision on the session and its flags, with what it will change."""
    keys = {flag["flag_key"] for flag in shown.flags}
    on_flags = [
        item for item in shown.waiting if item.subject_type == "flag" and item.subject_key in keys
    ]
    items = [*shown.state.decisions, *on_flags]
    event_forms.waiting(shown.context, shown.release, items[-_SHOWN_AT_ONCE:], "event")
    if len(items) > _SHOWN_AT_ONCE:
        more = items[:-_SHOWN_AT_ONCE]
        with st.expander(f"{words.counted(len(more), 'more stored decision')}"):
            event_forms.waiting(shown.context, shown.release, more, "event-more")


def _cards(shown: EventView) -> None:
    event, now = shown.event, shown.state
    people = (
        ("Teachers", shown.parts["teachers"], "teacher_key", now.teachers),
        ("Presenters", shown.parts["presenters"], "person_key", now.presenters),
    )
    cards: list[tuple[str, str, str | None, str | None]] = [
        (
            "Status",
            words.plain(event["status"]),
            now.status if now.status != event["status"] else None,
            f"In the file: {words.inert(event['raw_status'])}",
        )
    ]
    for name, label in (
        ("registered_student_count", "Students registered"),
        ("attended_student_count", "Students attended"),
    ):
        stored = now.fields.get(name, event[name])
        is_told = shown.release.tells_few
        becomes = None if stored == event[name] else words_crm.students(stored, is_told=is_told)
        cards.append((label, words_crm.students(event[name], is_told=is_told), becomes, None))
    for label, rows, key, waiting in people:
        there = {row[key] for row in rows}
        after = event_people.effective(there, waiting)
        becomes = words.number(len(after)) if len(after) != len(there) else None
        cards.append((label, words.number(len(there)), becomes, None))
    for column, (label, value, becomes, hint) in zip(st.columns(len(cards)), cards, strict=True):
        column.metric(
            label,
            value,
            delta=f"stored: {becomes}" if becomes is not None else None,
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=hint,
        )


def _sheets(shown: EventView) -> Sequence[downloads.Sheet]:
    teachers = [
        (
            row["teacher_name"],
            row["school_name"],
            shown.context.email(row["email"]),
            words.label(row["imported_attendance_status"], words.ATTENDANCE),
            words_events.counts_as(row),
            row["override_reason"],
        )
        for row in shown.parts["teachers"]
    ]
    presenters = [
        (
            row["presenter_name"],
            row["organization"],
            shown.context.email(row["email"]),
            words.label(row["attendance_status"], words.ATTENDANCE),
            row["delivery_hours"],
        )
        for row in shown.parts["presenters"]
    ]
    heads = ["Name", "School", "Email", "Pathful says", "Counts as", "Reason of the correction"]
    return [
        downloads.Sheet("Teachers", heads, teachers),
        downloads.Sheet(
            "Presenters", ["Name", "Organization", "Email", "Attendance", "Hours"], presenters
        ),
        event_history.sheet(shown),
    ]
