"""Sessions: the filtered list; one session is drawn by `event_page`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import by_name, district_filter, downloads, pending, view, words, words_crm
from dashboard.release import OpenRelease
from dashboard.sessions import event_page, event_state, queries_events
from dashboard.sessions.queries_events import PAGE_SIZE, SORTS, EventFilter

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = {
    "session_date": "Date",
    "title": "Title",
    "districts": "District",
    "schools": "School",
    "educators": "Educators",
    "presenters": "Presenters",
    "career_cluster": "Career cluster",
    "students": "Students",
    "status": "Status",
}
# In the export beside the columns of the screen.
_ORIGIN = {"source": "Source", "format": "Format", "salesforce_id": "Salesforce ID"}
_WIDTHS = {
    "session_date": 108,
    "title": 230,
    "districts": 120,
    "schools": 140,
    "educators": 140,
    "presenters": 120,
    "career_cluster": 104,
    "students": 80,
    "status": 92,
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    event_key = st.query_params.get("event")
    if event_key is not None:
        event_page.draw(context, release, event_key)
        return
    span = queries_events.default_range(release, context.today)
    if span is None:
        view.empty(
            "No session yet",
            "Import a Pathful Session Report on the **Import** page "
            "(or `polaris-load pathful FILE`), or sync Salesforce.",
            ":material/event:",
        )
        return
    filters = view.Filters("events")
    chosen = _filters(release, filters, span)
    least = 0 if release.tells_few else words_crm.LEAST_STUDENTS
    found = queries_events.count(release, chosen, least=least)
    total = found["events"]
    st.subheader(
        f"{words.counted(total, 'session')}, "
        f"{words.counted(int(found['students'] or 0), 'student')} attended",
        anchor=False,
    )
    if not total:
        view.empty(
            "No session fits these filters",
            "Widen the dates, or reset the filters. A date left empty is no limit.",
            ":material/filter_alt_off:",
        )
        return
    if least:
        st.caption(f"Numbers below {least} students are withheld and in no sum.")
    number = filters.page_number(total, PAGE_SIZE)
    _list(context, release, chosen, number)
    filters.pager(total, PAGE_SIZE, "session")
    downloads.buttons(context.person, "Sessions", "events", lambda: [_sheet(release, chosen)])


def _filters(release: OpenRelease, filters: view.Filters, span: tuple[Any, Any]) -> EventFilter:
    start, end, district_box, school_box = st.columns([1.3, 1.3, 2.2, 2.6])
    with start:
        first_day = filters.day("From", "from", span[0])
    with end:
        last_day = filters.day("To", "to", span[1])
    with district_box:
        names = district_filter.options(release, queries_events.values(release, "district"))
        district = filters.choice("District", "district", names)
    with school_box:
        names = view.any_of("All schools", queries_events.values(release, "school"))
        school = filters.choice("School", "school", names)
    source_box, form_box, cluster_box, status_box, text_box, reset_box = st.columns(
        [1.4, 1.3, 1.8, 1.4, 3, 1.3], vertical_alignment="bottom"
    )
    with source_box:
        source = filters.choice("Source", "source", view.any_of("All", words_crm.SOURCES))
    with form_box:
        form = filters.choice("Format", "format", view.any_of("All", words.FORMATS))
    with cluster_box:
        names = view.any_of("All clusters", queries_events.values(release, "cluster"))
        cluster = filters.choice("Career cluster", "cluster", names)
    with status_box:
        names = view.any_of("All", queries_events.values(release, "status"))
        status = filters.choice("Status", "status", names)
    with text_box:
        text = filters.text("Search", "q", "Title, person or session id")
    with reset_box:
        filters.reset_button()
    with st.container(horizontal=True, gap="large"):
        only_corrected = filters.flag("Corrected by staff", "corrected")
        only_flagged = filters.flag("With an open flag", "flagged")
    sort = st.query_params.get("sort", "Date")
    order = st.query_params.get("order", "down")
    return EventFilter(
        first_day=first_day,
        last_day=last_day,
        district=district,
        school=school,
        cluster=cluster,
        status=status,
        source=source,
        form=form,
        text=text,
        only_corrected=only_corrected,
        only_flagged=only_flagged,
        sort=sort if sort in SORTS else "Date",
        is_descending=order != "up",
    )


def _sorted_by_header(chosen: EventFilter, key: str) -> None:
    """Sorts by the column whose header was pressed; the same header again turns the order."""
    columns = st.session_state[key]["selection"]["columns"]
    if not columns:
        return
    name = _COLUMNS.get(columns[0], "Date")
    turned = name == chosen.sort
    is_descending = not chosen.is_descending if turned else name in {"Date", "Students"}
    st.query_params["sort"] = name
    st.query_params["order"] = "down" if is_descending else "up"
    st.session_state["events-page"] = 1
    st.session_state["events-sorts"] = st.session_state.get("events-sorts", 0) + 1


def _found(release: OpenRelease, chosen: EventFilter, number: int | None) -> pd.DataFrame:
    """A page of sessions without what would tell of few students (salesforce.md §9.2)."""
    frame = queries_events.page(release, chosen, number)
    if not release.tells_few:
        is_small = frame["students"].between(1, words_crm.LEAST_STUDENTS - 1)
        frame["students"] = frame["students"].mask(is_small)
    return frame


def _list(context: view.Context, release: OpenRelease, chosen: EventFilter, number: int) -> None:
    frame = _found(release, chosen, number)
    stored = event_state.statuses(pending.standing(context.settings))
    frame["status"] = [
        f"{stored[key]} (stored)" if key in stored else status
        for key, status in zip(frame["event_key"], frame["status"], strict=True)
    ]
    arrow = "\N{DOWNWARDS ARROW}" if chosen.is_descending else "\N{UPWARDS ARROW}"
    columns: dict[str, Any] = {
        "open": view.open_column("events", "event", frame["event_key"].tolist())
    }
    for name, head in _COLUMNS.items():
        shown = f"{head} {arrow}" if head == chosen.sort else head
        if name == "session_date":
            columns[name] = st.column_config.DateColumn(
                shown, format="MMM D, YYYY", width=_WIDTHS[name]
            )
        elif name == "students":
            columns[name] = st.column_config.NumberColumn(
                shown, width=_WIDTHS[name], help="Attended; registered where nobody attended yet."
            )
        else:
            columns[name] = st.column_config.TextColumn(shown, width=_WIDTHS[name])
    # A selection cannot be cleared from here, so every sort draws the table under a new key.
    key = f"events-list-{st.session_state.get('events-sorts', 0)}"
    view.table(
        frame.assign(open="Open"),
        columns,
        key=key,
        height="content",
        on_select=lambda: _sorted_by_header(chosen, key),
        selection_mode="single-column",
        alt="Sessions",
    )
    titles = zip(frame["event_key"], frame["title"], frame["session_date"], strict=True)
    names = {key: f"{title}, {words.day(day)}" for key, title, day in titles}
    by_name.box("events", names, by_name.into("event"))
    st.caption(
        f"Sorted by {chosen.sort.lower()}, {'descending' if chosen.is_descending else 'ascending'}."
        " Press a column's header to sort all pages by it; press it again to turn the order."
    )


def _sheet(release: OpenRelease, chosen: EventFilter) -> downloads.Sheet:
    frame = _found(release, chosen, None)
    frame["source"] = [words.label(one, words_crm.SOURCES) for one in frame["source"]]
    frame["format"] = [words.label(one, words.FORMATS) for one in frame["format"]]
    heads = _COLUMNS | {"pathful_session_id": "Session ID"} | _ORIGIN
    return downloads.sheet_of("Sessions", frame, heads)


view.show(
    "Sessions",
    "Every session of Pathful, of Salesforce and of files, with its people and students.",
    body,
)
