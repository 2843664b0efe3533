"""Volunteers: everybody, the thank-you list of a year, who came lately and who is coming."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import by_name, downloads, view, words
from dashboard.release import OpenRelease
from dashboard.volunteers import person_lists, person_page, queries_volunteers, words_volunteers
from dashboard.volunteers.queries_volunteers import PAGE_SIZE, SORTS, VolunteerFilter

_REACH = {"contactable": "May be contacted", "not_contactable": "Not reachable, or must not be"}
_SOURCES = {"salesforce": "In Salesforce", "pathful": "In Pathful only"}
_TIMES = {
    "lately": "In the last 12 months",
    "ever": "At least once",
    "never": "Never yet",
}
_LISTS = {
    "year": "By school year (thank-you list)",
    "recent": "Came lately, by session",
    "future": "Coming, by session",
}
_HEADS = {
    "name": "Name",
    "organization": "Organization",
    "job_title": "Job title",
    "email": "Email",
    "status": "Status",
    "local": "Local",
    "last_volunteer_date": "Last time",
    "times_volunteered": "Times",
    "reach": "Contact",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    person = st.query_params.get("person")
    if person is not None:
        person_page.draw(context, release, person)
        return
    if queries_volunteers.is_empty(release):
        view.empty(
            "No volunteer yet",
            "Load Salesforce on the **Salesforce** page (or `polaris-load salesforce`), "
            "or import a Pathful Session Report on the **Import** page.",
            ":material/volunteer_activism:",
        )
        return
    filters = view.Filters("volunteers")
    list_box, _ = st.columns([2, 3])
    with list_box:
        chosen = filters.choice("List", "list", view.any_of("Everybody", _LISTS))
    if chosen == "year":
        person_lists.by_year(context, release, filters)
    elif chosen is not None:
        person_lists.by_event(context, release, filters, chosen)
    else:
        _everybody(context, release, filters)


def _everybody(context: view.Context, release: OpenRelease, filters: view.Filters) -> None:
    chosen = _filters(context, filters)
    total = queries_volunteers.count(release, chosen)
    st.subheader(words.counted(total, "volunteer"), anchor=False)
    if not total:
        view.empty(
            "Nobody fits these filters",
            "Try fewer words, or reset the filters. Every word has to be found in the name, an "
            "organization, the job title, the industry or a skill.",
            ":material/filter_alt_off:",
        )
        return
    number = filters.page_number(total, PAGE_SIZE)
    frame = shown(context, queries_volunteers.page(release, chosen, number))
    _list(frame)
    filters.pager(total, PAGE_SIZE, "volunteer")
    st.caption(
        "*Times* are credited sessions and those staff added by hand. People deleted in "
        "Salesforce are left out; their sessions count."
    )
    downloads.buttons(
        context.person,
        "Volunteers",
        "volunteers",
        lambda: [
            downloads.sheet_of(
                "Volunteers",
                shown(context, queries_volunteers.page(release, chosen, None)),
                _HEADS,
            )
        ],
    )


def _filters(context: view.Context, filters: view.Filters) -> VolunteerFilter:
    text_box, status_box, local_box, sort_box = st.columns([3, 1.4, 1.4, 2.2])
    with text_box:
        text = filters.text("Search", "q", "Name, organization, job or skill")
    with status_box:
        status = filters.choice(
            "Status", "status", view.any_of("Any status", words_volunteers.STATUSES)
        )
    with local_box:
        local = filters.choice("Local", "local", view.any_of("Any", words_volunteers.LOCAL))
    with sort_box:
        sort = filters.choice("Order", "sort", {name: name for name in SORTS}, "Name")
    reach_box, source_box, times_box, reset_box = st.columns(
        [2, 2, 2, 1.2], vertical_alignment="bottom"
    )
    with reach_box:
        reach = filters.choice("Contact", "contact", view.any_of("Anybody", _REACH))
    with source_box:
        source = filters.choice("Source", "source", view.any_of("Any source", _SOURCES))
    with times_box:
        times = filters.choice("Volunteered", "times", view.any_of("Whenever", _TIMES))
    with reset_box:
        filters.reset_button()
    with st.container(horizontal=True, gap="large"):
        flags = {
            "duplicates": filters.flag("Somebody else has the same name", "duplicates"),
            "excluded": filters.flag("Left out of reports", "excluded"),
        }
    given = [one for one in (reach, source, times) if one]
    return VolunteerFilter(
        today=context.today,
        text=text,
        local=local,
        status=status,
        choices=(*given, *(name for name, is_on in flags.items() if is_on)),
        sort=sort or "Name",
        is_email_searched=context.may("view_contact_details"),
    )


def _reach(row: dict[str, Any]) -> str:
    if row["is_deceased"] is True:
        return "Deceased"
    if row["do_not_contact"] is True:
        return "Must not be"
    return "Yes" if row["is_contactable"] is True else "Not reachable"


def shown(context: view.Context, rows: Any) -> Any:
    """Volunteers in words."""
    import pandas as pd

    listed = person_lists.plain_rows(rows)
    return pd.DataFrame(
        {
            "person_key": [row["person_key"] for row in listed],
            "name": [words_volunteers.full_name(row) for row in listed],
            "organization": [words.plain(row["organization_name"]) for row in listed],
            "job_title": [words.plain(row["job_title"]) for row in listed],
            "email": [words.plain(context.email(row["email"])) for row in listed],
            "status": [
                words.label(row["volunteer_status"] or "active", words_volunteers.STATUSES)
                for row in listed
            ],
            "local": [
                words.label(row["local_status"] or "unknown", words_volunteers.LOCAL)
                for row in listed
            ],
            "last_volunteer_date": [row["last_volunteer_date"] for row in listed],
            "times_volunteered": [row["times_volunteered"] for row in listed],
            "reach": [_reach(row) for row in listed],
        }
    )


def _list(frame: Any) -> None:
    text = st.column_config.TextColumn
    view.table(
        frame.assign(open="Open"),
        {
            "open": view.open_column("volunteers", "person", frame["person_key"].tolist()),
            "name": text("Name", width=160),
            "organization": text("Organization", width=170),
            "job_title": text("Job title", width=140),
            "email": text("E-mail", width=190),
            "status": text("Status", width=80),
            "local": text("Local", width=90),
            "last_volunteer_date": st.column_config.DateColumn(
                "Last time", format="MMM D, YYYY", width=108
            ),
            "times_volunteered": st.column_config.NumberColumn("Times", width=62),
            "reach": text("Contact", width=104),
        },
        height="content",
        key="volunteers-list",
        alt="Volunteers",
    )
    names = [f"{one.name}, {one.organization}" for one in frame.itertuples()]
    keys = frame["person_key"].tolist()
    by_name.box("volunteers", dict(zip(keys, names, strict=True)), by_name.into("person"))


view.show(
    "Volunteers",
    "Everybody who volunteers, what they did, and who they are.",
    body,
    "view_volunteers",
    of_crm=True,
)
