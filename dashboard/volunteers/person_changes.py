"""How a volunteer's record came to say what it says: loads, changes of fields, merges, edits."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from dashboard import downloads, view, words
from dashboard.volunteers import queries_changes, queries_person, words_volunteers
from dashboard.volunteers.person_view import PersonView

_COLUMNS = {
    "when": "When",
    "what": "What",
    "field": "Field",
    "before": "Before",
    "after": "After",
    "who": "By",
    "why": "Why",
}
_WHAT = {
    "record": "First seen",
    "manual": "Records merged",
    "undo": "Merge taken back",
    "importer": "Changed by a load",
    "auto_merge": "Changed by a merge of the rules",
    "manual_merge": "Changed by a merge",
    "undo_merge": "Changed by taking a merge back",
    "manual_edit": "Changed by staff",
}
_WHY = {
    "only_word": "Nobody else says anything",
    "heard_first": "Heard before the others",
    "any_refusal": "A refusal of anybody holds",
    "picked": "Picked when records were merged",
    "said_by_staff": "Said by staff",
    "taken_back": "Nobody says it any more",
}
# What the merge log keeps beside its moment is two records, not two values.
_MERGES = ("manual", "undo")


def draw(shown: PersonView) -> None:
    """The tab."""
    entries = queries_changes.timeline(shown.release, shown.key)
    if not any(entry["kind"] != "record" for entry in entries):
        st.markdown("Nothing about this person has changed since the record was first seen.")
    if not entries:
        return
    frame = table(shown, entries)
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "when": text("When", width=180),
            "what": text("What", width=190),
            "field": text("Field", width=150),
            "before": text("Before", width=190),
            "after": text("After", width=190),
            "who": text("By", width=120),
            "why": text("Why", width=230),
        },
        height="content" if len(frame) <= 20 else 760,
        key="person-changes",
        alt="What changed about this volunteer",
    )
    st.caption(
        "Values of Salesforce, of files and of staff, as they were heard. Fields that only Pathful "
        "knows are not followed."
    )
    downloads.buttons(
        shown.context.person,
        f"{shown.name}_changes",
        "person-changes",
        lambda: [downloads.sheet_of("Changes", frame, _COLUMNS)],
    )


def table(shown: PersonView, entries: list[dict[str, Any]]) -> Any:
    """The timeline in words; what the role may not read says so."""
    import pandas as pd

    return pd.DataFrame(
        {
            "when": [words.moment(entry["happened_at"]) for entry in entries],
            "what": [_what(entry) for entry in entries],
            "field": [_field(entry) for entry in entries],
            "before": [_value(shown, entry, "old_value") for entry in entries],
            "after": [_value(shown, entry, "new_value") for entry in entries],
            "who": [words.plain(entry["done_by"]) for entry in entries],
            "why": [_why(entry) for entry in entries],
        }
    )


def _what(entry: dict[str, Any]) -> str:
    code = entry["change_source"] if entry["kind"] == "change" else entry["kind"]
    return words.label(code, _WHAT)


def _field(entry: dict[str, Any]) -> str:
    if entry["kind"] == "change":
        return words_volunteers.field_name(entry["field_name"])
    return "Records" if entry["kind"] in _MERGES else "Record"


def _value(shown: PersonView, entry: dict[str, Any], side: str) -> str:
    value = entry[side]
    if entry["kind"] == "change":
        return _changed(shown, entry, value)
    if entry["kind"] in _MERGES:
        return words.plain(value)
    if side == "old_value":
        return words.DASH
    system = words.label(entry["system"], words_volunteers.SYSTEMS)
    return f"{system} {words.plain(entry['external_id'])}"


def _changed(shown: PersonView, entry: dict[str, Any], value: Any) -> str:
    name = entry["field_name"]
    # Both sides of a change are null only where they were hidden.
    is_hidden = words.is_missing(entry["old_value"]) and words.is_missing(entry["new_value"])
    if is_hidden or not shown.sees(name):
        return words_volunteers.HIDDEN
    if name == "organization_key" and not words.is_missing(value):
        return words.plain(queries_person.organization_name(shown.release, value) or value)
    return words_volunteers.field_value(name, value)


def _why(entry: dict[str, Any]) -> str:
    if entry["kind"] == "record":
        return words.plain(entry["file_name"])
    if entry["kind"] in _MERGES:
        return words.plain(entry["reason"])
    told = json.loads(entry["metadata"] or "{}")
    why = words.label(told.get("why"), _WHY)
    source = entry["winner_source"]
    if words.is_missing(source) or source in ("staff", "manual"):
        return why
    return f"{words.label(source, words_volunteers.SOURCES)}: {why.lower()}"
