"""What people took from pages and by commands, and looked at, as the audit page lists it."""

from __future__ import annotations

import streamlit as st

from dashboard import view, words
from dashboard.sessions import words_events
from polaris import export_log

_SHOWN = 200


def draw(context: view.Context) -> None:
    """The newest exports, with who took them and how many rows they had."""
    import pandas as pd

    items = export_log.read_all(context.settings)[::-1]
    if not items:
        view.empty(
            "Nobody exported anything yet",
            "Every file that somebody takes from a page or by a command is listed here: who, which "
            "list, how many rows, from which release. What stood in it is not kept.",
            ":material/download:",
        )
        return
    shown = items[:_SHOWN]
    frame = pd.DataFrame(
        {
            "when": [words.moment(item.exported_at) for item in shown],
            "who": [words.plain(item.actor) for item in shown],
            "role": [words.label(item.role, words_events.ROLES) for item in shown],
            "what": [words.label(item.name.replace("-", "_"), {}) for item in shown],
            "format": [item.file_format.upper() for item in shown],
            "rows": [item.row_count for item in shown],
            "release": [item.release for item in shown],
        }
    )
    text = st.column_config.TextColumn
    columns = {
        "when": text("When", width=180),
        "who": text("Who", width=190),
        "role": text("Role", width=140),
        "what": text("What", width=190),
        "format": text("File", width=70),
        "rows": st.column_config.NumberColumn("Rows", format="localized", width=90),
        "release": text("Release", width=290),
    }
    view.table(frame, columns, key="audit-exports", alt="Exports")
    if len(items) > len(shown):
        st.caption(f"The newest {len(shown)} of {words.counted(len(items), 'export')}.")


def looks(context: view.Context) -> None:
    """The newest looks at runs and at what is sensitive of people, once a session of a browser."""
    import pandas as pd

    items = export_log.looks(context.settings)[::-1]
    if not items:
        view.empty(
            "Nobody looked at anything sensitive yet",
            "Who opens a run, or a page with birth dates, streets, texts of messages or records of "
            "students, is listed here, once for each visit.",
            ":material/visibility:",
        )
        return
    shown = items[:_SHOWN]
    frame = pd.DataFrame(
        {
            "when": [words.moment(item.exported_at) for item in shown],
            "who": [words.plain(item.actor) for item in shown],
            "role": [words.label(item.role, words_events.ROLES) for item in shown],
            "what": [item.name[:1].upper() + item.name[1:] for item in shown],
            "release": [item.release for item in shown],
        }
    )
    text = st.column_config.TextColumn
    columns = {
        "when": text("When", width=180),
        "who": text("Who", width=190),
        "role": text("Role", width=140),
        "what": text("What", width=380),
        "release": text("Release", width=290),
    }
    view.table(frame, columns, key="audit-looks", alt="Looked at")
    if len(items) > len(shown):
        st.caption(f"The newest {len(shown)} of {words.counted(len(items), 'look')}.")
