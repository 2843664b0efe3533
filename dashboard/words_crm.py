"""Words for what comes from Salesforce: kinds of events, objects, outcomes, owners, metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import words
from polaris import district_inputs

SOURCES = {"pathful": "Pathful", "salesforce": "Salesforce", "csv": "A file"}
# Kinds of events whose code read aloud is not their name.
EVENT_TYPES = {
    "bfi": "BFI",
    "data_viz": "DataViz",
    "dia": "DIA",
    "dia_classroom_speaker": "DIA classroom speaker",
    "fafsa": "FAFSA",
    "healthstart": "HealthStart",
    "historical": "Historical",
    "p2gd": "P2GD",
    "p2t": "P2T",
    "sla": "SLA",
}
OBJECTS = {
    "Account": "Accounts",
    "Contact": "Contacts",
    "npe5__Affiliation__c": "Affiliations",
    "Session__c": "Sessions",
    "Session_Participant__c": "Participations",
    "Task": "Tasks and calls",
    "EmailMessage": "E-mails",
    "Case": "Cases",
    "Class__c": "Classes",
}
OUTCOMES = {
    "kept": "In the tables",
    "in_scope": "In the tables",
    "duplicate": "Same person twice in one session",
    "out_of_scope_event": "Of a session that is left out",
    "unknown_event": "Of a session that never arrived",
    "unknown_person": "Of a person who never arrived",
    "other_type": "Neither volunteer nor student",
    "deleted": "Deleted in Salesforce",
    "not_a_volunteer": "Of somebody who is no volunteer",
    "unknown_organization": "Of an account that never arrived",
    "unknown_contact": "Of a contact that never arrived",
    "draft": "Draft",
    "connector": "Connector session, which Pathful reports",
    "no_title": "Without a title",
    "no_start": "Without a date",
    "unmatched": "Matched to nobody",
}
CHECKS = {
    "source_count": "Records there and here",
    "rows_add_up": "Rows of the last load",
    "outcomes_add_up": "Every record has one outcome",
    "file_rows": "Every row is in one box",
    "id_map": "Ids that came through are known",
    "upsert_parity": "What was written last is what stands here",
}
FRESHNESS = words.FRESHNESS | {"never": "Never read"}
OWNERS = {
    "salesforce": "Salesforce",
    "polaris": "Polaris, by staff",
    "volunteach": "Polaris, for the website",
    "pathful": "Pathful",
    "survivorship": "The source that is heard first (Settings)",
    "derived": "Computed here",
}
ENTITIES = {"event": "Session", "volunteer": "Volunteer", "student": "Student"}
ATTRIBUTION = {
    "educator_row": "Pathful names it beside a teacher",
    "sf_school": "District of the session's school in Salesforce",
    "sf_district_name": "Salesforce names it",
    "parent_account": "The session's parent account in Salesforce",
    "inferred_from_students": "District of the students who came",
    "decision": "Linked by staff",
    "file_school": "District of the school that the file names",
    "file_district": "The file names it",
    "file_parent_account": "The file's parent account",
}
STUDENT_STATUSES = {
    "assigned": "Has a school",
    "missing_school": "School not imported",
    "not_a_school": "Account is no school",
    "no_affiliation": "No school in Salesforce",
    "excluded": "Account is not to be assigned",
}
HOURS_SOURCES = {
    "delivery": "Recorded hours",
    "presenter_duration": "Length of the presenter's session",
    "event_duration": "Length of the event",
    "none": "No hours",
}
YEAR_TYPES = {
    "school_year": "School year (Aug\N{EN DASH}Jul)",
    "attendance_year": "Attendance year (Jun\N{EN DASH}May)",
    "virtual_year": "Virtual year (Jul\N{EN DASH}Jun)",
}
IMPACT_FORMATS = {"in_person": "In person", "virtual": "Virtual"}
HOSTS = {"prepkc": "PREP-KC"}
# Fewer students than this are not told to a district (salesforce.md 9.2).
LEAST_STUDENTS = 5
WITHHELD = "withheld"
# Numbers of students whom somebody counted, wherever they stand; estimates are none.
STUDENT_FIGURES = frozenset(
    {
        "student_count",
        "own_student_count",
        "student_attendance_count",
        "student_count_by_event_district",
        "student_count_by_home_district",
        "attendance_without_school_count",
        "attendance_elsewhere_count",
        "registered_student_count",
        "attended_student_count",
        "total_student_count",
        "total_students",
        "unique_students",
        "unique_virtual_student_count",
    }
)


def event_type(code: Any) -> str:
    """A kind of event in words: `career_jumping` is `Career jumping`."""
    return words.label(None if words.is_missing(code) else code, EVENT_TYPES)


def hours(value: Any) -> str:
    """Hours as every card, table and export shows them: two decimals where they have them."""
    return words.decimals(value)


def few(value: Any, *, is_told: bool) -> Any:
    """A number of students; a small one is withheld from those who may not see students at all.

    Args:
        value: the number.
        is_told: whether the reader may see figures about few students.
    """
    return f"fewer than {LEAST_STUDENTS}" if is_withheld(value, is_told=is_told) else value


def is_withheld(value: Any, *, is_told: bool) -> bool:
    """Whether a number of students is not told; none at all is no secret."""
    if is_told or words.is_missing(value):
        return False
    try:
        return 0 < int(value) < LEAST_STUDENTS
    except ValueError:  # text that is no number tells of nobody
        return False


def figure(row: Mapping[str, Any], name: str, *, is_told: bool) -> Any:
    """A number of a row for a file or a table; a small one of students is withheld.

    So is the sum of a small number and the estimate beside it, which would tell the number.
    """
    if name == "students_total" and is_withheld(row["student_attendance_count"], is_told=is_told):
        return WITHHELD
    return few(row[name], is_told=is_told) if name in STUDENT_FIGURES else row[name]


def told(content: Mapping[str, Any], *, is_told: bool) -> dict[str, Any]:
    """A row, or one side of a change, without small numbers of students.

    A number that staff entered for a district stands under its kind, perhaps with its year and
    host behind it.
    """
    entered = district_inputs.names()
    return {
        name: few(value, is_told=is_told)
        if name in STUDENT_FIGURES or name.partition(" ")[0] in entered
        else value
        for name, value in content.items()
    }


def students(value: Any, *, is_told: bool) -> str:
    """The same for a card."""
    shown = few(value, is_told=is_told)
    return shown if isinstance(shown, str) else words.number(shown)
