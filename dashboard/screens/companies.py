"""Companies: one answer for a company string, for every presenter who gave it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, downloads, pending, ticking, view, words
from dashboard.decide import BULK_LIMIT
from dashboard.organizations import company_panel, queries_companies
from dashboard.organizations.company_panel import MAP
from dashboard.organizations.queries_companies import PAGE_SIZE, SORTS, CompanyFilter
from dashboard.release import OpenRelease
from dashboard.unmatched import ticket
from polaris import access
from polaris.deciding.actions import REVOKE, catalogue

_LIST_HEIGHT = 640
_EXPORT = {
    "company": "Company string",
    "volunteer_count": "Volunteers affected",
    "session_count": "Sessions",
    "best": "Best suggestion",
    "status": "Status",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    decided = _decided(context)
    counts = queries_companies.counts(release, decided)
    if not counts:
        view.empty(
            "No company is open",
            "Every company of the imported sessions is known. Unknown ones appear here after "
            "an import.",
            ":material/task_alt:",
        )
        return
    _cards(counts)
    filters = view.Filters("companies", opened="company")
    chosen = _filters(filters, decided)
    total = queries_companies.count(release, chosen)
    if not total:
        view.empty(
            "No company fits these filters",
            "Choose another status, or reset the filters.",
            ":material/task_alt:",
        )
        return
    number = filters.page_number(total, PAGE_SIZE)
    rows = queries_companies.page(release, chosen, number)
    keys = [row["company_ref"] for row in rows]
    key = st.query_params.get("company") or keys[0]
    table_box, panel = st.columns([7, 5], gap="medium")
    with table_box:
        may_map = access.may_decide(context.person.role, MAP) and chosen.status == "pending"
        picked = _list(rows, key, may_tick=may_map)
        filters.pager(total, PAGE_SIZE, "company string")
        if may_map:
            _bulk(context, [rows[position] for position in picked])
        downloads.buttons(
            context.person, "Companies", "companies", lambda: [_sheet(release, chosen)]
        )
    with panel, st.container(border=True):
        company_panel.draw(context, release, chosen, key, keys)


def _decided(context: view.Context) -> tuple[tuple[str, str, bool], ...]:
    """Stored decisions on tickets: ticket, status after the build, for the whole string or not."""
    found: dict[str, tuple[str, str, bool]] = {}
    for item in pending.standing(context.settings):
        action = item.revoked_action or item.action
        if item.subject_type != "ticket" or action not in {MAP, "ignore_ticket", "reopen_ticket"}:
            continue
        known = catalogue().get(action)
        after = (known.to_state if known is not None else "") or "pending"
        status = "pending" if item.action == REVOKE else after
        found[item.subject_key] = (item.subject_key, status, action == MAP)
    return tuple(sorted(found.values()))


def _cards(counts: dict[str, dict[str, Any]]) -> None:
    waiting = counts.get("pending", {})
    done = counts.get("resolved", {})
    ignored = counts.get("ignored", {})
    view.cards(
        [
            ("Open company strings", words.number(waiting.get("company_count", 0)), None),
            (
                "Volunteers affected",
                words.number(waiting.get("volunteer_count") or 0),
                "Presenters whose company is not known yet.",
            ),
            (
                "With a suggestion",
                words.number(waiting.get("suggested_count", 0)),
                "An organization has nearly the same name.",
            ),
            ("Mapped", words.number(done.get("company_count", 0)), None),
            ("Ignored", words.number(ignored.get("company_count", 0)), None),
        ]
    )


def _filters(filters: view.Filters, decided: tuple[tuple[str, str, bool], ...]) -> CompanyFilter:
    status_box, text_box, sort_box, only_box, reset_box = st.columns(
        [1.4, 3.2, 2, 2, 1.2], vertical_alignment="bottom"
    )
    with status_box:
        options: dict[str | None, str] = {"pending": "Open", "resolved": "Mapped"}
        options["ignored"] = "Ignored"
        status = filters.choice("Status", "status", options, "pending")
    with text_box:
        text = filters.text("Search", "q", "Part of the company string")
    with sort_box:
        orders: dict[str | None, str] = {name: name for name in SORTS}
        sort = filters.choice("Order", "order", orders, next(iter(SORTS)))
    with only_box:
        suggested = filters.flag("Only with a suggestion", "suggested")
    with reset_box:
        filters.reset_button()
    return CompanyFilter(
        status=status or "pending",
        text=text,
        suggested=suggested,
        sort=sort or next(iter(SORTS)),
        decided=decided,
    )


def _best(row: dict[str, Any]) -> dict[str, Any] | None:
    """The best suggestion for a company string; None without."""
    found = ticket.candidates(row | {"unmatched_type": "organization"})
    return found[0] if found else None


def _best_words(row: dict[str, Any]) -> str | None:
    one = _best(row)
    return f"{words.plain(one['label'])} ({ticket.score(one)})" if one else None


def _list(rows: list[dict[str, Any]], key: str, *, may_tick: bool) -> list[int]:
    """The page's company strings; returns the positions that are ticked."""
    import pandas as pd

    keys = [row["company_ref"] for row in rows]
    frame = pd.DataFrame(
        {
            "open": ["\N{BLACK RIGHT-POINTING TRIANGLE}" if one == key else "Open" for one in keys],
            "company": [
                words.plain(row["company"]) + (" (stored)" if row["is_stored"] else "")
                for row in rows
            ],
            "volunteers": [row["volunteer_count"] for row in rows],
            "sessions": [row["session_count"] for row in rows],
            "best": [_best_words(row) for row in rows],
        }
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    columns = {
        "open": view.open_column("companies", "company", keys),
        "company": text("Company string", width=176),
        "volunteers": number("Volunteers", width=84, help="Volunteers affected"),
        "sessions": number("Sessions", width=70),
        "best": text("Best suggestion", width=245),
    }
    return ticking.table(
        frame,
        columns,
        height=min(_LIST_HEIGHT, 38 + 35 * len(rows)),
        key=f"companies-list-{abs(hash(tuple(keys)))}",
        may_tick=may_tick,
        alt="Company strings",
    )


def _bulk(context: view.Context, picked: list[dict[str, Any]]) -> None:
    """Maps the ticked strings, each to its best suggestion, at most a hundred at once."""
    fitting = [(row, _best(row)) for row in picked]
    lines = [
        decide.line(MAP, "ticket", row["ticket_key"], {"organization_key": one["key"]})
        for row, one in fitting
        if one is not None
    ]
    with st.expander("Map several at once", icon=":material/checklist:", expanded=bool(picked)):
        st.markdown(
            "Tick strings whose best suggestion is right, then map each of them to it."
            if not picked
            else f"{words.counted(len(lines), 'ticked string')} with a suggestion"
            + (f", {len(picked) - len(lines)} without." if len(picked) > len(lines) else ".")
        )
        st.button(
            f"Map {words.counted(len(lines), 'string')} to the best suggestion",
            key="companies-bulk",
            disabled=not lines,
            on_click=_map_all,
            args=(context, lines),
        )
        st.caption(f"At most {BULK_LIMIT} at once. Each can be undone on its own.")


def _map_all(context: view.Context, lines: list[dict[str, Any]]) -> None:
    if decide.store(context.settings, context.person, lines):
        st.query_params.pop("company", None)


def _sheet(release: OpenRelease, chosen: CompanyFilter) -> downloads.Sheet:
    frame = queries_companies.export(release, chosen)
    frame = frame.assign(
        best=[_best_words(row) for row in frame.to_dict("records")],
        status=frame["status"].map(words.TICKET_STATUSES),
    )
    return downloads.sheet_of("Companies", frame, _EXPORT)


view.show(
    "Companies",
    "Company names that no organization is known by. Map a string once; it fixes everyone.",
    body,
    "view_all_districts",
)
