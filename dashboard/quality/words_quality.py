"""Words for findings of the data-quality rules and what is decided about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from dashboard import words
from polaris import contract_fields

STATES = {
    "open": "Open",
    "fix_pending": "Correction stored",
    "fixed": "Fixed",
    "suppressed": "Suppressed",
    "wont_fix": "Won't be fixed",
}
STATE_KINDS = {
    "open": "bad",
    "fix_pending": "open",
    "fixed": "good",
    "suppressed": "neutral",
    "wont_fix": "neutral",
}
SEVERITIES = {"error": "Error", "warn": "Warning", "info": "Note"}
CATEGORIES = {
    "required": "Something is missing",
    "format": "How it is written",
    "domain": "What a field may say",
    "cross-field": "Fields that contradict each other",
    "reference": "What it refers to",
    "identity": "Who it is",
}
OWNERS = {"data-steward": "Data stewards"}
SEVERITY_KINDS = {"error": "bad", "warn": "open", "info": "neutral"}
ENTITIES = {
    "volunteer": "Volunteer",
    "student": "Student",
    "event": "Session",
    "shift": "Shift",
    "signup": "Sign-up",
    "organization": "Organization",
    "affiliation": "Affiliation",
    "session_row": "Row of a Session Report",
    "profile": "Pathful profile",
    "district": "District",
    "roster_teacher": "Roster teacher",
    "contact": "Contact",
    "account": "Account",
    "class": "Class",
    "participation": "Participation",
    "communication": "Message or task",
    "picklist": "Word of a picklist",
}
SOURCES = {
    "csv": "CSV file",
    "pathful": "Pathful",
    "roster": "Teacher roster",
    "salesforce": "Salesforce",
}


def rule(code: Any) -> str:
    """A rule in words; a code of a catalogue stays as it is."""
    text = words.plain(code)
    return words.label(text, {}) if text.islower() else text


def field_name(entity: Any, name: str) -> str:
    """A field of a row as people call it."""
    known = contract_fields.fields(str(entity))
    if name in known:
        return known[name].label
    return words.label(name, {}) if name.islower() else name  # a source's own spelling stays


def corrected(subject: str, payload: Mapping[str, Any], _named: Callable[[str], str]) -> str:
    """What a correction changes: the fields, and no value, which not everybody may read."""
    names = sorted(words.label(name, {}).lower() for name in payload)
    last = names.pop() if names else "nothing"
    listed = f"{', '.join(names)} and {last}" if names else last
    return f"{subject}: {listed} {'are' if names else 'is'} corrected"


def suppressed(subject: str, payload: Mapping[str, Any], _named: Callable[[str], str]) -> str:
    """That a finding is suppressed, and until when."""
    try:
        until = f" until {words.day(date.fromisoformat(str(payload['expires_at'])))}"
    except (KeyError, ValueError):
        until = ""
    return f"{subject}: the finding is suppressed{until}"
