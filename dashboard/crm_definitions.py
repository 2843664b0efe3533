"""How a number is counted: the catalogue of metrics, one click away from the number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.release import OpenRelease

_METRICS = """
select metric_code, metric_name, definition, formula, caveat
from marts.dim_metrics
order by sort_order, metric_code
"""


def catalogue(release: OpenRelease) -> Mapping[str, dict[str, Any]]:
    """Every metric by its code."""
    return {row["metric_code"]: row for row in release.rows(_METRICS)}


def hint(metrics: Mapping[str, dict[str, Any]], code: str) -> str | None:
    """How a metric is counted, for the mark beside its number; None for one nobody described."""
    row = metrics.get(code)
    if row is None:
        return None
    parts = (row["definition"], row["formula"], row["caveat"])
    return "  \n".join(words.inert(part) for part in parts if part)


def button(metrics: Mapping[str, dict[str, Any]], codes: Sequence[str], extra: str = "") -> None:
    """A button that opens the definitions of some metrics; `extra` is Markdown of this program."""
    with st.popover("How is this counted?", icon=":material/help:", width="content"):
        if extra:
            st.markdown(extra)
        for code in codes:
            row = metrics.get(code)
            if row is None:
                continue
            caveat = f"  \n:small[{words.inert(row['caveat'])}]" if row["caveat"] else ""
            st.markdown(
                f"**{words.inert(row['metric_name'])}** :small[{words.inert(code)}]  \n"
                f"{words.inert(row['definition'])} {words.inert(row['formula'])}{caveat}"
            )
