"""The modes of the rules about files: what each rule does today, and giving it another mode."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import decide, event_forms, queries_settings, view, words
from polaris import access, config

_RULE, _MODE, _WHY = "settings-rule", "settings-mode", "settings-rule-why"
MODES = {
    "off": "Off: it says nothing",
    "warn": "Warn: it is said, the row goes on",
    "enforce": "Enforce: an error holds the row back",
}


def draw(context: view.Context) -> None:
    """The table of rules and, for who may, the form."""
    st.markdown(
        "How each rule judges the rows of files that follow a contract of ours. "
        "Rules about Pathful, rosters and Salesforce have no mode: their rows are always judged."
    )
    if context.settings.rules_mode:
        st.warning(
            f"IMPORTER_RULES_MODE is {context.settings.rules_mode}: every rule that is not off has "
            "that mode, whatever stands here.",
            icon=":material/info:",
        )
    modes = config.modes(context.settings)
    found = context.release
    known = queries_settings.open_findings(found, config.rules()) if found else {}
    _table(modes, known)
    if access.may_decide(context.person.role, config.SET_RULE_MODE):
        _form(context, modes)


def _table(modes: dict[tuple[str, str], config.Standing], known: dict[str, int]) -> None:
    listed = config.listed_modes()
    rows = [
        {
            "rule": rule,
            "source": source,
            "mode": now.value.capitalize(),
            "list": listed[rule, source].capitalize(),
            "open": known.get(rule, 0),
            "says": config.messages().get(rule),
            "by": now.actor,
            "when": words.moment(now.decided_at) if now.decided_at else None,
            "why": now.reason,
        }
        for (rule, source), now in modes.items()
    ]
    text = st.column_config.TextColumn
    view.table(
        pd.DataFrame(rows),
        {
            "rule": text("Rule", width=215),
            "source": text("Source", width=70),
            "mode": text("Mode", width=80),
            "list": text("Until decided", width=105),
            "open": st.column_config.NumberColumn("Open", width=60),
            "says": text("What it says", width=305),
            "by": text("Changed by", width=110),
            "when": text("When", width=175),
            "why": text("Why", width=180),
        },
        height=430,
    )


def _form(context: view.Context, modes: dict[tuple[str, str], config.Standing]) -> None:
    st.subheader("Give a rule another mode", anchor=False)
    rule_box, mode_box = st.columns(2)
    rule = rule_box.selectbox("Rule", list(config.rules()), key=_RULE)
    source = config.MODE_SOURCES[0]
    now = modes[rule, source].value
    others = [mode for mode in config.MODES if mode != now]
    mode = mode_box.selectbox("Mode", others, format_func=MODES.__getitem__, key=_MODE)
    st.markdown(words.inert(effect(context, rule, now, mode)))
    st.text_input("Why is it changed?", key=_WHY)

    def send() -> None:
        why = event_forms.read(_WHY)
        if not why:
            decide.refuse("Say why the mode is changed. Nothing was stored.")
            return
        if decide.is_too_long("The reason is", why):
            return
        payload = {"rule_code": rule, "source": source, "mode": mode}
        line = decide.line("set_rule_mode", "config", f"{rule} {source}", payload, why)
        if decide.store(context.settings, context.person, [line]):
            st.session_state[_WHY] = ""

    st.button("Apply", key="settings-rule-apply", type="primary", on_click=send)


def effect(context: view.Context, rule: str, now: str, then: str) -> str:
    """What another mode would do to the rows of the release, in a sentence."""
    if context.release is None:
        return "Nothing is published yet, so nothing would change today."
    if now == "off":
        return "The rule is off, so what it would find is known after the next build."
    found = queries_settings.effect(context.release, rule)
    count = words.counted(found["row_count"], "row")
    have = "has" if found["row_count"] == 1 else "have"
    text = f"{count} {have} an open finding of this rule"
    if now == "enforce":
        alone = words.counted(found["held_alone"], "row")
        held = f"; {alone} held back by nothing else would go on"
        said = "; the findings would be gone" if then == "off" else "; the findings would stay"
        return f"{text}{held}{said}."
    if then == "off":
        return f"{text}; the findings would be gone, and no row would go on or be held back."
    return f"{text}; where the rule is an error, they would be held back."
