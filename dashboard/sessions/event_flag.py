"""One flag on the screen: which session, why it is there, and what settles it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import event_forms, view, words
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.sessions import queries_event, words_events
from dashboard.sessions.event_state import answered_flags, state

Flag = Mapping[str, Any]


def draw(
    context: view.Context,
    release: OpenRelease,
    flag: Flag,
    waiting: Sequence[Pending],
    after: str | None,
) -> None:
    """The panel; `after` is the flag that comes next once this one is settled."""
    st.markdown(f"{badge(flag)} :small[{words.label(flag['flag_type'], words.FLAG_TYPES)}]")
    st.subheader(words.inert(flag["title"]), anchor=False)
    st.markdown(_facts(flag))
    st.page_link(
        "screens/events.py",
        label="Open the session",
        icon=":material/event:",
        query_params={"event": flag["event_key"]},
    )
    st.info(words_events.FLAG_MEANINGS.get(flag["flag_type"], ""), icon=":material/help:")
    mine = of_flag(flag, waiting)
    if mine:
        event_forms.waiting(context, release, mine, "flag")
    elif flag["state"] != "open":
        closed(context, flag)
    if flag["state"] == "open":
        _answer(context, release, flag, waiting, after)


def badge(flag: Flag) -> str:
    """The state of a flag as a Markdown badge."""
    word = words.label(flag["state"], words_events.FLAG_STATES)
    return view.status_badge(word, "open" if flag["state"] == "open" else "good")


def of_flag(flag: Flag, waiting: Sequence[Pending]) -> list[Pending]:
    """The stored decisions that settle a flag, or open it again."""
    return [
        item
        for item in waiting
        if (item.subject_type, item.subject_key) == ("flag", flag["flag_key"])
        or (flag["event_key"], flag["flag_type"]) in answered_flags([item])
    ]


def _facts(flag: Flag) -> str:
    facts = {
        "Date": words.day(flag["session_date"]),
        "Status": flag["status"],
        "District": flag["districts"],
        "School": flag["schools"],
        "Owner": words.label(flag["assigned_to"], words_events.OWNERS),
        "Flagged": words.moment(flag["created_at"]),
    }
    return "  \n".join(
        f"**{name}**\N{EN SPACE}{words.inert(value)}" for name, value in facts.items()
    )


def closed(context: view.Context, flag: Flag) -> None:
    """How a flag was settled, and the way back where a person did it."""
    who = f" by {flag['resolved_by']}" if flag["resolved_by"] and flag["state"] != "auto" else ""
    at = f", {words.moment(flag['resolved_at'])}" if flag["resolved_at"] else ""
    st.markdown(
        words.inert(f"{words_events.FLAG_STATES[flag['state']].split(' by ')[0]}{who}{at}.")
    )
    if flag["resolution_notes"]:
        st.markdown(words.inert(flag["resolution_notes"]))
    is_theirs = flag["decision_id"] and flag["state"] == "resolved"
    if is_theirs and event_forms.may_resolve(context, flag):
        event_forms.undo(
            context, flag["decision_id"], f"flag-undo-{flag['flag_key']}", "resolve_flag"
        )


def _answer(
    context: view.Context,
    release: OpenRelease,
    flag: Flag,
    waiting: Sequence[Pending],
    after: str | None,
) -> None:
    """What mends the session comes first, setting the flag aside second."""
    kind, event_key = flag["flag_type"], flag["event_key"]
    go = view.go("flag", after)
    if kind == "NEEDS_REASON" and event_forms.may(context, "set_cancellation_reason"):
        event = queries_event.event(release, event_key)
        if event is not None:
            reason = state(event, waiting).reason
            event_forms.cancellation_reason(context, event_key, reason, go, place="flag")
    elif kind == "NEEDS_ATTENTION" and event_forms.may(context, "promote_draft"):
        st.page_link(
            "screens/drafts.py",
            label="Promote or dismiss it in the draft review",
            icon=":material/edit_calendar:",
            query_params={"q": str(flag["pathful_session_id"] or flag["title"])},
        )
    elif kind in {"MISSING_TEACHER", "MISSING_PRESENTER"} and event_forms.may(
        context, "tag_teacher"
    ):
        who = "teacher" if kind == "MISSING_TEACHER" else "presenter"
        st.page_link(
            "screens/events.py",
            label=f"Tag a {who} on the session",
            icon=":material/person_add:",
            query_params={"event": event_key, "tab": "people"},
        )
    if event_forms.may_resolve(context, flag):
        with st.expander(
            "Resolve without a change",
            icon=":material/check:",
            expanded=kind in {"MISSING_TEACHER", "MISSING_PRESENTER"},
        ):
            event_forms.resolve_flag(context, flag, go)
