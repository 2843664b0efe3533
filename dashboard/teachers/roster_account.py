"""A roster teacher without a Pathful account: the tickets that may be the teacher's."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import view, words
from dashboard.release import OpenRelease
from dashboard.teachers import queries_roster
from dashboard.unmatched import ticket
from polaris import access


def draw(context: view.Context, release: OpenRelease, row: dict[str, Any]) -> None:
    """Likely tickets and the search over all open teacher tickets, each with a way to link it."""
    if not context.may("view_queues"):
        return
    may = access.may_decide(context.person.role, "match_teacher")
    found = queries_roster.likely_tickets(release, row["teacher_key"])
    with st.container(border=True):
        st.markdown(
            "**No Pathful account** :small[no sign-up is matched to this teacher]"
            if not found
            else "**No Pathful account** :small[but these sign-ups look like this teacher]"
        )
        for one in found:
            why = f"{words.plain(one['why'])} · {ticket.score(one)}"
            _ticket(context, one, row, why, may=may)
        text = st.text_input(
            "Search all open teacher tickets",
            key=f"tickets-{row['roster_key']}",
            type="search",
            live=True,
            placeholder="Name, e-mail, school or user id",
        )
        if not (text or "").strip():
            return
        others = queries_roster.search_tickets(release, text)
        if not others:
            st.markdown("No open ticket fits.")
        for one in others:
            _ticket(context, one, row, None, may=may)


def _ticket(
    context: view.Context, one: dict[str, Any], row: dict[str, Any], why: str | None, *, may: bool
) -> None:
    text, link = st.columns([3.4, 1.8], vertical_alignment="center")
    facts = [
        one["attempted_school"],
        context.email(one["attempted_email"]),
        words.counted(int(one["affected_session_count"] or 0), "session"),
        why,
    ]
    detail = " · ".join(words.inert(fact) for fact in facts if fact)
    text.markdown(f"{words.inert(one['attempted_name'])}  \n:small[{detail}]")
    query = {"ticket": one["ticket_key"]}
    if may:
        query["match"] = row["teacher_key"]
    with link:
        st.page_link(
            "screens/unmatched.py",
            label="Compare" if may else "Open ticket",
            icon=":material/link:",
            query_params=query,
        )
