"""Impact: what a year brought, month by month, in one district or all, in person or virtual."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import crm_definitions, downloads, view, words, words_crm
from dashboard.impact import impact_months, queries_impact, year_scope
from dashboard.impact.queries_school_year import ALL, NO_DISTRICT
from dashboard.release import OpenRelease

_CODES = ("M60", "M20", "M30", "M10", "M40", "M100", "M92", "M91", "M90", "M50")
_ESTIMATE_CODES = ("M10", "M73", "M73U", "X21-HOME", "X21-EVENT")

Row = dict[str, Any]


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    filters = view.Filters("impact")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds: dict[str | None, str] = dict(words_crm.YEAR_TYPES.items())
        kind = filters.choice("Year runs", "type", kinds, "school_year", width=220) or "school_year"
        years = queries_impact.years(release, kind)
        if not years:
            _nothing()
            return
        chosen = _year(filters, years, context)
        form = filters.choice("Format", "format", _formats(), width=150) or ALL
        rows = queries_impact.scopes(release, kind, chosen["year_label"], form)
        scope = year_scope.district(filters, rows)
        metrics = crm_definitions.catalogue(release)
        crm_definitions.button(metrics, _CODES)
    st.caption(
        f"{words.day(chosen['starts_on'])} to {words.day(chosen['ends_on'])}, both days included, "
        "by the day of the event. Cancelled events are in no number but their own."
    )
    row = next((one for one in rows if one["scope_key"] == scope), None)
    if row is None:
        year_scope.nothing("format")
        return
    _show(context, release, filters, rows, row | {"kind": kind, "metrics": metrics})


def _nothing() -> None:
    view.empty(
        "No event yet",
        "Impact counts events of Salesforce and sessions of Pathful. Sync on the page "
        "**Salesforce** or import a Session Report on the page **Import**.",
        ":material/insights:",
    )


def _formats() -> dict[str | None, str]:
    return view.any_of("All", words_crm.IMPACT_FORMATS)


def _year(filters: view.Filters, years: list[Row], context: view.Context) -> Row:
    """The chosen year; at first the one today lies in, else the newest that has begun."""
    begun = [one for one in years if one["starts_on"] <= context.today]
    default = (begun or years)[0]["year_label"]
    names: dict[str | None, str] = {one["year_label"]: one["year_label"] for one in years}
    label = filters.choice("Year", "year", names, default, width=140) or default
    return next((one for one in years if one["year_label"] == label), years[0])


def _show(
    context: view.Context, release: OpenRelease, filters: view.Filters, rows: list[Row], row: Row
) -> None:
    is_told = context.may("view_student_figures")
    months = queries_impact.months(
        release, row["scope_key"], row["format"], row["starts_on"], row["ends_on"]
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        title = f"{words.inert(row['district_name'])}, {row['year_label']}"
        st.subheader(title, anchor=False, width="stretch")
        downloads.workbook(
            context.person,
            "Export XLSX",
            f"Impact_{row['district_name']}_{row['year_label']}_{row['kind']}",
            "impact",
            lambda: [_sheet(rows, is_told=is_told), impact_months.sheet(months, is_told=is_told)],
        )
    _totals(row, is_told=is_told)
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch", key="block-hours"):
        _hours(row)
    with right, st.container(border=True, height="stretch", key="block-students"):
        _students(release, row, is_told=is_told)
    with st.container(border=True, key="block-people"):
        _people(row)
    with st.container(border=True, key="block-months"):
        window = row["starts_on"], row["ends_on"]
        impact_months.draw(filters, months, window, is_told=is_told)
    if row["scope_key"] == NO_DISTRICT:
        st.caption("Events that no district is known for: link them on the page Publish sessions.")
    elif row["scope_key"] == ALL:
        st.caption(
            "Each event counts once here. An event of two districts stands in both of them, so "
            "the districts add up to more than the whole."
        )


def _totals(row: Row, *, is_told: bool) -> None:
    hint = row["metrics"]
    number = words.number
    view.cards(
        [
            ("Events", number(row["event_count"]), crm_definitions.hint(hint, "M60")),
            ("Volunteers", number(row["volunteer_count"]), crm_definitions.hint(hint, "M20")),
            (
                "Volunteer hours",
                words_crm.hours(row["volunteer_hours"]),
                crm_definitions.hint(hint, "M30"),
            ),
            (
                "Students",
                words_crm.students(row["student_count"], is_told=is_told),
                crm_definitions.hint(hint, "M10"),
            ),
            (
                "Organizations",
                number(row["organization_count"]),
                crm_definitions.hint(hint, "M40"),
            ),
            ("Schools", number(row["school_count"]), crm_definitions.hint(hint, "M100")),
        ]
    )
    st.caption(
        f"Events: {number(row['in_person_event_count'])} in person, "
        f"{number(row['virtual_event_count'])} virtual, "
        f"{number(row['completed_event_count'])} completed so far. "
        f"Cancelled: {number(row['cancelled_event_count'])}. "
        f"Engagements: {number(row['engagement_count'])}, one person at three events is three."
    )
    year_scope.note_unconfirmed(row)


def _hours(row: Row) -> None:
    st.markdown("#### :material/schedule: Where the hours come from")
    parts = {
        "Recorded in Salesforce": row["delivery_source_hours"],
        "Length of the presenter's session": row["presenter_duration_hours"],
        "Length of the event": row["event_duration_hours"],
    }
    total = row["volunteer_hours"] or 0
    for name, value in parts.items():
        share = 100 * (value or 0) / total if total else 0.0
        st.markdown(f"**{words_crm.hours(value)}** {name} :small[{words.percent(round(share, 1))}]")
    st.caption(
        f"Official: {words_crm.hours(total)} hours. Strict, recorded hours only: "
        f"{words_crm.hours(row['strict_volunteer_hours'])}. "
        f"{words.counted(int(row['engagement_without_hours_count'] or 0), 'engagement')} "
        "without any hours."
    )


def _students(release: OpenRelease, row: Row, *, is_told: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("#### :material/groups: Counted and estimated students", width="stretch")
        crm_definitions.button(row["metrics"], _ESTIMATE_CODES)
    counted = words_crm.students(row["student_count"], is_told=is_told)
    attended = words_crm.students(row["student_attendance_count"], is_told=is_told)
    st.markdown(f"**{counted}** different students, by name in Salesforce :small[official]")
    st.markdown(f"**{attended}** attendances, one student at three events is three")
    estimate = (
        queries_impact.estimates(release, row["scope_key"], row["year_label"])
        if row["kind"] == "school_year"
        else None
    )
    if estimate is None:
        st.caption("The estimate of virtual students is made for school years only.")
        return
    st.markdown(
        f"**{words.number(estimate['virtual_student_estimate'])}** students of virtual sessions "
        ":small[estimate: 25 for each teacher who attended]"
    )
    st.markdown(
        f"**{words.number(estimate['virtual_student_upper_estimate'])}** "
        ":small[upper estimate: teachers who are signed up too; not official]"
    )
    lost = words_crm.students(estimate["attendance_without_school_count"], is_told=is_told)
    st.caption(
        "The estimate is never added to counted students. "
        f"Attendances in no district's numbers, as the student has no school: {lost}."
    )


def _people(row: Row) -> None:
    total = int(row["volunteer_count"] or 0)
    facts = [
        ("First-time volunteers", "first_time_volunteer_count", "M92"),
        ("Local volunteers", "local_volunteer_count", "M91"),
        ("Volunteers of color", "poc_volunteer_count", "M90"),
    ]
    for column, (label, name, code) in zip(st.columns(3), facts, strict=True):
        value = row[name]
        is_known = not words.is_missing(value)
        share = f"{words.percent(round(100 * (value or 0) / total, 1))} of volunteers"
        column.metric(
            label,
            words.number(value) if is_known else "Unknown",
            delta=share if total and is_known else None,
            delta_color="off",
            delta_arrow="off",
            help=crm_definitions.hint(row["metrics"], code),
        )
    st.caption(
        "People of whom it is not known are not counted; Unknown where it is known of nobody. "
        "Staff say on a person's page who is of color."
    )


_SHEET = {
    "district_name": "District",
    "event_count": "Events",
    "in_person_event_count": "In Person",
    "virtual_event_count": "Virtual",
    "completed_event_count": "Completed",
    "cancelled_event_count": "Cancelled",
    "volunteer_count": "Volunteers",
    "engagement_count": "Engagements",
    "volunteer_hours": "Volunteer Hours",
    "strict_volunteer_hours": "Recorded Hours",
    "student_count": "Students",
    "student_attendance_count": "Student Attendances",
    "organization_count": "Organizations",
    "school_count": "Schools",
    "first_time_volunteer_count": "First-time Volunteers",
    "local_volunteer_count": "Local Volunteers",
    "poc_volunteer_count": "Volunteers of Color",
}


def _sheet(rows: list[Row], *, is_told: bool) -> downloads.Sheet:
    return downloads.Sheet(
        "Year",
        list(_SHEET.values()),
        [[words_crm.figure(one, name, is_told=is_told) for name in _SHEET] for one in rows],
    )


view.show(
    "Impact",
    "Events, volunteers, hours and students of a year.",
    body,
    "view_impact",
    of_crm=True,
)
