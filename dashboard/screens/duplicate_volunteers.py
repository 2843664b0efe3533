"""Duplicate volunteers: records that may be one person, why, and the decision about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import downloads, pending, view, words
from dashboard.duplicates import (
    pair_batch,
    pair_calibration,
    pair_state,
    queries_duplicate_people,
    shared_contacts,
    volunteer_pair_panel,
    words_duplicates,
)
from dashboard.duplicates.queries_duplicate_people import PAGE_SIZE, SORTS, Wanted
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.stepper import steps
from dashboard.volunteers import words_volunteers

_LIST_HEIGHT = 640
_BLIND = "answer-blind"
_EXPORT = {
    "left_name": "Left",
    "right_name": "Right",
    "score": "Score",
    "match_type": "Match",
    "state": "Status",
    "left_record_key": "Left record",
    "right_record_key": "Right record",
    "rules_applied": "Rules",
    "decided_by": "Decided by",
    "decided_at": "Decided",
}

Row = dict[str, Any]


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    waiting = pending.standing(context.settings)
    stored, decided = pair_state.decided(waiting), pair_state.states(waiting)
    counts = queries_duplicate_people.states(release, Wanted(decided=decided))
    if not counts:
        view.empty(
            "No two volunteers look like one person",
            "Every load compares the volunteers of all sources. Two records are listed here when "
            "they may be one person, and when a rule has merged them.",
            ":material/task_alt:",
        )
        return
    _cards(counts)
    filters = view.Filters("volunteer-pairs", opened="pair")
    wanted, sort = _filters(release, filters, decided, has_open="pending" in counts)
    is_blind = bool(st.session_state.get(_BLIND))
    pair_batch.what_if(release, wanted)
    pair_calibration.draw(release)
    shared_contacts.draw(context, release)
    total = queries_duplicate_people.count(release, wanted)
    key = st.query_params.get("pair")
    if not total and key is None:
        view.empty(
            "No pair fits these filters",
            "Choose another status, or reset the filters.",
            ":material/task_alt:",
        )
        return
    number = filters.page_number(total, PAGE_SIZE)
    rows = queries_duplicate_people.page(release, wanted, number, sort)
    keys = [row["pair_key"] for row in rows]
    key = key or keys[0]
    list_box, panel = st.columns([4, 8], gap="medium")
    with list_box:
        if rows:
            _list(rows, key, stored, is_blind=is_blind)
        filters.pager(total, PAGE_SIZE, "pair")
        downloads.buttons(
            context.person,
            "Duplicate volunteers",
            "duplicate-volunteers",
            lambda: [_sheet(queries_duplicate_people.export(release, wanted))],
            with_json=True,
        )
        if not is_blind:
            pair_batch.alike(context, release, wanted)
    with panel, st.container(border=True):
        after = steps("pair", key, keys)
        row = queries_duplicate_people.pair(release, wanted, key)
        _panel(context, release, row, stored.get(key), after, is_blind=is_blind)


def _panel(
    context: view.Context,
    release: OpenRelease,
    row: Row | None,
    item: Pending | None,
    after: str | None,
    *,
    is_blind: bool,
) -> None:
    if row is None:
        st.markdown("This pair is not in the release. Choose another one in the list.")
        return
    volunteer_pair_panel.draw(context, release, row, item, after, is_blind=is_blind)


def _cards(counts: Mapping[str, int]) -> None:
    view.cards(
        [
            (label, words.number(counts.get(state, 0)), None)
            for state, label in words_duplicates.STATES.items()
        ]
    )


def _filters(
    release: OpenRelease,
    filters: view.Filters,
    decided: tuple[tuple[str, str], ...],
    *,
    has_open: bool,
) -> tuple[Wanted, str]:
    is_blind = bool(st.session_state.get(_BLIND))
    state_box, source_box, run_box, type_box, band_box, sort_box = st.columns(6)
    with state_box:
        options = view.any_of("All", words_duplicates.STATES)
        state = filters.choice("Status", "status", options, "pending" if has_open else None)
    with source_box:
        names = queries_duplicate_people.sources(release)
        known = {name: words.label(name, words_volunteers.SYSTEMS) for name in names}
        source = filters.choice("Source", "source", view.any_of("All", known))
    with run_box:
        run = filters.choice("Run", "run", view.any_of("All", _runs(release)))
    # What the machine thinks of a pair neither narrows nor orders the list of who answers blind.
    match_type = band = sort = None
    if not is_blind:
        with type_box:
            types = view.any_of("All", words_duplicates.MATCH_TYPES)
            match_type = filters.choice("Match", "match", types)
        with band_box:
            bands = {code: words_ for code, (words_, _, _) in words_duplicates.BANDS.items()}
            band = filters.choice("Score", "band", view.any_of("All", bands))
        with sort_box:
            orders: dict[str | None, str] = {name: name for name in SORTS}
            sort = filters.choice("Order", "order", orders, next(iter(SORTS)))
    text_box, blind_box, reset_box = st.columns([6.2, 1.8, 1.4], vertical_alignment="bottom")
    with text_box:
        text = filters.text("Search", "q", "Part of a name")
    with blind_box:
        st.toggle(
            "Answer blind",
            key=_BLIND,
            help="Shows no score and no evidence until a pair is answered, so that the answer is "
            "your own.",
        )
    with reset_box:
        filters.reset_button()
    wanted = Wanted(
        state=state,
        match_type=match_type,
        band=band,
        source=source,
        run=run,
        text=text,
        decided=decided,
    )
    return wanted, sort or next(iter(SORTS))


def _runs(release: OpenRelease) -> dict[str, str]:
    """The runs that brought pairs, by what they read and when."""
    return {
        row["run_id"]: f"{words.label(row['source'], words.RUN_SOURCES)}, "
        + words.moment(row["started_at"])
        for row in queries_duplicate_people.runs(release)
    }


def _list(rows: list[Row], key: str, stored: dict[str, Pending], *, is_blind: bool) -> None:
    import pandas as pd

    keys = [row["pair_key"] for row in rows]
    frame = pd.DataFrame(
        {
            "open": ["\N{BLACK RIGHT-POINTING TRIANGLE}" if one == key else "Open" for one in keys],
            "pair": [
                f"{words.plain(row['left_name'])} / {words.plain(row['right_name'])}"
                for row in rows
            ],
            "score": [words_duplicates.score(row["score"]) for row in rows],
            "state": [
                words_duplicates.STATES[row["state"]]
                + (" (stored)" if row["pair_key"] in stored else "")
                for row in rows
            ],
        }
    )
    columns = {
        "open": view.open_column("volunteer-pairs", "pair", keys),
        "pair": st.column_config.TextColumn("Pair", width=172),
        "score": st.column_config.TextColumn("Score", width=62),
        "state": st.column_config.TextColumn("Status", width=90),
    }
    if is_blind:
        frame = frame.drop(columns="score")
        del columns["score"]
    view.table(
        frame,
        columns,
        height=min(_LIST_HEIGHT, 38 + 35 * len(rows)),
        key=f"volunteer-pairs-list-{is_blind}-{abs(hash(tuple(keys)))}",
        alt="Pairs of volunteers",
    )


def _sheet(rows: list[Row]) -> downloads.Sheet:
    named = {"state": words_duplicates.STATES, "match_type": words_duplicates.MATCH_TYPES}
    values = [
        [words.label(row[name], named[name]) if name in named else row[name] for name in _EXPORT]
        for row in rows
    ]
    return downloads.Sheet("Duplicate volunteers", list(_EXPORT.values()), values)


view.show(
    "Duplicate volunteers",
    "Records that may be one person: why, side by side, and what was decided.",
    body,
    "view_volunteers",
    of_crm=True,
)
