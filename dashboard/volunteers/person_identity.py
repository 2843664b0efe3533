"""Which records are this volunteer: contacts merged in, accounts, household, namesakes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import view, words
from dashboard.duplicates import record_graph
from dashboard.volunteers import person_matches, queries_person, words_volunteers
from dashboard.volunteers.person_view import PersonView


def draw(shown: PersonView) -> None:
    """The tab."""
    _records(shown)
    record_graph.draw(shown.release, [shown.key])
    person_matches.draw(shown)
    related = queries_person.related(shown.release, shown.key)
    household = [row for row in related if row["is_household"]]
    namesakes = [row for row in related if not row["is_household"]]
    st.markdown("#### Household")
    if household:
        st.markdown("They share an e-mail address and are different people.")
        _people(household, "household")
    else:
        st.markdown("Shares no e-mail address with anybody.")
    st.markdown("#### The same name")
    if namesakes:
        st.markdown(
            "Nobody is merged by a name alone. If they are one person, look under **Duplicate "
            "volunteers**, or merge the contacts in Salesforce; the next load follows."
        )
        _people(namesakes, "namesakes")
    else:
        st.markdown("Nobody else has this name.")


def _records(shown: PersonView) -> None:
    import pandas as pd

    rows = queries_person.identifiers(shown.release, shown.key)
    contacts = sum(row["external_system"] == "salesforce" for row in rows)
    st.markdown("#### Records of other systems")
    if not rows:
        st.markdown("No record of another system is known for this person.")
        return
    if contacts > 1:
        st.markdown(f"{words.counted(contacts, 'contact')} of Salesforce are this one person.")
    frame = pd.DataFrame(
        {
            "system": [
                words.label(row["external_system"], words_volunteers.SYSTEMS) for row in rows
            ],
            "id": [words.plain(row["external_id"]) for row in rows],
            "rule": [words.label(row["match_rule"], words_volunteers.ID_RULES) for row in rows],
            "state": [_state(row) for row in rows],
            "first": [words.moment(row["first_seen_at"]) for row in rows],
            "last": [words.moment(row["last_seen_at"]) for row in rows],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "system": text("System", width=100),
            "id": text("Id", width=190),
            "rule": text("Why it is this person", width=210),
            "state": text("State", width=260),
            "first": text("First seen", width=190),
            "last": text("Last changed", width=190),
        },
        height="content",
        key="person-records",
        alt="Records of other systems",
    )


def _state(row: dict[str, Any]) -> str:
    if row["is_active"]:
        return "In use"
    why = words.label(row["upstream_deleted_reason"], words_volunteers.GONE)
    at = row["deactivated_at"]
    return why if at is None else f"{why}, {words.day(words.site_day(at))}"


def _people(rows: list[dict[str, Any]], name: str) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "open": ["Open"] * len(rows),
            "name": [words_volunteers.full_name(row) for row in rows],
            "employer": [words.plain(row["employer"]) for row in rows],
            "last": [row["last_volunteer_date"] for row in rows],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "open": view.open_column(
                f"person-{name}", "person", [row["person_key"] for row in rows]
            ),
            "name": text("Name", width=260),
            "employer": text("Organization", width=260),
            "last": st.column_config.DateColumn("Last time", format="MMM D, YYYY", width=120),
        },
        height="content",
        width="content",
        key=f"person-{name}",
        alt=name.capitalize(),
    )
