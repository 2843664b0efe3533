"""What a person can decide about an open ticket: match, reject, add, date, ignore."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, pending, view, words
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.unmatched import queries_unmatched, ticket_preview, ticket_roster
from dashboard.unmatched import ticket as tickets
from dashboard.unmatched.ticket import Ticket
from polaris import access

_KINDS = {
    "teacher": "teachers",
    "volunteer": "volunteers",
    "school": "schools",
    "organization": "companies",
}


def store(context: view.Context, line: dict[str, Any], after: str | None) -> None:
    """Stores a decision, then opens the ticket `after`; the list stays where it was."""
    if decide.store(context.settings, context.person, [line]):
        view.go("ticket", after)()


def draw(context: view.Context, release: OpenRelease, ticket: Ticket, after: str | None) -> None:
    """The actions that fit the ticket and the person; `after` is the ticket that comes next."""
    kind = ticket["unmatched_type"]
    role = context.person.role
    if kind in decide.MATCHES:
        may = access.may_decide(role, decide.MATCHES[kind][0])
        _suggestions(context, ticket, after, may=may)
        if may:
            _search(context, release, ticket, after)
    elif kind == "no_date_session":
        if access.may_decide(role, "set_session_date"):
            _date(context, ticket, after)
    else:
        st.markdown("Tickets of this type can only be ignored here; a later import may settle it.")
    if kind in {"teacher", "teacher_and_event"} and access.may_decide(role, "add_to_roster"):
        ticket_roster.draw(context, release, ticket, after)
    if access.may_decide(role, "ignore_ticket"):
        _ignore(context, ticket, after)
    else:
        st.caption("Your role may see this ticket; a data steward decides it.")


def _suggestions(context: view.Context, ticket: Ticket, after: str | None, *, may: bool) -> None:
    found = tickets.candidates(ticket)
    rejected = {
        str(item.payload.get("candidate_key")): item
        for item in pending.of(context.settings, "ticket", ticket["ticket_key"])
        if item.action == "reject_candidate"
    }
    if not found:
        st.markdown("No suggestion. Search below." if may else "No suggestion.")
        return
    st.markdown("**Suggestions**")
    is_first = True
    for position, one in enumerate(found):
        text, button, other = st.columns([3.3, 1.1, 1.2], vertical_alignment="center", gap="xsmall")
        key = f"{ticket['ticket_key']}-{position}"
        label = words.inert(one["label"])
        if one["key"] in rejected:
            text.markdown(f":gray[{label}]  \n:small[Never suggested again (stored)]")
            if may:
                _take_back(button, context, ticket, rejected[one["key"]], key)
            continue
        text.markdown(f"{label}  \n:small[{words.inert(one.get('why'))} · {tickets.score(one)}]")
        if not may:
            continue
        button.button(
            "Match",
            key=f"suggest-{key}",
            type="primary" if is_first else "secondary",
            on_click=ticket_preview.open_for,
            args=(ticket["ticket_key"], one["key"], after),
        )
        other.button(
            "Not this",
            key=f"reject-{key}",
            type="tertiary",
            help="Never suggest this again for the ticket",
            on_click=store,
            args=(
                context,
                decide.line(
                    "reject_candidate",
                    "ticket",
                    ticket["ticket_key"],
                    {"candidate_key": one["key"]},
                ),
                ticket["ticket_key"],
            ),
        )
        is_first = False


def _take_back(box: Any, context: view.Context, ticket: Ticket, item: Pending, key: str) -> None:
    box.button(
        "Undo",
        key=f"unreject-{key}",
        on_click=store,
        args=(context, decide.revoke_line(item.decision_id), ticket["ticket_key"]),
    )


def _search(context: view.Context, release: OpenRelease, ticket: Ticket, after: str | None) -> None:
    kind = decide.MATCHES[ticket["unmatched_type"]][2]
    text = st.text_input(
        f"Search all {_KINDS[kind]}",
        key=f"search-{ticket['ticket_key']}",
        type="search",
        live=True,
        placeholder="Part of a name, school, company or e-mail",
    )
    if not (text or "").strip():
        return
    itself = tickets.title(ticket).casefold()
    # A provisional record of the same name is the ticket itself.
    found = [
        one
        for one in queries_unmatched.search(release, kind, text)
        if not (one["is_provisional"] and one["label"].casefold() == itself)
    ]
    if not found:
        st.markdown("Nobody fits. Try fewer letters, or only the last name.")
        return
    for one in found:
        name, button = st.columns([4, 1.3], vertical_alignment="center")
        note = " · provisional" if one["is_provisional"] else ""
        detail = f"  \n:small[{words.inert(one['detail'])}{note}]" if one["detail"] or note else ""
        name.markdown(f"{words.inert(one['label'])}{detail}")
        button.button(
            "Match",
            key=f"found-{ticket['ticket_key']}-{one['key']}",
            on_click=ticket_preview.open_for,
            args=(ticket["ticket_key"], one["key"], after),
        )
    if len(found) >= queries_unmatched.SEARCH_LIMIT:
        st.caption(f"The first {queries_unmatched.SEARCH_LIMIT} are shown. Type more to narrow.")


def _date(context: view.Context, ticket: Ticket, after: str | None) -> None:
    box, button = st.columns([3, 1.6], vertical_alignment="bottom")
    key = f"date-{ticket['ticket_key']}"
    box.date_input("Date of the session", value=None, key=key, format="MM/DD/YYYY")

    def set_date() -> None:
        chosen = st.session_state.get(key)
        if chosen is None:
            decide.refuse("Choose the date of the session first.")
            return
        store(context, decide.date_line(ticket["ticket_key"], chosen.isoformat()), after)

    button.button("Set date", type="primary", key=f"set-{key}", on_click=set_date)


def _ignore(context: view.Context, ticket: Ticket, after: str | None) -> None:
    key = f"notes-{ticket['ticket_key']}"
    box, button = st.columns([3, 1.2], vertical_alignment="bottom")
    box.text_input("Notes", key=key, placeholder="Why it needs no match", max_chars=500)

    def ignore() -> None:
        notes = st.session_state.get(key) or ""
        store(context, decide.ignore_line(ticket["ticket_key"], notes), after)

    button.button("Ignore", key=f"ignore-{ticket['ticket_key']}", on_click=ignore)
