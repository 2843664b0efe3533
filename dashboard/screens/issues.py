"""Issue reports: what teachers and districts say is wrong, and how it was settled."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import district_filter, downloads, view, words
from dashboard.pending import Pending
from dashboard.stepper import steps
from dashboard.teachers import issue_panel, queries_issues
from dashboard.teachers.queries_issues import PAGE_SIZE, IssueFilter, Stored
from dashboard.words_people import ISSUE_CATEGORIES, ISSUE_STATUSES

_LIST_HEIGHT = 600
_EXPORT = {
    "reported_at": "Reported",
    "reported_by": "Reported by",
    "category": "Category",
    "teacher_name": "Teacher",
    "building": "School",
    "district_name": "District",
    "notes": "Notes",
    "status": "Status",
    "resolved_by": "Resolved by",
    "resolved_at": "Resolved",
    "resolution_notes": "Resolution",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    decided = issue_panel.decided(context.settings)
    stored = issue_panel.stored(context.settings)
    counts = queries_issues.counts(release, stored)
    if not counts:
        view.empty(
            "Nobody reported an issue",
            "Teachers and districts report one from the page of a teacher.",
            ":material/task_alt:",
        )
        return
    _cards(counts)
    filters = view.Filters("issues", opened="issue")
    names = district_filter.options(release, queries_issues.districts(release, stored))
    chosen = _filters(filters, names, stored)
    total = queries_issues.count(release, chosen)
    if not total:
        view.empty(
            "No report fits these filters",
            "Nothing open here. Choose another status, or reset the filters.",
            ":material/task_alt:",
        )
        return
    number = filters.page_number(total, PAGE_SIZE)
    rows = queries_issues.page(release, chosen, number)
    keys = [row["issue_key"] for row in rows]
    key = st.query_params.get("issue") or keys[0]
    table_box, panel = st.columns([7, 5], gap="medium")
    with table_box:
        _list(rows, key, decided)
        filters.pager(total, PAGE_SIZE, "report")
        downloads.buttons(
            context.person,
            "Issue_Reports",
            "issues",
            lambda: [_sheet(queries_issues.export(release, chosen))],
        )
    with panel, st.container(border=True):
        then = steps("issue", key, keys)
        issue_panel.draw(context, release, key, (decided.get(key), stored), then)


def _cards(counts: list[dict[str, Any]]) -> None:
    is_open = {row["category"]: row["n"] for row in counts if row["status"] == "open"}
    done = sum(row["n"] for row in counts if row["status"] != "open")
    cards: list[tuple[str, Any, str | None]] = [
        ("Open reports", words.number(sum(is_open.values())), None)
    ]
    cards += [
        (label, words.number(is_open.get(category, 0)), "Open")
        for category, label in ISSUE_CATEGORIES.items()
    ]
    view.cards([*cards, ("Resolved", words.number(done), None)])


def _filters(filters: view.Filters, names: dict[str | None, str], stored: Stored) -> IssueFilter:
    status_box, district_box, category_box, text_box, reset_box = st.columns(
        [1.4, 2.2, 2, 3, 1.2], vertical_alignment="bottom"
    )
    with status_box:
        status = filters.choice("Status", "status", view.any_of("All", ISSUE_STATUSES), "open")
    with district_box:
        district = filters.choice("District", "district", names)
    with category_box:
        categories = view.any_of("All categories", ISSUE_CATEGORIES)
        category = filters.choice("Category", "category", categories)
    with text_box:
        text = filters.text("Search", "q", "Teacher, school, notes")
    with reset_box:
        filters.reset_button()
    return IssueFilter(
        status=status, district=district, category=category, text=text, stored=stored
    )


def _list(rows: list[dict[str, Any]], key: str, decided: dict[str, Pending]) -> None:
    import pandas as pd

    keys = [row["issue_key"] for row in rows]
    frame = pd.DataFrame(
        {
            "open": ["\N{BLACK RIGHT-POINTING TRIANGLE}" if one == key else "Open" for one in keys],
            "reported": [words.day(words.site_day(row["reported_at"])) for row in rows],
            "category": [words.label(row["category"], ISSUE_CATEGORIES) for row in rows],
            "teacher": [words.plain(row["teacher_name"]) for row in rows],
            "district": [words.plain(row["district_name"]) for row in rows],
            "notes": [None if not row["notes"] else words.plain(row["notes"]) for row in rows],
            "status": [
                issue_panel.state(row, is_stored=row["issue_key"] in decided) for row in rows
            ],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "open": view.open_column("issues", "issue", keys),
            "reported": text("Reported", width=92),
            "category": text("What", width=140),
            "teacher": text("Teacher", width=110),
            "district": text("District", width=100),
            "notes": text("Notes", width=96),
            "status": text("Status", width=84),
        },
        height=min(_LIST_HEIGHT, 38 + 35 * len(rows)),
        key=f"issues-list-{abs(hash(tuple(keys)))}",
        alt="Issue reports",
    )


def _sheet(frame: Any) -> downloads.Sheet:
    frame = frame.assign(
        category=frame["category"].map(ISSUE_CATEGORIES),
        status=frame["status"].map(ISSUE_STATUSES),
    )
    return downloads.sheet_of("Issue reports", frame, _EXPORT)


view.show(
    "Issue reports",
    "What teachers and districts say is missing or wrong. Look into it, then say what came of it.",
    body,
    "view_queues",
)
