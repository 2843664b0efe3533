"""Teacher progress: district, school, teacher, one below the other."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import downloads, queries_progress, view, words
from dashboard.charts import district_row, legend, progress_bar
from dashboard.definitions import show_definitions
from dashboard.release import OpenRelease

_CARDS_PER_ROW = 3
# The sheet "Teacher Progress" as districts know it.
_EXPORT = {
    "building": "Building",
    "teacher_name": "Name",
    "email": "Email",
    "grade": "Grade",
    "target_sessions": "Target Sessions",
    "completed_sessions": "Completed Sessions",
    "progress_status": "Status",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    years = queries_progress.years(release)
    default = queries_progress.default_year(years, context.today)
    if default is None:
        view.empty(
            "No teacher roster yet",
            "Progress is measured for the teachers on a roster. Import one on the **Import** page "
            "(`polaris-load roster FILE --district NAME --academic-year YYYY-YYYY`), then the "
            "Pathful Session Report.",
            ":material/school:",
        )
        return
    filters = view.Filters("progress")
    year_box, period_box, district_box, help_box = st.columns(
        [2, 2, 4, 2.4], vertical_alignment="bottom"
    )
    with year_box:
        chosen = filters.choice("Virtual year", "year", {y: y for y in years}, default)
    year = chosen or default
    with period_box:
        found = queries_progress.periods(release, year)
        names: dict[str | None, str] = {p: words.period_name(p, year) for p in found}
        period = filters.choice("Period", "period", names, found[0]) or found[0]
    districts = queries_progress.districts(release, year, period)
    options = view.any_of(
        "All districts", {row["district_key"]: row["district_name"] for row in districts}
    )
    with district_box:
        district = filters.choice("District", "district", options)
    with help_box:
        show_definitions()
    teacher_key = st.query_params.get("teacher")
    if district is None:
        _all_districts(context, districts, filters, f"{year}_{period}")
    elif teacher_key is not None:
        _teacher(context, release, teacher_key, (district, year, period))
    else:
        chosen_district = next(row for row in districts if row["district_key"] == district)
        _district(context, release, filters, chosen_district, (district, year, period))


def _all_districts(
    context: view.Context, districts: list[dict[str, Any]], filters: view.Filters, window: str
) -> None:
    for row in districts:
        with st.container(border=True):
            open_ = district_row(row, f"district-{row['district_key']}")
            open_.button(
                "Open",
                key=f"open-{row['district_key']}",
                on_click=filters.put,
                args=("district", row["district_key"]),
            )
    columns = {
        "district_name": "District",
        "total_schools": "Schools",
        "total_teachers": "Teachers",
        "goals_achieved": "Achieved",
        "goals_achieved_pct": "Achieved %",
        "goals_in_progress": "In Progress",
        "goals_not_started": "Not Started",
        "needs_review": "Needs Review",
        "no_shows": "No-Shows",
    }
    sheet = [
        downloads.Sheet(
            "Districts",
            list(columns.values()),
            [[row[name] for name in columns] for row in districts],
        )
    ]
    downloads.buttons(context.person, f"District_Progress_{window}", "districts", lambda: sheet)


def _district(
    context: view.Context,
    release: OpenRelease,
    filters: view.Filters,
    row: dict[str, Any],
    scope: tuple[str, str, str],
) -> None:
    st.subheader(words.inert(row["district_name"]), anchor=False)
    view.cards(
        [
            ("Schools", words.number(row["total_schools"]), None),
            ("Teachers", words.number(row["total_teachers"]), None),
            ("Achieved", _share(row, "goals_achieved"), "Completed at least their target."),
            ("In progress", _share(row, "goals_in_progress"), "Something completed or planned."),
            (
                "Not started",
                _share(row, "goals_not_started"),
                "Nothing completed, nothing planned.",
            ),
            (
                "Need review",
                words.number(row["needs_review"]),
                "Teachers short of their goal with a past sign-up that no import ever settled.",
            ),
        ]
    )
    schools = queries_progress.schools(release, *scope)
    names = view.any_of("All schools", {one["building"]: one["building"] for one in schools})
    statuses = view.any_of("All", words.PROGRESS_WORDS)
    school_box, status_box, text_box, reset_box = st.columns(
        [3, 2, 4, 1.4], vertical_alignment="bottom"
    )
    with school_box:
        building = filters.choice("School", "school", names)
    with status_box:
        status = filters.choice("Status", "status", statuses)
    with text_box:
        text = filters.text("Search", "q", "Name, e-mail or school")
    with reset_box:
        filters.reset_button()
    if building is None and status is None and not text:
        _school_cards(schools, filters)
    elif building is not None:
        _school_cards([one for one in schools if one["building"] == building], filters, chosen=True)
    _teachers(context, release, scope, (building, status, text), row["district_name"])


def _share(row: dict[str, Any], column: str) -> str:
    return f"{row[column]:,} ({words.percent(row[f'{column}_pct'])})"


def _school_cards(
    schools: list[dict[str, Any]], filters: view.Filters, *, chosen: bool = False
) -> None:
    for start in range(0, len(schools), _CARDS_PER_ROW):
        shown = schools[start : start + _CARDS_PER_ROW]
        for column, row in zip(st.columns(_CARDS_PER_ROW), shown, strict=False):
            with column, st.container(border=True, gap="xsmall", height="stretch"):
                with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
                    st.markdown(f"**{words.inert(row['building'])}**", width="stretch")
                    st.button(
                        "All schools"
                        if chosen
                        else words.counted(row["total_teachers"], "teacher"),
                        key=f"show-{row['building']}",
                        type="tertiary",
                        icon=":material/arrow_back:" if chosen else ":material/arrow_downward:",
                        on_click=filters.put,
                        args=("school", None if chosen else row["building"]),
                    )
                progress_bar(row, f"school-{row['building']}")
                st.markdown(legend(row, with_percent=False))


def _teachers(
    context: view.Context,
    release: OpenRelease,
    scope: tuple[str, str, str],
    chosen: tuple[str | None, str | None, str],
    district_name: str,
) -> None:
    building, status, text = chosen
    frame = queries_progress.teachers(release, *scope, building=building, status=status, text=text)
    st.subheader(words.counted(len(frame), "teacher"), anchor=False)
    if frame.empty:
        st.markdown("No teacher fits. Choose another status or school, or search for less.")
        return
    keys = frame["teacher_key"].tolist()
    shown = frame.assign(
        open="Open",
        email=[context.email(one) for one in frame["email"]],
        progress_status=frame["progress_status"].map(words.PROGRESS_WORDS),
    )
    number = st.column_config.NumberColumn
    view.table(
        shown,
        {
            "open": view.open_column("progress", "teacher", keys),
            "teacher_name": st.column_config.TextColumn("Name", width=180),
            "building": st.column_config.TextColumn("School", width=180),
            "grade": st.column_config.TextColumn("Grade", width=64),
            "email": st.column_config.TextColumn("E-mail", width=210),
            "target_sessions": number("Target", width=64),
            "completed_sessions": number("Completed", width=84),
            "planned_sessions": number("Planned", width=72),
            "no_show_sessions": number("No-shows", width=76),
            "progress_pct": st.column_config.ProgressColumn(
                "Progress", min_value=0, max_value=100, format="%.0f %%", width=110
            ),
            "progress_status": st.column_config.TextColumn("Status", width=96),
        },
        key="progress-teachers",
        alt="Teachers and their progress",
    )
    _, year, period = scope
    stem = f"{district_name}_Teacher_Progress_{year}" + ("" if period == "year" else f"_{period}")
    downloads.buttons(
        context.person,
        stem,
        "teachers",
        lambda: [downloads.sheet_of("Teacher Progress", frame, _EXPORT)],
    )


def _teacher(
    context: view.Context, release: OpenRelease, teacher_key: str, scope: tuple[str, str, str]
) -> None:
    _, year, period = scope
    row = queries_progress.teacher(release, teacher_key, *scope)
    st.button("Back to the list", icon=":material/arrow_back:", on_click=view.go("teacher", None))
    if row is None:
        view.empty(
            "This teacher is not on the roster",
            "The roster of this district and year does not list this teacher. "
            "Choose another year, or go back to the list.",
        )
        return
    st.subheader(words.inert(row["teacher_name"]), anchor=False)
    where = [row["building"], row["district_name"], context.email(row["email"])]
    grade = f" · Grade {words.inert(row['grade'])}" if row["grade"] else ""
    st.markdown(" · ".join(words.inert(part) for part in where) + grade)
    view.cards(
        [
            ("Status", words.label(row["progress_status"], words.PROGRESS_WORDS), None),
            ("Completed", f"{row['completed_sessions']} of {row['target_sessions']}", None),
            ("Planned", words.number(row["planned_sessions"]), None),
            (
                "Still needed",
                words.number(row["needed_sessions"]),
                "Target, less completed and planned.",
            ),
            ("No-shows", words.number(row["no_show_sessions"]), "They never count."),
            ("Need review", words.number(row["needs_review_sessions"]), None),
        ]
    )
    sessions = queries_progress.sessions(release, teacher_key, year, period)
    name = words.period_name(period, year)
    if sessions.empty:
        st.markdown(f"No session of this teacher in {year} ({name}).")
        return
    sessions = sessions.assign(
        attendance=sessions["attendance_status"].map(words.ATTENDANCE),
        corrected=sessions["has_override"].map({True: "Yes"}),
    )
    columns = {
        "session_date": st.column_config.DateColumn("Date", format="MMM D, YYYY", width=110),
        "title": st.column_config.TextColumn("Session", width=380),
        "status": "Session status",
        "attendance": "Attendance",
        "corrected": "Corrected by staff",
        "career_cluster": "Career cluster",
    }
    view.table(sessions, columns, alt="Sessions of this teacher")
    heads = {"session_date": "Date", "title": "Session", "status": "Session status"}
    heads |= {"attendance": "Attendance", "career_cluster": "Career cluster"}
    stem = f"{row['teacher_name']}_sessions_{year}"
    downloads.buttons(
        context.person, stem, "sessions", lambda: [downloads.sheet_of("Sessions", sessions, heads)]
    )


view.show("Teacher progress", "Who reached the goal of this virtual year, school by school.", body)
