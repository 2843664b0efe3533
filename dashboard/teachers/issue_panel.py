"""One issue report on the screen: who, what, the teacher it is about, and its resolution."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, pending, view, words
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.teachers import queries_issues
from dashboard.teachers.queries_issues import NewReport, Stored
from dashboard.words_people import ISSUE_CATEGORIES, ISSUE_STATUSES
from polaris import access
from polaris.deciding.actions import REVOKE
from polaris.settings import Settings

_NOTES_AT_MOST = 500


def decided(settings: Settings) -> dict[str, Pending]:
    """The last waiting decision about each report."""
    return {
        item.subject_key: item
        for item in pending.standing(settings)
        if item.subject_type == "issue"
    }


def stored(settings: Settings) -> Stored:
    """What waits for the next build: decisions about reports, and reports of anybody."""
    return Stored(
        decided=tuple(
            sorted((key, _status_after(item)) for key, item in decided(settings).items())
        ),
        new=tuple(
            NewReport(
                issue_key=item.decision_id,
                reported_at=item.decided_at,
                reported_by=item.actor,
                roster_key=item.subject_key,
                category=str(item.payload.get("category") or "other"),
                notes=str(item.payload.get("notes") or "") or None,
            )
            for item in pending.standing(settings)
            if item.action == "report_issue"
        ),
    )


def _status_after(item: Pending) -> str:
    return "open" if item.action == REVOKE else "resolved"


def state(issue: dict[str, Any], *, is_stored: bool) -> str:
    """The state of a report in words, and whether it waits for the next build."""
    if issue["is_new"]:
        return "New, stored"
    return words.label(issue["status"], ISSUE_STATUSES) + (" (stored)" if is_stored else "")


def draw(
    context: view.Context,
    release: OpenRelease,
    key: str,
    waiting: tuple[Pending | None, Stored],
    then: str | None,
) -> None:
    """The panel of a report.

    Args:
        context: of the page.
        release: that is shown.
        key: of the report.
        waiting: the decision about it, and everything that is stored.
        then: the report that is opened once this one is decided.
    """
    made, everything = waiting
    issue = queries_issues.issue(release, key, everything.new)
    if issue is None:
        st.markdown("This report is not in the release. Choose another one in the list.")
        return
    status = str(issue["status"]) if made is None else _status_after(made)
    said = state(issue | {"status": status}, is_stored=made is not None)
    st.markdown(f":small[Issue report · {said}]")
    st.subheader(words.label(issue["category"], ISSUE_CATEGORIES), anchor=False)
    st.markdown(_facts(context, issue))
    if issue["notes"]:
        with st.container(border=True):
            st.markdown(words.inert(issue["notes"]))
    else:
        st.caption("No notes were given.")
    _teacher_link(issue)
    if issue["is_new"]:
        st.caption("Stored and not in the release yet. It can be resolved after the next build.")
        return
    _decision(context, issue, made, (status, then))


def _facts(context: view.Context, issue: dict[str, Any]) -> str:
    who = issue["reported_by"]
    who = context.email(who) if who and "@" in str(who) else who
    role = f" ({words.label(issue['role'], words.ROLES)})" if issue["role"] else ""
    facts = {
        "Teacher": issue["teacher_name"],
        "School": issue["building"],
        "District": issue["district_name"],
        "Year": issue["virtual_year"],
        "Reported": f"{words.moment(issue['reported_at'])} by {words.plain(who)}{role}",
    }
    return "  \n".join(
        f"**{name}**\N{EN SPACE}{words.inert(value)}" for name, value in facts.items() if value
    )


def _teacher_link(issue: dict[str, Any]) -> None:
    if not issue["teacher_key"]:
        return
    query = {"teacher": issue["teacher_key"], "district": issue["district_key"]}
    query |= {"year": issue["virtual_year"]}
    st.page_link(
        "screens/progress.py",
        label="Open the teacher's sessions",
        icon=":material/school:",
        query_params={name: value for name, value in query.items() if value},
    )


def _store(context: view.Context, line: dict[str, Any], after: str | None) -> None:
    if decide.store(context.settings, context.person, [line]):
        view.go("issue", after)()


def _decision(
    context: view.Context,
    issue: dict[str, Any],
    stored: Pending | None,
    state: tuple[str, str | None],
) -> None:
    status, after = state
    key = issue["issue_key"]
    undo = issue["resolution_decision_id"] if status == "resolved" else None
    if stored is not None:
        undo = None if stored.revokes else stored.decision_id
        what = "reopened" if stored.revokes else "resolved"
        reason = f": {words.inert(stored.reason)}" if stored.reason else ""
        st.success(
            f"Stored, applied at the next build: {what} by {words.inert(stored.actor)}, "
            f"{words.inert(words.moment(stored.decided_at))}{reason}",
            icon=":material/schedule:",
        )
    elif status == "resolved":
        who = f"Resolved by {issue['resolved_by'] or 'system'}"
        st.markdown(
            words.inert(f"{who}, {words.moment(issue['resolved_at'])}.")
            + f"  \n{words.inert(issue['resolution_notes'])}"
        )
    if not access.may_decide(context.person.role, "resolve_issue"):
        st.caption("Your role may see this report; staff or the district resolve it.")
        return
    if status == "open":
        _form(context, key, None, after)
    elif undo:
        _form(context, key, str(undo), key)


def _form(context: view.Context, key: str, revokes: str | None, after: str | None) -> None:
    """Notes and a button: resolves the report, or takes the decision `revokes` back."""
    label = "Resolve" if revokes is None else "Undo"
    asks = "What came of it" if revokes is None else "Why it is open again"
    box = f"{label.lower()}-notes-{key}"
    st.text_area(f"{asks} (required)", key=box, max_chars=_NOTES_AT_MOST, height=90)

    def act() -> None:
        notes = str(st.session_state.get(box) or "").strip()
        if not notes:
            decide.refuse(f"Say in the notes: {asks[:1].lower()}{asks[1:]}. Nothing was stored.")
            return
        if revokes is None:
            line = decide.line("resolve_issue", "issue", key, reason=notes)
        else:
            line = decide.revoke_line(revokes, notes)
        _store(context, line, after)

    st.button(
        label,
        key=f"{label.lower()}-{key}",
        type="primary" if revokes is None else "secondary",
        icon=":material/check:" if revokes is None else ":material/undo:",
        on_click=act,
    )
