"""Teacher progress: district, school, teacher, one below the other."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from dashboard import downloads, view, words
from dashboard.charts import district_row, legend, progress_bar
from dashboard.release import OpenRelease
from dashboard.teachers import progress_archive, progress_export, queries_progress, teacher_page
from dashboard.teachers.definitions import show_definitions

_CARDS_PER_ROW = 3
_STATUSES = {**words.PROGRESS_WORDS, queries_progress.NEEDS_REVIEW: "Needs review"}


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
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = filters.choice("Virtual year", "year", {y: y for y in years}, default, width=150)
        year = chosen or default
        windows = {
            row["period"]: (row["first_day"], row["last_day"])
            for row in queries_progress.periods(release, year)
        }
        names: dict[str | None, str] = {one: words.period_name(one, year) for one in windows}
        first = next(iter(windows))
        period = filters.choice("Period", "period", names, first, width=150) or first
        districts = queries_progress.districts(release, year, period)
        options = view.any_of(
            "Overview" if len(release.scope.districts) == 1 else "All districts",
            {row["district_key"]: row["district_name"] for row in districts},
        )
        district = filters.choice("District", "district", options)
        show_definitions()
    is_archived = _window_line(context, release, filters, (year, period, windows[period]))
    teacher_key = st.query_params.get("teacher")
    if district is not None and teacher_key is not None:
        teacher_page.draw(context, release, teacher_key, (district, year, period), windows)
    elif is_archived and district is None:
        progress_archive.all_districts(context, release, filters, year, period)
    elif is_archived and district is not None:
        progress_archive.district(context, release, filters, (district, year, period))
    elif district is None:
        _all_districts(context, districts, filters, f"{year}_{period}")
    else:
        row = next(row for row in districts if row["district_key"] == district)
        _district(context, release, filters, row | {"window": windows[period]}, (year, period))


def _window_line(
    context: view.Context,
    release: OpenRelease,
    filters: view.Filters,
    chosen: tuple[str, str, tuple[date, date]],
) -> bool:
    """The days that are counted, and the archive of the semester; whether that is wanted."""
    year, period, window = chosen
    name = words.period_name(period, year)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{name}: {words.day(window[0])} to {words.day(window[1])}, both days included. "
            "Planned sessions are those of the whole year.",
            width="stretch",
        )
        moments = queries_progress.archives(release, year, period)
        if not moments:
            progress_archive.archive_now(context, year, period, window)
            return False
        on = words.day(words.site_day(max(moments.values())))
        return filters.flag(f"As archived on {on}", "archived")


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
    chosen: tuple[str, str],
) -> None:
    scope = (row["district_key"], *chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(words.inert(row["district_name"]), anchor=False, width="stretch")
        st.button(
            "Overview" if len(release.scope.districts) == 1 else "All districts",
            type="tertiary",
            icon=":material/arrow_back:",
            on_click=filters.put,
            args=("district", None),
        )
        _report(context, release, row, chosen)
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
    _review(filters, row)
    statuses = view.any_of("All", _STATUSES)
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
    frame = queries_progress.teachers(release, *scope, building=building, status=status, text=text)
    _teachers(context, frame, scope, row["district_name"])


def _report(
    context: view.Context, release: OpenRelease, row: dict[str, Any], chosen: tuple[str, str]
) -> None:
    """The report of the whole district, whatever the filters show."""
    year, period = chosen

    def sheets() -> list[downloads.Sheet]:
        scope = (row["district_key"], year, period)
        teachers = _seen(context, queries_progress.teachers(release, *scope))
        schools = queries_progress.schools(release, *scope)
        return progress_export.report(row, schools, teachers, year)

    stem = _stem(row["district_name"], "Progress_Report", year, period)
    downloads.workbook(context.person, "District report (3 sheets)", stem, "report", sheets)


def _stem(district: str, what: str, year: str, period: str) -> str:
    return f"{district}_{what}_{year}" + ("" if period == "year" else f"_{period}")


def _seen(context: view.Context, frame: Any) -> Any:
    """The teachers with their addresses as this person may see them."""
    return frame.assign(email=[context.email(one) for one in frame["email"]])


def _review(filters: view.Filters, row: dict[str, Any]) -> None:
    """How many wait for a person, and the way to them."""
    if not row["needs_review"]:
        return
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key="needs-review"
    ):
        is_one = row["needs_review"] == 1
        st.markdown(
            f":material/help: **{words.counted(row['needs_review'], 'teacher')}** "
            f"{'is' if is_one else 'are'} short of the goal with a past sign-up that no import "
            "ever settled. Open a teacher to see why, and to give credit.",
            width="stretch",
        )
        st.button(
            "Show them",
            key="show-review",
            on_click=filters.put,
            args=("status", queries_progress.NEEDS_REVIEW),
        )


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
    context: view.Context, frame: Any, scope: tuple[str, str, str], district_name: str
) -> None:
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
    downloads.buttons(
        context.person,
        _stem(district_name, "Teacher_Progress", year, period),
        "teachers",
        lambda: [progress_export.teacher_progress(_seen(context, frame))],
    )


view.show("Teacher progress", "Who reached the goal of this virtual year, school by school.", body)
