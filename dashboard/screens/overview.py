"""Overview: how fresh, how much, and what is waiting for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import downloads, pages, queries_overview, queries_progress, view, words
from dashboard.charts import district_row
from dashboard.definitions import show_definitions
from dashboard.release import OpenRelease
from dashboard.words_events import CONFIDENCE
from dashboard.words_people import ISSUE_CATEGORIES


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
    _work(context, release)
    _goals(release, context)
    _cards(counts)
    if context.may("view_runs"):
        _sources(release)
    downloads.buttons(
        context.person, "Polaris_overview", "overview", lambda: _sheets(context, release, counts)
    )


def _cards(counts: dict[str, Any]) -> None:
    st.subheader("In this release", anchor=False)
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


@dataclass(frozen=True)
class _Queue:
    """A queue on the overview.

    Attributes:
        name: of the queue, and of its page.
        title: in words.
        words: of its kinds.
        filter: the parameter of its page that takes the kind; None without.
        done: what stands there when it is empty.
    """

    name: str
    title: str
    words: dict[str, str]
    filter: str | None
    done: str


_URGENCY = {"red": "Within 7 days", "yellow": "In 8 to 14 days", "blue": "Later"}
_PAIRS = {"pending": "Pairs to compare"}
_QUEUES = (
    _Queue("flags", "Session flags", words.FLAG_TYPES, "type", "No open flag."),
    _Queue("drafts", "Draft review", CONFIDENCE, "confidence", "No past draft."),
    _Queue("unmatched", "Unmatched", words.TICKET_TYPES, "type", "Everything is matched."),
    _Queue("recruitment", "Presenter needed", _URGENCY, "urgency", "Every session has one."),
    _Queue("issues", "Issue reports", ISSUE_CATEGORIES, "category", "No open report."),
    _Queue("duplicates", "Duplicate teachers", _PAIRS, None, "No pair to compare."),
    _Queue("findings", "Data findings", words.SEVERITIES, None, "No open finding."),
)
_CARDS_IN_A_ROW = 4


def _visible(context: view.Context) -> list[_Queue]:
    """The queues this person may see; findings are staff's."""
    return [
        queue
        for queue in _QUEUES
        if (
            context.may("view_health")
            if queue.name == "findings"
            else pages.is_open(queue.name, context.person.role)
        )
    ]


def _work(context: view.Context, release: OpenRelease) -> None:
    queues = _visible(context)
    if not queues:
        return
    counts = queries_overview.open_work(release)
    total = sum(sum(counts.get(queue.name, {}).values()) for queue in queues)
    st.subheader("Waiting for a person", anchor=False)
    if not total:
        st.markdown("Nothing is waiting in any queue of this release.")
        return
    st.markdown(f"**{words.counted(total, 'item')}** open.")
    for start in range(0, len(queues), _CARDS_IN_A_ROW):
        boxes = st.columns(_CARDS_IN_A_ROW)
        for box, queue in zip(boxes, queues[start : start + _CARDS_IN_A_ROW], strict=False):
            with box, st.container(border=True, height="stretch", gap="xsmall"):
                _card(queue, counts.get(queue.name, {}))


def _card(queue: _Queue, counts: dict[str, int]) -> None:
    st.metric(queue.title, words.number(sum(counts.values())))
    screen = None if queue.name == "findings" else f"screens/{queue.name}.py"
    if not counts:
        st.caption(queue.done)
    ordered = [kind for kind in queue.words if kind in counts]
    for kind in ordered + [kind for kind in counts if kind not in queue.words]:
        count = counts[kind]
        label = f"{count:,} {words.inert(words.label(kind, queue.words))}"
        if screen is None or queue.filter is None:
            st.markdown(f":small[{label}]")
        else:
            st.page_link(screen, label=label, query_params={queue.filter: kind})
    if screen is not None and counts:
        st.page_link(screen, label="Open the queue", icon=":material/arrow_forward:")


def _work_rows(context: view.Context, release: OpenRelease) -> list[tuple[str, str, int]]:
    counts = queries_overview.open_work(release)
    return [
        (queue.title, words.label(kind, queue.words), count)
        for queue in _visible(context)
        for kind, count in counts.get(queue.name, {}).items()
    ]


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


def _sheets(
    context: view.Context, release: OpenRelease, counts: dict[str, Any]
) -> list[downloads.Sheet]:
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
        downloads.Sheet("Open work", ["Queue", "Kind", "Open"], _work_rows(context, release)),
        downloads.Sheet("Sources", ["Source", "Last success", "State"], sources),
    ]


view.show("Overview", "Virtual sessions, teachers and volunteers at a glance.", body)
