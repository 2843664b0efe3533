"""The lists of the audit page beside the log: what waits, what was refused, exports and looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import pending, view, words
from dashboard.release import OpenRelease
from dashboard.sessions import event_history, words_events
from polaris import export_log
from polaris.deciding import decisions

_SHOWN = 200
# Of a column: its label, its width, and what it says of an item.
_Columns = Mapping[str, tuple[str, int, Callable[[Any], Any]]]


def waiting(context: view.Context, release: OpenRelease) -> None:
    """The stored decisions that the release does not show yet, all of them, newest first."""
    items = pending.standing(context.settings)[::-1]
    if not items:
        view.empty(
            "Nothing waits",
            "Every stored decision is in the release. A new one is listed here until the next "
            "build, which **Apply now** starts.",
            ":material/task_alt:",
        )
        return
    columns: _Columns = {
        "when": ("When", 180, lambda item: words.moment(item.decided_at)),
        "who": ("Who", 140, _who),
        "what": ("What it will change", 560, lambda item: pending.sentence(release, item)),
        "reason": ("Reason", 300, lambda item: item.reason),
    }
    _table(items, columns, key="audit-waiting", alt="Decisions that wait for a build")


def refused(context: view.Context, release: OpenRelease) -> None:
    """The newest decisions that were refused for want of rights."""
    items = decisions.refusals(context.settings)[::-1]
    if not items:
        view.empty(
            "Nobody tried what the rights do not allow",
            "A decision outside somebody's role or district is refused, and the attempt is "
            "listed here. Who may do what stands in the access list.",
            ":material/verified_user:",
        )
        return
    listed = {item.refusal_id: item for item in items[:_SHOWN]}
    stored = {item.decision_id: item for item in decisions.read_all(context.settings)}
    subjects = {key: _subject(item, stored) for key, item in listed.items()}
    about = {
        key: f"{subjects[key][0]} {name}" if name == subjects[key][1] else name
        for key, name in event_history.subject_names(release, subjects).items()
    }
    columns: _Columns = {
        "when": ("When", 180, lambda item: words.moment(item.refused_at)),
        "who": ("Who", 160, _who),
        "role": ("Role", 120, _role),
        "what": ("Tried", 200, lambda item: words_events.done(item.action)),
        "subject": ("About", 340, lambda item: about[item.refusal_id]),
        "why": ("Refused because", 180, lambda item: words.label(item.rule_code, {})),
    }
    _table(list(listed.values()), columns, key="audit-refused", alt="Refused attempts")
    _more(items)


def exports(context: view.Context) -> None:
    """The newest exports, with who took them and how many rows they had."""
    items = export_log.read_all(context.settings, last=_SHOWN + 1)[::-1]
    if not items:
        view.empty(
            "Nobody exported anything yet",
            "Every file that somebody takes from a page or by a command is listed here: who, which "
            "list, how many rows, from which release. What stood in it is not kept.",
            ":material/download:",
        )
        return
    columns: _Columns = {
        "when": ("When", 180, lambda item: words.moment(item.exported_at)),
        "who": ("Who", 190, _who),
        "role": ("Role", 140, _role),
        "what": ("What", 190, lambda item: words.label(item.name.replace("-", "_"), {})),
        "format": ("File", 70, lambda item: item.file_format.upper()),
        "rows": ("Rows", 90, lambda item: item.row_count),
        "release": ("Release", 290, lambda item: item.release),
    }
    _table(items[:_SHOWN], columns, key="audit-exports", alt="Exports")
    _more(items)


def looks(context: view.Context) -> None:
    """The newest looks at runs and at what is sensitive of people, once a session of a browser."""
    items = export_log.looks(context.settings, last=_SHOWN + 1)[::-1]
    if not items:
        view.empty(
            "Nobody looked at anything sensitive yet",
            "Who opens a run, or a page with birth dates, streets, texts of messages or records of "
            "students, is listed here, once for each visit.",
            ":material/visibility:",
        )
        return
    columns: _Columns = {
        "when": ("When", 180, lambda item: words.moment(item.exported_at)),
        "who": ("Who", 190, _who),
        "role": ("Role", 140, _role),
        "what": ("What", 380, lambda item: item.name[:1].upper() + item.name[1:]),
        "release": ("Release", 290, lambda item: item.release),
    }
    _table(items[:_SHOWN], columns, key="audit-looks", alt="Looked at")
    _more(items)


def _subject(item: decisions.Refusal, stored: Mapping[str, decisions.Decision]) -> tuple[str, str]:
    """What an attempt was about; to take a decision back is about what that one is about."""
    found: decisions.Refusal | decisions.Decision = item
    while found.subject_type == "decision" and found.subject_key in stored:
        found = stored[found.subject_key]
    return found.subject_type, found.subject_key


def _who(item: Any) -> str:
    return words.plain(item.actor)


def _role(item: Any) -> str:
    return words.label(item.role, words_events.ROLES)


def _table(items: Sequence[Any], columns: _Columns, *, key: str, alt: str) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {name: [said(item) for item in items] for name, (_, _, said) in columns.items()}
    )
    heads = {
        name: st.column_config.NumberColumn(label, format="localized", width=width)
        if name == "rows"
        else st.column_config.TextColumn(label, width=width)
        for name, (label, width, _) in columns.items()
    }
    view.table(frame, heads, key=key, alt=alt)


def _more(items: Sequence[Any]) -> None:
    if len(items) > _SHOWN:
        st.caption(f"The newest {_SHOWN}; the decision store keeps the older ones.")
