"""One card for each object of Salesforce: how fresh it is and what its loads brought."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import streamlit as st

from dashboard import view, words, words_crm
from dashboard.sources import queries_salesforce, words_health

_IN_A_ROW = 3
_COLORS = {"New": "#1b5e8c", "Changed": "#e0a030", "Deleted": "#b8c2cc"}
# Names of Markdown colours that the theme gives the colours above.
_SWATCHES = {"New": "blue", "Changed": "orange", "Deleted": "violet"}
_COUNTS = {"New": "new_count", "Changed": "changed_count", "Deleted": "deleted_count"}

Row = dict[str, Any]


def cards(
    rows: list[Row],
    days: Mapping[str, Mapping[date, Row]],
    newest: Mapping[str, Row],
    today: date,
) -> None:
    """The cards, three beside each other."""
    legend = "\N{EN SPACE} ".join(
        f":{swatch}[\N{BLACK SQUARE}] {name}" for name, swatch in _SWATCHES.items()
    )
    st.markdown(f":small[Records of the last {queries_salesforce.DAYS} days:\N{EN SPACE}{legend}]")
    for start in range(0, len(rows), _IN_A_ROW):
        boxes = st.columns(_IN_A_ROW)
        for box, row in zip(boxes, rows[start : start + _IN_A_ROW], strict=False):
            with box, st.container(border=True, height="stretch", gap="small"):
                name = row["object_name"]
                _card(row, days.get(name, {}), newest.get(name, {}), today)


def _card(row: Row, days: Mapping[date, Row], newest: Row, today: date) -> None:
    status = row["status"]
    word = words.label(status, words_crm.FRESHNESS)
    badge = view.status_badge(word, words_health.FRESHNESS_KINDS.get(status, "neutral"))
    name = words.inert(words.label(row["object_name"], words_crm.OBJECTS))
    st.markdown(f"**{words.inert(row['label'])}** :small[{name}]  \n{badge}")
    st.markdown(_facts(row), help=_age_hint(row))
    if status == "never":
        st.caption("It comes with the first sync that reads it.")
        return
    last = (
        f"Last load: **{words.number(row['rows_inserted'])}** new, "
        f"**{words.number(row['rows_updated'])}** changed, "
        f"**{words.number(row['rows_unchanged'])}** unchanged, "
        f"**{words.number(row['rows_deleted'])}** deleted"
    )
    st.markdown(f":small[{last}]")
    _bars(days, today, f"crm-bars-{row['object_name']}")
    for problem in problems(row, newest):
        st.markdown(f":small[:material/warning: {words.inert(problem)}]")


def _facts(row: Row) -> str:
    live = (row["record_count"] or 0) - (row["deleted_count"] or 0)
    facts = {
        "Last success": words.moment(row["last_success_at"]),
        "Read up to": words.moment(row["watermark"]),
        "Age": age(row["watermark_age_hours"]),
        "Records": f"{live:,}, and {words.number(row['deleted_count'])} deleted",
    }
    return "  \n".join(f"{name}: {words.inert(value)}" for name, value in facts.items())


def _age_hint(row: Row) -> str:
    cadence = "every week" if row["cadence"] == "weekly" else "every day"
    return (
        f"Read {cadence}. It is getting old {words.number(row['warn_hours'])} hours after what was "
        "read last, as the settings of Source health say. The next sync goes on from where the "
        "last whole one ended."
    )


def age(hours: Any) -> str:
    """How old something is: hours up to two days, then days."""
    if words.is_missing(hours):
        return words.DASH
    if hours < 48:
        return words.counted(round(hours), "hour")
    return words.counted(round(hours / 24), "day")


def problems(row: Row, newest: Mapping[str, Any]) -> list[str]:
    """What about an object needs somebody, in sentences."""
    found = []
    missing = texts(row["missing_fields_json"])
    if missing:
        found.append(f"Fields that are gone in Salesforce: {', '.join(missing)}.")
    if row["dependency_warnings"]:
        notes = (note.partition(" ") for note in row["dependency_warnings"].split("; "))
        known = [f"{words.label(name, words_crm.OBJECTS)} ({when})" for name, _, when in notes]
        found.append(f"What it refers to is older: {', '.join(known)}.")
    held = newest.get("rows_quarantined") or 0
    if held:
        found.append(f"{words.counted(held, 'record')} held back by an error rule.")
    found += [text for text in texts(newest.get("warnings")) if text not in found]
    return found


def texts(content: Any) -> list[str]:
    """A JSON list of texts; empty for anything else."""
    try:
        found = json.loads(content) if content else []
    except (TypeError, ValueError):
        return []
    return [str(one) for one in found] if isinstance(found, list) else []


def _bars(days: Mapping[date, Row], today: date, key: str) -> None:
    if not any(row.get(column) for row in days.values() for column in _COUNTS.values()):
        st.markdown(f":small[Nothing came in the last {queries_salesforce.DAYS} days.]")
        return
    first = today - timedelta(days=queries_salesforce.DAYS - 1)
    values = []
    for number in range(queries_salesforce.DAYS):
        day = first + timedelta(days=number)
        row = days.get(day, {})
        values += [
            {"Day": f"{day:%a} {day.day}", "What": name, "Rows": int(row.get(column) or 0)}
            for name, column in _COUNTS.items()
        ]
    st.vega_lite_chart(spec=_spec() | {"datasets": {"days": values}}, key=key)


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    import altair as alt

    chart = (
        alt.Chart(alt.NamedData("days"))
        .mark_bar(stroke="#ffffff", strokeWidth=0.5)
        .encode(
            x=alt.X("Day:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, ticks=False)),
            y=alt.Y("Rows:Q", title=None, axis=alt.Axis(tickCount=3, format=",~f", tickMinStep=1)),
            color=alt.Color(
                "What:N",
                scale=alt.Scale(domain=list(_COLORS), range=list(_COLORS.values())),
                legend=None,
            ),
            order=alt.Order("What:N"),
            tooltip=["Day:N", "What:N", alt.Tooltip("Rows:Q", format=",")],
        )
        .properties(height=150, padding=0)
        .configure_view(stroke=None)
    )
    spec: dict[str, Any] = chart.to_dict()
    return spec
