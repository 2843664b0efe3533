"""Overview: how fresh, how much, and what is waiting for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import downloads, open_work, pages, queries_overview, view, words
from dashboard.charts import district_row
from dashboard.release import OpenRelease
from dashboard.sessions.words_events import CONFIDENCE
from dashboard.teachers import queries_progress
from dashboard.teachers.definitions import show_definitions
from dashboard.words_people import ISSUE_CATEGORIES
from polaris import access


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    year = queries_progress.default_year(queries_progress.years(release), context.today)
    counts = queries_overview.counts(release, context.today, year) | {"year": year}
    if not counts["event_count"] and not counts["roster_teacher_count"]:
        view.empty(
            "The release is empty",
            "No session and no roster teacher has been imported, so there is nothing to judge. "
            "Import a teacher roster first, then a Pathful Session Report, on the **Import** page.",
        )
        return
    _work(context, release)
    _goals(release, year)
    _cards(context, counts)
    if context.may("view_runs"):
        _sources(release)
    downloads.buttons(
        context.person, "Polaris_overview", "overview", lambda: _sheets(context, release, counts)
    )


def _is_district(context: view.Context) -> bool:
    return access.sees_only_own_district(context.person.role)


def _volunteers(context: view.Context, counts: dict[str, Any]) -> tuple[int, str]:
    """How many, and who they are: a district role's presenters are those of its own sessions."""
    if _is_district(context):
        return (
            counts["presenter_count"],
            "Different people who presented, volunteered or signed up to in your sessions.",
        )
    return (
        counts["volunteer_count"],
        "Different people: presenters of Pathful and volunteers of Salesforce, confirmed or not.",
    )


def _cards(context: view.Context, counts: dict[str, Any]) -> None:
    st.subheader("In this release", anchor=False)
    span = f"Sessions from {words.day(counts['first_date'])} to {words.day(counts['last_date'])}."
    if counts["crm_event_count"]:
        span += f" {words.number(counts['crm_event_count'])} of them are Salesforce's."
    volunteers, who = _volunteers(context, counts)
    of_year = f"of {counts['year']}, active today" if counts["year"] else "of any year, active"
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
                f"Different people on the rosters {of_year}; who is on two of them counts once.",
            ),
            ("Volunteers", words.number(volunteers), who),
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
        decides: an action a district role must be allowed to take to find the queue here; None
            where staff alone decide.
    """

    name: str
    title: str
    words: dict[str, str]
    filter: str | None
    done: str
    decides: str | None = None


_URGENCY = {"red": "Within 7 days", "yellow": "In 8 to 14 days", "blue": "Later"}
_PAIRS = {"pending": "Pairs to compare"}
_ONE = {"Pairs to compare": "Pair to compare", "Errors": "Error", "Warnings": "Warning"}
_ONE |= {"Notes": "Note"}
_MANY = {
    "Teacher": "Teachers",
    "Volunteer": "Volunteers",
    "Session": "Sessions",
    "Teacher and session": "Teachers and sessions",
    "Volunteer and session": "Volunteers and sessions",
    "School": "Schools",
    "Company": "Companies",
    "Session without date": "Sessions without date",
    "Past session still a draft": "Past sessions still drafts",
}
_QUEUES = (
    _Queue("flags", "Session flags", words.FLAG_TYPES, "type", "No open flag.", "resolve_flag"),
    _Queue("drafts", "Draft review", CONFIDENCE, "confidence", "No past draft."),
    _Queue("unmatched", "Unmatched", words.TICKET_TYPES, "type", "Everything is matched."),
    _Queue(
        "recruitment",
        "Presenter needed",
        _URGENCY,
        "urgency",
        "Every session has one.",
        "tag_presenter",
    ),
    _Queue(
        "issues",
        "Issue reports",
        ISSUE_CATEGORIES,
        "category",
        "No open report.",
        "resolve_issue",
    ),
    _Queue("duplicates", "Duplicate teachers", _PAIRS, None, "No pair to compare."),
    _Queue("duplicate_volunteers", "Duplicate volunteers", _PAIRS, None, "No pair to compare."),
    _Queue("data_quality", "Data findings", words.SEVERITIES, "severity", "No open finding."),
)
_CARDS_IN_A_ROW = 4
_PAST_DRAFT = "NEEDS_ATTENTION"


def _visible(context: view.Context) -> list[_Queue]:
    """The queues this person may see, of a district role those it decides."""
    role = context.person.role
    seen = [queue for queue in _QUEUES if pages.is_open(queue.name, role)]
    if not _is_district(context):
        return seen
    return [one for one in seen if one.decides and access.may_decide(role, one.decides)]


def _counts(context: view.Context, release: OpenRelease) -> dict[str, dict[str, int]]:
    owner = access.DISTRICT_ADMIN if _is_district(context) else None
    return open_work.counts(context, release, owner)


def _with_staff(context: view.Context, release: OpenRelease) -> None:
    """What of a district's waits too, and staff decide."""
    flags = sum(open_work.flags(context, release, "staff").values())
    tickets = sum(open_work.tickets(context, release).values())
    waiting = [
        words.counted(count, noun)
        for count, noun in ((flags, "flag"), (tickets, "ticket"))
        if count
    ]
    if waiting:
        st.caption(f"In the hands of staff: {' and '.join(waiting)}.")


def _work(context: view.Context, release: OpenRelease) -> None:
    queues = _visible(context)
    if not queues:
        return
    counts = _counts(context, release)
    total = sum(sum(counts.get(queue.name, {}).values()) for queue in queues)
    # A past draft is flagged and stands in the review of drafts: one thing to do, on two cards.
    twice = 0
    if any(queue.name == "drafts" for queue in queues):
        flagged = counts.get("flags", {}).get(_PAST_DRAFT, 0)
        twice = min(flagged, sum(counts.get("drafts", {}).values()))
    st.subheader("Waiting for a person", anchor=False)
    if not total:
        st.markdown("Nothing is waiting in any queue of this release.")
    else:
        _queue_cards(context, queues, counts, (total - twice, twice))
    if _is_district(context):
        _with_staff(context, release)


def _queue_cards(
    context: view.Context,
    queues: list[_Queue],
    counts: dict[str, dict[str, int]],
    total: tuple[int, int],
) -> None:
    """The cards under the number of different things to do and of those that stand on two cards."""
    different, twice = total
    note = f" :small[Past drafts under flags and drafts alike count once: {twice:,}.]"
    st.markdown(f"**{words.counted(different, 'item')}** open.{note if twice else ''}")
    for start in range(0, len(queues), _CARDS_IN_A_ROW):
        boxes = st.columns(_CARDS_IN_A_ROW)
        for box, queue in zip(boxes, queues[start : start + _CARDS_IN_A_ROW], strict=False):
            with box, st.container(border=True, height="stretch", gap="xsmall"):
                _card(context, queue, counts.get(queue.name, {}))


def _card(context: view.Context, queue: _Queue, counts: dict[str, int]) -> None:
    mine = {"owner": access.DISTRICT_ADMIN} if _is_district(context) else {}
    fixed = mine if queue.name == "flags" else {}
    st.metric(queue.title, words.number(sum(counts.values())))
    screen = f"screens/{queue.name}.py"
    if not counts:
        st.caption(queue.done)
    ordered = [kind for kind in queue.words if kind in counts]
    for kind in ordered + [kind for kind in counts if kind not in queue.words]:
        count = counts[kind]
        name = words.label(kind, queue.words)
        name = (_ONE if count == 1 else _MANY).get(name, name)
        label = f"{count:,} {words.inert(name)}"
        if queue.filter is None:
            st.markdown(f":small[{label}]")
        else:
            st.page_link(screen, label=label, query_params={queue.filter: kind} | fixed)
    if counts:
        st.page_link(
            screen, label="Open the queue", icon=":material/arrow_forward:", query_params=fixed
        )


def _work_rows(context: view.Context, release: OpenRelease) -> list[tuple[str, str, int]]:
    counts = _counts(context, release)
    return [
        (queue.title, words.label(kind, queue.words), count)
        for queue in _visible(context)
        for kind, count in counts.get(queue.name, {}).items()
    ]


def _goals(release: OpenRelease, year: str | None) -> None:
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
            "status": [_freshness(row) for row in rows],
            "rows": [words.number(row["row_count"]) for row in rows],
        }
    )
    view.table(
        frame,
        {
            "source": "Source",
            "last": "Last success",
            "status": "State",
            "rows": st.column_config.TextColumn("Rows so far", alignment="right"),
        },
        alt="Sources and how fresh they are",
    )


def _freshness(row: dict[str, Any]) -> str:
    """As the page Source health says it."""
    return words.label("page" if row.get("severity") == "page" else row["status"], words.FRESHNESS)


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
    shown = counts | {"volunteer_count": _volunteers(context, counts)[0]}
    summary = [("Release", release.name)] + [(word, shown[name]) for name, word in names.items()]
    sources = [
        (
            words.label(row["source"], words.FRESHNESS_SOURCES),
            row["last_success_at"],
            _freshness(row),
        )
        for row in queries_overview.sources(release)
    ]
    return [
        downloads.Sheet("Summary", ["What", "Count"], summary),
        downloads.Sheet("Open work", ["Queue", "Kind", "Open"], _work_rows(context, release)),
        downloads.Sheet("Sources", ["Source", "Last success", "State"], sources),
    ]


view.show("Overview", "Sessions, teachers and volunteers at a glance.", body)
