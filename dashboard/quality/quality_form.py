"""The forms that decide about a finding: correct its row, set it aside, open it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import decide, event_forms, view, words
from dashboard.quality import quality_state
from polaris import contract_fields, quality_rows
from polaris.contract_fields import Field
from polaris.quality_rows import FIX, Fixes, Violation

_SUPPRESS, _LEAVE, _REOPEN = "dq_suppress", "dq_wont_fix", "dq_reopen"
# Rules that name no field are about these.
_CONTACT = ("email", "phone")
Row = Mapping[str, Any]
After = Callable[[], None]


def draw(context: view.Context, found: Row, fixes: Fixes, after: After) -> None:
    """What this person may decide about the finding."""
    state, key = found["state"], found["violation_key"]
    if state in {"open", "fix_pending"} and event_forms.may(context, FIX):
        _correct(context, found, fixes, after)
    if state == "open" and event_forms.may(context, _SUPPRESS):
        _set_aside(context, key, after)
    if state in {"suppressed", "wont_fix"} and event_forms.may(context, _REOPEN):
        line = decide.line(_REOPEN, quality_state.SUBJECT, key)
        st.button(
            "Open it again",
            key=f"finding-reopen-{key}",
            icon=":material/undo:",
            on_click=event_forms.send,
            args=(context, [line]),
        )


def _correct(context: view.Context, found: Row, fixes: Fixes, after: After) -> None:
    violation = Violation(found)
    if violation.owner_problem is not None:
        st.markdown(f":material/lock: {words.inert(_sentence(violation.owner_problem))}")
        return
    now = fixes.corrected(violation, found["record_violations"])
    known = contract_fields.fields(violation.entity)
    with st.expander("Correct the row", icon=":material/edit:", expanded=True):
        st.markdown("The file stays as it is; what you write counts instead, in every build.")
        asked = [found["field"]] if found["field"] in known else []
        if not asked or asked[0] in _CONTACT:  # one may stand in for the other
            asked += [name for name in _CONTACT if name in known and name not in asked]
        first = asked + [name for name in now if name not in asked]
        rest = [name for name in known if name not in first]
        for name in first:
            _box(context, known[name], now.get(name, ""), violation.key)
        more = st.multiselect(
            "More fields",
            rest,
            format_func=lambda name: known[name].label,
            key=_key("more", violation.key),
            placeholder="Fields that the row leaves blank",
        )
        for name in more:
            _box(context, known[name], "", violation.key)
        hidden = [
            name for name in now if not contract_fields.sees(context.person.role, known[name])
        ]
        if hidden:
            st.multiselect(
                "Empty these fields",
                hidden,
                format_func=lambda name: known[name].label,
                key=_key("empty", violation.key),
                help="You may not read them; what you write above replaces what they say.",
            )
        st.text_input("Why (optional)", key=_key("why", violation.key))
        st.button(
            "Store the correction",
            key=_key("go", violation.key),
            type="primary",
            on_click=_store,
            args=(context, violation, now, after),
        )


def _key(name: str, finding: str) -> str:
    return f"finding-fix-{name}-{finding}"


def _box(context: view.Context, field: Field, now: str, finding: str) -> None:
    """An input for a field; one that this person may not read begins blank."""
    is_seen = contract_fields.sees(context.person.role, field)
    st.text_input(
        field.label,
        value=now if is_seen else "",
        key=_key(field.name, finding),
        placeholder="" if is_seen else contract_fields.masked(context.person.role, field, now),
    )


def _typed(context: view.Context, violation: Violation, now: Mapping[str, str]) -> dict[str, str]:
    """What the form says now, by field: a hidden field only where something was typed."""
    emptied = st.session_state.get(_key("empty", violation.key)) or []
    typed: dict[str, str] = dict.fromkeys(emptied, "")
    for name, field in contract_fields.fields(violation.entity).items():
        text = st.session_state.get(_key(name, violation.key))
        if text is None or (
            not text.strip() and not contract_fields.sees(context.person.role, field)
        ):
            continue
        typed[name] = str(text)
    return quality_rows.changes(violation.entity, now, typed)


def _store(
    context: view.Context, violation: Violation, now: Mapping[str, str], after: After
) -> None:
    changed = _typed(context, violation, now)
    if not changed:
        decide.refuse("Nothing was changed, so nothing was stored.")
        return
    known = contract_fields.fields(violation.entity)
    wrong = [
        problem.replace(name, known[name].label, 1)
        for name, text in changed.items()
        if (problem := contract_fields.problem(known[name], text)) is not None
    ]
    if wrong:
        decide.refuse(f"{'; '.join(wrong)}. Nothing was stored.")
        return
    for name, text in changed.items():
        if decide.is_too_long(f"{known[name].label} is", text):
            return
    why = event_forms.read(_key("why", violation.key))
    if decide.is_too_long("The reason is", why):
        return

    def emptied() -> None:
        for name in (*known, "more", "empty", "why"):
            st.session_state.pop(_key(name, violation.key), None)
        after()

    line = decide.line(FIX, quality_state.SUBJECT, violation.key, changed, why)
    event_forms.store(context, [line], emptied)


def _set_aside(context: view.Context, key: str, after: After) -> None:
    reason, until = f"finding-aside-{key}", f"finding-until-{key}"

    def put(action: str) -> None:
        why = event_forms.read(reason)
        if not why:
            decide.refuse("Say why the finding is set aside. Nothing was stored.")
            return
        if decide.is_too_long("The reason is", why):
            return
        day = st.session_state.get(until) if action == _SUPPRESS else None
        if day is not None and day <= context.today:
            decide.refuse("The day must lie ahead. Nothing was stored.")
            return
        payload = {"expires_at": day.isoformat()} if day is not None else {}
        line = decide.line(action, quality_state.SUBJECT, key, payload, why)
        event_forms.store(context, [line], after)

    with st.expander("Set it aside", icon=":material/do_not_disturb_on:"):
        st.text_area("Why", key=reason, height=80)
        st.date_input(
            "Suppress until (optional)",
            value=None,
            key=until,
            format="MM/DD/YYYY",
            help="On that day the finding is open again.",
        )
        with st.container(horizontal=True):
            st.button(
                "Suppress",
                key=f"{reason}-suppress",
                on_click=put,
                args=(_SUPPRESS,),
                help="The rule does not count here: the row is used as it is.",
            )
            st.button(
                "Won't be fixed",
                key=f"{reason}-leave",
                on_click=put,
                args=(_LEAVE,),
                help="The row stays out, and the finding leaves the list.",
            )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
