"""Presenters whom the data alone made this volunteer: whoever knows better keeps the two apart."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, pending, words
from dashboard.volunteers import queries_person, words_volunteers
from dashboard.volunteers.person_view import PersonView
from polaris import access

_DENY = "reject_candidate"


def draw(shown: PersonView) -> None:
    """Every such presenter, with the way to say that it is somebody else; nothing where none is."""
    rows = queries_person.presenter_matches(shown.release, shown.key)
    if not rows:
        return
    st.markdown("#### Presenters that Salesforce named")
    st.markdown(
        "Nobody decided these: an address or a name that only one volunteer has led here. A "
        "presenter who is somebody else waits under *Unmatched* after the next build."
    )
    for row in rows:
        _match(shown, row)


def _match(shown: PersonView, row: dict[str, Any]) -> None:
    settings, ticket = shown.context.settings, str(row["ticket_key"])
    denied = next(
        (
            item
            for item in pending.of(settings, "ticket", ticket)
            if item.action == _DENY and item.payload.get("candidate_key") == shown.key
        ),
        None,
    )
    text, button = st.columns([4, 1.3], vertical_alignment="center")
    name = words.inert(words.plain(row["presenter_name"]))
    rule = words.label(f"crm_{row['match_rule']}", words_volunteers.ID_RULES)
    if denied is not None:
        text.markdown(f":gray[{name}]  \n:small[Somebody else (stored)]")
    else:
        text.markdown(f"{name}  \n:small[{rule}]")
    if not access.may_decide(shown.context.person.role, _DENY):
        return
    if denied is None:
        line = decide.line(_DENY, "ticket", ticket, {"candidate_key": shown.key})
        label, what = "Somebody else", "Never match this presenter to this volunteer again"
    else:
        line, label, what = decide.revoke_line(denied.decision_id), "Undo", None
    button.button(
        label,
        key=f"person-match-{ticket}",
        help=what,
        on_click=_store,
        args=(shown, line),
    )


def _store(shown: PersonView, line: dict[str, Any]) -> None:
    decide.store(shown.context.settings, shown.context.person, [line])
