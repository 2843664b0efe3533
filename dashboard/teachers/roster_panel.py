"""One roster teacher on the screen: goal, activity, Pathful account, history."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, pending, view, words
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.sessions import words_events
from dashboard.teachers import queries_roster, roster_account
from dashboard.teachers.roster_bulk import MOST_TARGET
from dashboard.words_people import ROSTER_SOURCES, deactivation, heading
from polaris import access
from polaris.deciding.actions import REVOKE, catalogue

_NOTES_AT_MOST = 500

Row = dict[str, Any]


def draw(
    context: view.Context, release: OpenRelease, row: Row, stored: list[Pending], then: str | None
) -> None:
    """The panel; `then` is the teacher that is opened once this one is deactivated or linked."""
    is_on = is_active(row, stored)
    mark = view.status_badge("Active", "good") if is_on else view.status_badge("Inactive")
    if row["is_protected"]:
        mark += f" {view.status_badge('Protected', 'open')}"
    st.markdown(mark)
    st.subheader(heading(row["teacher_name"]), anchor=False)
    st.markdown(_facts(context, row))
    _why_inactive(row)
    for item in stored:
        _waiting(context, release, item, row)
    st.page_link(
        "screens/progress.py",
        label="Sessions and progress",
        icon=":material/school:",
        query_params={
            "teacher": row["teacher_key"],
            "district": row["district_key"],
            "year": row["virtual_year"] or row["academic_year"],
        },
    )
    if not row["has_account"] and row["is_active"]:
        roster_account.draw(context, release, row)
    role = context.person.role
    if access.may_decide(role, "set_target_sessions"):
        _target(context, row, stored)
    if is_on and access.may_decide(role, "deactivate_teacher"):
        _deactivate(context, row, then)
    else:
        _refused(row)
    if not is_on and access.may_decide(role, "reactivate_teacher"):
        _reactivate(context, row)
    _history(release, row)


def stored_activity(stored: list[Pending]) -> bool | None:
    """Whether stored decisions make the teacher active or inactive; None when none speaks of it."""
    for item in reversed(stored):
        action = item.revoked_action or item.action
        if action in {"deactivate_teacher", "reactivate_teacher"}:
            return (action == "reactivate_teacher") != (item.action == REVOKE)
    return None


def stored_goal(stored: list[Pending]) -> int | None:
    """The goal a stored decision gives the teacher; None when none does, or one is taken back."""
    for item in reversed(stored):
        if (item.revoked_action or item.action) == "set_target_sessions":
            goal = int(item.payload.get("target_sessions") or 0)
            return None if item.action == REVOKE else goal or None
    return None


def is_active(row: Row, stored: list[Pending]) -> bool:
    """Whether the teacher is active after the next build, as far as a person decided."""
    decided = stored_activity(stored)
    return bool(row["is_active"]) if decided is None else decided


def _facts(context: view.Context, row: Row) -> str:
    progress = (
        f"{row['completed_sessions']} of {row['target_sessions']} completed, "
        f"{row['planned_sessions'] or 0} planned"
        if row["completed_sessions"] is not None
        else None
    )
    facts = {
        "School": row["building"],
        "District": f"{row['district_name']}, {row['academic_year']}",
        "E-mail": context.email(row["email"]),
        "Grade": row["grade"],
        "Goal": words.counted(int(row["target_sessions"]), "session"),
        "Progress": progress,
        "Pathful user id": row["pathful_user_id"],
        "From": words.label(row["source"], ROSTER_SOURCES) if row["source"] else None,
    }
    return "  \n".join(
        f"**{name}**\N{EN SPACE}{words.inert(value)}" for name, value in facts.items() if value
    )


def _why_inactive(row: Row) -> None:
    if row["is_active"]:
        return
    parts = [deactivation(row["deactivation_source"])]
    if row["deactivation_reason"]:
        parts.append(str(row["deactivation_reason"]))
    if row["deactivated_by"]:
        parts.append(f"by {row['deactivated_by']}")
    parts.append(words.moment(row["deactivated_at"]))
    lines = words.inert(" · ".join(parts))
    if row["deactivation_notes"]:
        lines += f"  \n{words.inert(row['deactivation_notes'])}"
    if row["is_protected"]:
        lines += (
            "  \nThe newest roster names this teacher again. Reactivate, or ask the district to "
            "drop the row."
        )
    st.info(lines, icon=":material/person_off:")


def _store(context: view.Context, line: dict[str, Any], then: str | None) -> None:
    if decide.store(context.settings, context.person, [line]):
        view.go("teacher", then)()


def _waiting(context: view.Context, release: OpenRelease, item: Pending, row: Row) -> None:
    st.success(
        f"Stored, applied at the next build: {words.inert(pending.sentence(release, item))}"
        f" by {words.inert(item.actor)}.",
        icon=":material/schedule:",
    )
    if item.revokes is None and access.may_decide(context.person.role, item.action):
        st.button(
            "Undo",
            icon=":material/undo:",
            key=f"undo-{item.decision_id}",
            on_click=_store,
            args=(context, decide.revoke_line(item.decision_id), row["roster_key"]),
        )


def _target(context: view.Context, row: Row, stored: list[Pending]) -> None:
    known = stored_goal(stored) or int(row["target_sessions"])
    key = f"target-{row['roster_key']}"
    box, button = st.columns([3, 1.6], vertical_alignment="bottom")
    # The goal is part of the name: another stored goal is another box, which shows it.
    box.number_input(
        "Goal, sessions a year",
        min_value=1,
        max_value=MOST_TARGET,
        value=min(max(known, 1), MOST_TARGET),
        key=f"{key}-{known}",
    )

    def save() -> None:
        wanted = int(st.session_state[f"{key}-{known}"])
        if wanted == known:
            decide.refuse(f"The goal is {known} already; nothing was stored.")
            return
        payload = {"target_sessions": str(wanted)}
        line = decide.line("set_target_sessions", "roster_teacher", row["roster_key"], payload)
        _store(context, line, row["roster_key"])

    button.button("Save goal", key=f"save-{key}", on_click=save)


def _problem_key(row: Row) -> str:
    """Where the form keeps its refusal; it stays open while there is one, even an outdated one."""
    return f"deactivate-{row['roster_key']}-problem"


def _deactivate(context: view.Context, row: Row, then: str | None) -> None:
    key, problem = f"deactivate-{row['roster_key']}", _problem_key(row)
    categories = catalogue()["deactivate_teacher"].allowed_values["category"]

    def changed() -> None:
        if problem in st.session_state:
            st.session_state[problem] = ""

    def act() -> None:
        category = st.session_state.get(f"{key}-category")
        if not category:
            st.session_state[problem] = "Choose why the teacher is deactivated; nothing was stored."
            return
        payload = {"category": category}
        notes = str(st.session_state.get(f"{key}-notes") or "").strip()
        if notes:
            payload["notes"] = notes
        line = decide.line("deactivate_teacher", "roster_teacher", row["roster_key"], payload)
        st.session_state.pop(problem, None)
        _store(context, line, then)
        refusal = decide.refusal()
        if refusal is not None:
            st.session_state[problem] = refusal

    icon, is_open = ":material/person_off:", problem in st.session_state
    with st.expander("Deactivate", icon=icon, expanded=is_open, key=f"{key}-form"):
        st.caption("The teacher is in no count any more, and no later roster brings them back.")
        st.selectbox(
            "Reason",
            categories,
            index=None,
            placeholder="Choose",
            key=f"{key}-category",
            on_change=changed,
        )
        st.text_input("Notes", key=f"{key}-notes", max_chars=_NOTES_AT_MOST, on_change=changed)
        st.button("Deactivate", key=key, icon=icon, on_click=act)
        if st.session_state.get(problem):
            st.error(words.inert(st.session_state[problem]), icon=":material/error:")


def _refused(row: Row) -> None:
    """Says why the last deactivation was refused where its form is no longer drawn."""
    problem = st.session_state.pop(_problem_key(row), None)
    if problem:
        st.error(words.inert(problem), icon=":material/error:")


def _reactivate(context: view.Context, row: Row) -> None:
    merged = str(row["deactivation_source"] or "").startswith("merged_into")
    if merged:
        st.caption("Merged into another record; undo the merge on the Duplicates page.")
        return
    line = decide.line("reactivate_teacher", "roster_teacher", row["roster_key"])
    st.button(
        "Reactivate",
        key=f"reactivate-{row['roster_key']}",
        type="primary",
        icon=":material/person_check:",
        on_click=_store,
        args=(context, line, row["roster_key"]),
    )


def _history(release: OpenRelease, row: Row) -> None:
    entries = queries_roster.history(release, row["roster_key"], row["teacher_key"])
    with st.expander("History", icon=":material/history:"):
        first = words.moment(row["first_seen_at"])
        st.markdown(f"On the roster since {words.inert(first)}.")
        if not entries:
            st.markdown("Nobody changed anything about this teacher by hand.")
        for one in entries:
            what = words_events.done(one["action"], one["audit_action"])
            before = words_events.changed(one["before_json"], {})
            after = words_events.changed(one["after_json"], {})
            values = " \N{RIGHTWARDS ARROW} ".join(
                words.inert(side) for side in (before, after) if side
            )
            reason = f"  \n{words.inert(one['reason'])}" if one["reason"] else ""
            st.markdown(
                f"**{words.inert(what)}** by {words.inert(one['actor'])}, "
                f"{words.inert(words.moment(one['decided_at']))}"
                + (f"  \n{values}" if values else "")
                + reason
            )
