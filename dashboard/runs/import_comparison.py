"""What one import of a Session Report changed since another: sessions new, changed and gone."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import downloads, view, words
from dashboard.release import OpenRelease
from dashboard.runs import queries_trends

Row = dict[str, Any]

_HEADS = {
    "what": "What",
    "title": "Session",
    "day": "Date",
    "status": "Status",
    "registered": "Registered",
    "attended": "Attended",
    "teachers": "Teachers",
}
_NEW, _CHANGED, _GONE = "New", "Changed", "No longer in the report"
_VALUES = ("title", "status", "session_date", "start_at", "registered", "attended")


def draw(context: view.Context, release: OpenRelease, filters: view.Filters) -> None:
    """The two imports, what differs, and the file of it."""
    reports = queries_trends.reports(release)
    if len(reports) < 2:
        st.markdown(
            "Two Session Reports are needed to compare them. **Import** the next one, then see "
            "here what it changed."
        )
        return
    labels: dict[str | None, str] = {row["run_id"]: _label(row) for row in reports}
    left, right = st.columns(2)
    with left:
        earlier = filters.choice("From the import", "from_run", labels, reports[1]["run_id"])
    with right:
        later = filters.choice("To the import", "to_run", labels, reports[0]["run_id"])
    by_run = {row["run_id"]: row for row in reports}
    first, second = by_run[str(earlier)], by_run[str(later)]
    if first["load_seq"] == second["load_seq"]:
        st.info("That is one import. Choose two.", icon=":material/compare_arrows:")
        return
    if first["load_seq"] > second["load_seq"]:
        first, second = second, first
    data = compared(release, first, second)
    _cards(data)
    _events(release, first, second)
    if data.empty:
        st.markdown("The second report says nothing that the first did not say.")
        return
    text = st.column_config.TextColumn
    view.table(
        data,
        {
            "what": text(_HEADS["what"], width=170),
            "title": text(_HEADS["title"], width=300),
            "day": text(_HEADS["day"], width=190),
            "status": text(_HEADS["status"], width=190),
            "registered": text(_HEADS["registered"], width=90),
            "attended": text(_HEADS["attended"], width=90),
            "teachers": text(_HEADS["teachers"], width=130),
        },
        height="content" if len(data) <= 12 else 520,
        alt="What changed between two imports",
    )
    downloads.buttons(
        context.person,
        f"Changes {first['run_id']} to {second['run_id']}",
        "import-comparison",
        lambda: [downloads.sheet_of("Changes", data, _HEADS)],
    )


def _cards(data: pd.DataFrame) -> None:
    counts = data["what"].value_counts()
    statuses = int(data["status"].str.contains("\N{RIGHTWARDS ARROW}", na=False).sum())
    view.cards(
        [
            ("New sessions", words.number(int(counts.get(_NEW, 0))), None),
            ("Changed sessions", words.number(int(counts.get(_CHANGED, 0))), None),
            ("Of them with another status", words.number(statuses), None),
            (
                "No longer in the report",
                words.number(int(counts.get(_GONE, 0))),
                "Named by the first report and not by the second, which has sessions before and "
                "after. They stay as they were known.",
            ),
        ]
    )


def _events(release: OpenRelease, first: Row, second: Row) -> None:
    """Why the runs' pages may say less: they count events, and not every session is one of its own.

    A session without a day is none yet, and one that bore two names in the reports is one event.
    """
    changes = queries_trends.changes(release, first["load_seq"], second["load_seq"])
    new = [row["event_key"] for row in changes if row["is_new"]]
    known = [key for key in new if key is not None]
    without, shared = len(new) - len(known), len(known) - len(set(known))
    told = []
    if without:
        told.append(
            f"{without:,} became no event: their day is not known, or their title and day fit two "
            "sessions with different ids"
        )
    if shared:
        told.append(f"{shared:,} became an event that another of them is too")
    if told:
        many = words.counted(len(new), "new session")
        st.caption(f"Of the {many} {'; '.join(told)}. A run's page counts the events.")


def compared(release: OpenRelease, first: Row, second: Row) -> pd.DataFrame:
    """Every session that differs; a value that did not change stands once."""
    rows = [
        row
        for row in queries_trends.changes(release, first["load_seq"], second["load_seq"])
        if _differs(row)
    ]
    lines = [
        {
            "what": _NEW if row["is_new"] else _CHANGED,
            "title": _from_to(row, "title", words.plain),
            "day": _day(row),
            "status": _from_to(row, "status", words.plain),
            "registered": _from_to(row, "registered", words.number),
            "attended": _from_to(row, "attended", words.number),
            "teachers": _teachers(row),
        }
        for row in rows
    ]
    lines += [
        {
            "what": _GONE,
            "title": row["title"],
            "day": words.day(row["session_date"]),
            "status": row["status"],
        }
        for row in queries_trends.gone(release, first["run_id"], second["run_id"])
    ]
    return pd.DataFrame(lines, columns=list(_HEADS))


def _differs(row: Row) -> bool:
    """Whether anything stayed changed; a status that went and came back did not."""
    told = row["is_new"] or row["new_teacher_count"] or row["changed_teacher_count"]
    return bool(told) or any(row[name] != row[f"{name}_before"] for name in _VALUES)


def _from_to(row: Row, name: str, say: Any) -> str:
    before, after = row[f"{name}_before"], row[name]
    if row["is_new"] or before == after:
        return str(say(after))
    return f"{say(before)} \N{RIGHTWARDS ARROW} {say(after)}"


def _day(row: Row) -> str:
    if row["session_date"] == row["session_date_before"] and not row["is_new"]:
        moved = row["start_at"] != row["start_at_before"]
        return words.day(row["session_date"]) + (", another time" if moved else "")
    return _from_to(row, "session_date", words.day)


def _teachers(row: Row) -> str | None:
    parts = []
    if row["new_teacher_count"]:
        parts.append(f"{row['new_teacher_count']:,} new")
    if row["changed_teacher_count"]:
        parts.append(f"attendance of {row['changed_teacher_count']:,}")
    return ", ".join(parts) or None


def _label(row: Row) -> str:
    return f"{words.moment(row['started_at'])} \N{MIDDLE DOT} {row['file_name'] or row['run_id']}"
