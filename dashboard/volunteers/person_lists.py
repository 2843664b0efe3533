"""Lists of volunteers: the thank-you list of a school year, who came lately, who is coming."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import streamlit as st

from dashboard import crm_definitions, downloads, view, words, words_crm
from dashboard.release import OpenRelease
from dashboard.volunteers import queries_volunteers, words_volunteers
from dashboard.volunteers.queries_volunteers import PAGE_SIZE, YearFilter

_YEAR_HEADS = {
    "name": "Name",
    "organization_name": "Organization",
    "email": "Email",
    "event_count": "Sessions",
    "volunteer_hours": "Hours",
    "in_person_hours": "In person",
    "virtual_hours": "Virtual",
    "strict_volunteer_hours": "Recorded",
    "last_event_date": "Last time",
    "first": "First time",
    "mail": "May get mail",
    "types": "Kinds of sessions",
}
_EVENT_HEADS = {
    "session_date": "Date",
    "title": "Session",
    "kind": "Kind",
    "name": "Volunteer",
    "organization": "Organization",
    "status": "Status",
    "volunteer_hours": "Hours",
}
_NOBODY = (
    "Nobody fits these filters",
    "Choose another year, try fewer words, or reset the filters.",
    ":material/filter_alt_off:",
)


def options(values: Mapping[str, str]) -> dict[str | None, str]:
    """Options of a filter that always restricts: value -> words."""
    return {value: label for value, label in values.items()}  # noqa: C416 (the key's type widens)


def plain_rows(frame: Any) -> list[dict[str, Any]]:
    """The rows of a table, every kind of null as None."""
    return [
        {name: None if _is_null(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _is_null(value: Any) -> bool:
    return words.is_missing(value) or type(value).__name__ in {"NAType", "NaTType"}


def _flag(value: Any) -> str:
    return words.DASH if value is None else ("Yes" if value else "No")


def by_year(context: view.Context, release: OpenRelease, filters: view.Filters) -> None:
    """The thank-you list of a school year."""
    years = queries_volunteers.years(release)
    if not years:
        view.empty(
            "Nobody volunteered yet",
            "The list fills when a session with a volunteer is completed.",
        )
        return
    year_box, host_box, text_box, reset_box = st.columns(
        [1.4, 1.6, 3, 1.1], vertical_alignment="bottom"
    )
    with year_box:
        year = filters.choice("School year", "year", {one: one for one in years}, years[0])
    with host_box:
        host = filters.choice("Host", "host", options(words_volunteers.HOSTS), "all")
    with text_box:
        text = filters.text("Search", "q", "Name, organization, job or skill")
    with reset_box:
        filters.reset_button()
    with st.container(horizontal=True, gap="large"):
        only_first = filters.flag("First-time volunteers", "first")
        only_mailable = filters.flag("May get mail", "mail")
    chosen = YearFilter(year or years[0], host or "all", text, only_first, only_mailable)
    frame = _year_table(context, queries_volunteers.year_rows(release, chosen))
    hours = words_crm.hours(float(frame["volunteer_hours"].sum()) if len(frame) else 0)
    st.subheader(f"{words.counted(len(frame), 'person', 'people')}, {hours} hours", anchor=False)
    if not len(frame):
        view.empty(*_NOBODY)
        return
    number = filters.page_number(len(frame), PAGE_SIZE)
    _year_list(frame.iloc[(number - 1) * PAGE_SIZE : number * PAGE_SIZE].reset_index(drop=True))
    filters.pager(len(frame), PAGE_SIZE, "row")
    metrics = crm_definitions.catalogue(release)
    crm_definitions.button(
        metrics,
        ("M20", "M30", "M92"),
        "People that staff leave out of reports are not listed; people whom only Pathful or a "
        "sign-up names are, though no number of volunteers counts them yet. *May get mail* leaves "
        "out who is deceased or deleted, must not be contacted, or wants no e-mail.",
    )
    downloads.buttons(
        context.person,
        f"Volunteer_thank_you_{chosen.year}",
        "volunteers-year",
        lambda: [downloads.sheet_of("Thank-you list", frame, _YEAR_HEADS)],
    )


def _year_table(context: view.Context, rows: Any) -> Any:
    import pandas as pd

    listed = plain_rows(rows)
    made = [
        row
        | {
            "name": words_volunteers.full_name(row),
            "email": words.plain(context.email(row["email"])),
            "first": _flag(row["is_first_time"]),
            "mail": _flag(row["is_mailable"]),
            "types": words_volunteers.event_types(row["event_types"]),
        }
        for row in listed
    ]
    return pd.DataFrame(made, columns=["person_key", *_YEAR_HEADS])


def _year_list(frame: Any) -> None:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    view.table(
        frame.assign(open="Open"),
        {
            "open": view.open_column("volunteers-year", "person", frame["person_key"].tolist()),
            "name": text("Name", width=140),
            "organization_name": text("Organization", width=140),
            "email": text("E-mail", width=170),
            "event_count": number("Sessions", width=74),
            "volunteer_hours": number("Hours", format="localized", width=70),
            "in_person_hours": number("In person", format="localized", width=80),
            "virtual_hours": number("Virtual", format="localized", width=70),
            "last_event_date": st.column_config.DateColumn(
                "Last time", format="MMM D, YYYY", width=106
            ),
            "first": text("First time", width=76),
            "mail": text("May get mail", width=96),
            "types": text("Kinds", width=96),
        },
        height="content",
        key="volunteers-year-list",
        alt="Thank-you list",
    )


def by_event(
    context: view.Context, release: OpenRelease, filters: view.Filters, list_type: str
) -> None:
    """Volunteers by session; `list_type` is recent or future."""
    kinds = {code: words_crm.event_type(code) for code in queries_volunteers.event_kinds(release)}
    text_box, kind_box, since_box, reset_box = st.columns(
        [3, 2, 1.4, 1.1], vertical_alignment="bottom"
    )
    with text_box:
        text = filters.text("Search", "q", "Name, organization or session")
    with kind_box:
        kind = filters.choice("Kind of session", "kind", view.any_of("Every kind", kinds))
    since: date | None = None
    with since_box:
        if list_type == "recent":
            year_ago = context.today - timedelta(days=queries_volunteers.RECENT_DAYS)
            since = filters.day("Since", "since", year_ago)
    with reset_box:
        filters.reset_button()
    rows = plain_rows(queries_volunteers.by_event(release, list_type, text, kind, since))
    people = len({row["person_key"] for row in rows})
    sessions = len({row["event_key"] for row in rows})
    st.subheader(
        f"{words.counted(people, 'person', 'people')} in {words.counted(sessions, 'session')}",
        anchor=False,
    )
    if not rows:
        view.empty(*_NOBODY)
        return
    frame = _event_table(rows)
    number = filters.page_number(len(frame), PAGE_SIZE)
    _event_list(frame.iloc[(number - 1) * PAGE_SIZE : number * PAGE_SIZE].reset_index(drop=True))
    filters.pager(len(frame), PAGE_SIZE, "row")
    st.caption(
        "Completed sessions and who attended; people left out of reports are not listed."
        if list_type == "recent"
        else "Sessions from today on and who is signed up for them, without who cancelled."
    )
    downloads.buttons(
        context.person,
        f"Volunteers_{list_type}",
        "volunteers-events",
        lambda: [downloads.sheet_of("Volunteers by session", frame, _EVENT_HEADS)],
    )


def _event_table(rows: list[dict[str, Any]]) -> Any:
    import pandas as pd

    return pd.DataFrame(
        {
            "person_key": [row["person_key"] for row in rows],
            "session_date": [row["session_date"] for row in rows],
            "title": [words.plain(row["title"]) for row in rows],
            "kind": [words_crm.event_type(row["event_type"]) for row in rows],
            "name": [words_volunteers.full_name(row) for row in rows],
            "organization": [words.plain(row["organization_name"]) for row in rows],
            "status": [words.label(row["status"], words_volunteers.PARTICIPATIONS) for row in rows],
            "volunteer_hours": [row["volunteer_hours"] for row in rows],
        }
    )


def _event_list(frame: Any) -> None:
    text = st.column_config.TextColumn
    view.table(
        frame.assign(open="Open"),
        {
            "open": view.open_column("volunteers-event", "person", frame["person_key"].tolist()),
            "session_date": st.column_config.DateColumn("Date", format="MMM D, YYYY", width=110),
            "title": text("Session", width=300),
            "kind": text("Kind", width=150),
            "name": text("Volunteer", width=190),
            "organization": text("Organization", width=190),
            "status": text("Status", width=100),
            "volunteer_hours": st.column_config.NumberColumn("Hours", format="localized", width=70),
        },
        height="content",
        key="volunteers-event-list",
        alt="Volunteers by session",
    )
