"""Words for sessions, their flags, their drafts, and what was done to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboard import words, words_people
from polaris import district_inputs

PATHFUL_SESSION = "https://app.pathful.com/wbl/sessions/"
STATUSES = (
    "Draft",
    "Requested",
    "Confirmed",
    "Published",
    "Completed",
    "Cancelled",
    "No Show",
    "Simulcast",
    "Count",
)
# A session in one of these may get a correction of attendance (pathful.md 4.10).
CREDITABLE = ("Completed", "Confirmed", "Published", "Requested", "Draft")
OWNERS = {"staff": "Staff", "district_admin": "District admin"}
OWNER_MEANING = (
    "Who sees to the flag: the district to a missing teacher, staff to everything else. "
    "A flag on a session without a district is staff's."
)
CREDIT_REMOVED = "Credit removed"
NO_PRESENTER = (
    f"It has no presenter, so it gets the flag *{words.FLAG_TYPES['MISSING_PRESENTER']}*."
)
FLAG_STATES = {
    "open": "Open",
    "resolved": "Resolved by a person",
    "auto": "Settled by itself",
}
SHORT_FLAGS = {
    "NEEDS_ATTENTION": "Past draft",
    "MISSING_TEACHER": "No teacher",
    "MISSING_PRESENTER": "No presenter",
    "NEEDS_REASON": "No reason",
}
FLAG_MEANINGS = {
    "NEEDS_ATTENTION": (
        "The day of the session is over and it is still a draft. "
        "The flag goes by itself when the draft is promoted or dismissed, or moves to a later day."
    ),
    "MISSING_TEACHER": (
        "Nobody is named as its teacher. The flag goes by itself when a teacher is tagged."
    ),
    "MISSING_PRESENTER": (
        "It was completed and nobody is named as its presenter. "
        "The flag goes by itself when a presenter is tagged."
    ),
    "NEEDS_REASON": (
        "It was cancelled and nobody said why. The flag goes by itself when a reason is set."
    ),
}
CONFIDENCE = {
    "high": "Likely Completed",
    "medium": "Needs Review",
    "low": "Likely Never Happened",
}
CONFIDENCE_MEANINGS = {
    "high": "Pathful counts students who attended.",
    "medium": "Students registered, none is counted as attended.",
    "low": "No student registered.",
}
CONFIDENCE_ICONS = {
    "high": ":material/task_alt:",
    "medium": ":material/help:",
    "low": ":material/event_busy:",
}
DISMISSALS = {
    "never_happened": "Session never happened",
    "duplicate_entry": "Duplicate entry",
    "pathful_data_error": "Pathful data error",
}
FIELDS = {
    "title": "Title",
    "session_date": "Date",
    "status": "Status",
    "duration_minutes": "Duration (minutes)",
    "registered_student_count": "Students registered",
    "attended_student_count": "Students attended",
    "career_cluster": "Career cluster",
    "work_based_learning": "Work-based learning",
    "series": "Series",
    "cancellation_reason": "Cancellation reason",
    "cancellation_notes": "Cancellation notes",
    "notes": "Staff notes",
}
ROLES = {
    "admin": "Administrator",
    "data_steward": "Data steward",
    "viewer": "Viewer",
    "district_admin": "District admin",
    "district_viewer": "District viewer",
    "teacher": "Teacher",
    "system": "System",
}
SOURCES = {"manual": "A person", "import": "An import", "system": "The build"}
AUDIT_ACTIONS = {
    "TEACHER_ADDED": "Teacher tagged",
    "TEACHER_REMOVED": "Teacher untagged",
    "PRESENTER_ADDED": "Presenter tagged",
    "PRESENTER_REMOVED": "Presenter untagged",
    "STATUS_CHANGED": "Status changed",
    "CANCELLATION_REASON_SET": "Cancellation reason set",
    "CANCELLATION_REASON_CLEARED": "Cancellation reason cleared",
    "FLAG_RESOLVED": "Flag resolved",
    "FIELD_UPDATED": "Details changed",
    "DATE_UPDATED": "Date changed",
    "OVERRIDE_ADDED": "Credit added",
    "OVERRIDE_REMOVED": "Credit removed",
    "OVERRIDE_REVERSED": "Credit correction reversed",
    "TEACHER_DEACTIVATED": "Teacher deactivated",
    "TEACHER_REACTIVATED": "Teacher reactivated",
    "TICKET_TEACHER_MATCHED": "Teacher matched",
    "TICKET_PRESENTER_MATCHED": "Presenter matched",
    "TICKET_SCHOOL_MATCHED": "School mapped",
    "TICKET_ORGANIZATION_MATCHED": "Company mapped",
    "TICKET_DISTRICT_MATCHED": "District mapped",
    "TICKET_IGNORED": "Ticket ignored",
    "TICKET_REOPENED": "Ticket reopened",
    "TICKET_DATED": "Date of a session set",
    "TICKET_TEACHER_ADDED": "Teacher added to the roster",
    "TICKET_CANDIDATE_REJECTED": "Suggestion rejected",
    "TICKET_CANDIDATE_RESTORED": "Suggestion restored",
    "FLAG_REOPENED": "Flag reopened",
    "TARGET_CHANGED": "Goal changed",
    "ISSUE_REPORTED": "Issue reported",
    "ISSUE_WITHDRAWN": "Issue withdrawn",
    "ISSUE_RESOLVED": "Issue resolved",
    "ISSUE_REOPENED": "Issue reopened",
    "TEACHERS_MERGED": "Two teachers merged",
    "TEACHERS_SEPARATED": "Two teachers told apart again",
    "VOLUNTEERS_MERGED": "Two records of a volunteer merged",
    "VOLUNTEERS_SEPARATED": "Two records of a volunteer told apart again",
    "DUPLICATE_REJECTED": "Told apart as two people",
    "DUPLICATE_REOPENED": "Duplicate open again",
    "DUPLICATE_DEFERRED": "Set aside for later",
    "CONTACT_SET_ASIDE": "Contact of many never matched on",
    "CONTACT_TAKEN_BACK": "Contact of many matched on again",
    "SEMESTER_ARCHIVED": "Semester archived",
    "SEMESTER_RESTORED": "Archive of a semester taken back",
    "PAGE_VISIBILITY_SET": "Website setting changed",
    "PAGE_VISIBILITY_REVERSED": "Website setting taken back",
    "DISTRICT_LINKED": "District linked",
    "DISTRICT_UNLINKED": "District unlinked",
    "PERSON_UPDATED": "Volunteer's details changed",
    "ATTENDANCE_DETAIL_SET": "Students counted",
    "ATTENDANCE_DETAIL_REVERSED": "Count of students taken back",
    "DISTRICT_INPUT_SET": "Number of a district entered",
    "DISTRICT_INPUT_REVERSED": "Number of a district taken back",
    "FINDING_CORRECTED": "Row corrected",
    "FINDING_CORRECTION_REVERSED": "Correction of a row taken back",
    "FINDING_SUPPRESSED": "Finding suppressed",
    "FINDING_NOT_FIXED": "Finding will not be fixed",
    "FINDING_REOPENED": "Finding open again",
    "FINDING_SET_ASIDE": "Finding set aside again",
    "ANOMALY_ACKNOWLEDGED": "Unusual load acknowledged",
    "ANOMALY_REOPENED": "Unusual load not acknowledged any more",
    "LOAD_EXCLUDED": "File left out",
    "LOAD_INCLUDED": "File counts again",
    "SETTING_CHANGED": "Setting changed",
    "SETTING_TAKEN_BACK": "Change of a setting taken back",
    "RULE_MODE_CHANGED": "Mode of a rule changed",
    "RULE_MODE_TAKEN_BACK": "Mode of a rule taken back",
}
DECISIONS = {
    "match_teacher": "Teacher matched",
    "match_volunteer": "Presenter matched",
    "match_school": "School mapped",
    "match_organization": "Company mapped",
    "match_district": "District mapped",
    "ignore_ticket": "Ticket ignored",
    "reopen_ticket": "Ticket reopened",
    "reject_candidate": "Suggestion rejected",
    "add_to_roster": "Teacher added to the roster",
    "set_session_date": "Date of a session set",
    "resolve_flag": "Flag resolved",
    "set_status": "Status changed",
    "promote_draft": "Draft promoted",
    "dismiss_draft": "Draft dismissed",
    "set_cancellation_reason": "Cancellation reason set",
    "tag_teacher": "Teacher tagged",
    "untag_teacher": "Teacher untagged",
    "tag_presenter": "Presenter tagged",
    "untag_presenter": "Presenter untagged",
    "override_attendance": "Credit corrected",
    "edit_event": "Details corrected",
    "deactivate_teacher": "Teacher deactivated",
    "reactivate_teacher": "Teacher reactivated",
    "set_target_sessions": "Goal changed",
    "merge": "Two records merged",
    "not_duplicate": "Told apart as two people",
    "defer": "Set aside for later",
    "never_match_on": "Contact of many never matched on",
    "report_issue": "Issue reported",
    "resolve_issue": "Issue resolved",
    "archive_semester": "Semester archived",
    "set_page_visible": "Website setting changed",
    "link_district": "District linked",
    "unlink_district": "District unlinked",
    "edit_person": "Volunteer's details changed",
    "set_attendance_detail": "Students counted",
    "set_district_input": "Number of a district entered",
    "dq_fix": "Row corrected",
    "dq_suppress": "Finding suppressed",
    "dq_wont_fix": "Finding will not be fixed",
    "dq_reopen": "Finding open again",
    "acknowledge_anomaly": "Unusual load acknowledged",
    "exclude_load": "File left out",
    "include_load": "File counts again",
    "set_config": "Setting changed",
    "set_rule_mode": "Mode of a rule changed",
    "revoke": "Taken back",
}


# What an entry is called whether it changed something or took the change back.
_SAID_OF_BOTH = {"STATUS_CHANGED", "FIELD_UPDATED", "TARGET_CHANGED", "PERSON_UPDATED"}


def field_value(name: str, value: Any) -> str:
    """A session's field as text: dates and cancellation reasons in words."""
    if words.is_missing(value) or value == "":
        return words.DASH
    if name == "session_date":
        try:
            return words.day(date.fromisoformat(str(value)[:10]))
        except ValueError:
            return words.plain(value)
    if name in {"cancellation_reason", "code"}:
        return words.label(value, words.CANCELLATION_REASONS)
    return words.plain(value)


def counts_as(row: Mapping[str, Any]) -> str | None:
    """The attendance of a teacher that counts, in words; None where there is none.

    Credit that staff took away is no cancellation, which is what its code says.
    """
    status = row.get("attendance_status")
    if row.get("has_override") and status == "Canceled":
        return CREDIT_REMOVED
    return None if status is None else words.label(status, words.ATTENDANCE)


def done(action: str | None, audit_action: str | None = None) -> str:
    """What was done, in words: a line of the audit log.

    Most audit actions of what takes a decision back say so themselves: "Ticket reopened".
    """
    if action == "revoke":
        about = words.label(audit_action, AUDIT_ACTIONS) if audit_action else ""
        if not about:
            return "Taken back"
        return f"Taken back: {about.lower()}" if audit_action in _SAID_OF_BOTH else about
    # Of whom two records were merged, teachers or a volunteer, is known once it was built.
    said = audit_action if action == "merge" and audit_action else action
    return words.label(said, DECISIONS | AUDIT_ACTIONS)


def changed(text: str | None, names: Mapping[str, str]) -> str | None:
    """One side of a change as plain text, from its JSON; `names` gives names for keys of people.

    None when there is nothing to say.
    """
    if words.is_missing(text) or not text:
        return None
    try:
        content = json.loads(text)
    except ValueError:
        return words.plain(text)
    if content is None or content == {}:
        return None
    if not isinstance(content, dict):
        return words.plain(content)
    order = list(FIELDS)
    fields = sorted(content, key=lambda name: order.index(name) if name in order else len(order))
    parts = [f"{_field_name(name)}: {_value(name, content[name], names)}" for name in fields]
    return "; ".join(parts)


def _field_name(name: str) -> str:
    """A field in words; of a number of a district also its school year and host."""
    kind, _, when = name.partition(" ")
    entered = district_inputs.names().get(kind)
    return f"{entered} {when}" if entered and when else words.label(name, FIELDS | _KEYS)


_KEYS = {
    "total_student_count": "Students counted",
    "classroom_count": "Classrooms",
    "rotation_count": "Rotations",
    "teacher_key": "Teacher",
    "person_key": "Presenter",
    "school_key": "School",
    "organization_key": "Company",
    "district_key": "District",
    "code": "Reason",
    "preset": "Because",
    "text": "Because",
    "effect": "Credit",
    "override": "Correction of credit",
    "attendance_status": "Attendance",
    "target_sessions": "Goal",
    "is_credited": "Credit",
    "report": "Report",
    "issue_category": "Category",
    "inperson_page_visible": "On the website",
    "district": "District",
}
_EFFECTS = {"add": "added", "remove": "removed"}
_CODES = {
    "preset": DISMISSALS,
    "effect": _EFFECTS,
    "override": _EFFECTS,
    "attendance_status": words.ATTENDANCE | {"removed": CREDIT_REMOVED},
    "issue_category": words_people.ISSUE_CATEGORIES,
}


def _value(name: str, value: Any, names: Mapping[str, str]) -> str:
    if value is None:
        return "none"
    if name in _CODES:
        return words.label(value, _CODES[name])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return words.plain(json.dumps(value, ensure_ascii=False))
    return names.get(str(value)) or field_value(name, value)
