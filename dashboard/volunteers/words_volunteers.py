"""Words for volunteers: their details, memberships, messages, identity and reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from dashboard import words, words_crm

LOCAL = {
    "local": "Local",
    "partial": "Partly local",
    "non_local": "Not local",
    "unknown": "Not known",
}
STATUSES = {"active": "Active", "on_hold": "On hold", "inactive": "Inactive"}
STATUS_KINDS = {"active": "good", "on_hold": "open", "inactive": "neutral"}
# Field of a person -> its name on the screen.
FIELDS = {
    "first_name": "First name",
    "last_name": "Last name",
    "organization_key": "Organization",
    "job_title": "Job title",
    "department": "Department",
    "industry": "Industry",
    "city": "City",
    "state_code": "State",
    "postal_code": "ZIP code",
    "email": "E-mail",
    "phone_e164": "Phone",
    "do_not_contact": "Must not be contacted",
    "do_not_call": "Must not be called",
    "email_opt_out": "Wants no e-mail",
    "email_bounced_at": "Last e-mail that bounced",
    "is_deceased": "Deceased",
    "volunteer_status": "Status",
    "local_status": "Local",
    "is_excluded_from_reports": "Left out of reports",
    "additional_volunteer_count": "Times added by staff",
    "times_volunteered": "Times volunteered",
    "first_volunteer_date": "First time",
    "last_volunteer_date": "Last time",
    "sf_attended_session_count": "Times, as Salesforce counts",
    "sf_first_volunteer_date": "First time, as Salesforce says",
    "sf_last_volunteer_date": "Last time, as Salesforce says",
    "last_email_date": "Last e-mail",
    "last_non_internal_email_date": "Last e-mail with somebody outside",
    "last_activity_date": "Last activity",
    "gender": "Gender",
    "race_ethnicity": "Race and ethnicity",
    "education": "Education",
    "age_group": "Age group",
    "dob": "Date of birth",
    "is_person_of_color": "Person of color",
    "skills": "Skills",
    "interests": "Interests",
    "recruitment_notes": "Recruitment notes",
    "notes": "Staff notes",
}
# What the person's row calls a field that decisions and the ownership table call otherwise.
COLUMNS = {"notes": "staff_notes", "organization_key": "organization_name"}
# Only an administrator reads these (salesforce.md 9.1); no sentence tells their values.
SENSITIVE = ("gender", "race_ethnicity", "education", "age_group", "dob", "is_person_of_color")
HIDDEN = "Hidden for your role"
# Whose word a field is.
SOURCES = {
    "manual": "Picked when records were merged",
    "csv": "A file",
    "salesforce": "Salesforce",
    "website": "A sign-up",
    "pathful": "Pathful",
}
PARTICIPATIONS = {
    "Attended": "Attended",
    "No-Show": "No-show",
    "Cancelled": "Cancelled",
    "Canceled": "Cancelled",
    "Scheduled": "Scheduled",
    "Registered": "Registered",
    "Unknown": "Not known",
}
CONTACT_KINDS = {"email": "E-mail", "phone": "Phone", "address": "Address"}
VALUE_TYPES = {"personal": "Personal", "professional": "Professional"}
MESSAGE_KINDS = {
    "Email": "E-mail",
    "Call": "Call",
    "status_change": "Change of status",
    "note": "Note",
}
DIRECTIONS = {"incoming": "Received", "outgoing": "Sent"}
MATCHED_BY = {
    "who_id": "Filed under the person",
    "to": "Sent to the person",
    "from": "Written by the person",
    "related_to": "Related to the person",
    "case": "The person's case",
    "account": "The person's account",
    "none": "Matched to nobody",
}
ID_RULES = {
    "own": "The record itself",
    "sf_merged": "Merged in Salesforce",
    "same_person": "The same person as another record",
    "user_id": "Pathful account",
    "email": "Same e-mail",
    "crm_email": "Same e-mail as the contact",
    "crm_name": "Same name as the contact",
}
GONE = {
    "salesforce_is_deleted": "Deleted in Salesforce",
    "absent_from_snapshot": "No longer in Salesforce",
    "sf_merged": "Merged into another contact",
}
SYSTEMS = {
    "salesforce": "Salesforce",
    "pathful": "Pathful",
    "csv": "CSV",
    "website": "Website",
}
MODES = {"verified": "Members at the time", "full": "Everybody who was ever a member"}
HOSTS = {"all": "Every host", "prepkc": "PREP-KC"}
FOUND_IN = {
    "name": "Name",
    "organization": "Organization",
    "skill": "Skill",
    "session": "Session title",
    "type": "Kind of session",
    "job": "Job title",
    "industry": "Industry",
    "local": "Local status",
}
# Component of the recruitment score -> its name, in the order of the bar.
SCORE = {
    "same_type_score": "Same kind of session",
    "skill_score": "Skill",
    "keyword_score": "Job fits",
    "recency_score": "Recently",
    "frequency_score": "Often",
    "local_score": "Near",
}


def field_name(name: str) -> str:
    """A field of a person in words."""
    return FIELDS.get(name) or words.label(name, {})


def yes_no(value: Any) -> str:
    """A flag in words; an em dash where nobody said."""
    if words.is_missing(value):
        return words.DASH
    return "Yes" if str(value).lower() == "true" else "No"


AGE_GROUPS = {
    "UNDER_18": "Under 18",
    "AGE_18_24": "18\N{EN DASH}24",
    "AGE_25_34": "25\N{EN DASH}34",
    "AGE_35_44": "35\N{EN DASH}44",
    "AGE_45_54": "45\N{EN DASH}54",
    "AGE_55_64": "55\N{EN DASH}64",
    "AGE_65_PLUS": "65 and older",
}
_CODES: dict[str, dict[str, str]] = {
    "local_status": LOCAL,
    "volunteer_status": STATUSES,
    "gender": {},
    "race_ethnicity": {},
    "education": {},
    "age_group": AGE_GROUPS,
}


def field_value(name: str, value: Any) -> str:
    """A person's field as text."""
    if words.is_missing(value) or value == "":
        return words.DASH
    if name in _CODES:
        return words.label(value, _CODES[name])
    if name.startswith(("is_", "do_not_", "has_")) or name == "email_opt_out":
        return yes_no(value)
    if isinstance(value, date):
        return words.moment(value) if isinstance(value, datetime) else words.day(value)
    return f"{value:,}" if isinstance(value, int) else words.plain(value)


def owner(row: Mapping[str, Any] | None) -> str:
    """Who decides about a field, from its row of ops.field_ownership."""
    if row is None:
        return words.DASH
    said = words.label(row["owner"], words_crm.OWNERS)
    is_ours = row["owner"] == "polaris"
    return f"{said}; staff may correct it" if row["is_override_allowed"] and not is_ours else said


def edited(subject: str, payload: Mapping[str, Any], named: Callable[[str], str]) -> str:
    """What a stored edit of a person changes, as plain text; sensitive values are not told."""
    changes = []
    for name, value in payload.items():
        what = field_name(name).lower()
        if value is None:
            changes.append(f"{what} without a word of staff")
        elif name in SENSITIVE:
            changes.append(f"{what} is noted")
        elif name == "organization_key":
            changes.append(f"{what} becomes {named(name)}")
        elif name == "notes":
            changes.append("staff notes are changed")
        else:
            changes.append(f"{what} becomes {field_value(name, value)}")
    return f"{subject}: {'; '.join(changes)}"


def full_name(row: Mapping[str, Any]) -> str:
    """First and last name in one line; an em dash for somebody without a name."""
    parts = [row.get("first_name"), row.get("last_name")]
    return words.plain(" ".join(str(part) for part in parts if not words.is_missing(part)))


def event_types(codes: Any) -> str:
    """A `; ` list of codes in words."""
    if words.is_missing(codes) or not codes:
        return words.DASH
    return ", ".join(words_crm.event_type(code.strip()) for code in str(codes).split(";"))
