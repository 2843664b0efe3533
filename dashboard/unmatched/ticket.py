"""An unmatched ticket in words: what it is about, where, whom it may be, what was decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboard import decide, words
from dashboard.release import OpenRelease
from dashboard.unmatched import queries_unmatched

Ticket = dict[str, Any]

# What a match says it was matched to: a decision by its key, the audit log by its name.
_TARGETS = {
    "match_teacher": ("teacher_key", "teacher"),
    "match_volunteer": ("person_key", "presenter"),
    "match_school": ("school_key", "school"),
    "match_organization": ("organization_key", "organization"),
    "match_district": ("district_key", "district"),
}


def title(ticket: Ticket) -> str:
    """What the ticket is about, as text."""
    kind = ticket["unmatched_type"]
    if kind == "school_unresolved":
        return words.plain(ticket["attempted_school"] or ticket["attempted_name"])
    if kind == "organization":
        return words.plain(ticket["attempted_organization"] or ticket["attempted_name"])
    if kind == "event":
        name, _, day = words.plain(ticket["attempted_name"]).rpartition("|")
        return f"{name}, {day}" if name else day
    return words.plain(ticket["attempted_name"])


def place(ticket: Ticket) -> str | None:
    """The school or company beside the name."""
    kind = ticket["unmatched_type"]
    if kind == "organization":
        value = ticket["attempted_name"]
    elif kind == "school_unresolved":
        value = ticket["attempted_district"]
    else:
        value = ticket["attempted_school"] or ticket["attempted_organization"]
    return None if value is None else words.plain(value)


def kind_name(ticket: Ticket) -> str:
    """The ticket's type in words."""
    return words.label(ticket["unmatched_type"], words.TICKET_TYPES)


def candidates(ticket: Ticket) -> list[dict[str, Any]]:
    """Suggestions of the kind the ticket can be matched to: near names first, then best first."""
    found = json.loads(ticket["candidates_json"] or "[]")
    match = decide.MATCHES.get(ticket["unmatched_type"])
    fitting = [one for one in found if match is not None and one.get("kind") == match[2]]
    return sorted(fitting, key=lambda one: not str(one.get("why") or "").startswith("near"))


def best(ticket: Ticket) -> str | None:
    """The first suggestion with its score, for the list."""
    found = candidates(ticket)
    return f"{words.plain(found[0]['label'])} ({score(found[0])})" if found else None


def score(candidate: Mapping[str, Any]) -> str:
    """How near a suggestion is."""
    return f"{round(100 * float(candidate.get('score') or 0))} %"


def decided(
    release: OpenRelease, ticket: Ticket, action: str, payload: Mapping[str, Any], notes: str | None
) -> str:
    """A decision about a ticket in words; `payload` as stored, or as the audit log has it."""
    if action in _TARGETS:
        return _matched(release, ticket, _TARGETS[action], payload)
    if action == "ignore_ticket":
        return f"ignored ({notes})" if notes else "ignored"
    if action == "set_session_date":
        day = payload.get("session_date")
        return f"dated {words.day(date.fromisoformat(day))}" if day else "dated"
    if action == "add_to_roster":
        who, year = payload.get("name") or "teacher", payload.get("academic_year")
        return f"{who} added to the roster of {year}" if year else f"{who} added to the roster"
    return {"reopen_ticket": "reopened", "revoke": "taken back"}.get(action, "decided")


def _matched(
    release: OpenRelease, ticket: Ticket, fields: tuple[str, str], payload: Mapping[str, Any]
) -> str:
    said = next((str(payload[field]) for field in fields if payload.get(field)), None)
    if said is None:
        return "matched"
    match = decide.MATCHES.get(ticket["unmatched_type"])
    known = queries_unmatched.names(release, match[2], [said]) if match is not None else {}
    return f"matched to {known.get(said, said)}"


def matched_to(release: OpenRelease, made: Mapping[str, Any]) -> str:
    """A published mapping of a company string in words."""
    payload = json.loads(made["after_json"] or "{}")
    company = {"unmatched_type": "organization"}
    what = decided(release, company, made["action"], payload, made["reason"])
    return what[:1].upper() + what[1:]
