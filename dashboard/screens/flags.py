"""Flags: sessions that lack something, who has to see to it, and the tools to settle them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import (
    decide,
    district_filter,
    downloads,
    event_forms,
    pending,
    stepper,
    ticking,
    view,
    words,
)
from dashboard.decide import BULK_LIMIT
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.sessions import event_flag, event_state, queries_flags, words_events
from dashboard.sessions.queries_flags import PAGE_SIZE, SORTS, FlagFilter
from polaris import access

_LIST_HEIGHT = 640
# The owner whose flags a district admin may resolve.
_THEIRS = "district_admin"
_EXPORT = {
    "flag_type": "Flag",
    "state": "Status",
    "assigned_to": "Owner",
    "title": "Session",
    "pathful_session_id": "Session ID",
    "session_date": "Session date",
    "status": "Session status",
    "districts": "District",
    "schools": "School",
    "created_at": "Flagged",
    "age_days": "Age (days)",
    "resolved_by": "Resolved by",
    "resolved_at": "Resolved",
    "resolution_notes": "Notes",
    "flag_key": "Flag key",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    waiting = pending.standing(context.settings)
    everything = FlagFilter(
        today=context.today,
        decided=event_state.flag_states(waiting),
        answered=event_state.answered_flags(waiting),
    )
    counts = queries_flags.counts(release, everything)
    if not counts:
        view.empty(
            "No flag",
            "Every build looks for past drafts, sessions without a teacher or presenter, and "
            "cancellations without a reason. Import a Pathful Session Report on the **Import** "
            "page to have something to look at.",
            ":material/flag:",
        )
        return
    _cards(counts)
    filters = view.Filters("flags", opened="flag")
    chosen = _filters(context, release, filters, everything)
    total = queries_flags.count(release, chosen)
    if not total:
        view.empty(
            "No flag fits these filters",
            "Nothing to do here. Choose another flag, status or owner, or reset the filters.",
            ":material/task_alt:",
        )
        _linked(context, release, everything, waiting)
        return
    number = filters.page_number(total, PAGE_SIZE)
    rows = queries_flags.page(release, chosen, number)
    table_box, panel = st.columns([8, 4], gap="medium")
    keys = [row["flag_key"] for row in rows]
    key = st.query_params.get("flag") or keys[0]
    with table_box:
        may_resolve = _may_resolve_any(context, release, chosen)
        picked = _list(rows, key, chosen, may_tick=may_resolve)
        filters.pager(total, PAGE_SIZE, "flag")
        if may_resolve:
            _bulk(context, chosen, [rows[position] for position in picked], total)
        downloads.buttons(
            context.person,
            "Flags",
            "flags",
            lambda: [_sheet(queries_flags.export(release, chosen))],
        )
    with panel, st.container(border=True):
        _panel(context, release, everything, key, keys=keys, waiting=waiting)


def _may_resolve_any(context: view.Context, release: OpenRelease, chosen: FlagFilter) -> bool:
    """Whether the filter shows open flags that this person may resolve."""
    if chosen.state != "open" or not event_forms.may(context, "resolve_flag"):
        return False
    if event_forms.is_staff(context):
        return True
    theirs = replace(chosen, owner=_THEIRS)
    return chosen.owner in {None, _THEIRS} and queries_flags.count(release, theirs) > 0


def _cards(counts: Sequence[dict[str, Any]]) -> None:
    kinds = [kind for kind in words.FLAG_TYPES if any(row["flag_type"] == kind for row in counts)]
    for column, kind in zip(st.columns(4), kinds, strict=False):
        mine = [row for row in counts if row["flag_type"] == kind]
        owners = {words.label(row["assigned_to"], words_events.OWNERS) for row in mine}
        closed = sum(row["resolved_count"] + row["auto_count"] for row in mine)
        column.metric(
            words.FLAG_TYPES[kind],
            f"{sum(row['open_count'] for row in mine):,} open",
            delta=f"{' and '.join(sorted(owners))} · {closed:,} settled",
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=words_events.FLAG_MEANINGS.get(kind),
        )


def _filters(
    context: view.Context, release: OpenRelease, filters: view.Filters, base: FlagFilter
) -> FlagFilter:
    kind_box, state_box, owner_box, district_box, sort_box = st.columns([2.6, 2, 1.6, 2.2, 2])
    with kind_box:
        kind = filters.choice("Flag", "type", view.any_of("All flags", words.FLAG_TYPES))
    with state_box:
        states = view.any_of("All", words_events.FLAG_STATES)
        state = filters.choice("Status", "status", states, "open")
    with owner_box:
        owners = view.any_of("Everybody", words_events.OWNERS)
        mine = _THEIRS if context.person.role == access.DISTRICT_ADMIN else None
        hint = words_events.OWNER_MEANING
        owner = filters.choice("Owner", "owner", owners, mine, help=hint)
    with district_box:
        names = district_filter.options(release, queries_flags.districts(release))
        district = filters.choice("District", "district", names)
    with sort_box:
        orders: dict[str | None, str] = {name: name for name in SORTS}
        sort = filters.choice("Order", "order", orders, next(iter(SORTS)))
    start, end, text_box, reset_box = st.columns([1.6, 1.6, 5.6, 1.4], vertical_alignment="bottom")
    with start:
        first_day = filters.day("Session from", "from", None)
    with end:
        last_day = filters.day("Session to", "to", None)
    with text_box:
        text = filters.text("Search", "q", "Title, school, district or session id")
    with reset_box:
        filters.reset_button()
    return FlagFilter(
        kind=kind,
        state=state,
        owner=owner,
        district=district,
        first_day=first_day,
        last_day=last_day,
        text=text,
        sort=sort or next(iter(SORTS)),
        today=base.today,
        decided=base.decided,
        answered=base.answered,
    )


def _list(rows: list[dict[str, Any]], key: str, chosen: FlagFilter, *, may_tick: bool) -> list[int]:
    """The page's flags; returns the positions that are ticked."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "open": [
                "\N{BLACK RIGHT-POINTING TRIANGLE}" if row["flag_key"] == key else "Open"
                for row in rows
            ],
            "flag": [words.label(row["flag_type"], words_events.SHORT_FLAGS) for row in rows],
            "title": [words.plain(row["title"]) for row in rows],
            "district": [row["districts"] for row in rows],
            "date": [row["session_date"] for row in rows],
            "owner": [words.label(row["assigned_to"], words_events.OWNERS) for row in rows],
            "age": [row["age_days"] for row in rows],
            "status": [state_words(row) for row in rows],
        }
    )
    keys = [row["flag_key"] for row in rows]
    text = st.column_config.TextColumn
    columns = {
        "open": view.open_column("flags", "flag", keys),
        "flag": text("Flag", width=98),
        "title": text("Session", width=190 if chosen.state == "open" else 150),
        "district": text("District", width=112 if chosen.state == "open" else 90),
        "date": st.column_config.DateColumn("Session date", format="MMM D, YYYY", width=100),
        "owner": text("Owner", width=92),
        "age": st.column_config.NumberColumn(
            "Age", format="%d d", width=56, help="Days since the flag was raised."
        ),
    }
    if chosen.state != "open":
        columns["status"] = text("Status", width=110)
    return ticking.table(
        frame,
        columns,
        height=min(_LIST_HEIGHT, 38 + 35 * len(rows)),
        key=f"flags-list-{abs(hash(tuple(keys)))}",
        may_tick=may_tick,
        alt="Flags",
    )


def state_words(row: dict[str, Any]) -> str:
    """A flag's state in words, marked when a stored decision waits."""
    state = words.label(row["state"], words_events.FLAG_STATES)
    return f"{state} (stored)" if row["is_waiting"] else state


def _bulk(
    context: view.Context, chosen: FlagFilter, picked: list[dict[str, Any]], total: int
) -> None:
    """Resolves the ticked flags, or everything the filter shows, at most a hundred at once."""
    with st.expander("Resolve several at once", icon=":material/checklist:", expanded=bool(picked)):
        everything = st.checkbox(
            f"All {words.counted(total, 'flag')} of this filter, not only the ticked ones",
            key="flags-everything",
        )
        st.text_area(
            "Notes for all of them",
            key="flags-bulk-notes",
            height=80,
        )
        count = total if everything else len(picked)
        st.button(
            f"Resolve {words.counted(count, 'flag')}",
            key="flags-bulk",
            disabled=count == 0,
            on_click=_resolve_all,
            args=(context, chosen, None if everything else picked),
        )
        st.caption(
            f"At most {BULK_LIMIT} at once. A resolved flag stays away while nothing changes."
        )


def _resolve_all(
    context: view.Context, chosen: FlagFilter, picked: list[dict[str, Any]] | None
) -> None:
    release = context.release
    if release is None:
        return
    rows = queries_flags.page(release, chosen, None) if picked is None else picked
    notes = event_forms.read("flags-bulk-notes")
    if not notes:
        decide.refuse("Say in the notes why the flags are resolved. Nothing was stored.")
        return
    if decide.is_too_long("The notes are", notes):
        return
    if len(rows) > BULK_LIMIT:
        decide.refuse(
            f"{len(rows):,} flags were chosen, and at most {BULK_LIMIT} can be resolved at once. "
            "Nothing was stored. Narrow the filter, or tick fewer."
        )
        return
    mine = [row for row in rows if event_forms.may_resolve(context, row)]
    if not mine:
        decide.refuse("These flags are for staff to resolve. Nothing was stored.")
        return
    rows, passed = mine, len(rows) - len(mine)
    lines = [decide.line("resolve_flag", "flag", row["flag_key"], {}, notes) for row in rows]

    def emptied() -> None:
        st.session_state["flags-everything"] = False
        st.session_state["flags-bulk-notes"] = ""
        st.query_params.pop("flag", None)

    if event_forms.store(context, lines, emptied) and passed:
        decide.say(
            f"Stored for {words.counted(len(lines), 'flag')}, applied at the next build; "
            f"{passed:,} are for staff to resolve and were passed over."
        )


def _sheet(frame: Any) -> downloads.Sheet:
    shown = frame.assign(
        flag_type=[words.label(code, words.FLAG_TYPES) for code in frame["flag_type"]],
        state=[words.label(code, words_events.FLAG_STATES) for code in frame["state"]],
        assigned_to=[words.label(code, words_events.OWNERS) for code in frame["assigned_to"]],
    )
    return downloads.sheet_of("Flags", shown, _EXPORT)


def _linked(
    context: view.Context, release: OpenRelease, base: FlagFilter, waiting: Sequence[Pending]
) -> None:
    """The flag a link names, even when the filters leave nothing to list."""
    key = st.query_params.get("flag")
    if key is not None:
        with st.container(border=True):
            _panel(context, release, base, key, keys=[], waiting=waiting)


def _panel(
    context: view.Context,
    release: OpenRelease,
    base: FlagFilter,
    key: str,
    *,
    keys: list[str],
    waiting: Sequence[Pending],
) -> None:
    after = stepper.steps("flag", key, keys)
    found = queries_flags.flag(release, base, key)
    if found is None:
        st.markdown("This flag is not in the release any more. Choose another one in the list.")
        return
    event_flag.draw(context, release, found, waiting, after)


view.show(
    "Flags",
    "Sessions that lack something. Every build looks for them, and settles what has been mended.",
    body,
    "view_flags",
)
