"""One company string on the screen: who gave it, what it may mean, one answer for all."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, pending, view, words
from dashboard.organizations import queries_companies
from dashboard.organizations.queries_companies import PEOPLE_SHOWN, CompanyFilter
from dashboard.release import OpenRelease
from dashboard.stepper import steps
from dashboard.unmatched import queries_unmatched, ticket
from dashboard.words_people import heading
from polaris import access

MAP = "match_organization"


def draw(
    context: view.Context, release: OpenRelease, chosen: CompanyFilter, key: str, keys: list[str]
) -> None:
    """The panel of the string `key`; `keys` are those of the list beside it."""
    then = steps("company", key, keys)
    row = queries_companies.company(release, chosen, key)
    if row is None:
        st.markdown("This company string is not in the release. Choose another one in the list.")
        return
    status = words.label(row["status"], words.TICKET_STATUSES)
    st.markdown(f":small[Company string · {status}{' (stored)' if row['is_stored'] else ''}]")
    st.subheader(heading(row["company"]), anchor=False)
    people = queries_companies.people(release, chosen, key, row["status"])
    st.markdown(
        f"**{words.counted(row['volunteer_count'], 'volunteer')}**, "
        f"{words.counted(row['session_count'], 'session')}"
    )
    names = [words.inert(one["attempted_name"]) for one in people[:PEOPLE_SHOWN]]
    more = len(people) - len(names)
    st.markdown(f":small[{', '.join(names)}{f' and {more:,} more' if more > 0 else ''}]")
    may = access.may_decide(context.person.role, MAP)
    if row["status"] == "pending":
        _suggestions(context, row, then, may=may)
        if may:
            _search(context, release, row, then)
            _ignore(context, row, people, then)
        else:
            st.caption("Your role may see this company; a data steward decides it.")
    else:
        _answered(context, release, row, [one["ticket_key"] for one in people], may=may)


def _store(context: view.Context, lines: list[dict[str, Any]], after: str | None) -> None:
    if decide.store(context.settings, context.person, lines):
        view.go("company", after)()


def _map_button(
    box: Any,
    context: view.Context,
    row: dict[str, Any],
    organization_key: str,
    after: str | None,
    *,
    key: str,
    is_first: bool = False,
) -> None:
    line = decide.line(MAP, "ticket", row["ticket_key"], {"organization_key": organization_key})
    box.button(
        "Map & fix all",
        key=key,
        type="primary" if is_first else "secondary",
        help=f"Answers {words.counted(row['volunteer_count'], 'ticket')} at once",
        on_click=_store,
        args=(context, [line], after),
    )


def _suggestions(
    context: view.Context, row: dict[str, Any], after: str | None, *, may: bool
) -> None:
    found = ticket.candidates(row | {"unmatched_type": "organization"})
    st.markdown("**Suggestions**" if found else "No suggestion." + (" Search below." * may))
    for position, one in enumerate(found):
        text, button = st.columns([3.4, 1.8], vertical_alignment="center")
        text.markdown(
            f"{words.inert(one['label'])}  \n"
            f":small[{words.inert(one.get('why'))} · {ticket.score(one)}]"
        )
        if may:
            key = f"map-{row['ticket_key']}-{position}"
            _map_button(button, context, row, one["key"], after, key=key, is_first=position == 0)


def _search(
    context: view.Context, release: OpenRelease, row: dict[str, Any], after: str | None
) -> None:
    text = st.text_input(
        "Map to organization",
        key=f"search-{row['ticket_key']}",
        type="search",
        live=True,
        placeholder="Search all organizations",
    )
    if not (text or "").strip():
        return
    found = [
        one
        for one in queries_unmatched.search(release, "organization", text)
        if one["key"] != row["own_key"]
    ]
    if not found:
        st.markdown("No organization fits. Try fewer letters.")
        return
    for one in found:
        name, button = st.columns([3.4, 1.8], vertical_alignment="center")
        detail = f"  \n:small[{words.inert(one['detail'])}]" if one["detail"] else ""
        name.markdown(f"{words.inert(one['label'])}{detail}")
        key = f"found-{row['ticket_key']}-{one['key']}"
        _map_button(button, context, row, one["key"], after, key=key)
    if len(found) >= queries_unmatched.SEARCH_LIMIT:
        st.caption(f"The first {queries_unmatched.SEARCH_LIMIT} are shown. Type more to narrow.")


def _ignore(
    context: view.Context, row: dict[str, Any], people: list[dict[str, Any]], after: str | None
) -> None:
    key = f"notes-{row['ticket_key']}"
    box, button = st.columns([3, 1.6], vertical_alignment="bottom")
    box.text_input("Notes", key=key, placeholder="Why it needs no organization", max_chars=500)

    def ignore() -> None:
        notes = st.session_state.get(key) or ""
        _store(context, [decide.ignore_line(one["ticket_key"], notes) for one in people], after)

    label = "Ignore" if len(people) == 1 else f"Ignore all {len(people):,}"
    button.button(label, key=f"ignore-{row['ticket_key']}", on_click=ignore)


def _answered(
    context: view.Context,
    release: OpenRelease,
    row: dict[str, Any],
    tickets: list[str],
    *,
    may: bool,
) -> None:
    """What was decided about the string, and how to take it back."""
    stored = [
        item
        for item in pending.standing(context.settings)
        if item.subject_type == "ticket" and item.subject_key in tickets and not item.revokes
    ]
    for item in stored[:1]:
        st.success(
            f"Stored, applied at the next build: "
            f"{words.inert(pending.sentence(release, item))} by {words.inert(item.actor)}, "
            f"{words.inert(words.moment(item.decided_at))}.",
            icon=":material/schedule:",
        )
    if not stored:
        what = words.label(row["status"], words.TICKET_STATUSES)
        made = queries_unmatched.decision(release, row["decision_id"])
        if made is not None and made["action"] == MAP:
            what = ticket.matched_to(release, made)
        who = f" by {row['resolved_by']}" if row["resolved_by"] else ""
        st.markdown(words.inert(f"{what}{who}, {words.moment(row['resolved_at'])}."))
    lines = [decide.revoke_line(item.decision_id) for item in stored]
    if not stored and row["status"] == "ignored":
        lines = [decide.reopen_line(key) for key in tickets]
    elif not stored and row["decision_id"]:
        lines = [decide.revoke_line(row["decision_id"])]
    if lines and may:
        st.button(
            "Undo",
            icon=":material/undo:",
            key="company-undo",
            on_click=_store,
            args=(context, lines, row["company_ref"]),
        )
