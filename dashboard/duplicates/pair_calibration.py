"""Whether the scores hold: the share that people called one person, per band of the score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.duplicates import queries_pair_answers
from dashboard.release import OpenRelease

_SAME, _FORETOLD = "Answered: one person", "Foretold by the score"
_COLORS = {_SAME: "#1b5e8c", _FORETOLD: "#e0a030"}
_WIDTH = 0.05


def draw(release: OpenRelease) -> None:
    """The chart, from every answer of a person that the release holds."""
    with st.expander("Do the scores hold?", icon=":material/query_stats:"):
        rows = queries_pair_answers.answered(release)
        if not rows:
            st.markdown(
                "Nobody has answered a pair yet. Each answer shows here, beside what the score "
                "said."
            )
            return
        st.vega_lite_chart(spec=_spec(bars(rows)), key="pair-calibration")
        total = sum(int(row["answer_count"]) for row in rows)
        st.caption(
            f"{words.counted(total, 'answer')} of people. Where they call clearly fewer pairs one "
            "person than the score says, raise the threshold; `polaris-load linkage train` "
            "proposes other weights."
        )


def bars(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Two bars per band: what was answered, and the mean of the scores."""
    found = []
    for row in rows:
        least = float(row["least_score"])
        count, same = int(row["answer_count"]), int(row["same_count"])
        band = f"{least * 100:.0f} to {min(1, least + _WIDTH) * 100:.0f} %"
        shares = {_SAME: same / count}
        if row["expected"] is not None:
            shares[_FORETOLD] = float(row["expected"])
        for name, share in shares.items():
            text = f"{share * 100:.0f} %" + (f" of {count}" if name == _SAME else "")
            found.append({"Score": band, "What": name, "Share": share, "text": text})
    return found


def _spec(parts: list[dict[str, Any]]) -> dict[str, Any]:
    import altair as alt

    scale = alt.Scale(domain=list(_COLORS), range=list(_COLORS.values()))
    base = alt.Chart(alt.InlineData(values=parts)).encode(
        x=alt.X("Score:N", sort=None, title="Score", axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("What:N", sort=list(_COLORS)),
        tooltip=[alt.Tooltip("Score:N"), alt.Tooltip("What:N"), alt.Tooltip("text:N", title="Is")],
    )
    whole = alt.Scale(domain=[0, 1])
    height = alt.Y("Share:Q", title=None, axis=alt.Axis(format="%"), scale=whole)
    legend = alt.Legend(orient="top")
    drawn = base.mark_bar().encode(
        y=height,
        color=alt.Color("What:N", scale=scale, title=None, legend=legend),
    )
    numbers = base.mark_text(dy=-6, fontSize=11).encode(y=height, text="text:N")
    spec: dict[str, Any] = alt.layer(drawn, numbers).properties(height=220).to_dict()
    return spec
