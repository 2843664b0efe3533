"""What a run over Salesforce read of each of its objects; its records are no rows of a file."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import downloads, view, words, words_crm
from dashboard.runs import reports

Row = dict[str, Any]

# Head, and the pixels of a count. What no object of the run has is no column.
_COUNTS = {
    "read": "Read",
    "new": "New",
    "changed": "Changed",
    "back": "Came back",
    "unchanged": "Unchanged",
    "aside": "Set aside",
    "invalid": "Invalid",
    "deleted": "Deleted",
}
_ALWAYS = ("read", "new", "changed", "unchanged")
_HEADS = {"object": "Object", **_COUNTS, "error": "What went wrong"}
_COUNT_WIDTH = 84


def draw(context: view.Context, report: reports.Report) -> None:
    """The table and its files; nothing for a run that read no objects."""
    if not report.get("objects"):
        return
    import pandas as pd

    rows = [_row(item) for item in report["objects"]]
    shown = [name for name in _HEADS if _has(name, rows)]
    frame = pd.DataFrame(rows, columns=shown)
    st.markdown("#### Records by object")
    gone = " Deleted ones are known from Salesforce's own list and not among the records read."
    st.caption(
        "The records that this run read of Salesforce. Each is kept as it came; what they became "
        "is on the pages of people, sessions and organizations."
        + (gone if "deleted" in shown else "")
    )
    columns: dict[str, Any] = {}
    for name in shown:
        if name in _COUNTS:
            columns[name] = st.column_config.NumberColumn(
                _HEADS[name], width=_COUNT_WIDTH, format="localized"
            )
        else:
            width = 150 if name == "object" else 300
            columns[name] = st.column_config.TextColumn(_HEADS[name], width=width)
    view.table(frame, columns, height="content", key="runs-objects", alt="Records by object")
    downloads.buttons(
        context.person,
        f"Run_{report['run_id']}_objects",
        "run-objects",
        lambda: [downloads.sheet_of("Objects", frame, {name: _HEADS[name] for name in shown})],
    )


def _has(name: str, rows: list[Row]) -> bool:
    return name == "object" or name in _ALWAYS or any(row[name] for row in rows)


def _row(item: Row) -> Row:
    """The counts of one object, of which all but the deleted add up to what was read."""
    back = int(item.get("reactivated") or 0)
    invalid = int(item["invalid"])
    return {
        "object": words.label(item["object"], words_crm.OBJECTS),
        "read": int(item["extracted"]) + invalid,
        "new": int(item["inserted"]),
        "changed": int(item["updated"]) - back,
        "back": back,
        "unchanged": int(item["unchanged"]),
        "aside": int(item["duplicates"]),
        "invalid": invalid,
        "deleted": int(item["deleted"]),
        "error": words.plain(item["error"]) if item.get("error") else None,
    }
