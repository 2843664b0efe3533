"""The rows of a run that were not taken over, by kind."""

from __future__ import annotations

import streamlit as st

from dashboard import downloads, view, words
from dashboard.release import OpenRelease
from dashboard.runs import reports
from dashboard.volunteers import queries_changes

TYPES = {
    "duplicate_email": "Repeats an e-mail",
    "missing_required_field": "Lacks what it needs",
    "missing_reference": "Refers to what is not here",
    "validation_error": "Breaks a rule",
    "other": "Left out on purpose",
}
_HEADS = {
    "row_number": "Row",
    "record_key": "Record",
    "skip_type": "Kind",
    "skip_reason": "Reason",
}


def draw(release: OpenRelease, context: view.Context, run_id: str) -> None:
    """The section; nothing where every row was taken over."""
    found = queries_changes.skip_types(release, run_id)
    if not found:
        return
    st.markdown("#### Not taken over")
    filters = view.Filters("skips")
    type_box, _ = st.columns([3, 7], vertical_alignment="bottom")
    kinds = {code: f"{words.label(code, TYPES)} ({count:,})" for code, count in found.items()}
    with type_box:
        chosen = filters.choice("Kind", "skip", view.any_of("Every kind", kinds))
    frame = queries_changes.skips(release, run_id, chosen, number=1)
    shown = frame.assign(
        skip_type=[words.label(one, TYPES) for one in frame["skip_type"]],
        skip_reason=[reports.reason(one) for one in frame["skip_reason"]],
    )
    text = st.column_config.TextColumn
    view.table(
        shown,
        {
            "row_number": st.column_config.NumberColumn("Row", width=64),
            "record_key": text("Record", width=200),
            "skip_type": text("Kind", width=220),
            "skip_reason": text("Reason", width=300),
        },
        height="content",
        key="runs-skips",
        alt="Rows of this run that were not taken over",
    )
    total = sum(found.values()) if chosen is None else found[chosen]
    if total > len(frame):
        st.caption(f"The first {len(frame):,} of {total:,}; the download has all of them.")
    downloads.buttons(
        context.person,
        f"Run_{run_id}_not_taken_over",
        "skips",
        lambda: [
            downloads.sheet_of(
                "Not taken over",
                queries_changes.skips(release, run_id, chosen, number=None),
                _HEADS,
            )
        ],
    )
