"""A volunteer's details: each value with where it comes from and who decides about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import view, words
from dashboard.volunteers import person_edit, queries_person, words_volunteers
from dashboard.volunteers.person_view import PersonView

_GROUPS = {
    "Person": (
        "first_name",
        "last_name",
        "organization_key",
        "job_title",
        "department",
        "industry",
        "city",
        "state_code",
        "postal_code",
    ),
    "Volunteering": (
        "volunteer_status",
        "local_status",
        "is_excluded_from_reports",
        "additional_volunteer_count",
        "times_volunteered",
        "first_volunteer_date",
        "last_volunteer_date",
        "sf_attended_session_count",
        "sf_first_volunteer_date",
        "sf_last_volunteer_date",
    ),
    "Reaching the person": (
        "email",
        "phone_e164",
        "do_not_contact",
        "do_not_call",
        "email_opt_out",
        "email_bounced_at",
        "is_deceased",
        "last_email_date",
        "last_non_internal_email_date",
        "last_activity_date",
    ),
    "Demographics": words_volunteers.SENSITIVE,
}
_TEXTS = ("skills", "interests", "recruitment_notes", "notes")
# What holds while staff say nothing.
_UNSAID = {
    "additional_volunteer_count": 0,
    "volunteer_status": "active",
    "is_excluded_from_reports": False,
}
_COMPUTED = ("times_volunteered", "first_volunteer_date", "last_volunteer_date", "local_status")


def draw(shown: PersonView) -> None:
    """The tab."""
    person_edit.draw(shown)
    for title, names in _GROUPS.items():
        st.markdown(f"#### {title}")
        _table(shown, title, names)
    for name in _TEXTS:
        _text(shown, name)
    _contact_points(shown)


def value(shown: PersonView, name: str) -> str:
    """A field in words, with what a stored decision will make of it."""
    if not shown.sees(name):
        return words_volunteers.HIDDEN
    now = _published(shown, name)
    word = shown.said.get(name)
    if word is not None and word.is_waiting:
        return f"{now} \N{RIGHTWARDS ARROW} {_said(shown, name, word.value)} (stored)"
    if name in shown.taken_back:
        return f"{now} (staff's word goes with the next build)"
    return now


def _published(shown: PersonView, name: str) -> str:
    if name == "email":
        return words.plain(shown.context.email(shown.published(name)))
    if name == "phone_e164":
        number = shown.published(name)
        is_seen = words.is_missing(number) or shown.context.may("view_contact_details")
        return words.plain(number) if is_seen else words_volunteers.HIDDEN
    return words_volunteers.field_value(name, shown.published(name))


def _said(shown: PersonView, name: str, said: Any) -> str:
    if name == "organization_key":
        return words.plain(queries_person.organization_name(shown.release, str(said)))
    return words_volunteers.field_value(name, said)


def source(shown: PersonView, name: str) -> str:
    """Where the value of a field comes from."""
    word = shown.said.get(name)
    if word is not None:
        return f"Staff: {word.actor}, {words.day(word.decided_at.date())}"
    if words.is_missing(shown.published(name)) and shown.sees(name):
        return words.DASH
    if name in _UNSAID:
        return "Nobody said otherwise" if shown.published(name) == _UNSAID[name] else "Staff"
    if name == "local_status" and shown.person["local_status_source"] == "manual":
        return "Staff"
    return _system(shown, name)


def _system(shown: PersonView, name: str) -> str:
    owner = shown.owners.get(name)
    if name in _COMPUTED or (owner is not None and owner["owner"] == "derived"):
        return "Computed here"
    heard = shown.heard.get(name)
    if heard is not None:
        return words.label(heard, words_volunteers.SOURCES)
    return "Pathful" if words.is_missing(shown.person["salesforce_id"]) else "Salesforce"


def _table(shown: PersonView, title: str, names: Sequence[str]) -> None:
    import pandas as pd

    rows = [
        {
            "field": words_volunteers.field_name(name),
            "value": value(shown, name),
            "source": source(shown, name),
            "owner": words_volunteers.owner(shown.owners.get(name)),
        }
        for name in names
    ]
    text = st.column_config.TextColumn
    view.table(
        pd.DataFrame(rows),
        {
            "field": text("Field", width=250),
            "value": text("Value", width=400),
            "source": text("Comes from", width=240),
            "owner": text("Who decides", width=300),
        },
        height="content",
        key=f"person-{title}",
        alt=title,
    )


def _text(shown: PersonView, name: str) -> None:
    said = shown.published(name)
    word = shown.said.get(name)
    if words.is_missing(said) and word is None:
        return
    with st.container(border=True):
        owner = words_volunteers.owner(shown.owners.get(name))
        st.markdown(f"**{words_volunteers.field_name(name)}** :small[{words.inert(owner)}]")
        if word is not None and word.is_waiting:
            st.markdown(f"{words.inert(word.value)}  \n:small[stored, waits for the next build]")
        elif name in shown.taken_back:
            st.markdown(f"{words.inert(said)}  \n:small[goes with the next build]")
        else:
            st.markdown(words.inert(said))


def _contact_points(shown: PersonView) -> None:
    """Every address and number, for those who may see how to reach people."""
    import pandas as pd

    if not shown.context.may("view_contact_details"):
        st.caption("Addresses and numbers are hidden for your role.")
        return
    points = queries_person.contact_points(shown.release, shown.key)
    if not points:
        return
    sees_street = shown.context.may("view_birth_date_and_street")
    st.markdown("#### Addresses and numbers")
    rows = [
        {
            "kind": words.label(point["kind"], words_volunteers.CONTACT_KINDS),
            "value": words.plain(point["value"])
            if sees_street or point["kind"] != "address"
            else words_volunteers.HIDDEN,
            "type": words.label(point["value_type"], words_volunteers.VALUE_TYPES),
            "primary": "Primary" if point["is_primary"] else "",
            "valid": "Usable" if point["is_valid"] is not False else "Not usable",
            "source": "Pathful" if point["source_field"] == "pathful" else "Salesforce",
        }
        for point in points
    ]
    text = st.column_config.TextColumn
    view.table(
        pd.DataFrame(rows),
        {
            "kind": text("Kind", width=90),
            "value": text("Value", width=420),
            "type": text("Type", width=130),
            "primary": text("", width=100),
            "valid": text("State", width=120),
            "source": text("Comes from", width=130),
        },
        height="content",
        key="person-contact-points",
        alt="Addresses and numbers",
    )
