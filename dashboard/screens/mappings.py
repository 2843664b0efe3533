"""Mappings: which name is which of ours, what changed since the last one, what nothing reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd
import streamlit as st

from dashboard import downloads, view, words
from dashboard.downloads import Sheet
from dashboard.release import OpenRelease
from dashboard.sources import queries_mappings
from polaris import mapping

_SOURCES = {
    "pathful": "Pathful",
    "roster": "Roster",
    "csv": "Files of our contracts",
    "salesforce": "Salesforce",
    "words": "Words of picklists",
}
_KINDS = {"added": "Added", "removed": "Removed", "changed": "Changed"}
_HEADS = ["Source", "Object", "Theirs", "Ours"]
_HEIGHT = 560


def body(context: view.Context) -> None:
    """The page below its stamp."""
    kept = mapping.kept(context.settings)
    _now(kept)
    current_box, changes_box, unmapped_box = st.tabs(["Now", "Changes", "Not read"])
    with current_box:
        _current(context)
    with changes_box:
        _changes(context, kept)
    with unmapped_box:
        if context.release is None:
            view.no_release()
        else:
            _unmapped(context, context.release)


def _now(kept: list[mapping.Mapping]) -> None:
    """Which mapping runs work with."""
    known = next((one for one in kept if one.checksum == mapping.checksum()), None)
    if known is None:
        st.info("The next run is the first with this mapping.", icon=":material/new_releases:")
    version = "no run yet" if known is None else f"version {known.version}"
    st.markdown(
        f"**{words.inert(version)}** \N{MIDDLE DOT} {len(mapping.rows()):,} rows "
        f"\N{MIDDLE DOT} SHA-256 `{mapping.checksum()}`  \n"
        "Mappings are changed in the project, where every change is reviewed; each run writes down "
        "which one it worked with."
    )


def _current(context: view.Context) -> None:
    filters = view.Filters("mappings")
    source_box, text_box = st.columns([1.6, 4])
    with source_box:
        source = filters.choice("Source", "source", view.any_of("All", _SOURCES))
    with text_box:
        text = filters.text("Search", "q", "A name of theirs or of ours")
    wanted = (text or "").lower()
    found = [
        row
        for row in mapping.rows()
        if source in (None, row[0]) and wanted in " ".join(row[1:]).lower()
    ]
    if not found:
        view.empty("No name fits these filters", "Reset the filters.", ":material/filter_alt_off:")
        return
    st.caption(words.counted(len(found), "row"))
    _table([(_SOURCES[row[0]], *row[1:]) for row in found], _HEADS, "mappings-now")
    downloads.buttons(
        context.person, "Mapping", "mapping", lambda: [Sheet("Mapping", _HEADS, found)]
    )


def _changes(context: view.Context, kept: list[mapping.Mapping]) -> None:
    """From one mapping that was used to the one after it, the newest first."""
    if len(kept) < 2:
        view.empty(
            "No change yet",
            "Here stands what differs when runs begin to work with another mapping.",
            ":material/difference:",
        )
        return
    names = {one.version: f"{one.version}, first used {one.first_used_at[:10]}" for one in kept}
    chosen = st.selectbox("Version", list(names)[:-1], format_func=names.__getitem__)
    after = next(one for one in kept if one.version == chosen)
    before = next(one for one in kept if one.version < chosen)
    found = mapping.changes(before.rows, after.rows)
    counts = Counter(kind for kind, *_ in found)
    said = ", ".join(
        f"{counts[kind]:,} {label.lower()}" for kind, label in _KINDS.items() if counts[kind]
    )
    st.markdown(
        f"Against version {before.version}: {said or 'only the order differs'}.  \n"
        f"`{before.checksum[:16]}` \N{RIGHTWARDS ARROW} `{after.checksum[:16]}`"
    )
    heads = ["What", *_HEADS, "Was"]
    lines = [
        (_KINDS[kind], _SOURCES.get(row[0], row[0]), *row[1:], was) for kind, row, was in found
    ]
    _table(lines, heads, "mappings-changes")
    downloads.buttons(
        context.person,
        "Changes of the mapping",
        "mapping_changes",
        lambda: [Sheet("Changes", heads, lines)],
    )


def _unmapped(context: view.Context, release: OpenRelease) -> None:
    rows = queries_mappings.unmapped(release)
    if not rows:
        view.empty(
            "Everything is read",
            "No file had a column, and Salesforce has no field, that nothing here reads.",
            ":material/done_all:",
        )
        return
    heads = [
        "Source",
        "Object",
        "Field",
        "Rows with a value",
        "Samples",
        "Could be",
        "Seen first",
        "First run",
    ]
    lines = [
        (
            _SOURCES.get(row["source"], row["source"]),
            row["object_name"],
            row["field_name"],
            row["value_count"],
            row["samples"],
            row["suggested_target"],
            words.moment(row["first_seen_at"]) if row["first_seen_at"] is not None else None,
            row["first_seen_run_id"],
        )
        for row in rows
    ]
    st.markdown(
        "Columns and fields that come but that nothing here reads. Of their values the first "
        "character is shown. What each could be is the nearest name of ours."
    )
    _table(lines, heads, "mappings-unmapped")
    downloads.buttons(
        context.person,
        "Fields nothing reads",
        "unmapped_fields",
        lambda: [Sheet("Unmapped", heads, lines)],
    )


def _table(lines: Iterable[tuple[object, ...]], heads: list[str], key: str) -> None:
    frame = pd.DataFrame(list(lines), columns=heads)
    height = min(_HEIGHT, 38 + 35 * len(frame))
    view.table(
        frame, {head: st.column_config.Column(head) for head in heads}, key=key, height=height
    )


view.show(
    "Mappings",
    "Which name of a source is which of ours, what changed in it, and what comes but is not read.",
    body,
    "view_health",
)
