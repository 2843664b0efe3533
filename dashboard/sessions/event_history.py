"""What was done to a session and where its values come from; entries of the audit log in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import downloads, queries_pending, view, words, words_crm
from dashboard.administration import queries_audit
from dashboard.administration.queries_audit import AuditFilter
from dashboard.release import OpenRelease
from dashboard.sessions import words_events
from dashboard.sessions.event_view import EventView

Entry = dict[str, Any]
# The fields of a report under names of their own: its notes are not those of staff.
_REPORTS = ("ISSUE_REPORTED", "ISSUE_WITHDRAWN")
_REPORT_FIELDS = {"notes": "report", "category": "issue_category"}
HEADS = {
    "when": "When",
    "who": "Who",
    "role": "Role",
    "what": "What",
    "subject": "About",
    "before": "Before",
    "after": "After",
    "reason": "Reason",
    "source": "By",
    "stands": "Stands",
    "decision_id": "Entry",
}


def draw(shown: EventView) -> None:
    """The tab."""
    st.markdown("#### Who did what")
    entries = queries_audit.page(shown.release, AuditFilter(event=shown.key), 1)
    if not entries:
        st.markdown("Nobody changed anything, and no import did after the first.")
    else:
        _entries(shown, entries)
    st.markdown("#### Where it comes from")
    _rows(shown)


def _entries(shown: EventView, entries: Sequence[Entry]) -> None:
    text = st.column_config.TextColumn
    columns = {
        "when": text("When", width=180),
        "who": text("Who", width=130),
        "what": text("What", width=160),
        "before": text("Before", width=200),
        "after": text("After", width=220),
        "reason": text("Reason", width=210),
        "stands": text("Stands", width=112),
    }
    view.table(
        frame(shown.release, entries),
        columns,
        height="content",
        key="event-audit",
        alt="Audit log of this session",
    )
    if shown.context.may("view_audit"):
        st.page_link(
            "screens/audit.py",
            label="All entries of this session",
            icon=":material/fact_check:",
            query_params={"event": shown.key},
        )


def frame(release: OpenRelease, entries: Sequence[Entry]) -> Any:
    """Entries as a table in words: codes, keys and JSON become what they stand for."""
    import pandas as pd

    names = queries_audit.people(release, _keys(entries))
    subjects = _subjects(release, entries)
    if not release.tells_few:
        entries = [_without_few(one) for one in entries]
    return pd.DataFrame(
        {
            "when": [words.moment(one["decided_at"]) for one in entries],
            "who": [_who(one) for one in entries],
            "role": [words.label(one["role"], words_events.ROLES) for one in entries],
            "what": [words_events.done(one["action"], one["audit_action"]) for one in entries],
            "subject": [subjects[one["decision_id"]] for one in entries],
            "before": [_side(one, "before_json", names) for one in entries],
            "after": [_side(one, "after_json", names) for one in entries],
            "reason": [one["reason"] for one in entries],
            "source": [words.label(one["source"], words_events.SOURCES) for one in entries],
            "stands": [_stands(one) for one in entries],
            "decision_id": [one["decision_id"] for one in entries],
        }
    )


def _without_few(entry: Entry) -> Entry:
    """The entry without small numbers of students."""
    told = {
        side: json.dumps(words_crm.told(_content(entry[side]), is_told=False), ensure_ascii=False)
        for side in ("before_json", "after_json")
        if _content(entry[side])
    }
    return {**entry, **told}


def _who(entry: Entry) -> str:
    if entry["source"] in {"import", "system"}:
        return words_events.SOURCES[entry["source"]]
    return words.plain(entry["actor"])


def _stands(entry: Entry) -> str:
    if entry["is_standing"] is None:
        return words.DASH
    if not entry["is_standing"]:
        return "Undone"
    return "Yes" if _is_in_use(entry) else "Yes, not in use"


def _is_in_use(entry: Entry) -> bool:
    """Whether the session is still cancelled for the reason that a standing entry gave it."""
    if entry["action"] != "set_cancellation_reason" or entry["event_status"] is None:
        return True
    reason = _content(entry["after_json"]).get("cancellation_reason", entry["event_reason"])
    return bool(entry["event_status"] == "Cancelled" and reason == entry["event_reason"])


def _side(entry: Entry, side: str, names: Mapping[str, str]) -> str | None:
    """What it was before, or after, in words."""
    content = _content(entry[side])
    if entry["audit_action"] in _REPORTS:
        content = {_REPORT_FIELDS.get(name, name): value for name, value in content.items()}
    elif _is_credit_removed(entry, side):
        content = content | {"attendance_status": "removed"}
    else:
        return words_events.changed(entry[side], names)
    return words_events.changed(json.dumps(content, ensure_ascii=False), names)


def _is_credit_removed(entry: Entry, side: str) -> bool:
    """Whether that side is a correction that removes credit; its code says cancelled."""
    if {"OVERRIDE_REMOVED": "after_json", "OVERRIDE_REVERSED": "before_json"}.get(
        str(entry["audit_action"])
    ) != side:
        return False
    other = "before_json" if side == "after_json" else "after_json"
    sides = [_content(entry[name]).get("attendance_status") for name in (side, other)]
    return sides == ["Canceled", "Attended"]


def _content(text: str | None) -> dict[str, Any]:
    """A side of an entry as its fields; empty for anything else."""
    try:
        content = json.loads(text) if text else {}
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _subjects(release: OpenRelease, entries: Sequence[Entry]) -> dict[str, str]:
    """What each entry is about, by its id: the person and the session, the ticket, or its subject.

    An entry that takes another back is about what that one was about.
    """
    found: dict[str, str] = {}
    unnamed: dict[str, tuple[str, str]] = {}
    backs = [one["decision_id"] for one in entries if one["revokes"]]
    origins = queries_audit.origins(release, backs)
    for entry in entries:
        key = entry["decision_id"]
        parts = [entry["person_name"], entry["event_title"], entry["ticket_name"]]
        named = [words.plain(part) for part in dict.fromkeys(parts) if part]
        about = origins.get(key, entry)
        unnamed[key] = (str(about["subject_type"]), str(about["subject_key"]))
        if named:
            found[key] = " · ".join(named[:2])
    unnamed = {key: about for key, about in unnamed.items() if key not in found}
    return found | subject_names(release, unnamed)


def subject_names(
    release: OpenRelease | None, about: Mapping[str, tuple[str, str]]
) -> dict[str, str]:
    """Subjects of decisions in words, under the keys given: (type, key) each."""
    names: dict[tuple[str, str], str] = {}
    for kind in {kind for kind, _ in about.values()}:
        keys = {key for other, key in about.values() if other == kind}
        known = queries_pending.names(release, kind, keys) if release is not None else {}
        names |= {(kind, key): words.plain(known.get(key, _named(kind, key))) for key in keys}
    return {one: names[subject] for one, subject in about.items()}


def _named(kind: str, key: str) -> str:
    """A subject that no list has a name for."""
    if kind == "semester":
        year, _, period = key.partition("/")
        return words.period_name(period, year)
    return key


def _keys(entries: Iterable[Entry]) -> set[str]:
    """Values in the entries that may be keys of people or places."""
    found: set[str] = set()
    for entry in entries:
        for text in (entry["before_json"], entry["after_json"]):
            found |= {
                str(value)
                for name, value in _content(text).items()
                if name.endswith("_key") and value is not None
            }
    return found


def sheet(shown: EventView) -> downloads.Sheet:
    """The session's audit log for an export."""
    entries = queries_audit.page(shown.release, AuditFilter(event=shown.key), None)
    return downloads.sheet_of("Audit", frame(shown.release, entries), HEADS)


def _rows(shown: EventView) -> None:
    event = shown.event
    st.markdown(
        f"First seen in run `{words.plain(event['first_seen_run_id'])}`, last seen in run "
        f"`{words.plain(event['last_seen_run_id'])}`, release `{shown.release.name}`."
    )
    for row in shown.parts["rows"]:
        link, text = st.columns([1, 7], vertical_alignment="center")
        if shown.context.may("view_runs"):
            link.page_link("screens/runs.py", label="Report", query_params={"run": row["run_id"]})
        numbers = words.inert(row["row_numbers"])
        text.markdown(
            f"{words.inert(row['file_name'])}, {words.inert(words.moment(row['finished_at']))}:"
            f" {words.counted(row['row_count'], 'row')} (row {numbers})"
        )
