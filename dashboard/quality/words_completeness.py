"""Words for how complete records are, and for what is odd about one (platform.md §6.5)."""

from __future__ import annotations

from typing import Any

from dashboard import words

# Kinds of records, in the order of the page.
KINDS = {
    "volunteer": "Volunteers",
    "student": "Students",
    "teacher": "Teachers",
    "contact": "Contacts of the CRM",
    "user": "Pathful users",
    "organization": "Organizations",
    "affiliation": "Affiliations",
    "event": "Sessions",
}
STATUSES = {"good": "Good", "warning": "Warning", "critical": "Critical"}
STATUS_KINDS = {"good": "good", "warning": "open", "critical": "bad"}
ODD = {
    "no_contact": "No e-mail and no phone",
    "no_full_name": "Part of the name is missing",
    "impossible_birth_date": "Born before 1900 or in the future",
    "many_hours_but_inactive": "More than 1,000 hours, but none within a year",
    "no_location": "In person without any location",
    "end_before_start": "Ends before it starts",
    "long_ago": "More than ten years ago",
    "less_than_half": "Less than half of the fields",
}
_FIELDS = {
    "dob": "Date of birth",
    "state_code": "State",
    "race_ethnicity": "Race or ethnicity",
    "first_volunteer_date": "First session",
    "last_volunteer_date": "Last session",
    "consent_signed_at": "Consent",
    "student_id": "Student id",
    "pathful_user_id": "Pathful user",
    "salesforce_id": "Record in Salesforce",
    "email": "E-mail",
    "school_or_company": "School or company",
    "event_type": "Type",
    "session_date": "Date",
    "start_at": "Start",
    "end_at": "End",
    "participants": "Number of participants",
}


def field(name: str) -> str:
    """A field of a record as people call it."""
    return words.label(name, _FIELDS)


def listed(names: Any, known: dict[str, str] | None = None) -> str | None:
    """Codes parted by semicolons in words; None for none. Without `known` they are fields."""
    if words.is_missing(names):
        return None
    parts = str(names).split(";")
    return ", ".join(field(part) if known is None else words.label(part, known) for part in parts)
