"""Teachers of a session: what Pathful says, what counts, corrections of credit, tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from dashboard import decide, event_forms, view, words
from dashboard.pending import Pending, sentence
from dashboard.sessions import words_events
from dashboard.sessions.event_state import is_added
from dashboard.sessions.event_view import EventView
from dashboard.unmatched import queries_unmatched

Row = dict[str, Any]
_EFFECTS = {"add": "Credit added", "remove": "Credit removed"}


def effective(there: Iterable[str], waiting: Mapping[str, Pending]) -> set[str]:
    """Keys of the people on the session after the next build."""
    after = set(there)
    for key, item in waiting.items():
        if is_added(item):
            after.add(key)
        else:
            after.discard(key)
    return after


def draw(shown: EventView) -> None:
    """The teachers' part of the tab."""
    rows = shown.parts["teachers"]
    keys = [row["teacher_key"] for row in rows]
    st.markdown("#### Teachers")
    added = [
        key for key, item in shown.state.teachers.items() if is_added(item) and key not in keys
    ]
    if not rows and not added:
        st.markdown("No matched teacher. Teachers who could not be matched are under Unmatched.")
    else:
        _list(shown, rows, added)
    chosen = next((r for r in rows if r["teacher_key"] == st.query_params.get("teacher")), None)
    if chosen is not None:
        with st.container(border=True):
            _panel(shown, chosen)
    removed(shown, "teacher")
    search(shown, "teacher", set(keys))


def _list(shown: EventView, rows: list[Row], added: list[str]) -> None:
    import pandas as pd

    names = queries_unmatched.names(shown.release, "teacher", added)
    people = [*rows, *({"teacher_key": key, "teacher_name": names.get(key)} for key in added)]
    frame = pd.DataFrame(
        {
            "open": ["Open" if "email" in row else "" for row in people],
            "name": [words.plain(row["teacher_name"]) for row in people],
            "school": [row.get("school_name") for row in people],
            "email": [shown.context.email(row.get("email")) for row in people],
            "imported": [_attendance(row.get("imported_attendance_status")) for row in people],
            "attendance": [words_events.counts_as(row) for row in people],
            "credit": [_credit(row) for row in people],
            "note": [_note(shown, row) for row in people],
        }
    )
    text = st.column_config.TextColumn
    columns = {
        "open": view.open_column("event", "teacher", [row["teacher_key"] for row in people]),
        "name": text("Name", width=170),
        "school": text("School", width=170),
        "email": text("E-mail", width=200),
        "imported": text("Pathful says", width=100),
        "attendance": text("Counts as", width=110),
        "credit": text("Credit", width=70, help="Whether it counts as a completed session today."),
        "note": text("Corrections", width=250),
    }
    view.table(frame, columns, height="content", key="event-teachers", alt="Teachers")


def _attendance(status: Any) -> str | None:
    return None if status is None else words.label(status, words.ATTENDANCE)


def _credit(row: Row) -> str | None:
    credited = row.get("is_credited")
    return None if credited is None else "Yes" if credited else "No"


def _note(shown: EventView, row: Row) -> str | None:
    """Tags and corrections of one teacher in a few words; the stored ones first."""
    key, notes = row["teacher_key"], []
    tagged, corrected = shown.state.teachers.get(key), shown.state.overrides.get(key)
    if tagged is not None:
        notes.append("stored: tagged" if is_added(tagged) else "stored: taken off")
    if corrected is not None:
        effect = _EFFECTS.get(str(corrected.payload.get("effect")), "").lower()
        notes.append("stored: correction reversed" if corrected.revokes else f"stored: {effect}")
    if row.get("override_decision_id"):
        effect = _EFFECTS.get(row["override_effect"], "Corrected")
        notes.append(f"{effect} by {row['overridden_by']}")
    elif row.get("has_override"):
        notes.append("Corrected by staff")
    if row.get("is_tagged"):
        notes.append("Tagged by staff")
    return "; ".join(notes) or None


def _panel(shown: EventView, row: Row) -> None:
    """One teacher: the facts, and what may be decided."""
    key = row["teacher_key"]
    facts, actions = st.columns(2, gap="large")
    with facts:
        st.markdown(f"**{words.inert(row['teacher_name'])}**")
        st.markdown(
            f"{words.inert(row['school_name'])}  \n"
            f"Pathful says **{words.inert(_attendance(row['imported_attendance_status']))}**, "
            f"counts as **{words.inert(words_events.counts_as(row))}**"
        )
        if row["override_decision_id"]:
            what = _EFFECTS.get(row["override_effect"], "Corrected")
            who = f"{what} by {row['overridden_by']}, {words.moment(row['overridden_at'])}"
            badge = view.status_badge(what, "good" if row["override_effect"] == "add" else "bad")
            retired = "" if row["has_override"] else "  \nThe file says the same by now."
            reason = words.inert(row["override_reason"])
            st.markdown(f"{badge}  \n{words.inert(who)}  \nReason: {reason}{retired}")
        st.button("Close", key="event-teacher-close", on_click=view.go("teacher", None))
    with actions:
        if not event_forms.may(shown.context, "tag_teacher"):
            return
        stored = [
            item
            for item in (shown.state.overrides.get(key), shown.state.teachers.get(key))
            if item is not None
        ]
        for item in stored:
            st.markdown(
                f"{view.status_badge('Stored', 'open')} "
                f"{words.inert(sentence(shown.release, item))} "
                ":small[Undo it at the top of the page.]"
            )
        moved = shown.state.teachers.get(key)
        if key not in shown.state.overrides and (moved is None or is_added(moved)):
            _override(shown, row)
        if moved is None:
            untag(shown, "untag_teacher", {"teacher_key": key})


def _override(shown: EventView, row: Row) -> None:
    """Adds or removes credit, or reverses the correction that stands; always with a reason."""
    if not event_forms.may(shown.context, "override_attendance"):
        return
    key = row["teacher_key"]
    if shown.state.status not in words_events.CREDITABLE and not row["override_decision_id"]:
        st.markdown(
            f"Credit cannot be corrected on a session that is {words.inert(shown.state.status)}."
        )
        return
    reason_key = f"override-{shown.key}-{key}"
    st.text_input(
        "Reason",
        key=reason_key,
        placeholder="What shows that the file is wrong",
    )

    def decided(line: dict[str, Any]) -> None:
        reason = event_forms.read(reason_key)
        if not reason:
            decide.refuse("A correction of credit needs a reason. Nothing was stored.")
            return
        if decide.is_too_long("The reason is", reason):
            return
        if event_forms.store(shown.context, [line | {"reason": reason}]):
            st.session_state[reason_key] = ""

    if row["override_decision_id"]:
        st.button(
            "Reverse the correction",
            icon=":material/undo:",
            key=f"{reason_key}-reverse",
            on_click=decided,
            args=(decide.revoke_line(row["override_decision_id"]),),
        )
        return
    effect = "remove" if row["is_credited"] else "add"
    if effect == "add" and not shown.is_past and shown.event["session_date"] != shown.context.today:
        st.caption("The session is still to come: the teacher is signed up, and counts afterwards.")
    payload = {"teacher_key": key, "effect": effect}
    st.button(
        "Remove credit" if effect == "remove" else "Add credit",
        icon=":material/remove:" if effect == "remove" else ":material/add:",
        type="primary" if effect == "add" else "secondary",
        key=f"{reason_key}-{effect}",
        on_click=decided,
        args=(decide.line("override_attendance", "event", shown.key, payload),),
    )


def untag(shown: EventView, action: str, payload: dict[str, Any]) -> None:
    """The button that takes somebody off the session."""
    if not event_forms.may(shown.context, action):
        return
    key = next(iter(payload.values()))
    st.button(
        "Take off this session",
        icon=":material/person_remove:",
        key=f"untag-{shown.key}-{key}",
        on_click=event_forms.send,
        args=(shown.context, [decide.line(action, "event", shown.key, payload)]),
        help="Nobody comes back with a later import. It can be undone.",
    )


def removed(shown: EventView, kind: str) -> None:
    """People whom staff took off, each with the way back."""
    field = "teacher_key" if kind == "teacher" else "person_key"
    waiting = shown.state.teachers if kind == "teacher" else shown.state.presenters
    there = effective((row[field] for row in shown.parts[f"{kind}s"]), waiting)
    taken_back = {item.revokes for item in shown.waiting if item.revokes}
    rows = [
        row
        for row in shown.parts["removed"]
        if row["audit_action"] == f"{kind.upper()}_REMOVED"
        and row["decision_id"] not in taken_back
        and row[field] not in there
    ]
    if not rows:
        return
    st.markdown(f"Taken off by staff: {words.counted(len(rows), kind)}, also in later imports.")
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            made = words.inert(f"{row['actor']}, {words.moment(row['decided_at'])}")
            why = f" · {words.inert(row['reason'])}" if row["reason"] else ""
            st.markdown(
                f"{words.inert(row['person_name'])}  \n:small[{made}{why}]", width="stretch"
            )
            if event_forms.may(shown.context, f"untag_{kind}"):
                event_forms.undo(
                    shown.context,
                    row["decision_id"],
                    f"back-{kind}-{row['decision_id']}",
                    f"untag_{kind}",
                )


def search(shown: EventView, kind: str, there: set[str]) -> None:
    """Finds people and puts them on the session."""
    if not event_forms.may(shown.context, f"tag_{kind}"):
        return
    source, field = ("teacher", "teacher_key") if kind == "teacher" else ("volunteer", "person_key")
    waiting = shown.state.teachers if kind == "teacher" else shown.state.presenters
    box = f"tag-{kind}-{shown.key}"
    text = st.text_input(
        f"Tag a {kind}",
        key=box,
        type="search",
        live=True,
        placeholder="Part of a name, school, company or e-mail",
    )
    if not (text or "").strip():
        return
    after = effective(there, waiting)
    hits = queries_unmatched.search(shown.release, source, text)
    found = [one for one in hits if one["key"] not in after]
    if not found:
        st.markdown("Nobody else fits. Try fewer letters, or only the last name.")
        return

    def tag(line: dict[str, Any]) -> None:
        event_forms.store(shown.context, [line], lambda: st.session_state.update({box: ""}))

    for one in found:
        name, button = st.columns([7, 1.4], vertical_alignment="center")
        note = " · provisional" if one["is_provisional"] else ""
        detail = f" :small[{words.inert(one['detail'])}{note}]" if one["detail"] or note else ""
        name.markdown(f"{words.inert(one['label'])}{detail}")
        line = decide.line(f"tag_{kind}", "event", shown.key, {field: one["key"]})
        button.button(
            "Tag",
            key=f"tag-{kind}-{one['key']}",
            icon=":material/person_add:",
            on_click=tag,
            args=(line,),
        )
    if len(hits) >= queries_unmatched.SEARCH_LIMIT:
        st.caption(f"The first {queries_unmatched.SEARCH_LIMIT} are shown. Type more to narrow.")
