"""Two teachers who may be one, side by side: what a merge keeps, and the decision."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, pending, view, words
from dashboard.duplicates import queries_duplicates
from dashboard.release import OpenRelease
from dashboard.words_people import PAIR_STATUSES
from polaris import access

_TABLE_HEIGHT = 320

Row = dict[str, Any]


def draw(context: view.Context, release: OpenRelease, row: Row, after: str | None) -> None:
    """The panel of a pair; `after` is the pair that comes next once this one is decided."""
    left = queries_duplicates.teacher(release, row["left_teacher_key"])
    right = queries_duplicates.teacher(release, row["right_teacher_key"])
    stored = " (stored)" if row["stored"] else ""
    st.markdown(f":small[{words.label(row['status'], PAIR_STATUSES)}{stored}]")
    if left is None or right is None:
        st.warning(
            "One of the two is not in this release any more: a newer roster may have settled "
            "it. There is nothing to decide.",
            icon=":material/link_off:",
        )
        return
    events = queries_duplicates.events(release, row["left_teacher_key"], row["right_teacher_key"])
    _sides(context, row, (left, right))
    shared = sum(one["is_shared"] for one in events)
    attended = sum(one["attendance_after"] == "Attended" for one in events)
    view.cards(
        [
            ("Shared sessions", words.number(shared), "Each counts once after a merge."),
            ("Overlap", words.percent(row["overlap_pct"]), "Of the one with fewer sessions."),
            ("Sessions after a merge", words.number(len(events)), None),
            ("Attended after a merge", words.number(attended), None),
        ]
    )
    _decision(context, release, row, (left, right), after)
    _events(events, (left, right))


def _sides(context: view.Context, row: Row, sides: tuple[Row, Row]) -> None:
    counts = (row["left_event_count"], row["right_event_count"])
    boxes = st.columns(2, gap="small")
    for box, side, teacher, count in zip(boxes, ("Left", "Right"), sides, counts, strict=True):
        facts = {
            "School": teacher["school_name"],
            "District": teacher["district_name"],
            "E-mail": context.email(teacher["email"]),
            "Pathful user id": teacher["pathful_user_id"],
            "Roster": teacher["roster_years"],
            "Sessions": words.number(count),
        }
        lines = [f"**{name}**\N{EN SPACE}{words.inert(value)}" for name, value in facts.items()]
        with box, st.container(border=True, height="stretch"):
            survives = row["survivor_teacher_key"] == teacher["teacher_key"]
            kept = f" {view.status_badge('Stays', 'good')}" if survives else ""
            st.markdown(
                f":small[{side}]{kept}  \n**{words.inert(teacher['teacher_name'])}**  \n"
                + "  \n".join(lines)
            )


def _store(context: view.Context, line: dict[str, Any], after: str | None) -> None:
    if decide.store(context.settings, context.person, [line]):
        view.go("pair", after)()


def _decision(
    context: view.Context,
    release: OpenRelease,
    row: Row,
    sides: tuple[Row, Row],
    after: str | None,
) -> None:
    role, key = context.person.role, row["pair_key"]
    item = row["stored"]
    undo = None
    if item is not None:
        said = words.inert(pending.sentence(release, item))
        st.success(
            f"Stored, applied at the next build: {said} by {words.inert(item.actor)}, "
            f"{words.inert(words.moment(item.decided_at))}.",
            icon=":material/schedule:",
        )
        undo = None if item.revokes else item.decision_id
    elif row["decision_id"]:
        what = words.label(row["status"], PAIR_STATUSES)
        when = words.moment(row["decided_at"])
        st.markdown(words.inert(f"{what} by {row['decided_by'] or 'system'}, {when}."))
        undo = row["decision_id"]
    action = {"merged": "merge", "rejected": "not_duplicate", "deferred": "defer"}
    with st.container(horizontal=True, gap="small"):
        if row["status"] in {"pending", "deferred"}:
            _buttons(context, row, sides, after)
        if undo and access.may_decide(role, action.get(row["status"], "defer")):
            st.button(
                "Undo",
                icon=":material/undo:",
                key=f"undo-{key}",
                on_click=_store,
                args=(context, decide.revoke_line(undo), key),
            )


def _buttons(context: view.Context, row: Row, sides: tuple[Row, Row], after: str | None) -> None:
    role, key = context.person.role, row["pair_key"]
    if access.may_decide(role, "merge"):
        for side, teacher in zip(("left", "right"), sides, strict=True):
            st.button(
                f"Merge, keep {side}",
                key=f"merge-{side}-{key}",
                icon=":material/merge:",
                help=f"{words.inert(teacher['teacher_name'])} stays; the other becomes inactive",
                on_click=_store,
                args=(context, decide.line("merge", "pair", key, {"survivor": side}), after),
            )
    if access.may_decide(role, "not_duplicate"):
        st.button(
            "Two people",
            key=f"not-{key}",
            help="They are not duplicates; the pair never comes back",
            on_click=_store,
            args=(context, decide.line("not_duplicate", "pair", key), after),
        )
    if access.may_decide(role, "defer") and row["status"] == "pending":
        st.button(
            "Later",
            key=f"defer-{key}",
            help="Set aside; it stays under Deferred",
            on_click=_store,
            args=(context, decide.line("defer", "pair", key), after),
        )
    if not access.may_decide(role, "not_duplicate"):
        st.caption("Your role may see this pair; a data steward decides it.")
    elif not access.may_decide(role, "merge"):
        st.caption("Only an administrator merges two teachers.")


def _events(events: list[Row], sides: tuple[Row, Row]) -> None:
    import pandas as pd

    st.markdown("**Sessions** :small[the shared ones first; per session the best evidence stays]")
    if not events:
        st.markdown("No session yet.")
        return
    left, right = (words.plain(one["teacher_name"]) for one in sides)
    frame = pd.DataFrame(
        {
            "date": [one["session_date"] for one in events],
            "title": [words.plain(one["title"]) for one in events],
            "left": [_attendance(one["left_attendance"]) for one in events],
            "right": [_attendance(one["right_attendance"]) for one in events],
            "after": [_attendance(one["attendance_after"]) for one in events],
            "shared": ["Shared" if one["is_shared"] else None for one in events],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "date": st.column_config.DateColumn("Date", format="MMM D, YYYY", width=100),
            "title": text("Session", width=210),
            "left": text(f"Left: {left}", width=120),
            "right": text(f"Right: {right}", width=120),
            "after": text("After a merge", width=100),
            "shared": text("", width=60),
        },
        height=min(_TABLE_HEIGHT, 38 + 35 * len(events)),
        alt="Sessions of both teachers",
    )


def _attendance(value: Any) -> str | None:
    return None if value is None else words.label(value, words.ATTENDANCE)
