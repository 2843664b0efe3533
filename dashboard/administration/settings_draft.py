"""A draft of other settings: what is typed, what it would do, and storing it with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import decide, event_forms, view, words
from dashboard.administration import settings_effects, words_settings
from dashboard.duplicates import pair_batch, queries_duplicate_people
from dashboard.duplicates.queries_duplicate_people import Wanted
from dashboard.release import OpenRelease
from polaris import config
from polaris.config import Setting, Standing

Draft = dict[str, float]
_VERSION = "settings-version"
_WHY = "settings-why"
_REVIEW, _AUTO = "dedupe.review_threshold", "dedupe.auto_threshold"
# Obeyed by commands and pages as soon as they are stored; the rest by the next build.
AT_ONCE = frozenset(
    {
        "retention.days",
        "retention.nightly",
        "upload.keep_hours",
        "upload.max_mb",
        "export.max_rows",
        "schedule.hour",
        "schedule.minute",
    }
)


def version() -> int:
    """Part of every widget's key: another one, and all of them show what holds again."""
    return int(st.session_state.get(_VERSION, 0))


def field(setting: Setting, standing: Standing) -> float:
    """The widget of one setting; the value that stands in it."""
    key = f"setting-{version()}-{setting.key}"
    if setting.value_type == "boolean":
        is_on = st.toggle(setting.key, bool(standing.value), key=key, label_visibility="collapsed")
        return float(is_on)
    kind: Any = int if setting.value_type == "integer" else float
    given = st.number_input(
        setting.key,
        kind(setting.lowest),
        kind(setting.highest),
        kind(standing.value),
        kind(1) if kind is int or setting.highest > 1 else 0.01,
        "%d" if kind is int else "%.4g",
        key=key,
        label_visibility="collapsed",
    )
    return round(float(given), 4)


def switches(group: str, standing: Mapping[str, Standing], *, may: bool) -> Draft:
    """Many switches of one kind as one field: which are on; those that are typed otherwise."""
    on = {key: bool(standing[key].value) for key in standing if key.startswith(f"{group}.")}
    chosen = st.multiselect(
        words.plain(group.rpartition(".")[2]).replace("_", " ").capitalize(),
        list(on),
        [key for key, is_on in on.items() if is_on],
        format_func=lambda key: key.rpartition(".")[2].replace("_", " "),
        key=f"settings-{version()}-{group}",
        disabled=not may,
    )
    return {key: float(key in chosen) for key, is_on in on.items() if is_on != (key in chosen)}


def draw(context: view.Context, standing: Mapping[str, Standing], draft: Draft) -> None:
    """What a draft would change and do; a reason, and storing it or dropping it."""
    if not draft:
        return
    with st.container(border=True, key="settings-draft"):
        st.subheader(f"Draft: {words.counted(len(draft), 'change')}", anchor=False)
        after = {key: one.value for key, one in standing.items()} | draft
        problem = config.order_problem(after, draft)
        elsewhere = AT_ONCE if context.release is None else AT_ONCE | {_AUTO, _REVIEW}
        effects = {} if problem else settings_effects.of(context, standing, draft, elsewhere)
        for key, value in draft.items():
            setting = config.listed()[key]
            now = setting.said(standing[key].value)
            st.markdown(
                f"**{words.inert(words_settings.name(setting))}** ({words.inert(key)}) {now}"
                f" \N{RIGHTWARDS ARROW} **{setting.said(value)}**"
                f" {words.inert(setting.unit)}  \n{words.inert(setting.meaning)}"
            )
            if key in effects:
                st.caption(words.inert(effects[key]))
        if problem is not None:
            st.error(f"{words.inert(problem)}.", icon=":material/error:")
        elif context.release is not None and {_REVIEW, _AUTO} & set(draft):
            _replay(context.release, (after[_AUTO], after[_REVIEW]))
        if set(draft) <= AT_ONCE:
            st.caption("Holds as soon as it is applied.")
        else:
            st.caption("Obeyed from the next build on; until then everything stays as it is.")
        st.text_input("Why is it changed?", key=_WHY)
        with st.container(horizontal=True):
            st.button(
                "Apply",
                type="primary",
                disabled=problem is not None,
                on_click=_apply,
                args=(context, draft),
            )
            st.button("Drop the draft", on_click=_next_version)


def _replay(release: OpenRelease, then: tuple[float, float]) -> None:
    """How many pairs of volunteers other thresholds would move."""
    rows = queries_duplicate_people.scored(release, Wanted())
    if not rows:
        st.markdown("No pair is decided by its score alone, so nothing would move today.")
        return
    now = float(rows[0]["auto_threshold"]), float(rows[0]["review_threshold"])
    before, after = pair_batch.counts(rows, now), pair_batch.counts(rows, then)
    said = "; ".join(f"{name}: {before[name]:,} now, {after[name]:,} then" for name in before)
    joined = pair_batch.people_joined(rows, now, then)
    fewer = f" There would be {words.counted(joined, 'person', 'people')} fewer." if joined else ""
    st.info(f"Of {len(rows):,} pairs that only their score decides: {said}.{fewer}")
    if then[1] < now[1]:
        st.caption("Pairs below today's floor of asking are not kept; the next build finds them.")


def _apply(context: view.Context, draft: Draft) -> None:
    why = event_forms.read(_WHY)
    if not why:
        decide.refuse("Say why the settings are changed. Nothing was stored.")
        return
    if decide.is_too_long("The reason is", why):
        return
    lines = [
        decide.line("set_config", "config", key, {"key": key, "value": _plain(key, value)}, why)
        for key, value in draft.items()
    ]
    if decide.store(context.settings, context.person, lines):
        _next_version()


def _plain(key: str, value: float) -> Any:
    kind = config.listed()[key].value_type
    return bool(value) if kind == "boolean" else int(value) if kind == "integer" else value


def _next_version() -> None:
    st.session_state[_VERSION] = version() + 1
    st.session_state[_WHY] = ""
