"""How well corrections work: what was tried of late, what it settled, and where it did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from dashboard import view, words
from dashboard.quality import queries_quality, words_quality
from dashboard.release import OpenRelease
from polaris.settings import SITE_ZONE

WINDOW_DAYS = 30
_LISTED = 10
Row = Mapping[str, Any]


def tried(release: OpenRelease, today: date) -> list[dict[str, Any]]:
    """Every correction of the last `WINDOW_DAYS` days that a build has applied."""
    first = datetime.combine(today - timedelta(days=WINDOW_DAYS), time(), SITE_ZONE)
    return queries_quality.corrections(release, first)


def card(attempts: Sequence[Row]) -> tuple[str, str, str]:
    """The metric card: how many of the attempts settled their finding."""
    good = sum(one["is_settled"] for one in attempts)
    hint = (
        f"Of the corrections of the last {WINDOW_DAYS} days {good:,} of {len(attempts):,} settled "
        "the finding. What waits for a build is not counted."
    )
    return "Success", rate(good, len(attempts)), hint


def rate(good: int, count: int) -> str:
    """A share in percent with two decimals; a dash for a share of nothing."""
    return f"{100 * good / count:.2f} %" if count else words.DASH


def draw(attempts: Sequence[Row]) -> None:
    """The rules and fields that were corrected most, with what came of it."""
    if not attempts:
        return
    label = f"Corrections of the last {WINDOW_DAYS} days ({len(attempts):,})"
    with st.expander(label, icon=":material/healing:"):
        left, right = st.columns(2, gap="medium")
        with left:
            _top("Rule", attempts, [str(one["rule_code"]) for one in attempts])
        with right:
            names = [
                words_quality.field_name(one["entity_type"], one["field"])
                if one["field"]
                else "The row as a whole"
                for one in attempts
            ]
            _top("Field", attempts, names)


def _top(head: str, attempts: Sequence[Row], names: Sequence[str]) -> None:
    import pandas as pd

    count = Counter(names)
    good = Counter(name for name, one in zip(names, attempts, strict=True) if one["is_settled"])
    listed = sorted(count, key=lambda name: (-count[name], name))[:_LISTED]
    frame = pd.DataFrame(
        {
            "name": listed,
            "tried": [count[name] for name in listed],
            "settled": [good[name] for name in listed],
            "failed": [count[name] - good[name] for name in listed],
            "rate": [rate(good[name], count[name]) for name in listed],
        }
    )
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    columns = {
        "name": text(head, width=210),
        "tried": number("Tried", width=64),
        "settled": number("Worked", width=72),
        "failed": number("Failed", width=64),
        "rate": text("Share", width=84),
    }
    view.table(
        frame,
        columns,
        height="content",
        key=f"quality-corrections-{head.lower()}",
        alt=f"Corrections by {head.lower()}",
    )
