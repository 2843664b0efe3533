"""The blocks of numbers of the district year-end, their tables, and its workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import downloads, view, words, words_crm
from dashboard.impact import queries_district_impact
from dashboard.release import OpenRelease

Row = dict[str, Any]
# Block -> column of the mart -> its label; the schema of the year-end (salesforce.md 6.2).
BLOCKS: dict[str, dict[str, str]] = {
    "Events": {
        "event_count": "Events",
        "in_person_event_count": "In person",
        "virtual_event_count": "Virtual",
        "in_person_event_pct": "In person, share",
        "virtual_event_pct": "Virtual, share",
        "school_count": "Schools",
    },
    "Students": {
        "student_attendance_count": "Attendances in person",
        "student_count": "Different students in person",
        "virtual_student_estimate": "Virtual, estimated",
        "students_total": "In person and virtual",
        "unique_virtual_student_count": "Different students, virtual",
        "virtual_student_upper_estimate": "Virtual, upper estimate",
        "student_count_by_event_district": "Different, by district of event",
        "student_count_by_home_district": "Different, by district of school",
        "attendance_without_school_count": "Attendances without a school",
        "attendance_elsewhere_count": "Attendances of other districts",
        "students_per_volunteer_avg": "Students per volunteer",
        "needs_attendance_count": "Events without attendance",
    },
    "Volunteers": {
        "volunteer_engagement_count": "Engagements",
        "in_person_engagement_count": "Engagements in person",
        "virtual_engagement_count": "Engagements virtual",
        "volunteer_count": "Different volunteers",
        "in_person_volunteer_count": "Different, in person",
        "virtual_volunteer_count": "Different, virtual",
        "first_time_volunteer_count": "First-time volunteers",
        "year_end_hours": "Hours",
        "in_person_year_end_hours": "Hours in person",
        "virtual_year_end_hours": "Hours virtual",
        "in_person_hours_pct": "Hours in person, share",
        "virtual_hours_pct": "Hours virtual, share",
        "volunteer_hours": "Hours, official total",
        "strict_volunteer_hours": "Hours, recorded only",
    },
    "Organizations": {
        "organization_count": "Organizations",
        "in_person_organization_count": "In person",
        "virtual_organization_count": "Virtual",
        "organization_hours": "Hours",
        "in_person_organization_hours": "Hours in person",
        "virtual_organization_hours": "Hours virtual",
    },
    "Virtual sessions": {
        "virtual_session_count": "Sessions",
        "classroom_count": "Classrooms reached",
        "unique_teacher_count": "Unique teachers",
        "confirmed_teacher_count": "Confirmed teachers",
        "registered_teacher_count": "Registered teachers",
    },
}
_HINTS = {
    "unique_virtual_student_count": "Always 0: nobody knows who they are, only how many teachers.",
    "virtual_student_estimate": "25 for each of the district's own teachers who attended.",
    "virtual_student_upper_estimate": (
        "Teachers who are signed up too, no-shows aside. Not an official number."
    ),
    "attendance_without_school_count": "Lost to every district: the student has no school.",
    "attendance_elsewhere_count": "Of students whose school is in another district.",
    "needs_attendance_count": "Held in person, and nobody entered who came.",
    "students_per_volunteer_avg": "Only events with attendance detail; a dash for none.",
    "year_end_hours": "Recorded hours; a virtual event without any counts its started hours once.",
    "organization_hours": "Each hour given to one organization only.",
    "volunteer_hours": "Recorded hours, else the length of the event but at least one hour.",
}
_COUNTING = {
    "students": "Students",
    "students_of_level": "Students of high schools",
    "events": "Events only",
    "teachers": "Teachers, students estimated",
}
_IN_A_ROW = 4


def value(row: Row, name: str, *, is_told: bool) -> str:
    """A number of the year-end for a card."""
    shown = words_crm.figure(row, name, is_told=is_told)
    if isinstance(shown, str):
        return shown
    if name.endswith("_pct"):
        return words.percent(row[name])
    if name.endswith("_hours") or name.endswith("_avg"):
        return words_crm.hours(row[name])
    return words.number(row[name])


def block(title: str, icon: str, row: Row, *, is_told: bool) -> None:
    """One block of the year-end."""
    st.markdown(f"#### :material/{icon}: {title}")
    facts = list(BLOCKS[title].items())
    for start in range(0, len(facts), _IN_A_ROW):
        boxes = st.columns(_IN_A_ROW)
        for box, (name, label) in zip(boxes, facts[start : start + _IN_A_ROW], strict=False):
            box.metric(label, value(row, name, is_told=is_told), help=_HINTS.get(name))


def programs(rows: Sequence[Row], *, is_told: bool) -> None:
    """Every program with what is counted of it."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "program": [row["program_name"] for row in rows],
            "rule": [words.label(row["counting_rule"], _COUNTING) for row in rows],
            "events": [row["event_count"] for row in rows],
            "attended": [_students(row, "student_attendance_count", is_told) for row in rows],
            "students": [_students(row, "student_count", is_told) for row in rows],
            "teachers": [words.number(row["teacher_count"]) for row in rows],
            "estimate": [words.number(row["virtual_student_estimate"]) for row in rows],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "program": text("Program", width=300),
            "rule": text("What is counted", width=230),
            "events": st.column_config.NumberColumn("Events", width=90),
            "attended": text("Attendances", width=120, alignment="right"),
            "students": text("Students", width=120, alignment="right"),
            "teachers": text("Teachers", width=110, alignment="right"),
            "estimate": text("Estimated", width=120, alignment="right"),
        },
        height="content",
        alt="Programs",
    )


def _students(row: Row, name: str, is_told: bool) -> str:
    return words_crm.students(row[name], is_told=is_told)


def event_types(rows: Sequence[Row], *, is_told: bool) -> None:
    """Events that were not cancelled, by type and format."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "type": [words_crm.event_type(row["event_type"]) for row in rows],
            "events": [row["event_count"] for row in rows],
            "in_person": [row["in_person_event_count"] for row in rows],
            "virtual": [row["virtual_event_count"] for row in rows],
            "completed": [row["completed_event_count"] for row in rows],
            "volunteers": [row["volunteer_count"] for row in rows],
            "hours": [row["volunteer_hours"] for row in rows],
            "students": [_students(row, "student_attendance_count", is_told) for row in rows],
        }
    )
    number = st.column_config.NumberColumn
    view.table(
        frame,
        {
            "type": st.column_config.TextColumn("Type", width=280),
            "events": number("Events", width=110),
            "in_person": number("In person", width=110),
            "virtual": number("Virtual", width=110),
            "completed": number("Completed", width=110),
            "volunteers": number("Volunteers", width=110),
            "hours": number("Hours", format="localized", width=110),
            "students": st.column_config.TextColumn("Attendances", width=130, alignment="right"),
        },
        height="content",
        alt="Events by type",
    )


def schools(rows: Sequence[Row], *, is_told: bool) -> None:
    """Every school, level by level."""
    import pandas as pd

    if not rows:
        st.markdown("No school of this district is known.")
        return
    frame = pd.DataFrame(
        {
            "level": [row["level"] for row in rows],
            "school": [
                "No school" if row["school_key"] == "Unknown" else row["school_name"]
                for row in rows
            ],
            "district": [row["district_name"] for row in rows],
            "events": [row["event_count"] for row in rows],
            "completed": [row["completed_event_count"] for row in rows],
            "students": [_students(row, "student_count", is_told) for row in rows],
            "own": [_students(row, "own_student_count", is_told) for row in rows],
            "volunteers": [row["volunteer_count"] for row in rows],
            "hours": [row["volunteer_hours"] for row in rows],
        }
    )
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    view.table(
        frame,
        {
            "level": text("Level", width=110),
            "school": text("School", width=260),
            "district": text("District", width=210),
            "events": number("Events", width=80),
            "completed": number("Completed", width=100),
            "students": text("Students there", width=120, alignment="right"),
            "own": text("Own students", width=120, alignment="right"),
            "volunteers": number("Volunteers", width=100),
            "hours": number("Hours", format="localized", width=80),
        },
        height="content" if len(rows) <= 15 else 560,
        alt="Schools by level",
    )
    quiet = sum(not row["event_count"] for row in rows)
    st.caption(
        f"{words.counted(len(rows), 'school')}, {quiet:,} without an event this year. An event of "
        "several schools counts in each. *Own students* are the school's students, wherever they "
        "took part."
    )


def sheets(
    release: OpenRelease, rows: Sequence[Row], row: Row, *, is_told: bool
) -> list[downloads.Sheet]:
    """Summary, Event Types, Monthly Breakdown, Events Detail (salesforce.md 6.2).

    Args:
        release: to read from.
        rows: of the summary.
        row: the scope of the other sheets, with its `year` and `host`.
        is_told: whether figures about few students may be in it.
    """
    scope = row["school_year"], row["host"], row["scope_key"]
    named = [(block, name, label) for block, own in BLOCKS.items() for name, label in own.items()]
    summary = downloads.Sheet(
        "Summary",
        ["District", "School Year", "Host", *(f"{block}: {label}" for block, _, label in named)],
        [
            [
                one["district_name"],
                one["school_year"],
                words_crm.HOSTS.get(one["host"], "All hosts"),
                *(words_crm.figure(one, name, is_told=is_told) for _, name, _ in named),
            ]
            for one in rows
        ],
    )
    return [
        summary,
        _types_sheet(queries_district_impact.event_types(release, *scope), is_told=is_told),
        _months_sheet(queries_district_impact.months(release, *scope)),
        _detail_sheet(queries_district_impact.events(release, *scope), is_told=is_told),
    ]


def _types_sheet(rows: Sequence[Row], *, is_told: bool) -> downloads.Sheet:
    names = (
        "event_count",
        "in_person_event_count",
        "virtual_event_count",
        "completed_event_count",
        "volunteer_count",
        "volunteer_hours",
        "student_attendance_count",
    )
    heads = ["Events", "In Person", "Virtual", "Completed", "Volunteers", "Hours", "Attendances"]
    return downloads.Sheet(
        "Event Types",
        ["Event Type", *heads],
        [
            [
                words_crm.event_type(row["event_type"]),
                *(words_crm.figure(row, name, is_told=is_told) for name in names),
            ]
            for row in rows
        ],
    )


def _months_sheet(rows: Sequence[Row]) -> downloads.Sheet:
    return downloads.Sheet(
        "Monthly Breakdown",
        ["Month", "Events", "In Person", "Virtual", "Engagements", "Hours"],
        [
            [
                f"{row['month_date']:%B %Y}",
                row["event_count"],
                row["in_person_event_count"],
                row["virtual_event_count"],
                row["volunteer_engagement_count"],
                row["volunteer_hours"],
            ]
            for row in rows
        ],
    )


def _detail_sheet(rows: Sequence[Row], *, is_told: bool) -> downloads.Sheet:
    heads = ["Date", "Title", "Event Type", "Format", "Host", "Source", "District", "School"]
    return downloads.Sheet(
        "Events Detail",
        # Everybody credited, as in the months: who is not confirmed yet is in no number of
        # volunteers, but in every engagement (pathful.md 3.3).
        [*heads, "Engagements", "Hours", "Students Attended", "Needs Attendance"],
        [
            [
                row["session_date"],
                row["title"],
                words_crm.event_type(row["event_type"]),
                "Virtual" if row["is_virtual"] else "In person",
                row["session_host"],
                words.label(row["source"], words_crm.SOURCES),
                row["district_names"],
                row["school_names"],
                row["volunteer_count"],
                row["volunteer_hours"],
                words_crm.few(row["student_count"], is_told=is_told),
                row["needs_attendance"],
            ]
            for row in rows
        ],
    )
