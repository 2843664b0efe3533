"""Audit: who did what, when, to which session or person, and what it was before."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import district_filter, downloads, view, words
from dashboard.administration import audit_lists, queries_audit
from dashboard.administration.queries_audit import PAGE_SIZE, AuditFilter
from dashboard.release import OpenRelease
from dashboard.sessions import event_history, queries_event, words_events

_STANDING: dict[str | None, str] = {None: "All", "yes": "Still stands", "no": "Undone"}
_LIST_HEIGHT = 720
# What the address calls a tab -> its label.
_TABS = {
    "log": "Decisions and changes",
    "waiting": "Waiting for a build",
    "refused": "Refused attempts",
    "exports": "Exports",
    "looks": "Looked at",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    if not context.may("export_audit"):
        _log(context, release)
        return
    wanted = st.query_params.get("tab", "")
    log_box, waiting_box, refused_box, exports_box, looks_box = st.tabs(
        list(_TABS.values()), default=_TABS.get(wanted), key="audit-tabs"
    )
    with log_box:
        _log(context, release)
    with waiting_box:
        audit_lists.waiting(context, release)
    with refused_box:
        audit_lists.refused(context, release)
    with exports_box:
        audit_lists.exports(context)
    with looks_box:
        audit_lists.looks(context)


def _log(context: view.Context, release: OpenRelease) -> None:
    if queries_audit.is_empty(release):
        view.empty(
            "Nothing is written yet",
            "Every decision of a person stands here after the next build, and every change an "
            "**Import** makes to a session that was there before.",
            ":material/fact_check:",
        )
        return
    filters = view.Filters("audit", opened="entry")
    chosen = _filters(release, filters)
    total = queries_audit.count(release, chosen)
    if not total:
        view.empty(
            "No entry fits these filters",
            "Widen the dates, choose another person, or reset the filters.",
            ":material/filter_alt_off:",
        )
        return
    number = filters.page_number(total, PAGE_SIZE)
    _opened(release)
    _list(release, queries_audit.page(release, chosen, number))
    filters.pager(total, PAGE_SIZE, "change")
    if context.may("export_audit"):
        downloads.buttons(
            context.person, "Audit", "audit", lambda: [_sheet(release, chosen)], with_json=True
        )


def _filters(release: OpenRelease, filters: view.Filters) -> AuditFilter:
    start, end, user_box, district_box, action_box = st.columns([1.5, 1.5, 2, 2.2, 2.4])
    with start:
        first_day = filters.day("From", "from", None)
    with end:
        last_day = filters.day("To", "to", None)
    with user_box:
        users = {name: name for name in queries_audit.values(release, "actor")}
        user = filters.choice("Who", "user", view.any_of("Everybody", users))
    with district_box:
        names = district_filter.options(release, queries_audit.districts(release))
        district = filters.choice("District", "district", names)
    with action_box:
        codes = queries_audit.values(release, "audit_action")
        kinds = {code: words.label(code, words_events.AUDIT_ACTIONS) for code in codes}
        action = filters.choice("What", "action", view.any_of("Everything", kinds))
    source_box, standing_box, text_box, reset_box = st.columns(
        [1.8, 1.6, 5, 1.2], vertical_alignment="bottom"
    )
    with source_box:
        source = filters.choice("By", "source", view.any_of("All", words_events.SOURCES))
    with standing_box:
        standing = filters.choice("Stands", "stands", _STANDING)
    with text_box:
        text = filters.text("Search", "q", "Session, name, reason or user")
    with reset_box:
        filters.reset_button()
    event, person, ticket = (st.query_params.get(name) for name in ("event", "teacher", "ticket"))
    _about(release, event, person, ticket)
    return AuditFilter(
        event=event,
        person=person,
        ticket=ticket,
        user=user,
        district=district,
        source=source,
        action=action,
        first_day=first_day,
        last_day=last_day,
        is_standing={None: None, "yes": True, "no": False}[standing],
        text=text,
    )


def _about(release: OpenRelease, event: str | None, person: str | None, ticket: str | None) -> None:
    """Says which session or person a link narrows the log to, and how to see all of it."""
    shown = {
        "event": ("Session", event and queries_event.titles(release, [event]).get(event, event)),
        "teacher": ("Person", person and (queries_audit.person_name(release, person) or person)),
        "ticket": ("Ticket", ticket),
    }
    for name, (label, value) in shown.items():
        if value:
            with st.container(border=True, horizontal=True, vertical_alignment="center"):
                st.markdown(f"{label}: **{words.inert(value)}**", width="stretch")
                st.button(
                    "Show everything",
                    key=f"audit-all-{name}",
                    icon=":material/close:",
                    on_click=view.go(name, None),
                )


def _list(release: OpenRelease, entries: list[dict[str, Any]]) -> None:
    text = st.column_config.TextColumn
    ids = [entry["decision_id"] for entry in entries]
    columns = {
        "open": view.open_column("audit", "entry", ids),
        "when": text("When", width=172),
        "who": text("Who", width=96),
        "what": text("What", width=150),
        "subject": text("About", width=156),
        "before": text("Before", width=168),
        "after": text("After", width=168),
        "reason": text("Reason", width=128),
        "stands": text("Stands", width=100),
    }
    opened = st.query_params.get("entry")
    marks = ["\N{BLACK RIGHT-POINTING TRIANGLE}" if key == opened else "Open" for key in ids]
    view.table(
        event_history.frame(release, entries).assign(open=marks),
        columns,
        height=min(_LIST_HEIGHT, 38 + 35 * len(entries)),
        key="audit-list",
        alt="Audit log",
    )


def _opened(release: OpenRelease) -> None:
    """One entry in full: what it was before, what it became, and why."""
    key = st.query_params.get("entry")
    if key is None:
        return
    entry = queries_audit.entry(release, key)
    with st.container(border=True):
        if entry is None:
            st.markdown("This entry is not in the release any more.")
        else:
            _entry(release, entry)
        st.button(
            "Close", key="audit-close", icon=":material/close:", on_click=view.go("entry", None)
        )


def _entry(release: OpenRelease, entry: dict[str, Any]) -> None:
    row = event_history.frame(release, [entry]).iloc[0]
    st.markdown(
        f"**{words.inert(row['what'])}**, {words.inert(row['who'])} ({words.inert(row['role'])}), "
        f"{words.inert(row['when'])}  \n{words.inert(row['subject'])}"
    )
    boxes = st.columns(3)
    for box, name in zip(boxes, ("before", "after", "reason"), strict=True):
        lines = words.plain(row[name]).split("; ") if name != "reason" else [row[name]]
        text = "  \n".join(words.inert(line) for line in lines)
        box.markdown(f":small[**{event_history.HEADS[name]}**]  \n{text}")
    with st.container(horizontal=True):
        target = _target(entry)
        if target is not None:
            page, label, params = target
            st.page_link(page, label=label, icon=":material/open_in_new:", query_params=params)
        if entry["run_id"]:
            st.page_link(
                "screens/runs.py",
                label="The run that changed it",
                icon=":material/history:",
                query_params={"run": entry["run_id"]},
            )


def _target(entry: dict[str, Any]) -> tuple[str, str, dict[str, str]] | None:
    """The page that shows what an entry is about, and the words of its link."""
    if entry["event_key"] and entry["event_title"]:
        return "screens/events.py", "Open the session", {"event": entry["event_key"]}
    if entry["ticket_key"] and entry["ticket_name"]:
        return "screens/unmatched.py", "Open the ticket", {"ticket": entry["ticket_key"]}
    return None


def _sheet(release: OpenRelease, chosen: AuditFilter) -> downloads.Sheet:
    entries = queries_audit.page(release, chosen, None)
    frame = event_history.frame(release, entries).assign(
        when=[entry["decided_at"] for entry in entries],
        pathful=[entry["event_key"] for entry in entries],
        run=[entry["run_id"] for entry in entries],
    )
    heads = event_history.HEADS | {"pathful": "Session key", "run": "Run"}
    return downloads.sheet_of("Audit", frame, heads)


view.show(
    "Audit",
    "Who decided or changed what, when, and what it was before. Nothing here is ever rewritten.",
    body,
    "view_audit",
)
