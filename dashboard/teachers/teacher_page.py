"""One teacher: the goal, past and coming sessions, corrections, and what else can be done."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from dashboard import decide, downloads, pending, view, words
from dashboard.release import OpenRelease
from dashboard.sessions import words_events
from dashboard.teachers import (
    queries_progress,
    queries_progress_teacher,
    teacher_effect,
    teacher_link,
    teacher_session,
    teacher_waiting,
)
from dashboard.teachers import teacher_overrides as overrides
from dashboard.teachers.teacher_effect import Goal
from dashboard.teachers.teacher_waiting import Move, Moves
from polaris import access

_MOST_TARGET = 50
_ISSUES = {
    "missing_session": "A session is missing",
    "not_tracked": "A session is not counted",
    "other": "Something else",
}
_SHEET = [
    "Date",
    "Session",
    "Session status",
    "Counts as",
    "In the file",
    "Correction",
    "Reason",
    "Corrected by",
    "Corrected at",
]


def draw(
    context: view.Context,
    release: OpenRelease,
    teacher_key: str,
    scope: tuple[str, str, str],
    windows: dict[str, tuple[date, date]],
) -> None:
    """The page of a teacher; `scope` is district, virtual year and period."""
    district, year, period = scope
    row = queries_progress.teacher(release, teacher_key, *scope)
    whole = queries_progress.teacher(release, teacher_key, district, year, "year")
    st.button("Back to the list", icon=":material/arrow_back:", on_click=_back)
    if row is None or whole is None:
        view.empty(
            "This teacher is not on the roster",
            "The roster of this district and year does not list this teacher. "
            "Choose another year, or go back to the list.",
        )
        return
    moves = teacher_waiting.moves(release, teacher_key, pending.standing(context.settings))
    goal = _head(context, release, row, whole, moves)
    _cards(row)
    sessions = queries_progress_teacher.sessions(release, teacher_key, *windows[period])
    shown = teacher_waiting.listed(sessions, moves, windows[period])
    chosen = _chosen(release, teacher_key, sessions)
    left, right = st.columns([3, 2]) if chosen is not None else (st.container(), None)
    with left:
        _sessions(context, shown, moves, f"{year} ({words.period_name(period, year)})")
        if overrides.may_correct(context):
            teacher_session.find(context, release, teacher_key, windows["year"])
    if chosen is not None and right is not None:
        with right:
            move = moves.get(chosen["event_key"], Move(chosen))
            teacher_session.draw(context, release, move, teacher_key, goal)
    _export(context, sessions, f"{row['teacher_name']}_sessions_{year}")


def _back() -> None:
    st.query_params.pop("teacher", None)
    st.query_params.pop("session", None)


def _chosen(
    release: OpenRelease, teacher_key: str, sessions: list[dict[str, Any]]
) -> dict[str, Any] | None:
    key = st.query_params.get("session")
    if key is None:
        return None
    listed = {one["event_key"]: one for one in sessions}
    found = listed.get(key) or queries_progress_teacher.chosen(release, teacher_key, [key]).get(key)
    if found is None:
        st.warning(
            "This session is not in the release any more. Choose another one.",
            icon=":material/event_busy:",
        )
    return found


def _head(
    context: view.Context,
    release: OpenRelease,
    row: dict[str, Any],
    whole: dict[str, Any],
    moves: Moves,
) -> Goal:
    """Name, actions and what waits; returns the year's goal with everything that waits."""
    name, actions = st.columns(2, vertical_alignment="center")
    with name:
        status = row["progress_status"]
        badge = view.status_badge(
            words.label(status, words.PROGRESS_WORDS), words.PROGRESS_KINDS[status]
        )
        st.subheader(f"{words.inert(row['teacher_name'])} {badge}", anchor=False)
        where = [row["building"], row["district_name"], context.email(row["email"])]
        grade = f" · Grade {words.inert(row['grade'])}" if row["grade"] else ""
        st.markdown(" · ".join(words.inert(part) for part in where) + grade)
    goal = _with_waiting(context, release, whole, moves)
    with actions, st.container(horizontal=True, horizontal_alignment="right"):
        _target(context, row, goal)
        _issue(context, row)
        _link(context, row)
    return goal


def _with_waiting(
    context: view.Context,
    release: OpenRelease,
    whole: dict[str, Any],
    moves: Moves,
) -> Goal:
    """The goal of the year as the next build will show it, and a line that says so."""
    published = teacher_effect.goal_of(whole)
    year = whole["window_start_date"], whole["window_end_date"]
    goal = teacher_waiting.goal_after(published, moves, year, context.today)
    mine = [
        item
        for move in moves.values()
        for item in (*move.items, *([move.override] if move.override else []))
    ]
    others = pending.of(context.settings, "roster_teacher", whole["roster_key"])
    for item in others:
        if item.action == "set_target_sessions":
            target = int(item.payload["target_sessions"])
            goal = Goal(goal.completed, goal.planned, target)
    if mine or others:
        lines = [words.inert(pending.sentence(release, item)) for item in (*mine, *others)]
        st.info(
            f"Stored, applied at the next build: {'; '.join(lines)}.  \n"
            f"**{words.inert(teacher_effect.sentence(published, goal))}.**"
            f"{words.inert(doubt) if (doubt := teacher_waiting.doubts(moves)) else ''}",
            icon=":material/schedule:",
        )
    return goal


def _target(context: view.Context, row: dict[str, Any], goal: Goal) -> None:
    if not access.may_decide(context.person.role, "set_target_sessions"):
        return
    key = f"target-{row['roster_key']}"
    with st.popover("Change the goal", icon=":material/flag:"):
        value = st.number_input(
            "Sessions to complete in this virtual year",
            min_value=1,
            max_value=_MOST_TARGET,
            value=goal.target,
            key=key,
        )
        after = Goal(goal.completed, goal.planned, int(value))
        if after != goal:
            st.markdown(f"{words.inert(teacher_effect.sentence(goal, after))}.")
        payload = {"target_sessions": str(int(value))}
        line = decide.line("set_target_sessions", "roster_teacher", row["roster_key"], payload)
        st.button(
            "Store the goal",
            key=f"store-{key}",
            type="primary",
            disabled=int(value) == goal.target,
            on_click=overrides.send,
            args=(context, [line]),
        )


def _issue(context: view.Context, row: dict[str, Any]) -> None:
    if not access.may_decide(context.person.role, "report_issue"):
        return
    key = f"issue-{row['roster_key']}"
    with st.popover("Report an issue", icon=":material/report:"):
        st.selectbox(
            "What is wrong?", list(_ISSUES), format_func=lambda one: _ISSUES[one], key=f"{key}-kind"
        )
        st.text_area("Notes", key=f"{key}-notes", placeholder="Which session, when?")

        def send() -> None:
            payload = {"category": st.session_state[f"{key}-kind"]}
            notes = str(st.session_state.get(f"{key}-notes") or "").strip()
            if decide.is_too_long("The notes are", notes):
                return
            line = decide.line(
                "report_issue",
                "roster_teacher",
                row["roster_key"],
                payload | ({"notes": notes} if notes else {}),
            )
            if decide.store(context.settings, context.person, [line]):
                st.session_state[f"{key}-notes"] = ""

        st.button("Send the report", key=f"send-{key}", type="primary", on_click=send)


def _link(context: view.Context, row: dict[str, Any]) -> None:
    if row["email"] and context.may("send_teacher_link"):
        with st.popover("Personal link", icon=":material/link:"):
            teacher_link.draw(context, row["email"])


def _cards(row: dict[str, Any]) -> None:
    view.cards(
        [
            ("Status", words.label(row["progress_status"], words.PROGRESS_WORDS), None),
            ("Completed", f"{row['completed_sessions']} of {row['target_sessions']}", None),
            ("Planned", words.number(row["planned_sessions"]), None),
            (
                "Still needed",
                words.number(row["needed_sessions"]),
                "Target, less completed and planned.",
            ),
            ("No-shows", words.number(row["no_show_sessions"]), "They never count."),
            ("Need review", words.number(row["needs_review_sessions"]), None),
        ]
    )


def _sessions(
    context: view.Context, sessions: list[dict[str, Any]], moves: Moves, name: str
) -> None:
    coming = [one for one in reversed(sessions) if one["session_date"] > context.today]
    past = [one for one in sessions if one["session_date"] <= context.today]
    if not sessions:
        st.markdown(f"No session of this teacher in {name}.")
        return
    for title, some in (("Upcoming", coming), ("Past sessions", past)):
        if some:
            st.markdown(f"#### {title}")
            _table(context, some, moves, title)


def _table(context: view.Context, sessions: list[dict[str, Any]], moves: Moves, title: str) -> None:
    import pandas as pd

    opened = st.query_params.get("session")
    frame = pd.DataFrame(
        {
            "open": [
                "\N{BLACK RIGHT-POINTING TRIANGLE}" if one["event_key"] == opened else "Open"
                for one in sessions
            ],
            "session_date": [one["session_date"] for one in sessions],
            "title": [one["title"] for one in sessions],
            "status": [one["status"] for one in sessions],
            "attendance": [words_events.counts_as(one) for one in sessions],
            "imported": [
                words.label(one["imported_attendance_status"], words.ATTENDANCE) for one in sessions
            ],
            "note": [_note(context, one, moves) for one in sessions],
        }
    )
    keys = [one["event_key"] for one in sessions]
    text = st.column_config.TextColumn
    columns = {
        "open": view.open_column(f"progress-{title}", "session", keys),
        "session_date": st.column_config.DateColumn("Date", format="MMM D, YYYY", width=104),
        "title": text("Session", width=210),
        "attendance": text("Counts as", width=100),
        "imported": text("In the file", width=84),
        "note": text("Note", width=150),
        "status": text("Session is", width=88),
    }
    if opened is not None:  # the panel says it, and the table has less room
        del columns["status"]
    view.table(frame, columns, alt=f"{title} of this teacher")


def _note(context: view.Context, session: dict[str, Any], moves: Moves) -> str | None:
    move = moves.get(session["event_key"])
    if move is not None:
        return move.note
    if session["override_decision_id"]:
        return "Credit added" if session["override_effect"] == "add" else "Credit removed"
    if teacher_session.needs_review(session, context.today):
        return "Needs review"
    return None


def _export(context: view.Context, sessions: list[dict[str, Any]], stem: str) -> None:
    if not sessions:
        return

    def sheets() -> list[downloads.Sheet]:
        effects = {"add": "Credit added", "remove": "Credit removed"}
        rows = [
            [
                one["session_date"],
                one["title"],
                one["status"],
                words_events.counts_as(one),
                words.label(one["imported_attendance_status"], words.ATTENDANCE),
                effects.get(one["override_effect"] or ""),
                one["override_reason"],
                one["overridden_by"],
                one["overridden_at"],
            ]
            for one in sessions
        ]
        return [downloads.Sheet("Sessions", _SHEET, rows)]

    downloads.buttons(context.person, stem, "sessions", sheets)
