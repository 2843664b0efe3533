"""Why two volunteers may be one: what each feature adds or takes, as a waterfall and in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import view, words
from dashboard.duplicates import words_duplicates

_FOR, _AGAINST, _START, _SUM = "Speaks for one person", "Speaks against", "Before", "Result"
_COLORS = {_FOR: "#1b5e8c", _AGAINST: "#c05a2c", _START: "#b8c2cc", _SUM: "#1d2935"}


def draw(row: Mapping[str, Any]) -> None:
    """Both scores, the chart, and the guard and rules in words."""
    is_appendix_b = decides_by_appendix_b(row)
    features = read(row)
    view.cards(
        [
            (
                "Calibrated score" + ("" if is_appendix_b else ", decides"),
                words_duplicates.score(row["score_calibrated"]),
                "The chance that the two are one person.",
            ),
            (
                "Weighted score" + (", decides" if is_appendix_b else ""),
                words_duplicates.score(row["score_appendix_b"]),
                "The sum of the agreed weights. Which of the two scores decides stands in the "
                "settings.",
            ),
        ]
    )
    for reason in words_duplicates.reasons(row):
        st.markdown(f":material/policy: {words.inert(reason)}")
    if not features:
        st.markdown("The two were never compared: a person brought them together.")
        return
    steps = contributions(features, is_appendix_b=is_appendix_b)
    st.vega_lite_chart(spec=_spec(steps), key=f"evidence-{row['pair_key']}")
    st.caption(
        "What each feature adds to the score."
        if is_appendix_b
        else "In bits: each one doubles the odds that the two are one person."
    )


def read(row: Mapping[str, Any]) -> dict[str, Any]:
    """What was compared; nothing where the two never were."""
    found = json.loads(row["features_json"] or "{}")
    return found if isinstance(found, dict) else {}


def decides_by_appendix_b(row: Mapping[str, Any]) -> bool:
    """Whether the weights of appendix B decided: the deciding score is theirs alone."""
    score, appendix_b = row["score"], row["score_appendix_b"]
    return bool(score == appendix_b and score != row["score_calibrated"])


def contributions(
    features: Mapping[str, Any], *, is_appendix_b: bool
) -> list[tuple[str, float, str]]:
    """(feature in words, what it adds, how alike the two are); what says nothing is left out."""
    names = words_duplicates.FEATURES
    if is_appendix_b:
        return [
            (names[name], weight * float(features.get(name) or 0), f"weight {weight:.2f}")
            for name, weight in words_duplicates.weights().items()
            if features.get(name)
        ]
    levels = words_duplicates.levels(features)
    bits = {name: float(features.get(f"{name}_bits") or 0) for name in ("prior", *levels)}
    return [
        (
            names[name],
            value,
            "how rare one person twice is"
            if name == "prior"
            else words_duplicates.level(name, levels[name]),
        )
        for name, value in bits.items()
        if value
    ]


def _spec(steps: list[tuple[str, float, str]]) -> dict[str, Any]:
    import altair as alt

    parts: list[dict[str, Any]] = []
    at = 0.0
    for name, value, how in steps:
        is_start = name == words_duplicates.FEATURES["prior"]
        kind = _START if is_start else _FOR if value >= 0 else _AGAINST
        label = name if is_start else f"{name}: {how}"
        parts.append(_part(label, kind, (at, at + value)))
        at += value
    parts.append(_part("All together", _SUM, (0.0, at)))
    base = alt.Chart(alt.InlineData(values=parts)).encode(
        y=alt.Y(
            "Label:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelLimit=260, labelOverlap=False, labelFontSize=12),
        ),
        tooltip=[alt.Tooltip("Label:N"), alt.Tooltip("Adds:N")],
    )
    scale = alt.Scale(domain=list(_COLORS), range=list(_COLORS.values()))
    bars = base.mark_bar(height=14, cornerRadius=2).encode(
        x=alt.X("start:Q", title=None),
        x2="end:Q",
        color=alt.Color("Kind:N", scale=scale, legend=None),
    )
    numbers = base.mark_text(align="left", dx=5, fontSize=11).encode(x="right:Q", text="Adds:N")
    chart = alt.layer(bars, numbers).properties(height=26 * len(parts)).configure_view(stroke=None)
    spec: dict[str, Any] = chart.to_dict()
    return spec


def _part(label: str, kind: str, reach: tuple[float, float]) -> dict[str, Any]:
    """One bar, from where the last one ended to where it ends."""
    start, end = reach
    return {
        "Label": label,
        "Kind": kind,
        "Adds": f"{end - start:+.2f}",
        "start": round(start, 3),
        "end": round(end, 3),
        "right": round(max(start, end), 3),
    }
