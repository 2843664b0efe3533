"""My sessions: one teacher's own record, opened with a signed link; no sign-in, no navigation."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from dashboard import decide, pending, queries_overview, view, words
from dashboard import release as releases
from dashboard.sessions import words_events
from dashboard.teachers import queries_my_progress
from dashboard.teachers.limits import allow
from dashboard.who import Person
from dashboard.words_people import ISSUE_CATEGORIES
from polaris import access, mail, teacher_links
from polaris.errors import PolarisError
from polaris.settings import Settings, load_settings

_ANSWER = "If the address is on the active roster, a link is on its way."
_MAILS_A_MINUTE = 30
_REPORTS_A_MINUTE = 5
_EMAIL_AT_MOST = 254
_PLANNED = {"Requested", "Confirmed", "Published"}


def body() -> None:
    """The page: the record of whoever the link belongs to, else the way to a new link."""
    settings = load_settings()
    st.title("My virtual sessions", anchor=False)
    token = st.query_params.get(teacher_links.PARAMETER) or ""
    try:
        email = teacher_links.read(settings, token) if token else None
    except teacher_links.TeacherLinkError as error:
        _ask(settings, error.message)
        return
    except PolarisError:
        st.error("Your record cannot be shown just now. Try again later.", icon=":material/error:")
        return
    if email is None:
        _ask(settings, "This page opens with a personal link.")
        return
    try:
        _own(settings, email)
    except releases.ReleaseUnreadableError:
        st.error("Your record cannot be shown just now. Try again later.", icon=":material/error:")


def _own(settings: Settings, email: str) -> None:
    whole = releases.current(settings)
    found = queries_my_progress.record(whole, email) if whole is not None else None
    if whole is None or found is None:
        _ask(settings, "This link does not open a record. Ask for a new one.")
        return
    scope = releases.Scope(access.TEACHER, teacher_key=found["teacher_key"])
    release = releases.current(settings, scope)
    if release is None:
        return
    today = queries_overview.logical_date(whole) or settings.logical_date
    year = str(found["virtual_year"])
    st.subheader(words.inert(found["teacher_name"]), anchor=False)
    place = [found["building"], found["district_name"], f"school year {year}"]
    st.markdown(" · ".join(words.inert(part) for part in place if part))
    view.stamp(whole, today)
    decide.notice()
    first = int(year[:4])
    span = date(first, 8, 1), date(first + 1, 7, 31)
    sessions = queries_my_progress.sessions(release, found["teacher_key"], *span)
    _goal(queries_my_progress.progress(release, found["teacher_key"], year))
    past = [row for row in sessions if row["session_date"] < today]
    upcoming = [row for row in sessions if row["session_date"] >= today]
    _list("Upcoming", upcoming, "No session ahead. Sign up for one in Pathful.")
    _list("Past", list(reversed(past)), "No session of yours took place in this school year yet.")
    _meaning()
    _reports(settings, release, found)
    _report_form(settings, email, found)


def _goal(goal: dict[str, Any] | None) -> None:
    if goal is None:
        st.markdown("Your goal for this school year is not known yet.")
        return
    status = goal["progress_status"]
    st.markdown(
        view.status_badge(
            words.label(status, words.PROGRESS_WORDS),
            words.PROGRESS_KINDS.get(status, "neutral"),
        )
    )
    view.cards(
        [
            ("Goal", words.counted(int(goal["target_sessions"] or 0), "session"), None),
            ("Completed", words.number(goal["completed_sessions"]), None),
            ("Planned", words.number(goal["planned_sessions"]), None),
            ("No-shows", words.number(goal["no_show_sessions"]), None),
        ]
    )
    st.progress(min(1.0, float(goal["progress_pct"] or 0) / 100), text="Progress to the goal")


def _list(title: str, rows: list[dict[str, Any]], nothing: str) -> None:
    import pandas as pd

    st.markdown(f"#### {title}")
    if not rows:
        st.markdown(nothing)
        return
    frame = pd.DataFrame(
        {
            "when": [_when(row) for row in rows],
            "title": [words.plain(row["title"]) for row in rows],
            "status": [row["status"] for row in rows],
            "attendance": [words_events.counts_as(row) for row in rows],
            "counts": [_counts(row) for row in rows],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "when": text("When", width=190),
            "title": text("Session", width=300),
            "status": text("Status", width=110),
            "attendance": text("Attendance", width=110),
            "counts": text("Counts", width=190),
        },
        height="content",
        alt=f"{title} sessions",
    )


def _when(row: dict[str, Any]) -> str:
    if row["is_time_known"] and row["start_at"] is not None:
        return words.moment(row["start_at"])
    return words.day(row["session_date"])


def _counts(row: dict[str, Any]) -> str:
    corrected = ", corrected by staff" if row["has_override"] else ""
    if row["is_credited"]:
        return f"Yes{corrected}"
    if row["is_no_show"]:
        return f"No, a no-show{corrected}"
    if row["attendance_status"] == "SignedUp" and row["status"] in _PLANNED:
        return f"Planned{corrected}"
    return f"No{corrected}"


def _meaning() -> None:
    with st.expander("What counts", icon=":material/help:"):
        st.markdown(
            "A session counts once you attended it, or once staff gave you credit for it. A "
            "session you signed up for counts as planned until its day. Drafts and cancelled "
            "sessions do not count, nor do sessions you missed. The school year runs from "
            "August 1 to July 31."
        )


def _reports(settings: Settings, release: releases.OpenRelease, found: dict[str, Any]) -> None:
    waiting = [
        item
        for item in pending.of(settings, "roster_teacher", found["roster_key"])
        if item.action == "report_issue"
    ]
    known = queries_my_progress.reports(release, found["teacher_key"])
    if not waiting and not known:
        return
    st.markdown("#### Reported issues")
    lines = [
        f"- {view.status_badge('Received', 'open')} {_issue(item.payload)}" for item in waiting
    ]
    for row in known:
        is_open = row["status"] == "open"
        badge = view.status_badge("Open" if is_open else "Resolved", "open" if is_open else "good")
        answer = f": {words.inert(row['resolution_notes'])}" if row["resolution_notes"] else ""
        lines.append(f"- {badge} {_issue(row)}{answer}")
    st.markdown("\n".join(lines))


def _issue(fields: Any) -> str:
    notes = f" — {words.inert(fields['notes'])}" if fields.get("notes") else ""
    return f"{words.label(fields.get('category'), ISSUE_CATEGORIES)}{notes}"


def _report_form(settings: Settings, email: str, found: dict[str, Any]) -> None:
    st.markdown("#### Something is not right?")
    with st.form("my-report", border=True):
        st.selectbox(
            "What is it?",
            list(ISSUE_CATEGORIES),
            format_func=ISSUE_CATEGORIES.__getitem__,
            key="my-category",
        )
        st.text_area(
            "Which session, and what happened?",
            key="my-notes",
            placeholder="The title or the day of the session helps to find it.",
        )
        st.form_submit_button(
            "Report an issue",
            icon=":material/send:",
            on_click=_report,
            args=(settings, email, found["roster_key"]),
        )


def _report(settings: Settings, email: str, roster_key: str) -> None:
    """Stores the report, if the link still holds; what was typed stays otherwise."""
    try:
        teacher_links.read(settings, st.query_params.get(teacher_links.PARAMETER) or "")
    except PolarisError as error:
        decide.refuse(f"{error.message} Nothing was sent.")
        return
    if not allow(f"report-{email}", _REPORTS_A_MINUTE):
        decide.refuse("That was a lot at once. Wait a minute, then send it again.")
        return
    fields = {"category": st.session_state["my-category"]}
    notes = (st.session_state.get("my-notes") or "").strip()
    if decide.is_too_long("The notes are", notes):
        return
    person = Person(email, access.TEACHER, "By personal link.", email=email)
    payload = fields | ({"notes": notes} if notes else {})
    line = decide.line("report_issue", "roster_teacher", roster_key, payload)
    problem = decide.attempt(settings, person, [line])
    if problem is not None:
        decide.refuse(problem)
        return
    st.session_state["my-notes"] = ""
    decide.say("Thank you. Your report was received.")


def _ask(settings: Settings, why: str) -> None:
    """The way to a new link, the same for a broken, an expired and no link at all."""
    st.markdown(words.inert(why))
    decide.notice()
    if not mail.is_configured(settings):
        st.markdown(
            "No mail is sent from here. Ask the person who sent you the link for a new one."
        )
        return
    with st.form("my-link", border=True):
        st.text_input("Your e-mail address at school", key="my-email", autocomplete="email")
        st.form_submit_button(
            "Send me a link", icon=":material/mail:", on_click=_send, args=(settings,)
        )
    st.caption(f"A link is good for {teacher_links.VALID_HOURS} hours and opens your record only.")


def _send(settings: Settings) -> None:
    """Always the same answer, in the same time: the work is done in the background."""
    if not allow("links", _MAILS_A_MINUTE):
        decide.refuse("Many links were asked for just now. Wait a minute, then ask again.")
        return
    email = str(st.session_state.get("my-email") or "")
    if decide.is_too_long("The address is", email, _EMAIL_AT_MOST):
        return
    teacher_links.request(settings, email)
    decide.say(_ANSWER)


body()
