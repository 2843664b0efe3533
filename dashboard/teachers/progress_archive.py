"""Archived semesters: the numbers as they were, beside today's, and the button that archives."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from dashboard import decide, downloads, pending, view, words
from dashboard.charts import district_row
from dashboard.release import OpenRelease
from dashboard.teachers import queries_progress
from dashboard.teachers import teacher_overrides as overrides
from polaris import access

ACTION = "archive_semester"
_COUNTS = {
    "total_teachers": "Teachers",
    "goals_achieved": "Achieved",
    "goals_in_progress": "In progress",
    "goals_not_started": "Not started",
}


def archive_now(context: view.Context, year: str, period: str, window: tuple[date, date]) -> None:
    """For those who may: keeps the semester's numbers as they are; said before it is done."""
    if period == "year" or not access.may_decide(context.person.role, ACTION):
        return
    name = words.period_name(period, year)
    key = f"{year}/{period}"
    if pending.of(context.settings, "semester", key):
        st.caption(f"Archiving {name} is stored, applied at the next build.")
        return
    if window[0] > context.today:
        return
    with st.popover("Archive now", icon=":material/inventory_2:"):
        st.markdown(
            f"Keeps the numbers of **{name}** of every district as they are at the next build. "
            "Archived numbers never change again; today's go on beside them."
        )
        if window[1] >= context.today:
            st.warning(
                f"{name} runs until {words.day(window[1])}: sessions after the archiving "
                "will not be in it.",
                icon=":material/schedule:",
            )
        line = decide.line(ACTION, "semester", key)
        st.button(
            f"Archive {name}",
            key="archive-now",
            type="primary",
            on_click=overrides.send,
            args=(context, [line]),
        )


def all_districts(
    context: view.Context,
    release: OpenRelease,
    filters: view.Filters,
    year: str,
    period: str,
) -> None:
    """Every archived district with the difference to today."""
    rows = queries_progress.archived_districts(release, year, period)
    _as_archived(year, period, [row["archived_at"] for row in rows])
    for row in rows:
        with st.container(border=True):
            open_ = district_row(row, f"archived-{row['district_key']}")
            open_.button(
                "Open",
                key=f"open-{row['district_key']}",
                on_click=filters.put,
                args=("district", row["district_key"]),
            )
            st.caption(f"Since then: {_since(row)}.")
    heads = ["District"]
    for name in _COUNTS.values():
        heads += [f"{name} then", f"{name} now"]
    body = [
        [row["district_name"], *(row[one + end] for one in _COUNTS for end in ("", "_now"))]
        for row in rows
    ]
    sheet = downloads.Sheet("Archived", heads, body)
    stem = f"District_Progress_{year}_{period}_archived"
    downloads.buttons(context.person, stem, "archived", lambda: [sheet])


def _as_archived(year: str, period: str, moments: list[Any]) -> None:
    on = " and ".join(sorted({words.day(words.site_day(one)) for one in moments}))
    st.info(
        f"{words.period_name(period, year)} **as archived on {on}**. These numbers never change.",
        icon=":material/inventory_2:",
    )


def _since(row: dict[str, Any]) -> str:
    parts = []
    for column, name in _COUNTS.items():
        gap = row[f"{column}_now"] - row[column]
        if gap:
            parts.append(f"{name.lower()} {gap:+,}")
    return ", ".join(parts) or "nothing changed"


def district(
    context: view.Context,
    release: OpenRelease,
    filters: view.Filters,
    scope: tuple[str, str, str],
) -> None:
    """One district's archived numbers, teacher by teacher, then beside now."""
    key, year, period = scope
    rows = queries_progress.archived_districts(release, year, period)
    row = next((one for one in rows if one["district_key"] == key), None)
    if row is None:
        view.empty(
            "Not archived",
            f"Nothing of this district was archived for {words.period_name(period, year)}.",
            ":material/inventory_2:",
        )
        return
    st.subheader(words.inert(row["district_name"]), anchor=False)
    _as_archived(year, period, [row["archived_at"]])
    for column, (name, label) in zip(st.columns(len(_COUNTS)), _COUNTS.items(), strict=True):
        gap = row[f"{name}_now"] - row[name]
        column.metric(
            label,
            words.number(row[name]),
            f"{gap:+,} since" if gap else None,
            delta_color="off",
            border=True,
            height="stretch",
        )
    teachers = queries_progress.archived_teachers(release, key, year, period)
    different = [one for one in teachers if one["is_different"]]
    st.subheader(
        f"{words.counted(len(teachers), 'teacher')}, {len(different):,} different today",
        anchor=False,
    )
    only = filters.flag("Only those who differ today", "different")
    _teachers(context, different if only else teachers, row, scope)


def _teachers(
    context: view.Context,
    teachers: list[dict[str, Any]],
    row: dict[str, Any],
    scope: tuple[str, str, str],
) -> None:
    import pandas as pd

    if not teachers:
        st.markdown("Nobody differs: today's numbers are those that were archived.")
        return
    frame = pd.DataFrame(
        {
            "School": [one["building"] for one in teachers],
            "Name": [words.plain(one["teacher_name"]) for one in teachers],
            "Target": [one["target_sessions"] for one in teachers],
            "Completed then": [one["completed_sessions"] for one in teachers],
            "Completed now": [one["completed_now"] for one in teachers],
            "Status then": [_then(one) for one in teachers],
            "Status now": [_now(one) for one in teachers],
        }
    ).astype(dict.fromkeys(("Target", "Completed then", "Completed now"), "Int64"))
    number = st.column_config.NumberColumn
    view.table(
        frame,
        {
            "School": "School",
            "Name": "Name",
            "Target": number("Target"),
            "Completed then": number("Completed then"),
            "Completed now": number("Completed now"),
            "Status then": "Status then",
            "Status now": "Status now",
        },
        alt="Teachers, archived and today",
    )
    _, year, period = scope
    stem = f"{row['district_name']}_Teacher_Progress_{year}_{period}_archived"
    heads = {name: name for name in frame.columns}
    downloads.buttons(
        context.person,
        stem,
        "archived",
        lambda: [downloads.sheet_of("Archived progress", frame, heads)],
    )


def _then(one: dict[str, Any]) -> str:
    if one["is_new"]:
        return "Not on the roster then"
    return words.label(one["progress_status"], words.PROGRESS_WORDS)


def _now(one: dict[str, Any]) -> str:
    if one["is_gone"]:
        return "No longer on the roster"
    return words.label(one["status_now"], words.PROGRESS_WORDS)
