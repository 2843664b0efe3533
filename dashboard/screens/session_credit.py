"""Session credit: one session, its registered teachers, credit for those who were there."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, pending, view, words
from dashboard.release import OpenRelease
from dashboard.sessions import queries_session_credit, words_events
from dashboard.sessions.event_state import EventState, is_added, state
from dashboard.teachers import teacher_overrides as overrides
from dashboard.teachers.teacher_effect import CORRECTABLE

_REASON = "Presenter no-show: credit for attending"
_BOX = "credit-reason"
_RESULT = "credit-result"

Row = dict[str, Any]


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    filters = view.Filters("credit")
    text = filters.text(
        "Session id or address",
        "session",
        "1234567, or https://app.pathful.com/wbl/sessions/1234567",
    )
    if not text:
        view.empty(
            "Which session?",
            "Paste the address of a session in Pathful, or type its id. You then see who signed "
            "up, tick those who were there, and give them credit in one step. This is for "
            "sessions whose presenter did not come, or that Pathful counted wrongly.",
            ":material/add_task:",
        )
        return
    session_id = queries_session_credit.session_id_in(text)
    found = queries_session_credit.sessions(release, session_id) if session_id else []
    if not found:
        _not_found(text, session_id)
        return
    for session in found:
        _session(context, release, session)


def _not_found(text: str, session_id: str | None) -> None:
    if session_id is None:
        message = (
            "This is no address of a Pathful session. It ends like **/sessions/1234567**; "
            "the digits alone will do."
        )
    else:
        message = (
            f"No session **{words.inert(session_id)}** is in this release, or none you may see. "
            "Check the digits; a session appears with the first import that lists it."
        )
    st.warning(message, icon=":material/search_off:")


def _session(context: view.Context, release: OpenRelease, session: Row) -> None:
    after = _after(context, session)
    stored = " (stored)" if after.waiting_status is not None else ""
    with st.container(border=True, key=f"credit-{session['event_key']}"):
        kind = words.SESSION_KINDS.get(after.status, "neutral")
        st.subheader(
            f"{words.inert(session['title'])} {view.status_badge(after.status + stored, kind)}",
            anchor=False,
        )
        facts = [
            words.moment(session["start_at"])
            if session["is_time_known"]
            else words.day(session["session_date"]),
            session["district_names"] or "no district",
            f"Presenter: {session['presenter_names'] or 'none'}",
            f"id {session['pathful_session_id']}",
        ]
        st.markdown(" · ".join(words.inert(fact) for fact in facts))
    problem = _problem(context, session, after)
    if problem is not None:
        st.warning(problem, icon=":material/block:")
        return
    teachers = queries_session_credit.teachers(
        release, session["event_key"], session["session_date"]
    )
    _result(session["event_key"])
    if not teachers:
        view.empty(
            "Nobody signed up",
            "No roster teacher is on this session. One teacher can be given credit for it on the "
            "teacher's own page, under **Teacher progress**.",
            ":material/person_off:",
        )
        return
    off = {key for key, item in after.teachers.items() if not is_added(item)}
    _teachers(context, session, teachers, off)


def _after(context: view.Context, session: Row) -> EventState:
    """The session with the decisions that wait; why it was cancelled does not matter here."""
    event = session | {"cancellation_reason": None, "cancellation_notes": None}
    return state(event, pending.standing(context.settings))


def _problem(context: view.Context, session: Row, after: EventState) -> str | None:
    is_stored = after.waiting_status is not None
    if after.status == "Cancelled" and is_stored:
        return (
            "A stored decision makes this session **cancelled** at the next build, so nobody can "
            "get credit for it. Undo it on the page of the session first, if it took place."
        )
    if after.status == "Cancelled":
        return "This session is **cancelled**, so nobody can get credit for it."
    if session["format"] != "virtual":
        return "This is **no virtual session**; credit is given for virtual sessions only."
    if after.status not in CORRECTABLE:
        status = words.inert(after.status)
        becomes = "becomes, by a stored decision," if is_stored else "is"
        return f"The session's status {becomes} **{status}**; such a session takes no credit."
    if session["session_date"] > context.today:
        return (
            "This session **has not taken place yet**, so there is nothing to credit. "
            "A teacher is signed up for it on the teacher's own page."
        )
    return None


def _teachers(context: view.Context, session: Row, teachers: list[Row], off: set[str]) -> None:
    """The teachers by building; those in `off` are taken off by a stored decision."""
    event = session["event_key"]
    waiting = overrides.waiting(context)
    credited = [row for row in teachers if _is_credited(row, event, waiting)]
    open_ = [row for row in teachers if row not in credited and row["teacher_key"] not in off]
    st.markdown(
        f"**{words.counted(len(teachers), 'registered teacher')}**, "
        f"{len(credited):,} with credit already"
    )
    may = overrides.may_correct(context)
    if may and open_:
        _tick_all(event, open_)
    building = None
    for row in teachers:
        if row["building"] != building:
            building = row["building"]
            st.markdown(f":small[**{words.inert(building)}**]")
        said = "Taken off (stored)" if row["teacher_key"] in off else None
        _teacher(event, row, waiting, is_open=may and row in open_, said=said)
    if not may:
        st.caption("Your role may not give credit.")
        return
    picked = [row for row in teachers if st.session_state.get(_tick(event, row))]
    overrides.reason_box("Reason", _BOX, _REASON)
    st.button(
        f"Give credit to {words.counted(len(picked), 'teacher')}",
        key="credit-give",
        type="primary",
        icon=":material/add_task:",
        disabled=not picked,
        on_click=_give,
        args=(context, event, picked),
    )


def _tick(event: str, row: Row) -> str:
    return f"credit-{event}-{row['teacher_key']}"


def _tick_all(event: str, rows: list[Row]) -> None:
    def tick(*, is_on: bool) -> None:
        for row in rows:
            st.session_state[_tick(event, row)] = is_on

    with st.container(horizontal=True, gap="small"):
        label = f"Tick everybody without credit ({len(rows):,})"
        st.button(label, key="credit-all", on_click=tick, kwargs={"is_on": True})
        st.button(
            "Tick none", key="credit-none", type="tertiary", on_click=tick, kwargs={"is_on": False}
        )


def _teacher(
    event: str, row: Row, waiting: overrides.Waiting, *, is_open: bool, said: str | None
) -> None:
    tick, school, status = st.columns([4, 3, 4], vertical_alignment="center", gap="small")
    tick.checkbox(words.inert(row["teacher_name"]), key=_tick(event, row), disabled=not is_open)
    school.markdown(f":small[{words.inert(row['district_name'])}]")
    if said is not None:
        status.markdown(view.status_badge(said, "open"))
    elif (event, row["teacher_key"]) in waiting:
        item = waiting[event, row["teacher_key"]]
        status.markdown(view.status_badge(f"Change stored by {item.actor}", "open"))
    elif row["is_credited"]:
        by_staff = ", by staff" if row["override_effect"] == "add" else ""
        status.markdown(view.status_badge(f"Credited already{by_staff}", "good"))
    else:
        counts = words_events.counts_as(row)
        if counts == words_events.CREDIT_REMOVED:
            says = words.label(row["imported_attendance_status"], words.ATTENDANCE)
            counts = f"{counts} by staff, Pathful says {says}"
        status.markdown(view.status_badge(counts, "neutral"))


def _is_credited(row: Row, event: str, waiting: overrides.Waiting) -> bool:
    item = waiting.get((event, row["teacher_key"]))
    if item is not None:
        return overrides.action_of(item) == "add"
    return bool(row["is_credited"])


def _give(context: view.Context, event: str, rows: list[Row]) -> None:
    """Credits each teacher on its own, so that one refusal does not hold up the others."""
    reason = overrides.reason_in(_BOX)
    if reason is None:
        return
    if len(rows) > decide.BULK_LIMIT:
        decide.refuse(
            f"{len(rows):,} teachers were ticked, and at most {decide.BULK_LIMIT} can be credited "
            "at once. Nothing was stored."
        )
        return
    waiting = overrides.waiting(context)
    due = [row for row in rows if not _is_credited(row, event, waiting)]
    result: dict[str, list[str]] = {
        "granted": [],
        "skipped": [words.plain(row["teacher_name"]) for row in rows if row not in due],
        "refused": [],
    }
    lines = [overrides.line(event, row["teacher_key"], "add", reason) for row in due]
    is_granted = bool(lines) and decide.attempt(context.settings, context.person, lines) is None
    for row, line in zip(due, lines, strict=True):
        name = words.plain(row["teacher_name"])
        problem = None
        if not is_granted:
            problem = decide.attempt(context.settings, context.person, [line])
        if problem is None:
            result["granted"].append(name)
        else:
            result["refused"].append(f"{name}: {problem}")
    for row in rows:
        st.session_state[_tick(event, row)] = False
    st.session_state[_RESULT] = (event, result)


def _result(event: str) -> None:
    """What became of the last credits of this session."""
    about, result = st.session_state.get(_RESULT, (None, {}))
    if about != event:
        return
    texts = {
        "granted": ("Credit stored, applied at the next build", st.success, "check_circle"),
        "skipped": ("Skipped, credited already", st.info, "info"),
        "refused": ("Refused", st.error, "error"),
    }
    for kind, (label, box, icon) in texts.items():
        names = result[kind]
        if names:
            listed = "; ".join(words.inert(name) for name in names)
            box(f"**{label}: {len(names)}**  \n{listed}", icon=f":material/{icon}:")


view.show(
    "Session credit",
    "Give credit to the teachers of a session, for example when the presenter did not come.",
    body,
)
