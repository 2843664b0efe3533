"""What a run brought in each field, of the source and of ours, and what nothing takes (6.2)."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import downloads, view
from dashboard.quality import words_completeness as said
from dashboard.release import OpenRelease, ReleaseUnreadableError
from polaris import run_fields

_TABS = {"source": "Fields of the source", "target": "Fields of ours", "unmapped": "Not read"}
_HEADS = {
    "object": "Object",
    "field": "Field of the source",
    "target": "Field of ours",
    "values": "Rows with a value",
    "total": "Rows",
    "share": "Filled",
    "status": "Status",
    "samples": "Samples",
}
_COLUMNS = {
    "source": ("object", "field", "target", "share", "status", "values", "total"),
    "target": ("object", "target", "field", "share", "status", "values", "total"),
    "unmapped": ("object", "field", "share", "status", "values", "total", "samples"),
}
_HEIGHT = 420


def draw(release: OpenRelease, context: view.Context, run_id: str) -> None:
    """The section; nothing for a run that landed no row, or whose version did not count."""
    try:
        found = run_fields.sides(release.rows(run_fields.SQL, {"run": run_id}))
    except ReleaseUnreadableError:  # it is of a version that did not count
        return
    if not any(found.values()):
        return
    st.markdown("#### Fields")
    st.caption(
        "Of the rows that landed, how many say something in each field. Good from 80 %, a warning "
        "from 50 %, else critical. An empty text is no value, a zero is one."
    )
    for box, side in zip(st.tabs(list(_TABS.values())), _TABS, strict=True):
        with box:
            _side(context, run_id, side, found[side])


def _side(context: view.Context, run_id: str, side: str, rows: list[run_fields.Row]) -> None:
    if not rows:
        st.markdown("Every field that came is read.")
        return
    frame = _frame(rows)
    # A file is one object; only the CRM has several.
    names = [name for name in _COLUMNS[side] if name != "object" or frame["object"].nunique() > 1]
    view.table(
        frame[names],
        {name: _column(name) for name in names},
        height=min(_HEIGHT, 38 + 35 * len(frame)),
        key=f"runs-fields-{side}",
        alt=_TABS[side],
    )
    downloads.buttons(
        context.person,
        f"Run_{run_id}_{side}_fields",
        f"fields-{side}",
        lambda: [
            downloads.sheet_of(_TABS[side], frame, {one: _HEADS[one] for one in _COLUMNS[side]})
        ],
    )


def _frame(rows: list[run_fields.Row]) -> Any:
    import pandas as pd

    counts = {"values": "Int64", "total": "Int64", "share": "Float64"}
    return pd.DataFrame(
        {
            "object": [row["object_name"] for row in rows],
            "field": [row["field_name"] for row in rows],
            "target": [row["target_name"] for row in rows],
            "values": [row["with_value_count"] for row in rows],
            "total": [row["total_count"] for row in rows],
            "share": [row["rate_pct"] for row in rows],
            "status": [said.STATUSES.get(row["status"]) for row in rows],
            "samples": [row["samples"] for row in rows],
        }
    ).astype(counts)


def _column(name: str) -> Any:
    if name == "share":
        return st.column_config.ProgressColumn(
            _HEADS[name], format="%.2f %%", min_value=0, max_value=100, width=180
        )
    if name in ("values", "total"):
        return st.column_config.NumberColumn(_HEADS[name], format="localized", width=130)
    return st.column_config.TextColumn(_HEADS[name], width=120 if name == "status" else 220)
