"""One volunteer on the screen: who it is, what waits, and the tabs with everything known."""

from __future__ import annotations

import streamlit as st

from dashboard import event_forms, looked, pending, view, words, words_crm, words_people
from dashboard.release import OpenRelease
from dashboard.volunteers import (
    person_changes,
    person_communication,
    person_history,
    person_identity,
    person_organizations,
    person_profile,
    person_view,
    queries_person,
)
from dashboard.volunteers.person_view import PersonView

# Value in the URL -> the tab.
TABS = {
    "profile": "Profile",
    "history": "History",
    "organizations": "Organizations",
    "communication": "Communication",
    "identity": "Identity",
    "changes": "Changes",
}


def draw(context: view.Context, release: OpenRelease, key: str) -> None:
    """The page of one volunteer."""
    st.button("Back to the list", icon=":material/arrow_back:", on_click=_back)
    person = queries_person.person(release, key)
    if person is None:
        view.empty(
            "This person is not in the release",
            "The record may have been merged into another one. "
            "Go back to the list and search for the name.",
            ":material/person_off:",
        )
        return
    if context.may("view_birth_date_and_street"):
        looked.at(context, "volunteer", key)
    said, taken_back = person_view.said(context.settings, key)
    shown = PersonView(
        context=context,
        release=release,
        person=person,
        owners=queries_person.owners(release),
        said=said,
        taken_back=taken_back,
        waiting=pending.of(context.settings, "person", key),
        heard=queries_person.heard(release, key),
    )
    _head(shown)
    event_forms.waiting(context, release, shown.waiting, "person")
    _cards(shown)
    boxes = st.tabs(
        list(TABS.values()), default=TABS.get(st.query_params.get("tab", "")), key=f"person-{key}"
    )
    parts = (
        person_profile.draw,
        person_history.draw,
        person_organizations.draw,
        person_communication.draw,
        person_identity.draw,
        person_changes.draw,
    )
    for box, part in zip(boxes, parts, strict=True):
        with box:
            part(shown)


def _back() -> None:
    for name in ("person", "tab", "message", "page"):
        st.query_params.pop(name, None)


def _head(shown: PersonView) -> None:
    st.subheader(words_people.heading(shown.name), anchor=False)
    person = shown.person
    about = [person["job_title"], person["organization_name"]]
    where = [part for part in (person["city"], person["state_code"]) if part]
    line = " · ".join(words.inert(part) for part in [*about, ", ".join(where)] if part)
    badges = " ".join(view.status_badge(text, kind) for text, kind in person_view.flags(person))
    st.markdown(f"{badges}  \n{line}" if line else badges)


def _cards(shown: PersonView) -> None:
    everything = next(
        (row for row in queries_person.years(shown.release, shown.key)
         if row["school_year"] == "all"), None,
    )  # fmt: skip
    person = shown.person
    by_hand = person["additional_volunteer_count"] or 0
    hint = f"Credited sessions and {by_hand:,} added by staff." if by_hand else "Credited sessions."
    hours = words_crm.hours(everything["volunteer_hours"] if everything else 0)
    delivered = words_crm.hours(everything["strict_volunteer_hours"] if everything else 0)
    view.cards(
        [
            ("Times volunteered", words.number(person["times_volunteered"] or 0), hint),
            ("Hours", hours, "Where no hours were recorded, the length of the session."),
            ("Hours recorded", delivered, "Only hours somebody recorded."),
            ("First time", words.day(person["first_volunteer_date"]), "First credited session."),
            ("Last time", words.day(person["last_volunteer_date"]), "Last credited session."),
        ]
    )
