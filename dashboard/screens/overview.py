"""Overview: how fresh, how much, and what is waiting for a person."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import downloads, queries_overview, queries_progress, view, words
from dashboard.charts import district_row
from dashboard.definitions import show_definitions
from dashboard.release import OpenRelease


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    counts = queries_overview.counts(release, context.today)
    if not counts["event_count"] and not counts["roster_teacher_count"]:
        view.empty(
            "The release is empty",
            "No session and no roster teacher has been imported, so there is nothing to judge. "
            "Import a teacher roster first, then a Pathful Session Report, on the **Import** page.",
        )
        return
    _cards(counts)
    _open_work(release)
    _goals(release, context)
    _sources(release)
    downloads.buttons(
        context.person, "Polaris_overview", "overview", lambda: _sheets(release, counts)
    )


def _cards(counts: dict[str, Any]) -> None:
    span = f"Sessions from {words.day(counts['first_date'])} to {words.day(counts['last_date'])}."
    view.cards(
        [
            ("Sessions", words.number(counts["event_count"]), span),
            ("Completed", words.number(counts["completed_count"]), "Status Completed."),
            (
                "Upcoming",
                words.number(counts["upcoming_count"]),
                "Requested, Confirmed or Published, today or later.",
            ),
            (
                "Roster teachers",
                words.number(counts["roster_teacher_count"]),
                "Different people on an active roster row of any year.",
            ),
            (
                "Volunteers",
                words.number(counts["volunteer_count"]),
                "Different people who presented or signed up to present.",
            ),
            ("Schools", words.number(counts["school_count"]), None),
        ]
    )


def _work_rows(release: OpenRelease) -> list[tuple[str, str, int]]:
    rows = [
        ("Unmatched", words.label(row["unmatched_type"], words.TICKET_TYPES), row["ticket_count"])
        for row in queries_overview.open_tickets(release)
    ]
    rows += [
        ("Session flags", words.label(row["flag_type"], words.FLAG_TYPES), row["flag_count"])
        for row in queries_overview.open_flags(release)
    ]
    rows += [
        ("Data findings", words.label(row["severity"], words.SEVERITIES), row["violation_count"])
        for row in queries_overview.open_violations(release)
    ]
    return rows


def _open_work(release: OpenRelease) -> None:
    rows = _work_rows(release)
    total = sum(count for _, _, count in rows)
    st.subheader("Open work", anchor=False)
    if not total:
        st.markdown("Nothing is waiting: no open ticket, flag or data finding in this release.")
        return
    st.markdown(f"**{words.counted(total, 'item')}** open, waiting for a person.")
    groups = ("Unmatched", "Session flags", "Data findings")
    for column, group in zip(st.columns(len(groups)), groups, strict=True):
        mine = [(name, count) for kind, name, count in rows if kind == group]
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{group}** · {sum(count for _, count in mine):,}")
            st.markdown(words.tally((count, name) for name, count in mine) or "None open.")
            if group == "Unmatched" and mine:
                st.page_link("screens/unmatched.py", label="Work on them", icon=":material/rule:")


def _goals(release: OpenRelease, context: view.Context) -> None:
    year = queries_progress.default_year(queries_progress.years(release), context.today)
    if year is None:
        return
    districts = queries_progress.districts(release, year, "year")
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.subheader(f"Teacher goals, {year}", anchor=False)
        show_definitions()
    for row in districts:
        with st.container(border=True):
            open_ = district_row(row, f"goal-{row['district_key']}")
            open_.page_link(
                "screens/progress.py",
                label="Open",
                icon=":material/arrow_forward:",
                query_params={"district": row["district_key"]},
            )


def _sources(release: OpenRelease) -> None:
    import pandas as pd

    st.subheader("Sources", anchor=False)
    rows = queries_overview.sources(release)
    if not rows:
        st.markdown("No source has been read yet.")
        return
    frame = pd.DataFrame(
        {
            "source": [words.label(row["source"], words.FRESHNESS_SOURCES) for row in rows],
            "last": [words.moment(row["last_success_at"]) for row in rows],
            "status": [words.label(row["status"], words.FRESHNESS) for row in rows],
            "rows": [words.number(row["row_count"]) for row in rows],
        }
    )
    view.table(
        frame,
        {
            "source": "Source",
            "last": "Last success",
            "status": "State",
            "rows": st.column_config.TextColumn("Rows in last load", alignment="right"),
        },
        alt="Sources and how fresh they are",
    )


def _sheets(release: OpenRelease, counts: dict[str, Any]) -> list[downloads.Sheet]:
    names = {
        "event_count": "Sessions",
        "completed_count": "Completed sessions",
        "upcoming_count": "Upcoming sessions",
        "roster_teacher_count": "Roster teachers",
        "volunteer_count": "Volunteers",
        "school_count": "Schools",
    }
    summary = [("Release", release.name)] + [(word, counts[name]) for name, word in names.items()]
    sources = [
        (words.label(row["source"], words.FRESHNESS_SOURCES), row["last_success_at"], row["status"])
        for row in queries_overview.sources(release)
    ]
    return [
        downloads.Sheet("Summary", ["What", "Count"], summary),
        downloads.Sheet("Open work", ["Queue", "Kind", "Open"], _work_rows(release)),
        downloads.Sheet("Sources", ["Source", "Last success", "State"], sources),
    ]


view.show("Overview", "Virtual sessions, teachers and volunteers at a glance.", body)
