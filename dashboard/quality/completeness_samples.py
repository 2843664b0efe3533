"""Which records of a kind are shown as a sample, and the tables of samples (platform.md §6.5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import downloads, view, words
from dashboard.quality import words_completeness as said

Row = dict[str, Any]

LEAST, MOST = 10, 50
# Of a sample so many percent are good, middling and poor; before them come odd records.
_SHARES = {"good": 30, "warning": 40, "critical": 30}
_ODD_SHARE = 20
_HEADS = {
    "name": "Record",
    "key": "Key",
    "share": "Complete",
    "missing": "Missing",
    "odd": "Odd because",
}


def size(total: int, asked: int | None = None) -> int:
    """How many records a sample has: as asked between 10 and 50, else as many as fit the total."""
    if asked is not None:
        return min(total, max(LEAST, min(MOST, asked)))
    if total < 100:
        return min(total, LEAST)
    if total < 1000:
        return max(LEAST, min(MOST, math.floor(10 * math.log10(total))))
    return MOST


def chosen(rows: Sequence[Row], wanted: int) -> list[Row]:
    """A sample: at most a fifth odd records, the rest good, middling and poor as 30 to 40 to 30.

    What a stratum lacks is filled from the others, so that a sample is as large as it can be. The
    rows come in the order of the hash of their keys: the same release gives the same sample.
    """
    odd = [row for row in rows if row["edge_place"] and row["edge_cases"] != "less_than_half"]
    odd.sort(key=lambda row: row["edge_place"])
    picked = odd[: wanted * _ODD_SHARE // 100]
    taken = {row["record_key"] for row in picked}
    # A record without any oddity of its own; poor ones all lack more than half.
    plain = [
        row
        for row in rows
        if row["record_key"] not in taken and row["edge_cases"] in {None, "less_than_half"}
    ]
    strata = {name: [row for row in plain if row["stratum"] == name] for name in _SHARES}
    for found in strata.values():
        found.sort(key=lambda row: row["stratum_place"])
    rest = wanted - len(picked)
    quotas = {name: rest * share // 100 for name, share in _SHARES.items()}
    quotas["warning"] += rest - sum(quotas.values())
    for name, quota in quotas.items():
        picked += strata[name][:quota]
    spare = [row for name, quota in quotas.items() for row in strata[name][quota:]]
    return picked + spare[: wanted - len(picked)]


def frame(rows: Sequence[Row], names: dict[str, str]) -> pd.DataFrame:
    """The rows in words; a record that the role may not name has its key only."""
    return pd.DataFrame(
        {
            "name": [names.get(row["record_key"]) for row in rows],
            "key": [row["record_key"] for row in rows],
            "share": [row["completeness_pct"] for row in rows],
            "missing": [said.listed(row["missing_fields"]) for row in rows],
            "odd": [said.listed(row["edge_cases"], said.ODD) for row in rows],
        },
        columns=list(_HEADS),
    )


def table(data: pd.DataFrame, what: str) -> None:
    """The records, the share of their fields and what they lack."""
    text = st.column_config.TextColumn
    view.table(
        data,
        {
            "name": text(_HEADS["name"], width=210),
            "share": st.column_config.ProgressColumn(
                _HEADS["share"], format="%.2f %%", min_value=0, max_value=100, width=130
            ),
            "missing": text(_HEADS["missing"], width=360),
            "odd": text(_HEADS["odd"], width=250),
            "key": text(_HEADS["key"], width=150),
        },
        height="content" if len(data) <= 12 else 460,
        alt=what,
    )


def sheet(title: str, data: pd.DataFrame) -> downloads.Sheet:
    """The same as a table of an export."""
    return downloads.sheet_of(title, data, _HEADS)


def said_of(rows: Sequence[Row], shown: int) -> str:
    """How many of how many are shown, as Markdown."""
    total = rows[0]["record_count"] if rows else 0
    return f"{words.counted(shown, 'record')} of {total:,}, the same ones until the data change."
