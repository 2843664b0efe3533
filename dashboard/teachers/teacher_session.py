"""One session of one teacher: what the file says, what counts, and what may be corrected."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from dashboard import decide, view, words
from dashboard.pending import Pending, sentence
from dashboard.release import OpenRelease
from dashboard.sessions import words_events
from dashboard.teachers import queries_progress_teacher, teacher_effect
from dashboard.teachers import teacher_overrides as overrides
from dashboard.teachers.teacher_effect import Goal
from dashboard.teachers.teacher_waiting import Move

# Why a past sign-up is still open (pathful.md 5.2).
REVIEW_REASONS = {
    "no_import_since_session": "No Session Report has been imported since this session took place.",
    "import_missed": "Session Reports imported since then no longer list this session.",
    "unknown": "Pathful still shows this session as open although its day has passed.",
}
_BUTTONS = {
    "add": ("Add credit", ":material/add_task:"),
    "sign_up": ("Sign up", ":material/event_available:"),
    "remove": ("Remove credit", ":material/remove_done:"),
    "reverse": ("Take the correction back", ":material/undo:"),
}


def needs_review(session: dict[str, Any], today: date) -> bool:
    """Whether it is a past sign-up that no import ever settled."""
    return (
        session["attendance_status"] == "SignedUp"
        and session["session_date"] < today
        and session["status"] in {"Draft", "Requested", "Confirmed", "Published"}
    )


def when(session: dict[str, Any]) -> str:
    """Day, and time where it is known."""
    if session["is_time_known"] and session["start_at"] is not None:
        return words.moment(session["start_at"])
    return words.day(session["session_date"])


def draw(
    context: view.Context,
    release: OpenRelease,
    move: Move,
    teacher_key: str,
    goal: Goal,
) -> None:
    """The panel of a session; `goal` is the teacher's with everything that waits."""
    session = move.session
    with st.container(border=True, key="session-panel"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="top"):
            st.markdown(f"**{words.inert(session['title'])}**", width="stretch")
            st.button(
                "Close",
                key="session-close",
                type="tertiary",
                icon=":material/close:",
                on_click=view.go("session", None),
            )
        status = view.status_badge(
            session["status"], words.SESSION_KINDS.get(session["status"], "neutral")
        )
        st.markdown(f"{words.inert(when(session))} {status}")
        _attendance(session)
        if session["override_decision_id"]:
            st.markdown(overrides.badge(session))
        if needs_review(session, context.today):
            st.info(REVIEW_REASONS[session["review_reason"]], icon=":material/help:")
        _moved(release, move)
        if move.override is not None:
            _stored(context, session, move.override)
        elif overrides.may_correct(context) and not move.is_taken_off:
            _form(context, move.moved(), teacher_key, goal)
        st.page_link(
            "screens/events.py",
            label="Everything about this session",
            icon=":material/arrow_forward:",
            query_params={"event": session["event_key"]},
        )


def _moved(release: OpenRelease, move: Move) -> None:
    """The stored tag, untag or status of the session; it is undone on the session's own page."""
    for item in move.items:
        st.success(
            f"Stored, applied at the next build: {words.inert(sentence(release, item))}, by "
            f"{words.inert(item.actor)}, {words.inert(words.moment(item.decided_at))}. "
            "Undo it on the page of the session.",
            icon=":material/schedule:",
        )


def _attendance(session: dict[str, Any]) -> None:
    imported = words.label(session["imported_attendance_status"], words.ATTENDANCE)
    counts = words_events.counts_as(session) or "nothing"
    if session["imported_attendance_status"] is None:
        imported = "not on this session"
    if not session["is_listed"]:
        counts = "nothing"
    st.markdown(f"Pathful file: **{imported}**  \nCounts as: **{counts}**")


def _stored(context: view.Context, session: dict[str, Any], item: Pending) -> None:
    what = {"add": "credit added", "remove": "credit removed", "reverse": "correction taken back"}
    st.success(
        f"Stored, applied at the next build: {what[overrides.action_of(item)]} by "
        f"{words.inert(item.actor)}, {words.inert(words.moment(item.decided_at))}. "
        f"“{words.inert(item.reason)}”",
        icon=":material/schedule:",
    )
    overrides.undo_button(context, item, f"undo-{session['event_key']}")


def _form(context: view.Context, session: dict[str, Any], teacher_key: str, goal: Goal) -> None:
    offer = teacher_effect.offered(session, context.today)
    if offer is None:
        if session["status"] in teacher_effect.CORRECTABLE:
            st.caption("Signed up already. Credit can be given once the session took place.")
        else:
            st.caption(f"A session that is {words.inert(session['status'])} takes no correction.")
        return
    effect = "add" if offer == "sign_up" else offer
    after = teacher_effect.corrected(session, effect, context.today)
    key = f"reason-{session['event_key']}-{offer}"
    overrides.reason_box("Reason", key)
    changed = teacher_effect.change(goal, session, after, context.today)
    st.markdown(f":material/trending_flat: {words.inert(teacher_effect.sentence(goal, changed))}.")
    label, icon = _BUTTONS[offer]

    def make(reason: str) -> dict[str, Any]:
        if offer == "reverse":
            return decide.revoke_line(session["override_decision_id"], reason)
        return overrides.line(session["event_key"], teacher_key, effect, reason)

    st.button(
        label,
        key=f"store-{session['event_key']}",
        type="primary",
        icon=icon,
        on_click=overrides.store,
        args=(context, make, key),
    )


def find(
    context: view.Context,
    release: OpenRelease,
    teacher_key: str,
    window: tuple[date, date],
) -> None:
    """The search for a session the teacher is not on; choosing one opens its panel."""
    with st.expander(
        "Credit or sign-up for a session that is not listed", icon=":material/search:"
    ):
        text = st.text_input(
            "Find a session of this virtual year",
            key="session-search",
            type="search",
            live=True,
            placeholder="Words of the title, or the session id",
        )
        if not (text or "").strip():
            return
        found = queries_progress_teacher.search(release, teacher_key, text, window, context.today)
        if not found:
            st.markdown("No session fits. Cancelled sessions and those listed above are left out.")
        for one in found:
            name, button = st.columns([5, 1.4], vertical_alignment="center")
            detail = f"{words.day(one['session_date'])} · {one['status']} · id "
            name.markdown(
                f"{words.inert(one['title'])}  \n"
                f":small[{words.inert(detail + words.plain(one['pathful_session_id']))}]"
            )
            button.button(
                "Choose",
                key=f"choose-{one['event_key']}",
                on_click=view.go("session", one["event_key"]),
            )
