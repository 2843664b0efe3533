"""District year-end: everything a school year brought a district, in person and virtual."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from dashboard import crm_definitions, downloads, view, words, words_crm
from dashboard.impact import (
    district_inputs_panel,
    impact_year_end,
    queries_district_impact,
    queries_school_year,
    year_scope,
)
from dashboard.impact.queries_school_year import ALL, NO_DISTRICT
from dashboard.release import OpenRelease
from dashboard.teachers.queries_progress import default_year

_CODES = ("YE-STUDENTS", "YE-HOURS", "M20", "M40", "M70", "M71", "M72", "M73", "X21-HOME", "M111")
_RULES = """
**Events** have the status Completed and a day from August 1 to July 31. **Virtual** are events of
the types virtual session and connector session, everything else is in person.
An event of two districts counts in both, so the districts add up to more than the whole.
"""
_MEASURES: dict[str | None, str] = {
    "event_count": "Events",
    "in_person_event_count": "Events in person",
    "virtual_event_count": "Virtual events",
    "volunteer_engagement_count": "Volunteer engagements",
    "volunteer_hours": "Volunteer hours",
}

Row = dict[str, Any]


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    years = queries_district_impact.years(release)
    default = default_year(years, context.today)
    if default is None:
        view.empty(
            "No event yet",
            "The year-end counts events that took place. Sync on the page **Salesforce**, or "
            "import a Session Report on the page **Import**.",
            ":material/summarize:",
        )
        return
    filters = view.Filters("district-impact")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        offered: dict[str | None, str] = {one: one for one in years}
        year = filters.choice("School year", "year", offered, default, width=150) or default
        hosts = view.any_of("All hosts", words_crm.HOSTS)
        host = filters.choice("Host", "host", hosts, width=150) or ALL
        rows = queries_district_impact.scopes(release, year, host)
        names = queries_school_year.districts(release, only_main=True)
        scope = year_scope.district(filters, rows, names)
        crm_definitions.button(crm_definitions.catalogue(release), _CODES, _RULES)
    first, after = queries_school_year.window(year)
    st.caption(
        f"{words.day(first)} to {words.day(date(after.year, 7, 31))}, both days included, by the "
        "day of the event. Events of Salesforce and sessions of Pathful."
    )
    row = next((one for one in rows if one["scope_key"] == scope), None)
    if row is None:
        year_scope.nothing()
        if scope in names:
            about = {"scope_key": scope, "school_year": year, "host": host}
            district_inputs_panel.draw(context, release, about)
        return
    _year_end(context, release, filters, rows, row)


def _year_end(
    context: view.Context, release: OpenRelease, filters: view.Filters, rows: list[Row], row: Row
) -> None:
    is_told = context.may("view_student_figures")
    scope = row["school_year"], row["host"], row["scope_key"]
    listed = [one for one in rows if one["scope_key"] != ALL]
    with st.container(horizontal=True, vertical_alignment="center"):
        title = f"{words.inert(row['district_name'])}, {row['school_year']}"
        st.subheader(title, anchor=False, width="stretch")
        host = "" if row["host"] == ALL else "_" + words_crm.HOSTS[row["host"]]
        downloads.workbook(
            context.person,
            "Year-end report (4 sheets)",
            f"{row['district_name']}_District_Year_End_{row['school_year']}{host}",
            "district-impact",
            lambda: impact_year_end.sheets(
                release,
                [row, *listed] if row["scope_key"] == ALL else [row],
                row,
                is_told=is_told,
            ),
        )
    left, right = st.columns(2)
    for column, title, icon in (
        (left, "Events", "event"),
        (right, "Virtual sessions", "cast_for_education"),
    ):
        with column, st.container(border=True, height="stretch", key=f"block-{icon}"):
            impact_year_end.block(title, icon, row, is_told=is_told)
    for title, icon in (
        ("Students", "school"),
        ("Volunteers", "volunteer_activism"),
        ("Organizations", "domain"),
    ):
        with st.container(border=True, key=f"block-{icon}"):
            impact_year_end.block(title, icon, row, is_told=is_told)
            if title == "Volunteers":
                year_scope.note_unconfirmed(row)
    _needs_attendance(row)
    _chart(release, filters, row, is_told=is_told)
    st.markdown("#### Programs")
    impact_year_end.programs(queries_district_impact.programs(release, *scope), is_told=is_told)
    st.markdown("#### Events by type")
    impact_year_end.event_types(
        queries_district_impact.event_types(release, *scope), is_told=is_told
    )
    st.caption("Events that were not cancelled, planned ones too; virtual by their format.")
    st.markdown("#### Schools by level")
    impact_year_end.schools(
        queries_district_impact.schools(release, row["school_year"], row["scope_key"]),
        is_told=is_told,
    )
    if row["scope_key"] not in {ALL, NO_DISTRICT}:
        district_inputs_panel.draw(context, release, row)


def _needs_attendance(row: Row) -> None:
    count = int(row["needs_attendance_count"] or 0)
    if count:
        st.warning(
            f"**{words.counted(count, 'event')} in person without attendance.** The students of "
            "these events are in no number. Enter the participations in Salesforce.",
            icon=":material/person_off:",
        )


def _chart(release: OpenRelease, filters: view.Filters, row: Row, *, is_told: bool) -> None:
    months = queries_district_impact.months(
        release, row["school_year"], row["host"], row["scope_key"]
    )
    with st.container(border=True, key="block-months"):
        year_scope.month_bars(filters, months, row["school_year"], _MEASURES, is_told=is_told)
        st.caption("Completed events without connector sessions.")


view.show(
    "District year-end",
    "What a school year brought a district: events, students, volunteers, organizations.",
    body,
    "view_impact",
    of_crm=True,
)
