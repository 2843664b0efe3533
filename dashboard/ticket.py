"""One unmatched ticket on the screen: why it is there, whom it may be, what can be done."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import streamlit as st

from dashboard import decide, queries_unmatched, view, words
from dashboard.decide import Waiting
from dashboard.release import OpenRelease
from loaders.prepared import NULL_TOKENS

Ticket = dict[str, Any]

_KINDS = {
    "teacher": "teachers",
    "volunteer": "volunteers",
    "school": "schools",
    "organization": "companies",
}


def title(ticket: Ticket) -> str:
    """What the ticket is about, as text."""
    kind = ticket["unmatched_type"]
    if kind == "school_unresolved":
        return words.plain(ticket["attempted_school"] or ticket["attempted_name"])
    if kind == "organization":
        return words.plain(ticket["attempted_organization"] or ticket["attempted_name"])
    if kind == "event":
        name, _, day = words.plain(ticket["attempted_name"]).rpartition("|")
        return f"{name}, {day}" if name else day
    return words.plain(ticket["attempted_name"])


def place(ticket: Ticket) -> str | None:
    """The school or company beside the name."""
    kind = ticket["unmatched_type"]
    if kind == "organization":
        value = ticket["attempted_name"]
    elif kind == "school_unresolved":
        value = ticket["attempted_district"]
    else:
        value = ticket["attempted_school"] or ticket["attempted_organization"]
    return None if value is None else words.plain(value)


def candidates(ticket: Ticket) -> list[dict[str, Any]]:
    """Suggestions, best first, of the kind the ticket can be matched to."""
    found = json.loads(ticket["candidates_json"] or "[]")
    match = decide.MATCHES.get(ticket["unmatched_type"])
    return [one for one in found if match is not None and one.get("kind") == match[2]]


def best(ticket: Ticket) -> str | None:
    """The first suggestion with its score, for the list."""
    found = candidates(ticket)
    return f"{words.plain(found[0]['label'])} ({_score(found[0])})" if found else None


def _score(candidate: dict[str, Any]) -> str:
    return f"{round(100 * float(candidate.get('score') or 0))} %"


def draw(context: view.Context, ticket: Ticket, waiting: Waiting | None, after: str | None) -> None:
    """The panel; `after` is the ticket that comes next once this one is decided."""
    release = context.release
    if release is None:
        return
    kind = words.label(ticket["unmatched_type"], words.TICKET_TYPES)
    status = waiting.status if waiting is not None else ticket["status"]
    stored = " (stored)" if waiting is not None else ""
    st.markdown(f":small[{kind} · {words.label(status, words.TICKET_STATUSES)}{stored}]")
    st.subheader(words.inert(title(ticket)), anchor=False)
    st.markdown(_facts(context, ticket))
    if ticket["reason"]:
        st.info(f"Why it did not match: {words.inert(ticket['reason'])}", icon=":material/help:")
    if waiting is not None:
        _stored(context, release, ticket, waiting)
    elif status != "pending":
        _closed(context, release, ticket)
    if status == "pending":
        _actions(context, release, ticket, after)
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
    what = _decided(release, ticket, waiting.action, waiting.payload, waiting.reason)
    made = f"by {words.inert(waiting.actor)}, {words.inert(words.moment(waiting.decided_at))}"
    st.success(
        f"Stored, applied at the next build: {words.inert(what)} {made}.",
        icon=":material/schedule:",
    )
    if waiting.decision_id is None:
        return
    line = decide.revoke_line(waiting.decision_id)
    st.button(
        "Undo",
        icon=":material/undo:",
        key="ticket-undo",
        on_click=_decide,
        args=(context, lambda: [line], ticket["ticket_key"]),
    )


def _decided(
    release: OpenRelease, ticket: Ticket, action: str, payload: Mapping[str, Any], notes: str | None
) -> str:
    """A decision in words."""
    match = decide.MATCHES.get(ticket["unmatched_type"])
    if match is not None and action == match[0]:
        key = str(payload.get(match[1]))
        return f"matched to {queries_unmatched.names(release, match[2], [key]).get(key, key)}"
    if action == "ignore_ticket":
        return f"ignored ({notes})" if notes else "ignored"
    if action == "set_session_date":
        return f"dated {words.day(date.fromisoformat(payload['session_date']))}"
    return {"reopen_ticket": "reopened", "revoke": "taken back"}.get(action, "decided")


def _decide(
    context: view.Context, lines: Callable[[], list[dict[str, Any]]], after: str | None
) -> None:
    """Stores a decision, then opens the ticket `after`; the list stays where it was."""
    if decide.store(context.settings, context.person, lines()):
        view.go("ticket", after)()


def _actions(
    context: view.Context, release: OpenRelease, ticket: Ticket, after: str | None
) -> None:
    kind = ticket["unmatched_type"]
    if kind in decide.MATCHES:
        _suggestions(context, ticket, after)
        _search(context, release, ticket, after)
    elif kind == "no_date_session":
        _date(context, ticket, after)
    else:
        st.markdown("Tickets of this type can only be ignored here; a later import may settle it.")
    _ignore(context, ticket, after)


def _suggestions(context: view.Context, ticket: Ticket, after: str | None) -> None:
    found = candidates(ticket)
    st.markdown("**Suggestions**" if found else "No suggestion. Search below.")
    for position, one in enumerate(found):
        text, button = st.columns([4, 1.2], vertical_alignment="center")
        text.markdown(
            f"{words.inert(one['label'])}  \n:small[{words.inert(one.get('why'))} · {_score(one)}]"
        )
        button.button(
            "Match",
            key=f"suggest-{ticket['ticket_key']}-{position}",
            type="primary" if position == 0 else "secondary",
            on_click=_decide,
            args=(context, lambda key=one["key"]: [decide.match_line(ticket, key)], after),
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
    itself = title(ticket).casefold()
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
        name, button = st.columns([4, 1.2], vertical_alignment="center")
        note = " · provisional" if one["is_provisional"] else ""
        detail = f"  \n:small[{words.inert(one['detail'])}{note}]" if one["detail"] or note else ""
        name.markdown(f"{words.inert(one['label'])}{detail}")
        button.button(
            "Match",
            key=f"found-{ticket['ticket_key']}-{one['key']}",
            on_click=_decide,
            args=(context, lambda key=one["key"]: [decide.match_line(ticket, key)], after),
        )
    if len(found) >= queries_unmatched.SEARCH_LIMIT:
        st.caption(f"The first {queries_unmatched.SEARCH_LIMIT} are shown. Type more to narrow.")


def _date(context: view.Context, ticket: Ticket, after: str | None) -> None:
    box, button = st.columns([3, 1.6], vertical_alignment="bottom")
    key = f"date-{ticket['ticket_key']}"
    box.date_input("Date of the session", value=None, key=key, format="MM/DD/YYYY")

    def store() -> None:
        chosen = st.session_state.get(key)
        if chosen is None:
            decide.refuse("Choose the date of the session first.")
            return
        line = decide.date_line(ticket["ticket_key"], chosen.isoformat())
        _decide(context, lambda: [line], after)

    button.button("Set date", type="primary", key=f"set-{key}", on_click=store)


def _ignore(context: view.Context, ticket: Ticket, after: str | None) -> None:
    key = f"notes-{ticket['ticket_key']}"
    box, button = st.columns([3, 1.2], vertical_alignment="bottom")
    box.text_input("Notes", key=key, placeholder="Why it needs no match", max_chars=500)

    def store() -> None:
        line = decide.ignore_line(ticket["ticket_key"], st.session_state.get(key) or "")
        _decide(context, lambda: [line], after)

    button.button("Ignore", key=f"ignore-{ticket['ticket_key']}", on_click=store)


def _closed(context: view.Context, release: OpenRelease, ticket: Ticket) -> None:
    made = queries_unmatched.decision(release, ticket["decision_id"])
    what = words.label(ticket["status"], words.TICKET_STATUSES)
    if made is not None:
        payload = json.loads(made["after_json"] or "{}")
        what = _decided(release, ticket, made["action"], payload, made["reason"])
        what = what[:1].upper() + what[1:]
    who = f" by {ticket['resolved_by']}" if ticket["resolved_by"] else ""
    at = f", {words.moment(ticket['resolved_at'])}" if ticket["resolved_at"] else ""
    st.markdown(words.inert(f"{what}{who}{at}."))
    if ticket["resolution_notes"] and made is None:
        st.markdown(words.inert(ticket["resolution_notes"]))
    if ticket["status"] == "ignored":
        line = decide.reopen_line(ticket["ticket_key"])
        label, icon = "Reopen", ":material/replay:"
    elif ticket["decision_id"]:
        line = decide.revoke_line(ticket["decision_id"])
        label, icon = "Undo", ":material/undo:"
    else:
        return
    st.button(
        label,
        icon=icon,
        key="ticket-reopen",
        on_click=_decide,
        args=(context, lambda: [line], ticket["ticket_key"]),
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
