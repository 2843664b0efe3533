"""Settings: the numbers and switches of this product, who changed them, and changing them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import view, words
from dashboard.administration import settings_draft, settings_rules, words_settings
from polaris import access, config, status
from polaris.config import Setting, Standing
from polaris.nights import schedule

_WIDTHS = [4.2, 1.5, 3.3]
# Of so many switches each kind of record is one field.
_MANY = "Completeness"
_PRIORITIES_SAID = (
    "Where several sources know the same volunteer and say different things, the source with the "
    "**smallest number** is believed: 1 is heard first. Of two with one number the one with the "
    "smaller default goes first. A source that says nothing is passed over, what staff picked or "
    "typed always goes first, and a refusal to be contacted holds whoever says it. Another order "
    "holds for all volunteers from the next build on, also for what was loaded long ago."
)
_RULES, _SOURCES = "Rules", "Sources and schedule"


def body(context: view.Context) -> None:
    """The page below its stamp."""
    standing = config.standing(context.settings)
    topics = list(dict.fromkeys(setting.topic for setting in config.listed().values()))
    draft_box = st.container()
    boxes = st.tabs([*topics, _RULES, _SOURCES], key="settings-tabs")
    may = access.may_decide(context.person.role, config.SET_CONFIG)
    draft: settings_draft.Draft = {}
    for topic, box in zip(topics, boxes, strict=False):
        with box:
            listed = [one for one in config.listed().values() if one.topic == topic]
            if topic == _MANY:
                st.markdown("Which fields count when it is asked how complete the records are.")
                for group in dict.fromkeys(one.key.rpartition(".")[0] for one in listed):
                    draft |= settings_draft.switches(group, standing, may=may)
                continue
            if topic == words_settings.PRIORITIES:
                st.markdown(_PRIORITIES_SAID)
            for setting in listed:
                _row(setting, standing[setting.key], draft if may else None)
    with boxes[-2]:
        settings_rules.draw(context)
    with boxes[-1]:
        _sources(context)
    with draft_box:
        if not may:
            st.caption("Only an administrator changes settings.")
        settings_draft.draw(context, standing, draft)


def _row(setting: Setting, now: Standing, draft: settings_draft.Draft | None) -> None:
    """One setting; what is typed goes into the draft where it differs from what holds."""
    with st.container(border=True, key=f"setting-row-{setting.key.replace('.', '-')}"):
        what_box, value_box, by_box = st.columns(_WIDTHS, vertical_alignment="center")
        unit = f" ({words.inert(setting.unit)})" if setting.unit else ""
        what_box.markdown(
            f"**{words.inert(words_settings.name(setting))}**{unit}  \n"
            f"{words.inert(setting.meaning)}  \n:small[:gray[{words.inert(setting.key)}]]"
        )
        with value_box:
            if draft is None:
                st.markdown(f"**{setting.said(now.value)}**")
            else:
                given = settings_draft.field(setting, now)
                if given != round(float(now.value), 4):
                    draft[setting.key] = given
        said = f"Default {setting.said(setting.default)}"
        if setting.value_type != "boolean":
            said += f", from {setting.lowest:g} to {setting.highest:g}"
        if now.decision_id is not None:
            why = f": {words.inert(now.reason)}" if now.reason else ""
            said += (
                f"  \nSet to {setting.said(now.value)} by {words.inert(now.actor)},"
                f" {words.moment(now.decided_at)}{why}"
            )
        by_box.caption(said)


def _sources(context: view.Context) -> None:
    """What the environment says; it is set where the service is started, not here."""
    settings = context.settings
    nights = schedule.of(settings)
    words_of_nights = nights.words or "not said"
    if nights.at is not None:
        words_of_nights += f"; {nights.said}, as decided, is what counts"
    facts = {
        "IMPORTER_ENABLED": "true" if settings.importer_enabled else "false",
        "IMPORTER_ADAPTERS": ", ".join(settings.adapters) or words.DASH,
        "IMPORTER_RULES_MODE": settings.rules_mode or "as each rule says",
        "IMPORTER_SCHEDULE": words_of_nights,
        "Mail": "a server is set" if settings.smtp_url else "no server is set",
        "Webhook": "an address is set" if settings.webhook_url else "no address is set",
    }
    st.markdown("These are set in the environment of the service, not on this page.")
    text = st.column_config.TextColumn
    rows = pd.DataFrame([{"name": name, "value": value} for name, value in facts.items()])
    view.table(rows, {"name": text("Name", width=240), "value": text("Is", width=520)})
    adapters = pd.DataFrame(status.adapters(settings))
    view.table(
        adapters.assign(is_enabled=adapters["is_enabled"].map({True: "Yes", False: "No"})),
        {
            "adapter": text("Adapter", width=160),
            "is_enabled": text("Enabled", width=90),
            "status": text("Status", width=110),
            "reason": text("Why", width=430),
        },
    )


view.show(
    "Settings",
    "The numbers and switches of this product: what holds, who set it, and what a change would do.",
    body,
    "view_health",
)
