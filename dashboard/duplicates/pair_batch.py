"""Many pairs at once: one answer for the same evidence, and what other thresholds would do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from dashboard import decide, view, words
from dashboard.duplicates import queries_duplicate_people, words_duplicates
from dashboard.duplicates.queries_duplicate_people import BATCH_AT_MOST, Wanted
from dashboard.release import OpenRelease
from polaris import access

_PREVIEW_HEIGHT = 300
_NOTE = "pair-batch-note"
_BATCH_STATES = {"pending", "household", "deferred"}
_AUTO, _REVIEW, _NEW = "would merge by rule", "would be asked", "would stay two people"
_TODAY = {_AUTO: "a rule merges", _REVIEW: "people are asked about", _NEW: "nobody is asked about"}

Row = Mapping[str, Any]


def alike(context: view.Context, release: OpenRelease, wanted: Wanted) -> None:
    """One answer for the pairs of the filter that were found alike in the same way."""
    role = context.person.role
    if wanted.state not in _BATCH_STATES or not access.may_decide(role, "not_duplicate"):
        return
    groups = {one["pattern"]: one for one in queries_duplicate_people.patterns(release, wanted)}
    if not groups:
        return
    with st.expander("Answer many with the same evidence", icon=":material/done_all:"):
        chosen = st.selectbox(
            "Evidence",
            list(groups),
            format_func=lambda one: _group(groups[one]),
            key="pair-batch-pattern",
        )
        rows = queries_duplicate_people.alike(release, wanted, chosen)
        _preview(rows)
        st.text_input("Note for all of them", key=_NOTE)
        keys = [row["pair_key"] for row in rows]
        with st.container(horizontal=True, gap="small"):
            count = words.counted(len(keys), "pair")
            if access.may_decide(role, "merge"):
                _button(context, f"Merge {count}", "merge", keys)
            _button(context, f"Two people each, {count}", "not_duplicate", keys)
        if groups[chosen]["pair_count"] > BATCH_AT_MOST:
            st.caption(f"The {BATCH_AT_MOST} with the highest score; then the next ones come.")


def _group(group: Row) -> str:
    features = json.loads(group["features_json"])
    low, high = (words_duplicates.score(group[name]) for name in ("least_score", "most_score"))
    count = words.counted(group["pair_count"], "pair")
    return f"{count}, {low} to {high}: {words_duplicates.pattern(features)}"


def _preview(rows: Iterable[Row]) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "left": [words.plain(row["left_name"]) for row in rows],
            "right": [words.plain(row["right_name"]) for row in rows],
            "score": [words_duplicates.score(row["score"]) for row in rows],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {"left": text("Left"), "right": text("Right"), "score": text("Score", width=80)},
        height=min(_PREVIEW_HEIGHT, 38 + 35 * len(frame)),
        key="pair-batch-preview",
        alt="Pairs with this evidence",
    )


def _button(context: view.Context, label: str, action: str, keys: list[str]) -> None:
    st.button(label, key=f"pair-batch-{action}", on_click=_store, args=(context, action, keys))


def _store(context: view.Context, action: str, keys: list[str]) -> None:
    note = str(st.session_state.get(_NOTE) or "")
    if decide.is_too_long("The note is", note):
        return
    lines = [decide.line(action, "pair", key, reason=note) for key in keys]
    if decide.store(context.settings, context.person, lines):
        st.session_state[_NOTE] = ""
        view.go("pair", None)()


def what_if(release: OpenRelease, wanted: Wanted) -> None:
    """How many pairs other thresholds would move; nothing is saved."""
    with st.expander("What if the thresholds were others?", icon=":material/tune:"):
        rows = queries_duplicate_people.scored(release, wanted)
        if not rows:
            st.markdown("No pair is decided by its score alone.")
            return
        now = float(rows[0]["auto_threshold"]), float(rows[0]["review_threshold"])
        auto_box, review_box = st.columns(2)
        auto = auto_box.slider(
            "Merge by rule from", 80.0, 100.0, now[0] * 100, 0.5, "%.1f %%", key="what-if-auto"
        )
        review = review_box.slider(
            "Ask from",
            now[1] * 100,
            100.0,
            now[1] * 100,
            0.5,
            "%.1f %%",
            key="what-if-review",
            help="Pairs below today's threshold are not kept, so it can only be raised here.",
        )
        then = auto / 100, min(auto, review) / 100
        moved = moves(rows, now, then)
        before, after = counts(rows, now), counts(rows, then)
        view.cards(
            [
                (
                    name.capitalize(),
                    f"{after[name]:,}",
                    f"Today {before[name]:,} of {len(rows):,} pairs.",
                )
                for name in (_AUTO, _REVIEW, _NEW)
            ]
        )
        if not moved:
            st.markdown("No pair would move.")
            return
        joined = people_joined(rows, now, then)
        said = [
            f"{words.counted(n, 'pair')} that {_TODAY[one]} {other}"
            for (one, other), n in moved.items()
        ]
        if joined:
            said.append(f"{words.counted(joined, 'person', 'people')} fewer")
        st.markdown(words.inert("; ".join(said) + "."))
        st.caption("Nothing is saved. What a person or a shared contact decides stays as it is.")


def band(row: Row, thresholds: tuple[float, float]) -> str:
    """Where its score puts a pair, (merge from, ask from); what a guard stops is never merged."""
    auto, review = thresholds
    value = float(row["score"])
    is_merged = value >= auto and not row.get("guard")
    return _AUTO if is_merged else _REVIEW if value >= review else _NEW


def counts(rows: Iterable[Row], thresholds: tuple[float, float]) -> dict[str, int]:
    """How many pairs are in each band."""
    found = dict.fromkeys((_AUTO, _REVIEW, _NEW), 0)
    for row in rows:
        found[band(row, thresholds)] += 1
    return found


def moves(
    rows: Iterable[Row], now: tuple[float, float], then: tuple[float, float]
) -> dict[tuple[str, str], int]:
    """(band today, band then) -> pairs that would move."""
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        move = band(row, now), band(row, then)
        if move[0] != move[1]:
            found[move] = found.get(move, 0) + 1
    return found


def people_joined(rows: Iterable[Row], now: tuple[float, float], then: tuple[float, float]) -> int:
    """How many people fewer there would be through the pairs that would come to be merged."""
    into: dict[str, str] = {}

    def first(person: str) -> str:
        while person in into:
            person = into[person]
        return person

    for row in rows:
        is_new = band(row, now) != _AUTO and band(row, then) == _AUTO
        one, other = first(row["left_person_key"]), first(row["right_person_key"])
        if is_new and one != other:
            into[one] = other
    return len(into)
