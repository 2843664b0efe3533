"""Where a volunteer belongs: every membership, and the one that numbers are given to."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import view, words, words_crm
from dashboard.volunteers import queries_person
from dashboard.volunteers.person_view import PersonView

_OPENED = "person-organization"


def draw(shown: PersonView) -> None:
    """The tab."""
    opened = st.session_state.pop(_OPENED, None)
    if opened is not None:
        st.switch_page("screens/organizations.py", query_params={"organization": opened})
    rows = queries_person.organizations(shown.release, shown.key)
    counted = next(iter(queries_person.years(shown.release, shown.key)), None)
    rule = (
        "what staff say, else the primary membership, else the first; who has none is independent."
    )
    if counted is None:
        st.markdown(f"Reports count nothing of this person yet. They would count for {rule}")
    else:
        by = words.inert(counted["organization_name"])
        st.markdown(f"Reports count this person for **{by}**: {rule}")
    if not rows:
        view.empty(
            "No membership",
            "Salesforce has no affiliation and Pathful no company for this person. "
            "Staff may name an organization on the tab *Profile*.",
            ":material/domain_disabled:",
        )
        return
    _list(rows)
    st.caption(
        "A membership without a start holds from the beginning. One that is Past and has no end "
        "counts on no day in particular."
    )


def _list(rows: list[dict[str, Any]]) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "open": ["Open"] * len(rows),
            "name": [words.plain(row["organization_name"]) for row in rows],
            "type": [words.plain(row["organization_type"]) for row in rows],
            "role": [words.plain(row["role"]) for row in rows],
            "status": [words.plain(row["status"]) for row in rows],
            "primary": ["Primary" if row["is_primary"] else "" for row in rows],
            "start": [row["start_date"] for row in rows],
            "end": [row["end_date"] for row in rows],
            "source": [words.label(row["source"], words_crm.SOURCES) for row in rows],
        }
    )
    keys = [row["organization_key"] for row in rows]

    def opened() -> None:
        click = st.session_state.get("person-organizations-open")
        if click is not None:
            st.session_state[_OPENED] = keys[click["row"]]

    text, day = st.column_config.TextColumn, st.column_config.DateColumn
    view.table(
        frame,
        {
            "open": st.column_config.ButtonColumn(
                "",
                width=58,
                type="tertiary",
                key="person-organizations-open",
                on_click=opened,
                pinned=True,
            ),
            "name": text("Organization", width=260),
            "type": text("Type", width=130),
            "role": text("Role", width=150),
            "status": text("Status", width=90),
            "primary": text("", width=80),
            "start": day("From", format="MMM D, YYYY", width=110),
            "end": day("To", format="MMM D, YYYY", width=110),
            "source": text("Source", width=100),
        },
        height="content",
        key="person-organizations",
        alt="Memberships",
    )
