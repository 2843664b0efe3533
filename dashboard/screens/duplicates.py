"""Duplicates: teachers who may be one person, side by side, and the decision about them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import downloads, pending, view, words
from dashboard.duplicates import pair_panel, pair_state, queries_duplicates
from dashboard.pending import Pending
from dashboard.stepper import steps
from dashboard.words_people import PAIR_STATUSES

_LIST_HEIGHT = 560
_EXPORT = {
    "left_name": "Left",
    "right_name": "Right",
    "left_event_count": "Sessions left",
    "right_event_count": "Sessions right",
    "shared_event_count": "Shared sessions",
    "overlap_pct": "Overlap %",
    "status": "Status",
    "decided_by": "Decided by",
    "decided_at": "Decided",
}

Row = dict[str, Any]


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    stored = pair_state.decided(pending.standing(context.settings))
    rows = [
        row | {"status": _status(row, stored), "stored": stored.get(row["pair_key"])}
        for row in queries_duplicates.pairs(release)
    ]
    if not rows:
        view.empty(
            "No pair of teachers looks like one person",
            "A pair is listed when two teachers share the first name, not the last name, and "
            "nearly all their sessions.",
            ":material/task_alt:",
        )
        return
    _cards(rows)
    filters = view.Filters("duplicates", opened="pair")
    status, text = _filters(filters, rows)
    found = [row for row in rows if (status is None or row["status"] == status) and _has(row, text)]
    if not found:
        view.empty(
            "No pair fits these filters",
            "Choose another status, or reset the filters.",
            ":material/task_alt:",
        )
        return
    keys = [row["pair_key"] for row in found]
    key = st.query_params.get("pair") or keys[0]
    list_box, panel = st.columns([4, 8], gap="medium")
    with list_box:
        _list(found, key)
        st.caption(words.counted(len(found), "pair"))
        downloads.buttons(context.person, "Duplicates", "duplicates", lambda: [_sheet(found)])
    with panel, st.container(border=True):
        _panel(context, rows, key, keys)


def _status(row: Row, stored: dict[str, Pending]) -> str:
    """The status after the next build."""
    item = stored.get(row["pair_key"])
    return str(row["status"]) if item is None else pair_state.after(item)


def _cards(rows: list[Row]) -> None:
    statuses = [row["status"] for row in rows]
    view.cards(
        [
            (label, words.number(statuses.count(status)), None)
            for status, label in PAIR_STATUSES.items()
        ]
    )


def _filters(filters: view.Filters, rows: list[Row]) -> tuple[str | None, str]:
    status_box, text_box, reset_box = st.columns([1.6, 4, 1.2], vertical_alignment="bottom")
    with status_box:
        is_open = any(row["status"] == "pending" for row in rows)
        options = view.any_of("All", PAIR_STATUSES)
        status = filters.choice("Status", "status", options, "pending" if is_open else None)
    with text_box:
        text = filters.text("Search", "q", "Part of a name")
    with reset_box:
        filters.reset_button()
    return status, text


def _has(row: Row, text: str) -> bool:
    names = f"{row['left_name']} {row['right_name']}".casefold()
    return all(word in names for word in text.casefold().split())


def _list(rows: list[Row], key: str) -> None:
    import pandas as pd

    keys = [row["pair_key"] for row in rows]
    frame = pd.DataFrame(
        {
            "open": ["\N{BLACK RIGHT-POINTING TRIANGLE}" if one == key else "Open" for one in keys],
            "pair": [
                f"{words.plain(row['left_name'])} / {words.plain(row['right_name'])}"
                for row in rows
            ],
            "shared": [row["shared_event_count"] for row in rows],
            "status": [
                words.label(row["status"], PAIR_STATUSES) + (" (stored)" if row["stored"] else "")
                for row in rows
            ],
        }
    )
    columns = {
        "open": view.open_column("duplicates", "pair", keys),
        "pair": st.column_config.TextColumn("Pair", width=180),
        "shared": st.column_config.NumberColumn("Shared", width=62, help="Sessions of both"),
        "status": st.column_config.TextColumn("Status", width=78),
    }
    view.table(
        frame,
        columns,
        height=min(_LIST_HEIGHT, 38 + 35 * len(rows)),
        key=f"duplicates-list-{abs(hash(tuple(keys)))}",
        alt="Pairs of teachers",
    )


def _sheet(rows: list[Row]) -> downloads.Sheet:
    values = [
        [
            words.label(row[name], PAIR_STATUSES) if name == "status" else row[name]
            for name in _EXPORT
        ]
        for row in rows
    ]
    return downloads.Sheet("Duplicates", list(_EXPORT.values()), values)


def _panel(context: view.Context, rows: list[Row], key: str, keys: list[str]) -> None:
    release = context.release
    then = steps("pair", key, keys)
    row = next((one for one in rows if one["pair_key"] == key), None)
    if row is None or release is None:
        st.markdown("This pair is not in the release. Choose another one in the list.")
        return
    pair_panel.draw(context, release, row, then)


view.show(
    "Duplicates",
    "Teachers who may be one person: the same first name, and nearly the same sessions.",
    body,
    "view_all_districts",
)
