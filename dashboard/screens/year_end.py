"""Year-end: what the virtual year brought a district, and how sessions were used."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import streamlit as st

from dashboard import downloads, view, words, words_crm
from dashboard.impact import queries_school_year, queries_year_end, year_end_usage, year_scope
from dashboard.impact.queries_school_year import ALL, NO_DISTRICT
from dashboard.impact.year_end_export import EVENT_TYPES, HOSTS, MEASURES, sheets
from dashboard.release import OpenRelease
from dashboard.teachers import definitions
from dashboard.teachers.queries_progress import default_year

_VIEWS = {"year": "Virtual year-end", "usage": "Virtual usage"}
_NOT_KNOWN = "Pathful reports how many students came, never who they are."

Row = dict[str, Any]


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    years = queries_year_end.years(release)
    default = default_year(years, context.today)
    if default is None:
        view.empty(
            "No session yet",
            "The year-end counts sessions that took place. Import a Pathful Session Report on the "
            "**Import** page (or `polaris-load pathful FILE`).",
            ":material/bar_chart:",
        )
        return
    filters = view.Filters("year-end")
    shown = _view()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names: dict[str | None, str] = {one: one for one in years}
        year = filters.choice("Virtual year", "year", names, default, width=150) or default
        host = ALL
        if shown == "year":
            hosts = view.any_of("All hosts", HOSTS)
            host = filters.choice("Host", "host", hosts, width=150) or ALL
        rows = queries_year_end.scopes(release, year, host)
        chosen = year_scope.district(filters, rows)
        if shown == "year":
            definitions.show_year_end()
        else:
            definitions.show_usage()
    first, after = queries_school_year.window(year)
    st.caption(
        f"{words.day(first)} to {words.day(date(after.year, 7, 31))}, both days included, "
        "by the day of the event."
    )
    if shown == "usage":
        year_end_usage.draw(context, release, filters, year, chosen)
        return
    row = next((one for one in rows if one["scope_key"] == chosen), None)
    if row is None:
        year_scope.nothing()
        return
    _year_end(context, release, filters, rows, row | {"year": year, "host": host})


def _view() -> str:
    """Which of the two reports is shown; the URL keeps it."""
    key = "year-end-view"
    if key not in st.session_state:
        wanted = st.query_params.get("view")
        st.session_state[key] = wanted if wanted in _VIEWS else "year"
    chosen = st.segmented_control(
        "Report",
        list(_VIEWS),
        format_func=lambda one: _VIEWS[one],
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    value = chosen or "year"
    if value == "year":
        st.query_params.pop("view", None)
    else:
        st.query_params["view"] = value
    return value


def _year_end(
    context: view.Context,
    release: OpenRelease,
    filters: view.Filters,
    rows: list[Row],
    row: Row,
) -> None:
    is_told = context.may("view_student_figures")
    listed = [one for one in rows if one["scope_key"] != ALL]
    is_all = row["scope_key"] == ALL
    with st.container(horizontal=True, vertical_alignment="center"):
        title = f"{words.inert(row['district_name'])}, {row['year']}"
        st.subheader(title, anchor=False, width="stretch")
        host = "" if row["host"] == ALL else "_" + HOSTS[row["host"]]
        downloads.workbook(
            context.person,
            "Year-end report (4 sheets)",
            f"{row['district_name']}_Year_End_{row['year']}{host}",
            "year-end",
            lambda: sheets(release, [row, *listed] if is_all else [row], row, is_told=is_told),
        )
    _totals(row, is_told=is_told)
    if row["scope_key"] not in {ALL, NO_DISTRICT}:
        st.caption(
            "Teachers, classrooms, teacher engagements and schools include guests of sessions "
            "shared with other districts; students participated count own teachers only."
        )
    virtual, program = st.columns(2)
    with virtual, st.container(border=True, height="stretch", key="block-virtual"):
        _virtual(row, is_told=is_told)
    with program, st.container(border=True, height="stretch", key="block-program"):
        _program(row)
    _chart(release, filters, row, is_told=is_told)
    _types(release, row)
    if is_all and listed:
        _compare(filters, listed, is_told=is_told)


def _totals(row: Row, *, is_told: bool) -> None:
    students = row["unique_students"]
    view.cards(
        [
            ("Total events", words.number(row["total_events"]), "Completed events."),
            (
                "Unique students reached",
                (
                    "Not known"
                    if words.is_missing(students)
                    else words_crm.students(students, is_told=is_told)
                ),
                _NOT_KNOWN,
            ),
            (
                "Volunteer engagements",
                words.number(row["volunteer_engagements"]),
                "Presenters in sessions: one who presented three times is three.",
            ),
            ("Volunteer hours", words_crm.hours(row["volunteer_hours"]), None),
            (
                "Volunteer organizations",
                words.number(row["organization_count"]),
                "Different companies of the presenters.",
            ),
        ]
    )


def _facts(title: str, icon: str, facts: list[tuple[str, str, str | None]]) -> None:
    """A block of numbers, three to a row: label, number, what it means."""
    st.markdown(f"#### :material/{icon}: {title}")
    for start in range(0, len(facts), 3):
        for column, fact in zip(st.columns(3), facts[start : start + 3], strict=False):
            label, number, meaning = fact
            column.metric(label, number, help=meaning)


def _virtual(row: Row, *, is_told: bool) -> None:
    number = words.number
    _facts(
        "Virtual sessions",
        "cast_for_education",
        [
            ("Classrooms reached", number(row["classrooms_reached"]), "One per unique teacher."),
            ("Unique teachers", number(row["unique_teachers"]), "Attended, each counted once."),
            (
                "Confirmed teachers",
                number(row["confirmed_teachers"]),
                "Attended, whatever status the session has.",
            ),
            (
                "Registered teachers",
                number(row["registered_teachers"]),
                "Signed up, whether or not they came.",
            ),
            ("Schools reached", number(row["schools_reached"]), None),
            (
                "Students attended",
                words_crm.students(row["attended_student_count"], is_told=is_told),
                "As Pathful counts them; a student of two sessions counts twice.",
            ),
        ],
    )


def _program(row: Row) -> None:
    number = words.number
    _facts(
        "Program",
        "school",
        [
            ("Sessions", number(row["session_count"]), "Virtual sessions that took place."),
            (
                "Teachers engaged",
                f"{number(row['teacher_engagements'])} / {number(row['unique_teachers'])}",
                "In all, and different ones: one teacher in three sessions is three and one.",
            ),
            (
                "Students participated",
                number(row["estimated_students"]),
                "An estimate, 25 for each teacher engaged. How many different students is not "
                "known.",
            ),
            ("Presenters", number(row["volunteer_count"]), "Different people, confirmed or not."),
            (
                "Local presenter",
                _known(row["local_session_count"]),
                "Sessions with a local presenter; unknown while no record says so.",
            ),
            (
                "Presenter of color",
                _known(row["poc_session_count"]),
                "Sessions with such a presenter; unknown while no record says so.",
            ),
        ],
    )


def _known(value: Any) -> str:
    return "Unknown" if words.is_missing(value) else f"{int(value):,}"


def _chart(release: OpenRelease, filters: view.Filters, row: Row, *, is_told: bool) -> None:
    months = queries_year_end.months(release, row["year"], row["host"], row["scope_key"])
    with st.container(border=True, key="block-months"):
        year_scope.month_bars(filters, months, row["year"], MEASURES, is_told=is_told)


def _types(release: OpenRelease, row: Row) -> None:
    types = queries_year_end.event_types(release, row["year"], row["host"], row["scope_key"])
    if not types:
        return
    # A type that was held in person and online has a row for each.
    counts: Counter[str] = Counter()
    for one in types:
        counts[words.label(one["event_type"], EVENT_TYPES)] += one["event_count"]
    parts = [f"{words.inert(name)} **{count:,}**" for name, count in counts.most_common()]
    st.markdown("Event types: " + " · ".join(parts))


def _compare(filters: view.Filters, rows: list[Row], *, is_told: bool) -> None:
    """The districts side by side, the main ones unless all are wanted."""
    import pandas as pd

    main = [one for one in rows if one["is_main"]]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("#### :material/apartment: Districts side by side", width="stretch")
        hidden = len(rows) - len(main)
        everything = bool(hidden) and filters.flag(
            f"Show all districts ({hidden:,} more)",
            "everything",
            "Also those made from spellings nobody has placed, and sessions of no district.",
        )
    shown = rows if everything or not main else main
    frame = pd.DataFrame(shown)
    attended = "attended_student_count"
    frame[attended] = [words_crm.students(one, is_told=is_told) for one in frame[attended]]
    number = st.column_config.NumberColumn
    view.table(
        frame,
        {
            "district_name": st.column_config.TextColumn("District", width=230),
            "total_events": st.column_config.ProgressColumn(
                "Events",
                format="%d",
                min_value=0,
                max_value=int(max(one["total_events"] for one in rows) or 1),
                width=140,
            ),
            attended: st.column_config.TextColumn(
                "Students attended", width=128, alignment="right"
            ),
            "unique_teachers": number("Unique teachers", width=118, format="localized"),
            "teacher_engagements": number("Teachers engaged", width=122, format="localized"),
            "schools_reached": number("Schools", width=80, format="localized"),
            "volunteer_count": number("Presenters", width=92, format="localized"),
            "volunteer_hours": number("Volunteer hours", width=116, format="localized"),
            "organization_count": number("Organizations", width=106, format="localized"),
        },
        alt="Districts side by side",
    )
    st.caption(
        "A session of two districts counts in both; the cards above count it once, so the rows "
        "add up to more."
    )


view.show(
    "Virtual year-end",
    "Virtual sessions alone; District year-end holds every event of a school year.",
    body,
    "view_year_end",
)
