"""Charts over days: bars and lines that are drawn in the browser and saved there as a picture.

The tools above each chart save it as PNG; it needs no service, and the page stays offline.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import streamlit as st

# Colours that stay apart with any colour vision; the order of the series is that of their names.
PALETTE = ("#1b5e8c", "#e0a030", "#6a994e", "#8f1d1d", "#7a5c99", "#5b7a86", "#b8c2cc", "#1d2935")
_HEIGHT = 280


def draw(
    title: str,
    rows: Sequence[dict[str, Any]],
    series: Sequence[str],
    span: tuple[date, date],
    *,
    as_line: bool,
    key: str,
) -> None:
    """A chart of one value by day.

    Args:
        title: above the chart; also the name of the picture.
        rows: `Day` as ISO text of its midnight, for a day alone is that of Greenwich in a browser;
            `What` one of the series, `Value`.
        series: in the order of the legend.
        span: the first and the last day of the axis.
        as_line: a line for each of the series, else bars on top of each other.
        key: of the chart, unique on the page.
    """
    spec = _spec(title, tuple(series), span, as_line) | {"datasets": {"days": list(rows)}}
    st.vega_lite_chart(spec=spec, key=key)


@lru_cache(maxsize=64)
def _spec(
    title: str, series: tuple[str, ...], span: tuple[date, date], as_line: bool
) -> dict[str, Any]:
    """The chart as a Vega-Lite specification over the data set `days`."""
    import altair as alt

    base = alt.Chart(alt.NamedData("days"))
    mark = (
        base.mark_line(point=alt.OverlayMarkDef(size=24), strokeWidth=2)
        if as_line
        else base.mark_bar(stroke="#ffffff", strokeWidth=0.5)
    )
    chart = (
        mark.encode(
            x=alt.X(
                "yearmonthdate(Day):T",
                title=None,
                axis=alt.Axis(format="%b %-d", tickCount=6, grid=False),
                scale=alt.Scale(domain=[_moment(span[0]), _moment(span[1] + timedelta(days=1))]),
            ),
            y=alt.Y("Value:Q", title=None, axis=alt.Axis(tickCount=4)),
            color=alt.Color(
                "What:N",
                scale=alt.Scale(domain=list(series), range=list(PALETTE[: len(series)])),
                legend=alt.Legend(title=None, orient="top", offset=2) if len(series) > 1 else None,
            ),
            tooltip=[
                alt.Tooltip("yearmonthdate(Day):T", title="Day", format="%b %-d, %Y"),
                alt.Tooltip("What:N", title=" "),
                alt.Tooltip("Value:Q", title=title, format=",.2~f"),
            ],
        )
        .properties(height=_HEIGHT, title=alt.Title(title, anchor="start", fontSize=14, offset=6))
        .configure_view(stroke=None)
    )
    spec: dict[str, Any] = chart.to_dict()
    return spec


def _moment(day: date) -> dict[str, int]:
    """A day as the axis takes it, at midnight where the chart is drawn."""
    return {"year": day.year, "month": day.month, "date": day.day}
