"""The forms that decide about a session; the queues and the session's own page share them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import decide, view, words
from dashboard.pending import Pending, sentence
from dashboard.release import OpenRelease
from polaris import access
from polaris.deciding.actions import catalogue

LEAST_OTHER_NOTES = 10
# What staff decide with wider rights than a district, which then may not take it back.
_STAFF_TOO = ("set_status", "edit_event", "resolve_flag")
After = Callable[[], None]


def may(context: view.Context, action: str) -> bool:
    """Whether this person's role may take that decision at all."""
    return access.may_decide(context.person.role, action)


def is_staff(context: view.Context) -> bool:
    """Whether the person works beyond one district."""
    return not access.sees_only_own_district(context.person.role)


def may_resolve(context: view.Context, flag: Mapping[str, Any]) -> bool:
    """Whether this person may resolve the flag; a district admin only the district's own."""
    mine = is_staff(context) or flag["assigned_to"] == "district_admin"
    return mine and may(context, "resolve_flag")


def may_undo(context: view.Context, item: Pending) -> bool:
    """Whether this person may take a stored decision back; a district only what it decided.

    What takes back something is final: whoever wants it after all decides anew.
    """
    is_own = item.action not in _STAFF_TOO or item.actor == context.person.name
    return item.revokes is None and may(context, item.action) and (is_staff(context) or is_own)


def store(
    context: view.Context, lines: Sequence[Mapping[str, Any]], after: After | None = None
) -> bool:
    """Stores decisions; when that succeeded, `after` puts the page in order."""
    stored = decide.store(context.settings, context.person, lines)
    if stored and after is not None:
        after()
    return stored


def send(context: view.Context, lines: Sequence[Mapping[str, Any]]) -> None:
    """Stores decisions; for a button that needs nothing more."""
    store(context, lines)


def read(key: str) -> str:
    """What stands in a box, without blanks around it."""
    return str(st.session_state.get(key) or "").strip()


def resolve_flag(context: view.Context, flag: Mapping[str, Any], after: After | None) -> None:
    """Notes and the button that resolve one flag."""
    key = f"resolve-{flag['flag_key']}"
    st.text_area(
        "Notes",
        key=key,
        height=80,
        placeholder="Why this needs nothing more. The flag stays away while nothing changes.",
    )

    def resolve() -> None:
        notes = read(key)
        if not notes:
            decide.refuse("Say in the notes why the flag is resolved. Nothing was stored.")
            return
        if decide.is_too_long("The notes are", notes):
            return
        store(context, [decide.line("resolve_flag", "flag", flag["flag_key"], {}, notes)], after)

    st.button(
        "Resolve flag",
        key=f"{key}-go",
        icon=":material/check:",
        on_click=resolve,
    )


def cancellation_reason(
    context: view.Context,
    event_key: str,
    given: Mapping[str, Any],
    after: After | None = None,
    place: str = "event",
) -> None:
    """The eight reasons and the notes; `given` is what stands now (pathful.md 6.3)."""
    code_key, notes_key = f"reason-{place}-{event_key}", f"reason-notes-{place}-{event_key}"
    codes = list(words.CANCELLATION_REASONS)
    now = given.get("code")
    st.selectbox(
        "Cancelled because",
        codes,
        index=codes.index(now) if now in codes else None,
        format_func=lambda code: words.CANCELLATION_REASONS[code],
        placeholder="Choose a reason",
        key=code_key,
    )
    st.text_area(
        "Notes",
        value=str(given.get("notes") or ""),
        key=notes_key,
        height=80,
        help=f"For *Other* at least {LEAST_OTHER_NOTES} characters.",
    )

    def set_reason() -> None:
        code, notes = st.session_state.get(code_key), read(notes_key)
        if code is None:
            decide.refuse("Choose a reason first. Nothing was stored.")
            return
        if decide.is_too_long("The notes are", notes):
            return
        if code == "OTHER" and len(notes) < LEAST_OTHER_NOTES:
            decide.refuse(
                f"*Other* needs notes of at least {LEAST_OTHER_NOTES} characters. "
                "Nothing was stored."
            )
            return
        payload = {"code": code} | ({"notes": notes} if notes else {})
        line = decide.line("set_cancellation_reason", "event", event_key, payload)
        store(context, [line], after)

    st.button(
        "Change reason" if now else "Set reason",
        key=f"{code_key}-go",
        type="secondary" if now else "primary",
        on_click=set_reason,
    )


def waiting(
    context: view.Context, release: OpenRelease, items: Sequence[Pending], place: str
) -> None:
    """Stored decisions: what each will change, who stored it, and the way to take it back."""
    for item in items:
        with st.container(
            border=True,
            horizontal=True,
            vertical_alignment="center",
            key=f"{place}-{item.decision_id}",
        ):
            made = f"{words.inert(item.actor)}, {words.inert(words.moment(item.decided_at))}"
            why = f" · {words.inert(item.reason)}" if item.reason else ""
            st.markdown(
                f"{view.status_badge('Stored', 'open')} "
                f"{words.inert(sentence(release, item))}  \n:small[{made}{why}]",
                width="stretch",
            )
            if may_undo(context, item):
                undo(context, item.decision_id, f"{place}-undo-{item.decision_id}", item.action)


def undo(
    context: view.Context, decision_id: str, key: str, action: str, label: str = "Undo"
) -> None:
    """Takes a decision back; where `action` needed a reason, taking it back needs one too."""
    if not catalogue()[action].needs_reason:
        st.button(
            label,
            key=key,
            icon=":material/undo:",
            on_click=send,
            args=(context, [decide.revoke_line(decision_id)]),
        )
        return
    with st.popover(label, icon=":material/undo:"):
        box = f"{key}-why"
        st.text_input("Why is it taken back?", key=box)

        def take_back() -> None:
            why = read(box)
            if not why:
                decide.refuse("Say why it is taken back. Nothing was stored.")
                return
            if decide.is_too_long("The reason is", why):
                return
            store(context, [decide.revoke_line(decision_id, why)], lambda: _emptied(box))

        st.button("Take it back", key=key, type="primary", on_click=take_back)


def _emptied(key: str) -> None:
    st.session_state[key] = ""
