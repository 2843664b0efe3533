"""One finding on the screen: what is wrong, the row it is about, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import event_forms, view, words
from dashboard.pending import Pending
from dashboard.quality import quality_form, quality_state, queries_quality, words_quality
from dashboard.release import OpenRelease
from dashboard.sessions import words_events
from polaris import contract_fields
from polaris.quality_rows import FIX, Fixes, Violation

_SIBLINGS_SHOWN = 8
Row = Mapping[str, Any]


def draw(
    context: view.Context,
    release: OpenRelease,
    key: str,
    *,
    waiting: Sequence[Pending],
    fixes: Fixes,
    after: str | None,
) -> None:
    """The panel; `after` is the finding that comes next once this one is decided."""
    found = queries_quality.finding(release, quality_state.states(waiting), key)
    if found is None:
        st.markdown("This finding is not in the release any more. Choose another one in the list.")
        return
    st.markdown(_badges(found))
    st.subheader(words.inert(found["message"] or found["rule_code"]), anchor=False)
    st.markdown(_facts(found, queries_quality.rule(release, key)))
    _runs(found)
    if found["remediation_hint"]:
        st.info(words.inert(found["remediation_hint"]), icon=":material/help:")
    history = queries_quality.history(release, key)
    mine = [
        item
        for item in waiting
        if (item.subject_type, item.subject_key) == (quality_state.SUBJECT, key)
    ]
    if mine:
        event_forms.waiting(context, release, mine, "finding")
    _standing(context, found, history, mine)
    _row(context, found, fixes)
    quality_form.draw(context, found, fixes, view.go("finding", after))
    _siblings(release, found)
    _history(history)


def _badges(found: Row) -> str:
    state = words.label(found["state"], words_quality.STATES)
    severity = words.label(found["severity"], words_quality.SEVERITIES)
    state_kind = words_quality.STATE_KINDS.get(found["state"], "neutral")
    severity_kind = words_quality.SEVERITY_KINDS.get(found["severity"], "open")
    return f"{view.status_badge(state, state_kind)} {view.status_badge(severity, severity_kind)}"


def _facts(found: Row, about: Row) -> str:
    rule = found["rule_code"]
    if found["catalog_code"] and found["catalog_code"] != rule:
        rule = f"{rule} ({found['catalog_code']})"
    if found["sub_code"]:
        rule = f"{rule}, {found['sub_code']}"
    facts = {
        "Rule": rule,
        "Kind of rule": words_quality.CATEGORIES.get(str(about["category"])),
        "Answers for it": words_quality.OWNERS.get(str(about["rule_owner"])),
        "By itself": "The machine mends some of it" if about["is_auto_fixable"] is True else None,
        "Row": words.label(found["entity_type"], words_quality.ENTITIES),
        "Source": words.label(found["external_system"], words_quality.SOURCES),
        "Record": found["external_id"] or found["record_key"],
        "Field": found["field"] and words_quality.field_name(found["entity_type"], found["field"]),
        "Effect": "The row reaches no table" if found["is_quarantining"] else "The row is used",
        "First found": words.moment(found["first_seen_at"]),
        "Last found": words.moment(found["last_seen_at"]),
        "Times": words.number(found["occurrence_count"]),
    }
    return "  \n".join(
        f"**{name}**\N{EN SPACE}{words.inert(value)}" for name, value in facts.items() if value
    )


def _runs(found: Row) -> None:
    names = {"first_seen_run_id": "The run that found it first", "last_seen_run_id": "The last run"}
    runs: dict[str, str] = {}
    for column, label in names.items():
        if found[column]:
            runs.setdefault(found[column], label)
    with st.container(horizontal=True):
        for run, label in runs.items():
            st.page_link(
                "screens/runs.py",
                label=label,
                icon=":material/history:",
                query_params={"run": run},
            )


def _standing(
    context: view.Context,
    found: Row,
    history: Sequence[Row],
    waiting: Sequence[Pending],
) -> None:
    """The decisions that stand in the release, with the way to take them back."""
    taken_back = {item.revokes for item in waiting}
    standing = [
        one
        for one in history
        if one["is_standing"] and one["revokes"] is None and one["decision_id"] not in taken_back
    ]
    if found["state"] == "open" and any(one["action"] == FIX for one in standing):
        st.warning(
            "The row was corrected and the rule still finds something. Correct it again.",
            icon=":material/sync_problem:",
        )
    # Of what sets a finding aside the last word counts; every correction stands beside the others.
    aside = [one for one in standing if one["action"] != FIX][:1]
    for one in [*aside, *(one for one in standing if one["action"] == FIX)]:
        if not event_forms.may(context, one["action"]):
            continue
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            made = f"{words.inert(one['actor'])}, {words.inert(words.moment(one['decided_at']))}"
            why = f" · {words.inert(one['reason'])}" if one["reason"] else ""
            what = words_events.done(one["action"], one["audit_action"])
            st.markdown(f"{words.inert(what)}  \n:small[{made}{why}]", width="stretch")
            name = f"finding-undo-{one['decision_id']}"
            event_forms.undo(context, one["decision_id"], name, one["action"])


def _row(context: view.Context, found: Row, fixes: Fixes) -> None:
    """The row as it came beside how it is read, as this person may see both."""
    import pandas as pd

    role, entity = context.person.role, str(found["entity_type"] or "")
    came = contract_fields.shown(role, entity, found["payload_json"])
    read = dict(contract_fields.by_field(role, entity, found["normalized_json"]))
    one = Violation(found)
    known = contract_fields.fields(entity)
    changed = {
        name: value
        for item in fixes.of([one.key, *found["record_violations"]])
        for name, value in item.payload.items()
        if name in known
    }
    lines: list[tuple[str, str | None, str | None, Any, str]] = []
    for header, text in came:
        name = contract_fields.canonical(entity, header)
        lines.append((header, text, read.pop(name, None), changed.pop(name, None), name))
    rest = [*read, *(name for name in changed if name not in read)]
    for name in rest:
        lines.append((name, None, read.get(name), changed.get(name), name))
    if not lines:
        return
    frame = pd.DataFrame(
        {
            "field": [words.plain(header) for header, *_ in lines],
            "came": [text for _, text, *_ in lines],
            "corrected": [
                None
                if value is None
                else contract_fields.masked(role, known[name], str(value)) or "emptied"
                for _, _, _, value, name in lines
            ],
            "read": [text for _, _, text, *_ in lines],
        }
    )
    text_column = st.column_config.TextColumn
    columns = {"field": text_column("Field", width=110), "came": text_column("As it came")}
    if frame["corrected"].notna().any():
        columns["corrected"] = text_column("Corrected to")
    if frame["read"].notna().any():
        columns["read"] = text_column("As it is read")
    st.markdown("#### The row")
    key = f"finding-row-{found['violation_key']}"
    view.table(frame, columns, height="content", key=key, alt="The row of the finding")


def _siblings(release: OpenRelease, found: Row) -> None:
    """The other findings of the same row: a correction is about all of them."""
    others = [key for key in found["record_violations"] if key != found["violation_key"]]
    if not others:
        return
    st.markdown(f"#### {words.counted(len(others), 'other finding')} of this row")
    for one in queries_quality.named(release, others[:_SIBLINGS_SHOWN]):
        st.button(
            words.plain(one["message"] or one["rule_code"]),
            key=f"finding-go-{one['violation_key']}",
            type="tertiary",
            icon=":material/arrow_forward:",
            on_click=view.go("finding", one["violation_key"]),
        )


def _history(history: Sequence[Row]) -> None:
    import pandas as pd

    if not history:
        return
    frame = pd.DataFrame(
        {
            "when": [words.moment(one["decided_at"]) for one in history],
            "who": [words.plain(one["actor"]) for one in history],
            "what": [words_events.done(one["action"], one["audit_action"]) for one in history],
            "reason": [one["reason"] for one in history],
        }
    )
    text = st.column_config.TextColumn
    columns = {
        "when": text("When", width=150),
        "who": text("Who", width=100),
        "what": text("What", width=140),
        "reason": text("Reason", width=140),
    }
    st.markdown("#### What was decided")
    view.table(frame, columns, height="content", key="finding-history", alt="What was decided")
