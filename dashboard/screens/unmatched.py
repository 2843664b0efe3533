"""Unmatched: what the machine must not decide alone, and the tools to decide it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, downloads, queries_overview, ticking, view, words
from dashboard.decide import BULK_LIMIT, Waiting
from dashboard.release import OpenRelease
from dashboard.stepper import steps
from dashboard.unmatched import queries_unmatched, ticket, ticket_panel, ticket_preview
from dashboard.unmatched.queries_unmatched import PAGE_SIZE, SORTS, TicketFilter
from polaris import access

_LIST_HEIGHT = 640
_EXPORT = {
    "unmatched_type": "Type",
    "status": "Status",
    "attempted_name": "Name",
    "attempted_email": "Email",
    "attempted_school": "School",
    "attempted_organization": "Company",
    "attempted_district": "District",
    "reason": "Why it did not match",
    "affected_session_count": "Sessions",
    "affected_row_count": "Rows",
    "last_seen_at": "Last seen",
    "ticket_key": "Ticket",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    waiting = decide.waiting(context.settings)
    if ticket_preview.PARAM in st.query_params:
        ticket_preview.draw(context, release, waiting)
        return
    decided = tuple(sorted((key, one.status) for key, one in waiting.items()))
    counts = queries_unmatched.counts(release, decided)
    if not counts:
        _no_ticket(release)
        return
    _cards(counts)
    filters = view.Filters("unmatched", opened="ticket")
    chosen = _filters(release, filters, decided)
    total = queries_unmatched.count(release, chosen)
    if not total:
        view.empty(
            "No ticket fits these filters",
            "Nothing open here. Choose another type or status, or reset the filters.",
            ":material/task_alt:",
        )
        _linked(context, release, waiting)
        return
    number = filters.page_number(total, PAGE_SIZE)
    rows = queries_unmatched.page(release, chosen, number)
    table_box, panel = st.columns([7, 5], gap="medium")
    keys = [row["ticket_key"] for row in rows]
    key = st.query_params.get("ticket") or keys[0]
    with table_box:
        may_ignore = access.may_decide(context.person.role, "ignore_ticket")
        may_ignore = may_ignore and chosen.status == "pending"
        picked = _list(rows, key, waiting, chosen, may_tick=may_ignore)
        filters.pager(total, PAGE_SIZE, "ticket")
        if may_ignore:
            _bulk(context, chosen, [keys[position] for position in picked], total)
        downloads.buttons(
            context.person,
            "Unmatched",
            "unmatched",
            lambda: [
                downloads.sheet_of("Unmatched", queries_unmatched.export(release, chosen), _EXPORT)
            ],
        )
    with panel, st.container(border=True):
        _panel(context, key, keys, waiting)


def _no_ticket(release: OpenRelease) -> None:
    if queries_overview.last_import(release) is None:
        view.empty(
            "No ticket, because nothing was imported",
            "Tickets appear here after an import that leaves something open. "
            "Start on the **Import** page.",
        )
        return
    view.empty(
        "No ticket",
        "Every teacher, presenter, school and company of the imported files was matched.",
        ":material/task_alt:",
    )


def _linked(context: view.Context, release: OpenRelease, waiting: dict[str, Waiting]) -> None:
    key = st.query_params.get("ticket")
    found = queries_unmatched.ticket(release, key) if key else None
    if found is not None:
        with st.container(border=True):
            ticket_panel.draw(context, found, waiting.get(found["ticket_key"]), None)


def _cards(counts: list[dict[str, Any]]) -> None:
    table: dict[str, dict[str, int]] = {}
    for row in counts:
        table.setdefault(row["unmatched_type"], {})[row["status"]] = row["ticket_count"]
    kinds = [kind for kind in words.TICKET_TYPES if kind in table]
    for column, kind in zip(st.columns(max(5, len(kinds))), kinds, strict=False):
        mine = table[kind]
        closed = [
            f"{mine.get(status, 0):,} {words.TICKET_STATUSES[status].lower()}"
            for status in ("resolved", "ignored", "created")
            if status != "created" or mine.get(status)
        ]
        column.metric(
            words.TICKET_TYPES[kind],
            f"{mine.get('pending', 0):,} open",
            delta=", ".join(closed),
            delta_color="off",
            delta_arrow="off",
            border=True,
        )


def _filters(
    release: OpenRelease, filters: view.Filters, decided: tuple[tuple[str, str], ...]
) -> TicketFilter:
    kind_box, status_box, text_box, sort_box, reset_box = st.columns(
        [2, 1.3, 3.4, 2, 1.2], vertical_alignment="bottom"
    )
    with kind_box:
        kind = filters.choice("Type", "type", view.any_of("All types", words.TICKET_TYPES))
    with status_box:
        names = {**view.any_of("All", words.TICKET_STATUSES)}
        status = filters.choice("Status", "status", names, "pending")
    with text_box:
        text = filters.text("Search", "q", "Name, e-mail, school or company")
    with sort_box:
        orders: dict[str | None, str] = {name: name for name in SORTS}
        sort = filters.choice("Order", "order", orders, next(iter(SORTS)))
    with reset_box:
        filters.reset_button()
    hidden = queries_unmatched.hidden_count(release, decided)
    show_published = False
    if hidden:
        show_published = filters.flag(
            f"Show {words.counted(hidden, 'Published session')} without a date",
            "published",
            "Published sessions usually get their date from Pathful with a later export.",
        )
    return TicketFilter(
        kind=kind,
        status=status,
        text=text,
        show_published=show_published,
        sort=sort or next(iter(SORTS)),
        decided=decided,
    )


def _list(
    rows: list[dict[str, Any]],
    key: str,
    waiting: dict[str, Waiting],
    chosen: TicketFilter,
    *,
    may_tick: bool,
) -> list[int]:
    """The page's tickets; returns the positions that are ticked."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "open": [
                "\N{BLACK RIGHT-POINTING TRIANGLE}" if row["ticket_key"] == key else "Open"
                for row in rows
            ],
            "type": [words.label(row["unmatched_type"], words.SHORT_TYPES) for row in rows],
            "who": [ticket.title(row) for row in rows],
            "where": [ticket.place(row) for row in rows],
            "sessions": [row["affected_session_count"] for row in rows],
            "best": [ticket.best(row) for row in rows],
            "status": [
                words.label(row["status"], words.TICKET_STATUSES)
                + (" (stored)" if row["ticket_key"] in waiting else "")
                for row in rows
            ],
        }
    )
    keys = [row["ticket_key"] for row in rows]
    text = st.column_config.TextColumn
    columns = {
        "open": view.open_column("unmatched", "ticket", keys),
        "type": text("Type", width=88),
        "who": text("Who or what", width=132),
        "where": text("School, company", width=126),
        "sessions": st.column_config.NumberColumn("Sessions", width=70),
    }
    if chosen.status == "pending":
        columns["best"] = text("Best suggestion", width=160)
    else:
        columns["status"] = text("Status", width=110)
    return ticking.table(
        frame,
        columns,
        # As tall as the panel beside it, so that an opened ticket is always in view.
        height=min(_LIST_HEIGHT, 38 + 35 * len(rows)),
        key=f"unmatched-list-{abs(hash(tuple(keys)))}",
        may_tick=may_tick,
        alt="Unmatched tickets",
    )


def _bulk(context: view.Context, chosen: TicketFilter, picked: list[str], total: int) -> None:
    """Ignores the ticked tickets, or everything the filter shows, at most a hundred at once."""
    with st.expander("Ignore several at once", icon=":material/checklist:", expanded=bool(picked)):
        everything = st.checkbox(
            f"All {words.counted(total, 'ticket')} of this filter, not only the ticked ones",
            key="unmatched-everything",
        )
        notes = st.text_input("Notes for all of them", key="unmatched-bulk-notes", max_chars=500)
        count = total if everything else len(picked)
        st.button(
            f"Ignore {words.counted(count, 'ticket')}",
            key="unmatched-bulk",
            disabled=count == 0,
            on_click=_ignore_all,
            args=(context, chosen, None if everything else picked, notes),
        )
        st.caption(f"At most {BULK_LIMIT} at once. Ignored tickets stay ignored at every import.")


def _ignore_all(
    context: view.Context, chosen: TicketFilter, picked: list[str] | None, notes: str
) -> None:
    release = context.release
    if release is None:
        return
    if picked is None:
        picked = [row["ticket_key"] for row in queries_unmatched.page(release, chosen, None)]
    if len(picked) > BULK_LIMIT:
        decide.refuse(
            f"{len(picked):,} tickets were chosen, and at most {BULK_LIMIT} can be ignored at "
            "once. Nothing was stored. Narrow the filter, or tick fewer."
        )
        return
    lines = [decide.ignore_line(key, notes) for key in picked]
    if decide.store(context.settings, context.person, lines):
        st.session_state["unmatched-everything"] = False
        st.session_state["unmatched-bulk-notes"] = ""
        st.query_params.pop("ticket", None)


def _panel(context: view.Context, key: str, keys: list[str], waiting: dict[str, Waiting]) -> None:
    release = context.release
    found = queries_unmatched.ticket(release, key) if release is not None else None
    then = steps("ticket", key, keys)
    if found is None:
        st.markdown("This ticket is not in the release. Choose another one in the list.")
        return
    ticket_panel.draw(context, found, waiting.get(key), then)


view.show(
    "Unmatched",
    "Names the machine could not place. Decide once; it holds for good.",
    body,
    "view_queues",
)
