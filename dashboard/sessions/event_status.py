"""Status and cancellation reason of a session, within the rights of the person."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, event_forms, view, words
from dashboard.sessions import event_people, words_events
from dashboard.sessions.event_view import EventView
from polaris import access

_OWN_TEXT = "text"


def draw(shown: EventView) -> None:
    """The tab."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("#### Status")
        _status(shown)
        if shown.state.status == "Draft" and shown.is_past:
            _draft(shown)
    with right:
        st.markdown("#### Cancellation reason")
        reason(shown)


def allowed_statuses(shown: EventView) -> list[str]:
    """Statuses this person may give; a district admin only cancels a draft (pathful.md 6.6)."""
    now = shown.state.status
    if not event_forms.may(shown.context, "set_status"):
        return []
    if event_forms.is_staff(shown.context):
        return [status for status in words_events.STATUSES if status != now]
    is_admin = shown.context.person.role == access.DISTRICT_ADMIN
    return ["Cancelled"] if is_admin and now == "Draft" else []


def _status(shown: EventView) -> None:
    now = shown.state.status
    imported = shown.event["imported_status"]
    says = f", the reports alone say **{words.inert(imported)}**" if imported else ""
    stored = " :small[(stored)]" if now != shown.event["status"] else ""
    st.markdown(f"{view.status_badge(now, words.SESSION_KINDS.get(now, 'neutral'))}{stored}{says}")
    if shown.event["is_status_manual"]:
        st.caption("A person set it, so no later import moves it.")
        _undo(shown)
    choices = allowed_statuses(shown)
    if not choices:
        if event_forms.may(shown.context, "set_status"):
            st.markdown("You may only cancel a draft of your own district.")
        return
    key = f"status-{shown.key}"
    st.selectbox("New status", choices, index=None, placeholder="Choose a status", key=key)
    if st.session_state.get(key) and now == "Cancelled":
        st.info("Leaving Cancelled clears the cancellation reason.", icon=":material/info:")
    st.text_input("Why (optional)", key=f"{key}-why")

    def store() -> None:
        chosen = st.session_state.get(key)
        if chosen is None:
            decide.refuse("Choose a status first. Nothing was stored.")
            return
        why = event_forms.read(f"{key}-why")
        if decide.is_too_long("The reason is", why):
            return
        line = decide.line("set_status", "event", shown.key, {"status": chosen}, why)
        event_forms.store(shown.context, [line], lambda: _empty(key))

    st.button("Set status", key=f"{key}-go", type="primary", on_click=store)


def _empty(key: str) -> None:
    for name in (key, f"{key}-why"):
        st.session_state.pop(name, None)


def _undo(shown: EventView) -> None:
    decision_id = shown.event["status_decision_id"]
    if not decision_id or shown.state.waiting_status is not None:
        return
    if event_forms.is_staff(shown.context) and event_forms.may(shown.context, "set_status"):
        event_forms.undo(
            shown.context, decision_id, "status-undo", "set_status", "Back to what the reports say"
        )


def _draft(shown: EventView) -> None:
    """Promote or dismiss a draft whose day is over."""
    if not event_forms.may(shown.context, "promote_draft"):
        return
    teachers = [row for row in shown.parts["teachers"] if not row["has_override"]]
    attended = shown.event["attended_student_count"] or 0
    becomes = "attended" if attended > 0 else "no-show"
    presenters = (row["person_key"] for row in shown.parts["presenters"])
    is_alone = not event_people.effective(presenters, shown.state.presenters)
    flagged = f" {words_events.NO_PRESENTER}" if is_alone else ""
    people = f" and its {words.counted(len(teachers), 'teacher')} {becomes}" if teachers else ""
    with st.container(border=True):
        st.markdown(
            f"**Did it take place?** {words.counted(attended, 'student')} attended, "
            f"{words.counted(shown.event['registered_student_count'] or 0, 'student')} registered. "
            f"*Promote* makes it Completed{people}.{flagged} "
            "*Dismiss* makes it Cancelled; nobody gets credit."
        )
        st.button(
            "Promote to Completed",
            key=f"promote-{shown.key}",
            type="primary",
            icon=":material/task_alt:",
            on_click=event_forms.send,
            args=(shown.context, [decide.line("promote_draft", "event", shown.key)]),
        )
        payload = dismissal(f"dismiss-{shown.key}")

        def dismiss() -> None:
            if payload is None:
                decide.refuse("Choose why the draft is dismissed. Nothing was stored.")
                return
            if decide.is_too_long("The reason is", payload.get("text")):
                return
            line = decide.line("dismiss_draft", "event", shown.key, payload)
            event_forms.store(shown.context, [line])

        st.button(
            "Dismiss",
            key=f"dismiss-{shown.key}-go",
            icon=":material/event_busy:",
            on_click=dismiss,
        )


def dismissal(key: str) -> dict[str, Any] | None:
    """Why a draft is dismissed: one of the presets, or own words; None when nothing is said."""
    options = [*words_events.DISMISSALS, _OWN_TEXT]
    chosen = st.selectbox(
        "Dismiss because",
        options,
        index=None,
        format_func=lambda code: words_events.DISMISSALS.get(code, "Another reason"),
        placeholder="Choose a reason",
        key=key,
    )
    if chosen != _OWN_TEXT:
        return {"preset": chosen} if chosen else None
    text = st.text_input("In your words", key=f"{key}-text")
    return {"text": text.strip()} if text.strip() else None


def reason(shown: EventView) -> None:
    """Why it was cancelled, and the form to say so."""
    now = shown.state
    if now.status != "Cancelled":
        st.markdown("A reason belongs to cancelled sessions only.")
        if shown.event["cancellation_reason"]:
            st.markdown("The reason that stands is cleared with the next build.")
        return
    if now.reason:
        _given(shown)
    else:
        st.markdown("Nobody said why yet.")
    if event_forms.may(shown.context, "set_cancellation_reason"):
        event_forms.cancellation_reason(shown.context, shown.key, now.reason)


def _given(shown: EventView) -> None:
    reason = shown.state.reason
    if shown.state.waiting_reason is not None or not shown.event["cancellation_reason"]:
        by = "stored, waits for the next build"
    elif shown.event["cancellation_set_by"]:
        at = words.moment(shown.event["cancellation_set_at"])
        by = f"{shown.event['cancellation_set_by']}, {at}"
    else:
        by = "from Salesforce" if shown.event["source"] == "salesforce" else "from the report"
    st.markdown(
        f"**{words.inert(words_events.field_value('code', reason.get('code')))}**  \n"
        f"{words.inert(reason.get('notes'))}  \n:small[{words.inert(by)}]"
    )
