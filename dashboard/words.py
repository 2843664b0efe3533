"""Words for codes, local times, and text that cannot act as markup."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from polaris.settings import SITE_ZONE

DASH = "\N{EM DASH}"

ROLES = {
    "admin": "Administrator",
    "data_steward": "Data steward",
    "viewer": "Viewer",
    "district_admin": "District administrator",
    "district_viewer": "District viewer",
    "teacher": "Teacher",
}
TICKET_TYPES = {
    "teacher": "Teacher",
    "volunteer": "Volunteer",
    "event": "Session",
    "teacher_and_event": "Teacher and session",
    "volunteer_and_event": "Volunteer and session",
    "school_unresolved": "School",
    "organization": "Company",
    "no_date_session": "Session without date",
}
# The same in a narrow column.
SHORT_TYPES = TICKET_TYPES | {
    "teacher_and_event": "Teacher",
    "volunteer_and_event": "Volunteer",
    "no_date_session": "No date",
}
TICKET_STATUSES = {
    "pending": "Open",
    "resolved": "Resolved",
    "ignored": "Ignored",
    "created": "Created",
}
PROGRESS_WORDS = {
    "Achieved": "Achieved",
    "In Progress": "In progress",
    "Not Started": "Not started",
}
# What a state is to the reader; `view.status_badge` draws it.
PROGRESS_KINDS = {"Achieved": "good", "In Progress": "open", "Not Started": "neutral"}
SESSION_KINDS = {
    "Completed": "good",
    "Simulcast": "good",
    "Confirmed": "open",
    "Published": "open",
    "Requested": "open",
    "Draft": "neutral",
    "Cancelled": "bad",
    "No Show": "bad",
}
ATTENDANCE = {
    "Attended": "Attended",
    "SignedUp": "Signed up",
    "Absent": "Absent",
    "NoShow": "No-show",
    "Canceled": "Cancelled",
}
FORMATS = {"virtual": "Virtual", "in_person": "In person", "hybrid": "Hybrid"}
RUN_STATUSES = {
    "pending": "Waiting",
    "running": "Running",
    "succeeded": "Succeeded",
    "failed": "Failed",
    "partially_failed": "Partly failed",
    "cancelled": "Cancelled",
}
RUN_SOURCES = {
    "pathful": "Pathful",
    "roster": "Teacher roster",
    "build": "Rebuild",
    "salesforce": "Salesforce",
    "csv": "CSV",
    "retention": "Retention",
}
REPORT_TYPES = {
    "session_report": "Session Report",
    "user_report": "User Report",
    "roster": "Teacher roster",
    "volunteers": "Volunteers",
    "events": "Events",
    "shifts": "Shifts",
    "signups": "Sign-ups",
    "students": "Students",
    "organizations": "Organizations",
    "affiliations": "Affiliations",
}
BUCKETS = {
    "created": "Created",
    "updated": "Updated",
    "skipped": "Skipped",
    "unmatched": "Unmatched",
    "invalid": "Invalid",
}
ROW_REASONS = {
    "unchanged": "Unchanged",
    "reactivated": "Came back after being gone",
    "duplicate_row": "Same row twice in the file",
    "older_version": "Older than what is known",
    "left_out": "Left out by a person",
    "other_partner": "Session of another partner",
    "parent_role": "Parent sign-up",
    "undated_draft": "Draft without a date",
    "before_cutoff": "Before the chosen date",
    "blank_row": "Blank row",
    "missing_title": "No title",
    "missing_session": "Neither session id nor title",
    "missing_name": "No name",
    "bad_date": "Date cannot be read",
    "ref_school_missing": "School is not here",
    "ref_district_missing": "District is not here",
    "ref_org_missing": "Organization is not here",
    "ref_event_missing": "Event is not here",
    "aff_contact_missing": "Person is not here",
    "aff_org_missing": "Organization is not here",
    **TICKET_TYPES,
}
SEVERITIES = {"error": "Errors", "warn": "Warnings", "info": "Notes"}
FRESHNESS_SOURCES = {**RUN_SOURCES, **REPORT_TYPES}
FRESHNESS = {
    "fresh": "Up to date",
    "stale": "Getting old",
    "page": "Overdue",
    "never": "Never imported",
    "unknown": "Says no time",
}
FLAG_TYPES = {
    "NEEDS_ATTENTION": "Past session still a draft",
    "MISSING_TEACHER": "No teacher",
    "MISSING_PRESENTER": "Completed without a presenter",
    "NEEDS_REASON": "Cancelled without a reason",
}
CANCELLATION_REASONS = {
    "WEATHER": "Weather / Snow Day",
    "PRESENTER_CANCELLED": "Presenter Cancelled",
    "TEACHER_CANCELLED": "Teacher Cancelled",
    "SCHOOL_CONFLICT": "School Conflict",
    "TECHNICAL_ISSUES": "Technical Issues",
    "LOW_ENROLLMENT": "Low Enrollment",
    "SCHEDULING_ERROR": "Scheduling Error",
    "OTHER": "Other",
}
IMPORT_MODES = {
    "full": "Everything in the file",
    "semester": "This semester",
    "six_month": "Last six months",
    "custom": "From a date",
}

_FIGURE_SPACE = "\N{FIGURE SPACE}"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=])")
# Where Markdown would make a link by itself; an invisible joiner keeps it text.
_LINK = re.compile(r"(?i)\b(https?|ftp)(?=:)|\bwww(?=\.)")
# The same for an address. People copy addresses, so what breaks the link is no character: a mark
# around nothing.
_ADDRESS = re.compile(r"(?<=[\w+\-.])@(?=\S)")
NO_LINK = ":gray[]"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def is_missing(value: Any) -> bool:
    """Whether there is no value: None, or the NaN a table puts in its place."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def plain(value: Any) -> str:
    """The value as one line of text; an em dash when there is none."""
    if is_missing(value):
        return DASH
    return _CONTROL.sub(" ", str(value)).replace("\n", " ").strip() or DASH


def inert(value: Any) -> str:
    """The value for a place that reads Markdown, with every active character disarmed."""
    escaped = _MARKDOWN.sub(r"\\\1", _LINK.sub("\\g<0>\N{WORD JOINER}", plain(value)))
    return _ADDRESS.sub(f"@{NO_LINK}", escaped)


def label(code: Any, words: dict[str, str]) -> str:
    """The word for a code; a code without a word is shown with its underscores as spaces."""
    if code is None:
        return DASH
    text = str(code)
    return words.get(text) or text.replace("_", " ").strip().capitalize() or DASH


def file_name(value: Any, most: int = 26) -> str:
    """A file's name for a column: of a long one the beginning and the end, which tell it apart."""
    name = plain(value)
    if len(name) <= most:
        return name
    head = most // 2 - 1
    return f"{name[:head]}\N{HORIZONTAL ELLIPSIS}{name[head + 1 - most :]}"


def number(value: Any) -> str:
    """A whole number with thousands separators."""
    return DASH if is_missing(value) else f"{int(value):,}"


def decimals(value: Any) -> str:
    """A number with at most two decimals: `1,205.25`, `5.5`, `5`."""
    if is_missing(value):
        return DASH
    text = f"{float(value):,.2f}"
    return text.rstrip("0").rstrip(".")


def percent(value: Any) -> str:
    """A percentage with one decimal, none when it is whole."""
    return DASH if is_missing(value) else f"{float(value):.1f}".removesuffix(".0") + " %"


def tally(counts: Iterable[tuple[int, str]]) -> str:
    """Counts and their words as Markdown lines, the digits below each other."""
    rows = [(f"{count:,}", name) for count, name in counts]
    width = max((len(text) for text, _ in rows), default=0)
    return "  \n".join(
        f"{text.rjust(width, _FIGURE_SPACE)}\N{EM SPACE}{inert(name)}" for text, name in rows
    )


def counted(value: int, one: str, many: str | None = None) -> str:
    """`1 teacher`, `2 teachers`."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def moment(value: datetime | None) -> str:
    """An instant in Chicago with its zone: `Mar 10, 2026, 8:15 AM CDT`."""
    if value is None:
        return DASH
    local = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(SITE_ZONE)
    return f"{local:%b} {local.day}, {local.year}, {local:%I:%M %p %Z}".replace(", 0", ", ")


def site_day(value: datetime) -> date:
    """The calendar day of an instant in Chicago."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(SITE_ZONE).date()


def day(value: date | None) -> str:
    """A calendar date: `Mar 10, 2026`."""
    return DASH if value is None else f"{value:%b} {value.day}, {value.year}"


def duration(seconds: float | None) -> str:
    """A length of time a person reads at a glance."""
    if seconds is None or is_missing(seconds):
        return DASH
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def age(value: datetime | None, now: datetime) -> str:
    """How long ago, in words."""
    if value is None:
        return DASH
    gap = max(now - (value if value.tzinfo else value.replace(tzinfo=UTC)), timedelta(0))
    if gap < timedelta(minutes=2):
        return "just now"
    if gap < timedelta(hours=2):
        return f"{int(gap.total_seconds() // 60)} minutes ago"
    if gap < timedelta(days=2):
        return f"{int(gap.total_seconds() // 3600)} hours ago"
    return f"{gap.days} days ago"


def period_name(period: str, virtual_year: str) -> str:
    """`year` → `Whole year`, `fall` → `Fall 2025`, `spring` → `Spring 2026`."""
    first, _, second = virtual_year.partition("-")
    names = {"year": "Whole year", "fall": f"Fall {first}", "spring": f"Spring {second}"}
    return names.get(period, label(period, {}))
