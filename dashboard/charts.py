"""Charts: colours that stay apart with any colour vision, numbers in the bars as well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import words

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

PROGRESS_COLORS = {"Achieved": "#1b5e8c", "In progress": "#e0a030", "Not started": "#b8c2cc"}
_INK = {"Achieved": "#ffffff", "In progress": "#1d2935", "Not started": "#1d2935"}
# Names of Markdown colours that the theme gives the colours above.
_SWATCHES = {"Achieved": "blue", "In progress": "orange", "Not started": "violet"}
_COLUMNS = {
    "Achieved": "goals_achieved",
    "In progress": "goals_in_progress",
    "Not started": "goals_not_started",
}
_BAR_HEIGHT = 24
# A number that does not fit its piece is left to the legend below the bar.
_LEAST_SHARE_WITH_NUMBER = 0.07


def progress_bar(row: Mapping[str, Any], key: str) -> None:
    """One stacked bar: achieved, in progress, not started, each with its count."""
    total = max(1, sum(int(row[column]) for column in _COLUMNS.values()))
    parts, start = [], 0.0
    for name, column in _COLUMNS.items():
        count = int(row[column])
        share = count / total
        parts.append(
            {
                "Status": name,
                "Teachers": count,
                "start": start,
                "end": start + share,
                "middle": start + share / 2,
                "text": f"{count:,}" if share >= _LEAST_SHARE_WITH_NUMBER else "",
            }
        )
        start += share
    st.vega_lite_chart(spec=_bar() | {"datasets": {"parts": parts}}, key=key)


@lru_cache(maxsize=1)
def _bar() -> dict[str, Any]:
    """The bar as a Vega-Lite specification over the data set `parts`; the same for every bar."""
    import altair as alt

    def colors(palette: Mapping[str, str]) -> alt.Color:
        scale = alt.Scale(domain=list(palette), range=list(palette.values()))
        return alt.Color("Status:N", legend=None, scale=scale)

    base = alt.Chart(alt.NamedData("parts")).encode(
        tooltip=[alt.Tooltip("Status:N"), alt.Tooltip("Teachers:Q", format=",")]
    )
    scale = alt.Scale(domain=[0, 1], nice=False)
    bars = base.mark_bar(height=_BAR_HEIGHT, stroke="#ffffff", strokeWidth=1).encode(
        x=alt.X("start:Q", axis=None, scale=scale), x2="end:Q", color=colors(PROGRESS_COLORS)
    )
    labels = base.mark_text(fontSize=12, fontWeight=600).encode(
        x=alt.X("middle:Q", axis=None, scale=scale), text="text:N", color=colors(_INK)
    )
    chart = (
        alt.layer(bars, labels)
        .resolve_scale(color="independent")
        .properties(height=_BAR_HEIGHT, padding=0)
        .configure_view(stroke=None)
    )
    spec: dict[str, Any] = chart.to_dict()
    return spec


def legend(row: Mapping[str, Any], *, with_percent: bool = True) -> str:
    """The counts in words with their colours, as Markdown; the theme holds the same colours."""
    parts = []
    for name, column in _COLUMNS.items():
        share = f" ({words.percent(row[f'{column}_pct'])})" if with_percent else ""
        parts.append(f":{_SWATCHES[name]}[\N{BLACK SQUARE}] {name} **{int(row[column]):,}**{share}")
    return ":small[" + "\N{EN SPACE} ".join(parts) + "]"


def district_row(row: Mapping[str, Any], key: str) -> DeltaGenerator:
    """A district's name and bar in one line; returns the column for what opens it."""
    name, bar, open_ = st.columns([3, 7, 1.4], vertical_alignment="center")
    name.markdown(
        f"**{words.inert(row['district_name'])}**  \n"
        f"{words.counted(row['total_teachers'], 'teacher')}, "
        f"{words.counted(row['total_schools'], 'school')}"
    )
    with bar:
        progress_bar(row, key)
        st.markdown(legend(row))
    return open_


def monthly_bars(values: Mapping[date, float], what: str, key: str) -> None:
    """One bar for each of the given months, with its number on top.

    Args:
        values: first day of the month -> value, in order.
        what: the measure in words, for the tip on a bar.
        key: of the chart, unique on the page.
    """
    rows = [
        {
            "Month": f"{month:%b} {month:%Y}",
            "short": f"{month:%b}",
            what: value,
            "value": value,
            "text": words.decimals(value) if value else "",
        }
        for month, value in values.items()
    ]
    spec = _months(what) | {"datasets": {"months": rows}}
    st.vega_lite_chart(spec=spec, key=key)


@lru_cache(maxsize=16)
def _months(what: str) -> dict[str, Any]:
    """The monthly bars as a Vega-Lite specification over the data set `months`."""
    import altair as alt

    base = alt.Chart(alt.NamedData("months")).encode(
        x=alt.X(
            "short:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelAngle=0, labelFontSize=12, ticks=False),
        ),
        tooltip=[alt.Tooltip("Month:N"), alt.Tooltip(f"{what}:Q", format=",.2~f")],
    )
    height = alt.Y("value:Q", axis=None, scale=alt.Scale(zero=True, nice=True))
    bars = base.mark_bar(
        color=PROGRESS_COLORS["Achieved"], cornerRadiusTopLeft=3, cornerRadiusTopRight=3, size=34
    ).encode(y=height)
    numbers = base.mark_text(dy=-8, fontSize=13, fontWeight=600, color="#1d2935").encode(
        y=height, text="text:N"
    )
    chart = alt.layer(bars, numbers).properties(height=230).configure_view(stroke=None)
    spec: dict[str, Any] = chart.to_dict()
    return spec


def twelve_months(virtual_year: str, values: Mapping[date, float]) -> dict[date, float]:
    """The months of a virtual year, August to July; 0 where there is no value."""
    start = int(virtual_year[:4])
    days = [date(start + (month < 8), month, 1) for month in (*range(8, 13), *range(1, 8))]
    return {day: values.get(day, 0) for day in days}
