"""Adding the teacher of a ticket to a roster: a form that knows what the ticket knows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, view
from dashboard.release import OpenRelease
from dashboard.teachers import queries_roster
from dashboard.unmatched.ticket import Ticket

_LONGEST = 200


def draw(context: view.Context, release: OpenRelease, ticket: Ticket, after: str | None) -> None:
    """The form, closed until it is wanted; `after` is the ticket that comes next."""
    with st.expander("Add this teacher to a roster", icon=":material/person_add:"):
        st.caption(
            "For a teacher whom no roster lists yet. Every session of the ticket then counts "
            "for the new teacher."
        )
        fields = _fields(context, release, ticket)
        st.button(
            "Add to the roster",
            key=f"add-{ticket['ticket_key']}",
            icon=":material/person_add:",
            on_click=_add,
            args=(context, ticket["ticket_key"], fields, after),
        )


def _fields(context: view.Context, release: OpenRelease, ticket: Ticket) -> dict[str, str]:
    """Draws the fields and returns the keys of their widgets by payload field."""
    stem = f"add-{ticket['ticket_key']}"
    districts = queries_roster.districts(release)
    keys = list(districts)
    start = keys.index(ticket["district_key"]) if ticket["district_key"] in keys else None
    district = st.selectbox(
        "District",
        keys,
        index=start,
        format_func=lambda key: districts.get(key, key),
        placeholder="Choose",
        key=f"{stem}-district_key",
    )
    year_box, grade_box = st.columns(2)
    year_box.selectbox(
        "Academic year",
        queries_roster.offered_years(context.today),
        index=1,
        key=f"{stem}-academic_year",
    )
    grade_box.text_input("Grade (optional)", key=f"{stem}-grade", max_chars=20)
    buildings = queries_roster.buildings(release, district) if district else []
    given = (ticket["attempted_school"] or "").strip()
    if given and given not in buildings:
        buildings = [given, *buildings]
    st.selectbox(
        "Building",
        buildings,
        index=buildings.index(given) if given else None,
        accept_new_options=True,
        placeholder="Choose, or type one",
        key=f"{stem}-building",
    )
    st.text_input("Name", ticket["attempted_name"] or "", key=f"{stem}-name", max_chars=_LONGEST)
    st.text_input(
        "E-mail", ticket["attempted_email"] or "", key=f"{stem}-email", max_chars=_LONGEST
    )
    names = ("district_key", "academic_year", "building", "name", "email", "grade")
    return {name: f"{stem}-{name}" for name in names}


def _add(context: view.Context, ticket_key: str, fields: dict[str, str], after: str | None) -> None:
    payload: dict[str, Any] = {
        name: str(st.session_state.get(key) or "").strip() for name, key in fields.items()
    }
    missing = [
        name
        for name, label in (
            ("district", "district_key"),
            ("building", "building"),
            ("name", "name"),
        )
        if not payload[label]
    ]
    if "@" not in payload["email"].strip("@"):
        missing.append("e-mail address")
    if missing:
        decide.refuse(f"Give the {', '.join(missing)} of the teacher first. Nothing was stored.")
        return
    payload["email"] = payload["email"].lower()
    if not payload["grade"]:
        del payload["grade"]
    line = decide.line("add_to_roster", "ticket", ticket_key, payload)
    if decide.store(context.settings, context.person, [line]):
        view.go("ticket", after)()
