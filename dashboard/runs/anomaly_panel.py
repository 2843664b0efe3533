"""What is unusual about loads and sources, and the word of a steward that it is known."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, event_forms, pending, view, words
from dashboard.pending import Pending
from dashboard.runs import run_anomalies
from dashboard.sources import words_health
from polaris import access
from polaris.deciding.actions import REVOKE

ACTION, _SUBJECT = "acknowledge_anomaly", "anomaly"
Row = dict[str, Any]


def draw(context: view.Context, rows: list[Row]) -> None:
    """Each unusual thing with its figures, and who knows of it."""
    if not rows:
        st.markdown("Nothing unusual in the last thirty days, among what could be judged.")
        return
    waiting = _stored(context)
    may = access.may_decide(context.person.role, ACTION)
    for row in rows:
        with st.container(border=True, key=f"unusual-{row['anomaly_key']}"):
            _thing(context, row, waiting.get(row["anomaly_key"]), may=may)


def not_known(context: view.Context, rows: list[Row]) -> list[Row]:
    """What is flagged and nobody has said to know, stored answers included."""
    waiting = _stored(context)
    return [
        row
        for row in rows
        if row["status"] == "flagged" and not is_known(row, waiting.get(row["anomaly_key"]))
    ]


def _stored(context: view.Context) -> dict[str, Pending]:
    return {
        item.subject_key: item
        for item in pending.standing(context.settings)
        if item.subject_type == _SUBJECT
    }


def is_known(row: Row, item: Pending | None) -> bool:
    """Whether somebody has said that it is known, be it only stored yet."""
    return bool(row["is_acknowledged"]) if item is None else item.action != REVOKE


def _thing(context: view.Context, row: Row, item: Pending | None, *, may: bool) -> None:
    source = words.label(row["source"], words_health.SOURCES)
    kind = row["alert_severity"]
    badge = view.status_badge(
        words.label(kind, words_health.SEVERITIES), words_health.SEVERITY_KINDS.get(kind, "neutral")
    )
    known = is_known(row, item)
    if row["status"] == "suppressed":
        badge = view.status_badge("Not judged", "neutral")
    elif known:
        badge = view.status_badge("Known", "neutral")
    head = f"{badge} {words.inert(source)}, {words.inert(words.moment(row['landed_at']))}  \n"
    if row["status"] == "suppressed":
        st.markdown(head + words.inert(f"{words_health.figures(row)} ({row['rule_code']})."))
        st.caption(words.inert(row["suppressed_reason"]))
        return
    st.markdown(head + run_anomalies.sentence(row))
    if known:
        by = item.actor if item is not None else row["acknowledged_by"]
        why = item.reason if item is not None else row["acknowledged_reason"]
        st.markdown(f":material/visibility: Known to {words.inert(by)}: {words.inert(why)}")
    if item is not None:
        st.caption("Stored, applied at the next build.")
    if not may:
        return
    key = row["anomaly_key"]
    if known:
        undo = item.decision_id if item is not None else str(row["acknowledge_decision_id"])
        event_forms.undo(context, undo, f"unusual-undo-{key}", ACTION, "Not known after all")
    elif item is None:
        _form(context, key)


def _form(context: view.Context, key: str) -> None:
    with st.popover("Acknowledge", icon=":material/visibility:"):
        st.markdown("It stays in the list, and nobody is told of it again.")
        box = f"unusual-{key}-why"
        st.text_input("Why is it as it should be, or who sees to it?", key=box)

        def send() -> None:
            why = event_forms.read(box)
            if not why:
                decide.refuse("Say what is known of it. Nothing was stored.")
            elif not decide.is_too_long("The reason is", why):
                line = decide.line(ACTION, _SUBJECT, key, reason=why)
                decide.store(context.settings, context.person, [line])

        st.button("Acknowledge it", key=f"unusual-go-{key}", type="primary", on_click=send)
