"""Sessions: the filtered list, and everything about one session."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import downloads, queries_events, view, words
from dashboard.queries_events import PAGE_SIZE, SORTS, EventFilter
from dashboard.release import OpenRelease

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
        _detail(context, release, event_key)
        return
    span = queries_events.default_range(release, context.today)
    if span is None:
        view.empty(
            "No session yet",
            "Import a Pathful Session Report on the **Import** page "
            "(or `polaris-load pathful FILE`).",
            ":material/event:",
        )
        return
    filters = view.Filters("events")
    chosen = _filters(release, filters, span)
    found = queries_events.count(release, chosen)
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
    number = filters.page_number(total, PAGE_SIZE)
    _list(release, chosen, number)
    filters.pager(total, PAGE_SIZE, "session")
    downloads.buttons(context.person, "Sessions", "events", lambda: [_sheet(release, chosen)])


def _filters(release: OpenRelease, filters: view.Filters, span: tuple[Any, Any]) -> EventFilter:
    start, end, district_box, school_box = st.columns([1.3, 1.3, 2.2, 2.6])
    with start:
        first_day = filters.day("From", "from", span[0])
    with end:
        last_day = filters.day("To", "to", span[1])
    with district_box:
        names = view.any_of("All districts", queries_events.values(release, "district"))
        district = filters.choice("District", "district", names)
    with school_box:
        names = view.any_of("All schools", queries_events.values(release, "school"))
        school = filters.choice("School", "school", names)
    cluster_box, status_box, text_box, reset_box = st.columns(
        [2.2, 1.6, 4, 1.1], vertical_alignment="bottom"
    )
    with cluster_box:
        names = view.any_of("All clusters", queries_events.values(release, "cluster"))
        cluster = filters.choice("Career cluster", "cluster", names)
    with status_box:
        names = view.any_of("All", queries_events.values(release, "status"))
        status = filters.choice("Status", "status", names)
    with text_box:
        text = filters.text("Search", "q", "Title, educator, presenter or session id")
    with reset_box:
        filters.reset_button()
    sort = st.query_params.get("sort", "Date")
    order = st.query_params.get("order", "down")
    return EventFilter(
        first_day=first_day,
        last_day=last_day,
        district=district,
        school=school,
        cluster=cluster,
        status=status,
        text=text,
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


def _list(release: OpenRelease, chosen: EventFilter, number: int) -> None:
    frame = queries_events.page(release, chosen, number)
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
    st.caption(
        f"Sorted by {chosen.sort.lower()}, {'descending' if chosen.is_descending else 'ascending'}."
        " Press a column's header to sort all pages by it; press it again to turn the order."
    )


def _sheet(release: OpenRelease, chosen: EventFilter) -> downloads.Sheet:
    frame = queries_events.page(release, chosen, None)
    return downloads.sheet_of("Sessions", frame, _COLUMNS | {"pathful_session_id": "Session ID"})


def _detail(context: view.Context, release: OpenRelease, event_key: str) -> None:
    st.button("Back to the list", icon=":material/arrow_back:", on_click=view.go("event", None))
    event = queries_events.event(release, event_key)
    if event is None:
        view.empty(
            "This session is not in the release",
            "It may have been replaced by a later import. Go back to the list and search for it.",
        )
        return
    parts = queries_events.event_parts(release, event_key)
    st.subheader(words.inert(event["title"]), anchor=False)
    st.markdown(_when(event))
    for flag in parts["flags"]:
        st.warning(words.label(flag["flag_type"], words.FLAG_TYPES), icon=":material/flag:")
    view.cards(
        [
            ("Status", words.plain(event["status"]), f"In the file: {_inert_raw(event)}"),
            ("Students registered", words.number(event["registered_student_count"]), None),
            ("Students attended", words.number(event["attended_student_count"]), None),
            ("Teachers", words.number(len(parts["teachers"])), None),
            ("Presenters", words.number(len(parts["presenters"])), None),
        ]
    )
    _facts(event, parts)
    _teachers(context, parts["teachers"])
    _presenters(context, parts["presenters"])
    _lineage(release, event, parts["lineage"])
    stem = f"Session_{event['pathful_session_id']}"
    downloads.buttons(context.person, stem, "event", lambda: _sheets(parts))


def _inert_raw(event: dict[str, Any]) -> str:
    return words.inert(event["raw_status"])


def _when(event: dict[str, Any]) -> str:
    if event["is_time_known"] and event["start_at"] is not None:
        when = words.moment(event["start_at"])
    else:
        when = f"{words.day(event['session_date'])} (time not given)"
    length = event["duration_minutes"]
    minutes = f" · {length} minutes" if length is not None else ""
    kind = words.label(event["format"], words.FORMATS)
    return words.inert(when) + minutes + f" · {words.inert(kind)}"


def _facts(event: dict[str, Any], parts: dict[str, list[dict[str, Any]]]) -> None:
    facts = {
        "District": ", ".join(row["district_name"] for row in parts["districts"]),
        "School": ", ".join(row["school_name"] for row in parts["schools"]),
        "Career cluster": event["career_cluster"],
        "Series": event["series"],
        "Work-based learning": event["work_based_learning"],
        "Pathful session id": event["pathful_session_id"],
    }
    if event["cancellation_reason"]:
        facts["Cancelled because"] = words.label(
            event["cancellation_reason"], words.CANCELLATION_REASONS
        )
    lines = [f"**{name}**\N{EN SPACE}{words.inert(value)}" for name, value in facts.items()]
    half = -(-len(lines) // 2)
    with st.container(border=True):
        for column, some in zip(st.columns(2), (lines[:half], lines[half:]), strict=True):
            column.markdown("  \n".join(some))


def _teachers(context: view.Context, rows: list[dict[str, Any]]) -> None:
    import pandas as pd

    st.markdown("#### Teachers")
    if not rows:
        st.markdown("No matched teacher. Teachers who could not be matched are under Unmatched.")
        return
    frame = pd.DataFrame(
        {
            "name": [words.plain(row["teacher_name"]) for row in rows],
            "school": [row["school_name"] for row in rows],
            "email": [context.email(row["email"]) for row in rows],
            "attendance": [words.label(row["attendance_status"], words.ATTENDANCE) for row in rows],
            "basis": [_basis(row) for row in rows],
        }
    )
    columns = {"name": "Name", "school": "School", "email": "E-mail", "attendance": "Attendance"}
    view.table(frame, columns | {"basis": "Source"}, alt="Teachers of this session")


def _basis(row: dict[str, Any]) -> str:
    if row["has_override"]:
        was = words.label(row["imported_attendance_status"], words.ATTENDANCE)
        return f"Corrected by staff; the file says {was.lower()}"
    return "Pathful file"


def _presenters(context: view.Context, rows: list[dict[str, Any]]) -> None:
    import pandas as pd

    st.markdown("#### Presenters")
    if not rows:
        st.markdown("No presenter yet.")
        return
    frame = pd.DataFrame(
        {
            "name": [words.plain(row["presenter_name"]) for row in rows],
            "organization": [row["organization"] for row in rows],
            "email": [context.email(row["email"]) for row in rows],
            "attendance": [words.label(row["attendance_status"], words.ATTENDANCE) for row in rows],
            "hours": [row["delivery_hours"] for row in rows],
        }
    )
    columns = {
        "name": "Name",
        "organization": "Organization",
        "email": "E-mail",
        "attendance": "Attendance",
        "hours": st.column_config.NumberColumn("Hours", format="%.1f"),
    }
    view.table(frame, columns, alt="Presenters of this session")


def _lineage(release: OpenRelease, event: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    with st.expander("Where this comes from", icon=":material/account_tree:"):
        st.markdown(
            f"First seen in run `{words.plain(event['first_seen_run_id'])}`, last seen in run "
            f"`{words.plain(event['last_seen_run_id'])}`, release `{release.name}`."
        )
        for row in rows:
            link, text = st.columns([1, 5], vertical_alignment="center")
            link.page_link("screens/runs.py", label="Report", query_params={"run": row["run_id"]})
            numbers = words.inert(row["row_numbers"])
            text.markdown(
                f"{words.inert(row['file_name'])}, {words.inert(words.moment(row['finished_at']))}:"
                f" {words.counted(row['row_count'], 'row')} (row {numbers})"
            )


def _sheets(parts: dict[str, list[dict[str, Any]]]) -> list[downloads.Sheet]:
    teachers = [
        (row["teacher_name"], row["school_name"], row["email"], row["attendance_status"])
        for row in parts["teachers"]
    ]
    presenters = [
        (row["presenter_name"], row["organization"], row["email"], row["attendance_status"])
        for row in parts["presenters"]
    ]
    return [
        downloads.Sheet("Teachers", ["Name", "School", "Email", "Attendance"], teachers),
        downloads.Sheet("Presenters", ["Name", "Organization", "Email", "Attendance"], presenters),
    ]


view.show("Sessions", "Every session, with its teachers, presenters and students.", body)
