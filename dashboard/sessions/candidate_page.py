"""Whom to ask for a coming session: the sessions, and one session's candidates with their score."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import streamlit as st

from dashboard import crm_definitions, downloads, view, words, words_crm, words_people
from dashboard.release import OpenRelease
from dashboard.volunteers import queries_find_volunteers, words_volunteers
from dashboard.volunteers.queries_find_volunteers import CANDIDATES_SHOWN

# Six hues that stay apart with any colour vision, in the order of the bar (after Okabe and Ito).
_COLORS = ("#1b5e8c", "#e0a030", "#2a9d83", "#b8c2cc", "#a6477c", "#7fb4dc")
_BAR_HEIGHT = 22
_NAME_AT_MOST = 34
# Room for four lines of reasons.
_ROW_HEIGHT = 78
_OPENED = "candidate-person"
_HEADS = {
    "rank": "Rank",
    "name": "Name",
    "organization": "Organization",
    "job_title": "Job title",
    "email": "Email",
    "score": "Score",
    "reasons": "Reasons",
    "local": "Local",
    "times": "Times volunteered",
    "last_volunteer_date": "Last volunteer date",
    "last_non_internal_email_date": "Last non-internal email date",
}


def sessions(context: view.Context, release: OpenRelease, filters: view.Filters) -> None:
    """The coming sessions that need volunteers."""
    text_box, reset_box = st.columns([6, 1], vertical_alignment="bottom")
    with text_box:
        text = filters.text("Search", "s", "Title or kind of the session")
    with reset_box:
        filters.reset_button()
    rows = queries_find_volunteers.coming(release, context.today, text)
    st.subheader(f"{words.counted(len(rows), 'coming session')} to find people for", anchor=False)
    if not rows:
        if text:
            view.empty(
                "No session fits",
                "Try fewer words, or reset the filters.",
                ":material/filter_alt_off:",
            )
        else:
            view.empty(
                "No coming session needs volunteers",
                "A session is here when it is to come and has fewer volunteers than requested, "
                "at least one. Sessions come from Salesforce; load it on the **Salesforce** page.",
                ":material/celebration:",
            )
        return
    _sessions(rows)


def _sessions(rows: list[dict[str, Any]]) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "open": ["Open"] * len(rows),
            "when": [_when(row) for row in rows],
            "title": [words.plain(row["title"]) for row in rows],
            "kind": [words_crm.event_type(row["event_type"]) for row in rows],
            "people": [_signed_up(row) for row in rows],
            "candidates": [row["candidate_count"] for row in rows],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "open": view.open_column("candidates", "event", [row["event_key"] for row in rows]),
            "when": text("When", width=200),
            "title": text("Session", width=420),
            "kind": text("Kind", width=210),
            "people": text("Volunteers", width=120, help="Signed up, of those requested."),
            "candidates": st.column_config.NumberColumn("Candidates", width=100),
        },
        height="content" if len(rows) <= 20 else 760,
        key="candidates-sessions",
        alt="Coming sessions that need volunteers",
    )


def _signed_up(row: dict[str, Any]) -> str:
    if words.is_missing(row["requested_count"]):
        return words.counted(row["volunteer_count"], "volunteer")
    return f"{row['volunteer_count']:,} of {row['requested_count']:,}"


def _when(row: dict[str, Any]) -> str:
    if row["is_time_known"] and row["start_at"] is not None:
        return words.moment(row["start_at"])
    return words.day(row["session_date"])


def draw(context: view.Context, release: OpenRelease, key: str) -> None:
    """The candidates of one session."""
    opened = st.session_state.pop(_OPENED, None)
    if opened is not None:
        st.switch_page("screens/volunteers.py", query_params={"person": opened})
    st.button("Back to the sessions", icon=":material/arrow_back:", on_click=_back)
    coming = queries_find_volunteers.coming(release, context.today)
    event = next((row for row in coming if row["event_key"] == key), None)
    if event is None:
        view.empty(
            "This session needs nobody any more",
            "It is over, has as many volunteers as were requested, or was called off.",
            ":material/event_available:",
        )
        return
    _head(release, event)
    rows = queries_find_volunteers.candidates(release, key)
    if not rows:
        view.empty(
            "Nobody suggests themselves",
            "Nobody has done this kind of session, has a skill it asks for, or was here lately. "
            "Search for people instead.",
            ":material/person_search:",
        )
        return
    filters = view.Filters("candidates")
    number = filters.page_number(len(rows), CANDIDATES_SHOWN)
    page = rows[(number - 1) * CANDIDATES_SHOWN : number * CANDIDATES_SHOWN]
    st.markdown("#### Why these people")
    _chart(page)
    _list(context, page)
    filters.pager(len(rows), CANDIDATES_SHOWN, "candidate")
    crm_definitions.button(
        crm_definitions.catalogue(release),
        ("SCORE",),
        "People who are inactive or on hold, deceased, deleted or left out of reports, who must "
        "not be contacted or want no e-mail are never candidates, nor is who is signed up.",
    )
    downloads.buttons(
        context.person,
        f"Candidates_{event['title']}",
        "candidates",
        lambda: [_sheet(context, rows)],
    )


def _back() -> None:
    for name in ("event", "page"):
        st.query_params.pop(name, None)


def _head(release: OpenRelease, event: dict[str, Any]) -> None:
    st.subheader(words_people.heading(event["title"]), anchor=False)
    skills = queries_find_volunteers.event_skills(release, event["event_key"])
    parts = [
        _when(event),
        words_crm.event_type(event["event_type"]),
        f"{_signed_up(event)} signed up",
        f"asks for {skills}" if skills else "asks for no skill",
    ]
    st.markdown(" · ".join(words.inert(part) for part in parts))


def _label(row: dict[str, Any]) -> str:
    name = words_volunteers.full_name(row)
    cut = name[: _NAME_AT_MOST - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    return f"{row['candidate_rank']}. {name if len(name) <= _NAME_AT_MOST else cut}"


def parts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pieces of the bars: one per candidate and component that gave points."""
    return [
        {
            "Candidate": _label(row),
            "Reason": name,
            "Points": float(row[component]),
            "order": order,
            "rank": row["candidate_rank"],
        }
        for row in rows
        for order, (component, name) in enumerate(words_volunteers.SCORE.items())
        if not words.is_missing(row[component]) and row[component] > 0
    ]


def _chart(rows: list[dict[str, Any]]) -> None:
    spec = _bars() | {"datasets": {"points": parts(rows)}}
    st.vega_lite_chart(spec=spec, key="candidates-score")


@lru_cache(maxsize=1)
def _bars() -> dict[str, Any]:
    import altair as alt

    chart = (
        alt.Chart(alt.NamedData("points"))
        .mark_bar(stroke="#ffffff", strokeWidth=1, height=_BAR_HEIGHT - 6)
        .encode(
            y=alt.Y(
                "Candidate:N",
                sort=alt.EncodingSortField("rank", op="min"),
                title=None,
                axis=alt.Axis(labelLimit=260, labelFontSize=13, ticks=False, domain=False),
            ),
            x=alt.X("Points:Q", stack="zero", title="Score", axis=alt.Axis(tickCount=5)),
            order=alt.Order("order:Q"),
            color=alt.Color(
                "Reason:N",
                scale=alt.Scale(domain=list(words_volunteers.SCORE.values()), range=list(_COLORS)),
                legend=alt.Legend(title=None, orient="top", columns=6, labelFontSize=12),
            ),
            tooltip=["Candidate:N", "Reason:N", alt.Tooltip("Points:Q", format=".2f")],
        )
        .properties(height=alt.Step(_BAR_HEIGHT))
        .configure_view(stroke=None)
    )
    spec: dict[str, Any] = chart.to_dict()
    return spec


def _shown(context: view.Context, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "rank": row["candidate_rank"],
        "name": words_volunteers.full_name(row),
        "organization": words.plain(row["organization_name"]),
        "job_title": words.plain(row["job_title"]),
        "email": words.plain(context.email(row["email"])),
        "score": round(float(row["score"]), 2),
        "reasons": words.plain(row["reasons"]),
        "local": words.label(row["local_status"] or "unknown", words_volunteers.LOCAL),
        "times": row["times_volunteered"],
        "last_volunteer_date": row["last_volunteer_date"],
        "last_non_internal_email_date": row["last_non_internal_email_date"],
    }


def _list(context: view.Context, rows: list[dict[str, Any]]) -> None:
    import pandas as pd

    frame = pd.DataFrame([_shown(context, row) for row in rows])
    keys = [row["person_key"] for row in rows]

    def opened() -> None:
        click = st.session_state.get("candidates-open")
        if click is not None:
            st.session_state[_OPENED] = keys[click["row"]]

    text, day = st.column_config.TextColumn, st.column_config.DateColumn
    view.table(
        frame.assign(open="Open"),
        {
            "open": st.column_config.ButtonColumn(
                "", width=58, type="tertiary", key="candidates-open", on_click=opened, pinned=True
            ),
            "rank": st.column_config.NumberColumn("Rank", width=54),
            "name": text("Name", width=150),
            "organization": text("Organization", width=140),
            "email": text("E-mail", width=170),
            "score": st.column_config.NumberColumn("Score", format="%.2f", width=62),
            "reasons": text("Reasons", width=440),
            "last_volunteer_date": day("Last time", format="MMM D, YYYY", width=106),
        },
        height="content",
        row_height=_ROW_HEIGHT,
        key="candidates-list",
        alt="Candidates",
    )


def _sheet(context: view.Context, rows: list[dict[str, Any]]) -> downloads.Sheet:
    shown = [_shown(context, row) for row in rows]
    return downloads.Sheet(
        "Candidates", list(_HEADS.values()), [[row[name] for name in _HEADS] for row in shown]
    )
