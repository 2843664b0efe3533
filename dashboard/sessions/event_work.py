"""What is open about a session: its flags and the unmatched names in its rows."""

from __future__ import annotations

import streamlit as st

from dashboard import event_forms, view, words
from dashboard.sessions import event_flag, words_events
from dashboard.sessions.event_view import EventView

_TICKETS_SHOWN = 20


def draw(shown: EventView) -> None:
    """The tab."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("#### Flags")
        _flags(shown)
    with right:
        st.markdown("#### Unmatched names")
        _tickets(shown)


def _flags(shown: EventView) -> None:
    if not shown.flags:
        st.markdown("Never flagged.")
    for flag in shown.flags:
        with st.container(border=True):
            name = words.label(flag["flag_type"], words.FLAG_TYPES)
            owner = words.label(flag["assigned_to"], words_events.OWNERS)
            st.markdown(f"{event_flag.badge(flag)} **{name}**  \n:small[{owner}]")
            if event_flag.of_flag(flag, shown.waiting):
                st.markdown(":small[A stored decision settles it, see the top of the page.]")
            elif flag["state"] != "open":
                event_flag.closed(shown.context, flag)
            elif event_forms.may_resolve(shown.context, flag):
                event_forms.resolve_flag(shown.context, flag, None)


def _tickets(shown: EventView) -> None:
    tickets = shown.parts["tickets"]
    if not tickets:
        st.markdown("Every name in its rows was matched.")
        return
    for ticket in tickets[:_TICKETS_SHOWN]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            status = words.label(ticket["status"], words.TICKET_STATUSES)
            kind = words.label(ticket["unmatched_type"], words.TICKET_TYPES)
            where = ticket["attempted_school"] or ticket["attempted_organization"]
            badge = view.status_badge(status, "open" if ticket["status"] == "pending" else "good")
            st.markdown(
                f"{badge} **{words.inert(ticket['attempted_name'])}**  \n"
                f":small[{kind} · {words.inert(where)} · "
                f"{words.counted(int(ticket['row_count'] or 0), 'row')}]",
                width="stretch",
            )
            if shown.context.may("view_queues"):
                st.page_link(
                    "screens/unmatched.py",
                    label="Decide",
                    icon=":material/rule:",
                    query_params={"ticket": ticket["ticket_key"], "status": ticket["status"]},
                )
    if len(tickets) > _TICKETS_SHOWN:
        st.caption(f"The first {_TICKETS_SHOWN} of {words.counted(len(tickets), 'ticket')}.")
