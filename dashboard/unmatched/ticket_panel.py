"""One unmatched ticket on the screen: why it is there, what was decided, what can be done."""

from __future__ import annotations

import json

import streamlit as st

from dashboard import decide, view, words
from dashboard.decide import Waiting
from dashboard.release import OpenRelease
from dashboard.unmatched import queries_unmatched, ticket_actions
from dashboard.unmatched import ticket as tickets
from dashboard.unmatched.ticket import Ticket
from dashboard.words_people import heading
from loaders.prepared import NULL_TOKENS
from polaris import access


def draw(context: view.Context, ticket: Ticket, waiting: Waiting | None, after: str | None) -> None:
    """The panel; `after` is the ticket that comes next once this one is decided."""
    release = context.release
    if release is None:
        return
    status = waiting.status if waiting is not None else ticket["status"]
    stored = " (stored)" if waiting is not None else ""
    st.markdown(
        f":small[{tickets.kind_name(ticket)} · "
        f"{words.label(status, words.TICKET_STATUSES)}{stored}]"
    )
    st.subheader(heading(tickets.title(ticket)), anchor=False)
    st.markdown(_facts(context, ticket))
    if ticket["reason"]:
        st.info(f"Why it did not match: {words.inert(ticket['reason'])}", icon=":material/help:")
    if waiting is not None:
        _stored(context, release, ticket, waiting)
    elif status != "pending":
        _closed(context, release, ticket)
    if status == "pending":
        ticket_actions.draw(context, release, ticket, after)
    if ticket["unmatched_type"] == "organization" and ticket["own_key"]:
        st.page_link(
            "screens/companies.py",
            label="Everybody with this company",
            icon=":material/apartment:",
            query_params={"company": ticket["own_key"]},
        )
    _source_row(ticket)


def _facts(context: view.Context, ticket: Ticket) -> str:
    is_company = ticket["unmatched_type"] == "organization"
    facts = {
        "Presenter": ticket["attempted_name"] if is_company else None,
        "E-mail": context.email(ticket["attempted_email"]),
        "Pathful user id": ticket["pathful_user_id"],
        "School": ticket["attempted_school"],
        "District": ticket["attempted_district"],
        "Company": ticket["attempted_organization"],
    }
    lines = [
        f"**{name}**\N{EN SPACE}{words.inert(value)}" for name, value in facts.items() if value
    ]
    rows = words.counted(int(ticket["affected_row_count"] or 0), "row")
    sessions = words.counted(int(ticket["affected_session_count"] or 0), "session")
    lines.append(
        f"{rows} in {sessions}, last seen {words.inert(words.moment(ticket['last_seen_at']))}"
    )
    return "  \n".join(lines)


def _stored(context: view.Context, release: OpenRelease, ticket: Ticket, waiting: Waiting) -> None:
    what = tickets.decided(release, ticket, waiting.action, waiting.payload, waiting.reason)
    made = f"by {words.inert(waiting.actor)}, {words.inert(words.moment(waiting.decided_at))}"
    st.success(
        f"Stored, applied at the next build: {words.inert(what)} {made}.",
        icon=":material/schedule:",
    )
    if waiting.decision_id is None or not access.may_decide(context.person.role, waiting.action):
        return
    line = decide.revoke_line(waiting.decision_id)
    st.button(
        "Undo",
        icon=":material/undo:",
        key="ticket-undo",
        on_click=ticket_actions.store,
        args=(context, line, ticket["ticket_key"]),
    )


def _closed(context: view.Context, release: OpenRelease, ticket: Ticket) -> None:
    made = queries_unmatched.decision(release, ticket["decision_id"])
    what = words.label(ticket["status"], words.TICKET_STATUSES)
    action = "reopen_ticket" if made is None else made["action"]
    if made is not None:
        payload = json.loads(made["after_json"] or "{}")
        what = tickets.decided(release, ticket, made["action"], payload, made["reason"])
        what = what[:1].upper() + what[1:]
    who = f" by {ticket['resolved_by']}" if ticket["resolved_by"] else ""
    at = f", {words.moment(ticket['resolved_at'])}" if ticket["resolved_at"] else ""
    st.markdown(words.inert(f"{what}{who}{at}."))
    if ticket["resolution_notes"] and made is None:
        st.markdown(words.inert(ticket["resolution_notes"]))
    if ticket["status"] == "ignored":
        line, action = decide.reopen_line(ticket["ticket_key"]), "reopen_ticket"
        label, icon = "Reopen", ":material/replay:"
    elif ticket["decision_id"]:
        line = decide.revoke_line(ticket["decision_id"])
        label, icon = "Undo", ":material/undo:"
    else:
        return
    if access.may_decide(context.person.role, action):
        st.button(
            label,
            icon=icon,
            key="ticket-reopen",
            on_click=ticket_actions.store,
            args=(context, line, ticket["ticket_key"]),
        )


def _source_row(ticket: Ticket) -> None:
    row = json.loads(ticket["raw_json"] or "{}")
    if not isinstance(row, dict) or not row:
        return
    with st.expander("What the file says", icon=":material/description:"):
        lines = [
            f"**{words.inert(_head(name))}**\N{EN SPACE}{words.inert(value)}"
            for name, value in row.items()
            if name != "rows" and str(value or "").strip().lower() not in NULL_TOKENS
        ]
        st.markdown("  \n".join(lines))
        rows = row.get("rows") or []
        if rows:
            st.markdown(f"{words.counted(len(rows), 'participant row')} in the file:")
            st.dataframe(
                [{_head(name): words.plain(value) for name, value in one.items()} for one in rows],
                hide_index=True,
                placeholder=words.DASH,
            )


def _head(name: str) -> str:
    return name if " " in name or not name.islower() else name.replace("_", " ").capitalize()
