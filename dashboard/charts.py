"""Charts: colours that stay apart with any colour vision, numbers in the bars as well."""

from __future__ import annotations

from collections.abc import Mapping
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
