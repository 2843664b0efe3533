"""The modes of the rules about rows: what each rule does today, and giving it another mode."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import decide, event_forms, view, words
from dashboard.administration import queries_settings
from polaris import access, config

_SOURCE, _RULE, _MODE = "settings-rule-source", "settings-rule", "settings-mode"
_WHY = "settings-rule-why"
MODES = {
    "off": "Off: it says nothing",
    "warn": "Warn: an error is said as a warning and holds nothing back",
    "enforce": "Enforce: it says what it says, and its error holds a row of a file back",
}
SOURCES = {
    "csv": "Files of our contracts",
    "pathful": "Pathful",
    "roster": "Roster",
    "salesforce": "Salesforce",
}


def draw(context: view.Context) -> None:
    """The table of rules and, for who may, the form."""
    st.markdown(
        "How each rule judges the rows of its source. **Off** says nothing, **Warn** says an error "
        "as a warning, **Enforce** is the rule as it is listed. What a rule without other modes "
        "finds leads nowhere: its finding tells why, so it is always said."
    )
    if context.settings.rules_mode:
        st.warning(
            f"IMPORTER_RULES_MODE is {context.settings.rules_mode}: every rule that is not off has "
            "that mode, whatever stands here.",
            icon=":material/info:",
        )
    source = st.segmented_control(
        "Rules about",
        list(SOURCES),
        default="csv",
        format_func=SOURCES.__getitem__,
        key=_SOURCE,
        required=True,
    )
    listed = [rule for rule in config.rules().values() if rule.source == source]
    modes = config.modes(context.settings)
    found = context.release
    codes = tuple(rule.code for rule in listed)
    known = queries_settings.open_findings(found, codes) if found else {}
    _table(listed, modes, known)
    if access.may_decide(context.person.role, config.SET_RULE_MODE):
        _form(context, [rule for rule in listed if not rule.fixed_because], modes)


def _table(
    listed: list[config.Rule],
    modes: dict[tuple[str, str], config.Standing],
    known: dict[str, int],
) -> None:
    rows = []
    for rule in listed:
        now = modes.get((rule.code, rule.source), config.Standing(rule.mode))
        rows.append(
            {
                "rule": rule.code,
                "mode": "Always" if rule.fixed_because else now.value.capitalize(),
                "list": words.DASH if rule.fixed_because else rule.mode.capitalize(),
                "severity": rule.severity.capitalize(),
                "open": known.get(rule.code, 0),
                "says": rule.message,
                "why": rule.fixed_because or now.reason,
                "by": now.actor,
                "when": words.moment(now.decided_at) if now.decided_at else None,
            }
        )
    text = st.column_config.TextColumn
    view.table(
        pd.DataFrame(rows),
        {
            "rule": text("Rule", width=215),
            "mode": text("Mode", width=80),
            "list": text("Until decided", width=105),
            "severity": text("Severity", width=80),
            "open": st.column_config.NumberColumn("Open", width=60),
            "says": text("What it says", width=275),
            "why": text("Why", width=265),
            "by": text("Changed by", width=90),
            "when": text("When", width=175),
        },
        height=430,
    )


def _form(
    context: view.Context,
    listed: list[config.Rule],
    modes: dict[tuple[str, str], config.Standing],
) -> None:
    st.subheader("Give a rule another mode", anchor=False)
    rule_box, mode_box = st.columns(2)
    code = rule_box.selectbox("Rule", [rule.code for rule in listed], key=_RULE)
    rule = config.rules()[code]
    now = modes[rule.code, rule.source].value
    others = [mode for mode in rule.modes if mode != now]
    mode = mode_box.selectbox("Mode", others, format_func=MODES.__getitem__, key=_MODE)
    st.caption(words.inert(rule.message))
    st.markdown(words.inert(effect(context, rule, now, mode)))
    st.text_input("Why is it changed?", key=_WHY)

    def send() -> None:
        why = event_forms.read(_WHY)
        if not why:
            decide.refuse("Say why the mode is changed. Nothing was stored.")
            return
        if decide.is_too_long("The reason is", why):
            return
        payload = {"rule_code": rule.code, "source": rule.source, "mode": mode}
        subject = f"{rule.code} {rule.source}"
        line = decide.line("set_rule_mode", "config", subject, payload, why)
        if decide.store(context.settings, context.person, [line]):
            st.session_state[_WHY] = ""

    st.button("Apply", key="settings-rule-apply", type="primary", on_click=send)


def effect(context: view.Context, rule: config.Rule, now: str, then: str) -> str:
    """What another mode would do to the rows of the release, in a sentence."""
    if context.release is None:
        return "Nothing is published yet, so nothing would change today."
    if now == "off":
        return "The rule is off, so what it would find is known after the next build."
    found = queries_settings.effect(context.release, rule.code)
    count = words.counted(found["row_count"], "record")
    have = "has" if found["row_count"] == 1 else "have"
    text = f"{count} {have} an open finding of this rule today"
    if now == "enforce":
        alone = words.counted(found["held_alone"], "row")
        held = f"; {alone} held back by nothing else would go on" if rule.holds_back else ""
        said = "be gone" if then == "off" else "be warnings" if rule.severity == "error" else "stay"
        return f"{text}{held}; the findings would {said} from the next build on."
    if then == "off":
        return f"{text}; the findings would be gone, and no row would go on or be held back."
    if rule.holds_back:
        return f"{text}; where the rule is an error, the rows would be held back."
    return f"{text}; the findings would have the severity {rule.severity} again."
