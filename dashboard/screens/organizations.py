"""Organizations: which ones volunteers came from, and how much they gave."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import by_name, crm_definitions, downloads, view, words, words_crm
from dashboard.organizations import organization_page, queries_organizations
from dashboard.organizations.queries_organizations import PAGE_SIZE, SORTS, OrganizationFilter
from dashboard.release import OpenRelease
from dashboard.volunteers import person_lists, words_volunteers

_HEADS = {
    "hours_rank": "Rank",
    "organization_name": "Organization",
    "organization_type": "Type",
    "event_count": "Sessions",
    "in_person_event_count": "In person",
    "virtual_event_count": "Virtual",
    "volunteer_count": "Volunteers",
    "volunteer_hours": "Hours",
    "attributed_hours": "Hours given to one",
    "strict_volunteer_hours": "Hours recorded",
    "virtual_volunteer_hours": "Presenter hours",
    "latest_event_date": "Latest session",
    "last_activity_date": "Last activity",
}
_CODES = ("ORG-VERIFIED", "ORG-FULL", "M20", "M30", "M40")
_MEANING = """
**Hours** are those of volunteers, sessions on line included. Somebody who belongs to two
organizations gives both the hours, so never add them up. **Hours given to one** give each session
to one organization, the primary one first: those add up. Hours of presenters stand beside.
"""


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    years = queries_organizations.years(release)
    if not years and st.query_params.get("organization") is None:
        view.empty(
            "No organization has volunteered yet",
            "Load Salesforce on the **Salesforce** page (or `polaris-load salesforce`): "
            "organizations come with accounts, affiliations and sessions.",
            ":material/domain:",
        )
        return
    filters = view.Filters("organizations")
    chosen = _filters(release, filters, years)
    opened = st.query_params.get("organization")
    if opened is not None:
        organization_page.draw(context, release, opened, chosen.year, chosen.mode)
        return
    _cards(release, chosen.year, chosen.mode)
    total = queries_organizations.count(release, chosen)
    if not total:
        view.empty(
            "No organization fits these filters",
            "Choose another year, try fewer words, or reset the filters.",
            ":material/filter_alt_off:",
        )
        return
    number = filters.page_number(total, PAGE_SIZE)
    _list(queries_organizations.page(release, chosen, number))
    filters.pager(total, PAGE_SIZE, "organization")
    _matches(release)
    crm_definitions.button(crm_definitions.catalogue(release), _CODES, _MEANING)
    downloads.buttons(
        context.person,
        f"Organizations_{chosen.year}_{chosen.mode}",
        "organizations",
        lambda: [
            downloads.sheet_of(
                "Organizations",
                queries_organizations.page(release, chosen, None),
                _HEADS,
            )
        ],
    )


def _filters(release: OpenRelease, filters: view.Filters, years: list[str]) -> OrganizationFilter:
    year_box, mode_box, type_box, sort_box = st.columns([1.4, 2.4, 2, 2])
    with year_box:
        named = {one: one for one in years} | {"all": "All years"}
        year = filters.choice("School year", "year", person_lists.options(named), next(iter(named)))
    with mode_box:
        mode = filters.choice(
            "Whose work counts", "mode", person_lists.options(words_volunteers.MODES), "verified"
        )
    if st.query_params.get("organization") is not None:
        return OrganizationFilter(year or "all", mode or "verified")
    with type_box:
        kinds = {one: one for one in queries_organizations.types(release)}
        kind = filters.choice("Type", "type", view.any_of("Every type", kinds))
    with sort_box:
        first = next(iter(SORTS))
        sort = filters.choice(
            "Order", "sort", person_lists.options({name: name for name in SORTS}), first
        )
    text_box, reset_box = st.columns([6, 1], vertical_alignment="bottom")
    with text_box:
        text = filters.text("Search", "q", "Name of the organization")
    with reset_box:
        filters.reset_button()
    return OrganizationFilter(year or "all", mode or "verified", text, kind, sort or first)


def _cards(release: OpenRelease, year: str, mode: str) -> None:
    found = queries_organizations.summary(release, year, mode)
    metrics = crm_definitions.catalogue(release)
    code = "ORG-VERIFIED" if mode == "verified" else "ORG-FULL"
    view.cards(
        [
            (
                "Organizations",
                words.number(found["organization_count"]),
                crm_definitions.hint(metrics, code),
            ),
            (
                "Volunteer hours",
                words_crm.hours(found["attributed_hours"] or 0),
                "Each session given to one organization; with those of people without one.",
            ),
            (
                "Volunteers without an organization",
                words.number(found["unknown_volunteer_count"] or 0),
                "Credited people without a membership that counts.",
            ),
            (
                "Their hours",
                words_crm.hours(found["unknown_hours"] or 0),
                "Part of the hours on the left.",
            ),
        ]
    )


def _list(rows: Any) -> None:
    import pandas as pd

    frame = pd.DataFrame(person_lists.plain_rows(rows))
    frame["organization_type"] = [words.plain(one) for one in frame["organization_type"]]
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    view.table(
        frame.assign(open="Open"),
        {
            "open": view.open_column(
                "organizations", "organization", frame["organization_key"].tolist()
            ),
            "hours_rank": number("Rank", width=58, help="By hours."),
            "organization_name": text("Organization", width=240),
            "organization_type": text("Type", width=130),
            "volunteer_count": number("Volunteers", width=86),
            "event_count": number("Sessions", width=76),
            "in_person_event_count": number("In person", width=80),
            "virtual_event_count": number("Virtual", width=70),
            "volunteer_hours": number("Hours", format="localized", width=80),
            "attributed_hours": number("Given to one", format="localized", width=98),
            "virtual_volunteer_hours": number("Presenter hours", format="localized", width=98),
            "latest_event_date": st.column_config.DateColumn(
                "Latest", format="MMM D, YYYY", width=108
            ),
        },
        height="content",
        key="organizations-list",
        alt="Organizations",
    )
    names = dict(zip(frame["organization_key"], frame["organization_name"], strict=True))
    by_name.box("organizations", names, by_name.into("organization"))


def _matches(release: OpenRelease) -> None:
    """How well ties of people to organizations were matched (platform.md §6.7)."""
    import pandas as pd

    rows = queries_organizations.matches(release)
    if not rows:
        return
    frame = pd.DataFrame(person_lists.plain_rows(pd.DataFrame(rows)))
    frame["source"] = [words.label(one, words_crm.SOURCES) for one in frame["source"]]
    frame["file_name"] = [words.plain(one) for one in frame["file_name"]]
    number = st.column_config.NumberColumn
    with st.expander("How memberships were matched", icon=":material/link:"):
        st.caption(
            "By the run that brought them, as people and organizations are known now. What is not "
            "matched waits on *Data quality* (files) or *Salesforce*, and comes in by itself."
        )
        view.table(
            frame,
            {
                "source": st.column_config.TextColumn("Source", width=100),
                "file_name": st.column_config.TextColumn("File", width=200),
                "started_at": st.column_config.DatetimeColumn("Run", width=150),
                "attempted_count": number("Memberships", width=100),
                "matched_count": number("Matched", width=90),
                "match_rate_pct": number("Matched", format="%.1f %%", width=90),
                "unmatched_contact_count": number("No person", width=90),
                "unmatched_organization_count": number("No organization", width=110),
            },
            height="content",
            key="organizations-matches",
            alt="How memberships were matched",
        )
        st.page_link(
            "screens/data_quality.py",
            label="Those that led nowhere, with their ids",
            icon=":material/rule:",
            query_params={"entity": "affiliation"},
        )


view.show(
    "Organizations",
    "Which organizations volunteers came from, and how much they gave.",
    body,
    "view_volunteers",
    of_crm=True,
)
