"""The workbook of the district year-end, and the words it shares with the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard import downloads, words, words_crm
from dashboard.impact import queries_year_end
from dashboard.release import OpenRelease

HOSTS = {"prepkc": "PREP-KC"}
EVENT_TYPES = words_crm.EVENT_TYPES | {
    "virtual_session": "Virtual session",
    "connector_session": "Connector session",
}
MEASURES: dict[str | None, str] = {
    "event_count": "Events",
    "teacher_engagements": "Teachers engaged",
    "unique_teachers": "Unique teachers",
    "attended_student_count": "Students attended",
    "volunteer_hours": "Volunteer hours",
}
# Every number of the mart with its heading in the workbook.
_SUMMARY = {
    "total_events": "Total Events",
    "unique_students": "Unique Students Reached",
    "registered_student_count": "Students Registered",
    "attended_student_count": "Students Attended",
    "volunteer_engagements": "Volunteer Engagements",
    "volunteer_hours": "Volunteer Hours",
    "volunteer_count": "Presenters",
    "organization_count": "Volunteer Organizations",
    "schools_reached": "Schools Reached",
    "classrooms_reached": "Classrooms Reached",
    "unique_teachers": "Unique Teachers",
    "confirmed_teachers": "Confirmed Teachers",
    "registered_teachers": "Registered Teachers",
    "teacher_engagements": "Teachers Engaged",
    "estimated_students": "Students Participated (estimate)",
    "session_count": "Sessions",
    "local_session_count": "Sessions With a Local Presenter",
    "poc_session_count": "Sessions With a Presenter of Color",
    "cancelled_event_count": "Cancelled Events",
}
_TYPES = ("event_count", "registered_student_count", "attended_student_count")
_DETAIL = {
    "session_date": "Date",
    "title": "Title",
    "event_type": "Event Type",
    "status": "Status",
    "district_names": "District",
    "school_names": "School",
    "career_cluster": "Career Cluster",
    "registered_student_count": "Students Registered",
    "attended_student_count": "Students Attended",
    "teacher_count": "Teachers Attended",
    "presenter_names": "Presenters",
}

Row = dict[str, Any]


def sheets(
    release: OpenRelease, rows: list[Row], row: Row, *, is_told: bool
) -> list[downloads.Sheet]:
    """Summary, Event Types, Monthly Breakdown, Events Detail (pathful.md 5.6).

    Args:
        release: to read from.
        rows: of the summary.
        row: the scope of the other sheets, with its `year` and `host`.
        is_told: whether figures about few students may be in it.
    """

    def cells(one: Row, names: Iterable[str]) -> list[Any]:
        return [words_crm.figure(one, name, is_told=is_told) for name in names]

    scope = row["year"], row["host"], row["scope_key"]
    host = HOSTS.get(row["host"], "All hosts")
    types = queries_year_end.event_types(release, *scope)
    return [
        downloads.Sheet(
            "Summary",
            ["District", "Virtual Year", "Host", *_SUMMARY.values()],
            [[one["district_name"], row["year"], host, *cells(one, _SUMMARY)] for one in rows],
        ),
        downloads.Sheet(
            "Event Types",
            ["Event Type", "Format", "Events", "Students Registered", "Students Attended"],
            [
                [
                    words.label(one["event_type"], EVENT_TYPES),
                    words.label(one["format"], words.FORMATS),
                    *cells(one, _TYPES),
                ]
                for one in types
            ],
        ),
        downloads.Sheet(
            "Monthly Breakdown",
            ["Month", *MEASURES.values()],
            [
                [f"{one['month_date']:%B %Y}", *cells(one, map(str, MEASURES))]
                for one in queries_year_end.months(release, *scope)
            ],
        ),
        downloads.Sheet(
            "Events Detail",
            list(_DETAIL.values()),
            [
                [
                    words.label(value, EVENT_TYPES) if name == "event_type" else value
                    for name, value in zip(_DETAIL, cells(one, _DETAIL), strict=True)
                ]
                for one in queries_year_end.events(release, *scope)
            ],
        ),
    ]
