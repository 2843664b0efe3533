"""Publish sessions: which coming sessions of Salesforce the website shows, and their districts."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import by_name, decide, downloads, event_forms, pending, view, words, words_crm
from dashboard.impact import queries_school_year
from dashboard.release import OpenRelease
from dashboard.sessions import publishing_panel, publishing_state, queries_event, queries_publishing
from dashboard.sessions.publishing_state import Stored
from dashboard.sessions.queries_publishing import PAGE_SIZE, PublishFilter
from polaris import upcoming
from polaris.errors import PolarisError

_SHOWN = {"yes": "On the website", "no": "Not on the website"}
_AVAILABLE = {"active": "Places free", "archived": "Full"}
_PREVIEWED = 100
_EVERYTHING = "publishing-everything"

Row = dict[str, Any]


def body(context: view.Context) -> None:
    """The page below its stamp."""
    if not event_forms.may(context, "set_page_visible"):
        view.refused("see this page")
        return
    release = context.release
    if release is None:
        view.no_release()
        return
    waiting = publishing_state.stored(pending.standing(context.settings))
    opened = st.query_params.get("event")
    if opened is not None:
        _detail(context, release, opened, waiting)
        return
    decided = tuple(sorted(waiting.visible.items()))
    everything = PublishFilter(context.today, decided)
    if not queries_publishing.count(release, everything)["n"]:
        view.empty(
            "No session to publish",
            "Salesforce has no session to come that is requested, confirmed or published. New "
            "ones appear with the next sync on the page **Salesforce**.",
            ":material/publish:",
        )
        return
    filters = view.Filters("publishing", "event")
    chosen = _filters(release, filters, everything)
    found = queries_publishing.count(release, chosen)
    st.subheader(
        f"{words.counted(found['n'], 'session')} to come, "
        f"{words.number(found['shown'])} on the website",
        anchor=False,
    )
    if not found["n"]:
        view.empty(
            "No session fits these filters", "Reset the filters.", ":material/filter_alt_off:"
        )
    else:
        _list(context, release, chosen, filters, found["n"])
    _preview(context, release, everything)


def _filters(
    release: OpenRelease, filters: view.Filters, everything: PublishFilter
) -> PublishFilter:
    shown_box, district_box, text_box, reset_box = st.columns(
        [1.8, 2.4, 4, 1.1], vertical_alignment="bottom"
    )
    with shown_box:
        shown = filters.choice("Website", "shown", view.any_of("All", _SHOWN))
    with district_box:
        names = {"none": "Without a district"} | queries_school_year.districts(release)
        district = filters.choice("District", "district", view.any_of("All districts", names))
    with text_box:
        text = filters.text("Search", "q", "Title, school, place or Salesforce id")
    with reset_box:
        filters.reset_button()
    return PublishFilter(everything.today, everything.decided, shown, district, text)


def _when(row: Row) -> str:
    if row["is_time_known"] and row["start_at"] is not None:
        return words.moment(row["start_at"])
    return words.day(row["session_date"])


def _website(row: Row) -> str:
    word = "Yes" if row["becomes_visible"] else "No"
    return word if row["becomes_visible"] == row["is_visible"] else f"{word} (stored)"


def _places(row: Row) -> str:
    code = upcoming.availability(row["available_slot_count"], row["filled_volunteer_count"])
    return words.label(code, _AVAILABLE)


def _list(
    context: view.Context,
    release: OpenRelease,
    chosen: PublishFilter,
    filters: view.Filters,
    total: int,
) -> None:
    number = filters.page_number(total, PAGE_SIZE)
    rows = queries_publishing.page(release, chosen, number)
    keys = [row["event_key"] for row in rows]
    text = st.column_config.TextColumn
    frame = _frame(rows)
    picked = view.table(
        frame.assign(open="Open"),
        {
            "open": view.open_column("publishing", "event", keys),
            "website": text("Website", width=106),
            "when": text("Date & time", width=178),
            "title": text("Title", width=205),
            "type": text("Type", width=152),
            "school": text("School", width=134),
            "districts": text("Districts", width=144),
            "places": text("Places", width=92),
            "status": text("Status", width=92),
        },
        key=f"publishing-list-{st.session_state.get('publishing-stored', 0)}",
        height="content" if len(rows) <= 20 else 760,
        on_select="rerun",
        selection_mode="multi-row",
        alt="Sessions to publish",
    )
    titles = [f"{row['title']}, {_when(row)}" for row in rows]
    by_name.box("publishing", dict(zip(keys, titles, strict=True)), by_name.into("event"))
    marked = [rows[position] for position in picked.selection.rows if position < len(rows)]
    _bulk(context, release, chosen, marked, total)
    filters.pager(total, PAGE_SIZE, "session")
    downloads.buttons(
        context.person, "Sessions_to_publish", "publishing", lambda: [_sheet(release, chosen)]
    )


def _bulk(
    context: view.Context,
    release: OpenRelease,
    chosen: PublishFilter,
    marked: list[Row],
    total: int,
) -> None:
    """Shows or hides the marked sessions in one step, or all of the filter; at most a hundred.

    Those that are so already stay and do not count.
    """
    everything = total > len(marked) and st.checkbox(
        f"All {words.counted(total, 'session')} of this filter, not only the marked ones",
        key=_EVERYTHING,
    )

    def store(visible: bool) -> None:
        rows = queries_publishing.page(release, chosen, None) if everything else marked
        lines = [
            publishing_panel.visible_line(row["event_key"], visible)
            for row in rows
            if row["becomes_visible"] != visible
        ]
        if not lines:
            decide.refuse("These sessions are so already. Nothing was stored.")
        elif len(lines) > decide.BULK_LIMIT:
            decide.refuse(
                f"{len(lines):,} sessions would change, and at most {decide.BULK_LIMIT} may in "
                "one step. Nothing was stored. Narrow the filter, or mark fewer."
            )
        else:
            event_forms.store(context, lines, _unmark)

    with st.container(horizontal=True, vertical_alignment="center", key="publishing-bulk"):
        for label, icon, visible in (
            ("Show on the website", "visibility", True),
            ("Take off the website", "visibility_off", False),
        ):
            st.button(
                label,
                key=f"bulk-{visible}",
                icon=f":material/{icon}:",
                disabled=not (marked or everything),
                on_click=store,
                args=(visible,),
            )
        if everything:
            st.caption(f"All {words.counted(total, 'session')} of the filter.")
        elif marked:
            st.caption(f"{words.counted(len(marked), 'session')} marked.")
        else:
            st.caption(f"Mark sessions at the left edge, at most {decide.BULK_LIMIT} at once.")


def _unmark() -> None:
    """A selection cannot be cleared from here, so the table is drawn under a new key."""
    st.session_state["publishing-stored"] = st.session_state.get("publishing-stored", 0) + 1
    st.session_state[_EVERYTHING] = False


def _frame(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "website": [_website(row) for row in rows],
            "when": [_when(row) for row in rows],
            "title": [words.plain(row["title"]) for row in rows],
            "type": [words_crm.event_type(row["event_type"]) for row in rows],
            "school": [row["school_name"] for row in rows],
            "districts": [row["districts"] for row in rows],
            "places": [_places(row) for row in rows],
            "status": [row["status"] for row in rows],
            "location": [row["location"] for row in rows],
            "link": [row["registration_url"] for row in rows],
        }
    )


def _sheet(release: OpenRelease, chosen: PublishFilter) -> downloads.Sheet:
    heads = {
        "when": "Date",
        "title": "Title",
        "type": "Type",
        "school": "School",
        "districts": "Districts",
        "location": "Place",
        "places": "Places",
        "status": "Status",
        "website": "On the website",
        "link": "Sign-up",
    }
    rows = queries_publishing.page(release, chosen, None)
    return downloads.sheet_of("Sessions", _frame(rows), heads)


def _detail(context: view.Context, release: OpenRelease, key: str, waiting: Stored) -> None:
    st.button("Back to the list", icon=":material/arrow_back:", on_click=view.go("event", None))
    event = queries_event.event(release, key)
    if event is None or event["source"] != "salesforce":
        view.empty(
            "This is no session of Salesforce in the release",
            "It may have been deleted there. Go back to the list and search for it.",
        )
        return
    st.subheader(words.inert(event["title"]), anchor=False)
    kind = words.SESSION_KINDS.get(event["status"], "neutral")
    st.markdown(
        f"{view.status_badge(event['status'], kind)}  \n{words.inert(_when(event))} · "
        f"{words.inert(words_crm.event_type(event['event_type']))} · "
        f"{words.inert(event['location'])}"
    )
    st.page_link(
        "screens/events.py",
        label="Everything about this session",
        icon=":material/event:",
        query_params={"event": key},
    )
    event_forms.waiting(context, release, waiting.of(key), "publishing")
    publishing_panel.draw(context, release, event, waiting)
    st.caption(
        "Salesforce owns everything else about the session; no sync touches what is set here."
    )


def _preview(context: view.Context, release: OpenRelease, everything: PublishFilter) -> None:
    """What the website will list after the next build, and the feed as it is now."""
    with st.expander("What the website will show", icon=":material/preview:"):
        chosen = PublishFilter(everything.today, everything.decided, shown="yes")
        rows = queries_publishing.page(release, chosen, None)
        changes = sum(row["becomes_visible"] != row["is_visible"] for row in rows)
        st.markdown(
            f"{words.counted(len(rows), 'session')} after the next build"
            + (f", {words.counted(changes, 'new one')} of them stored." if changes else ".")
        )
        lines = [
            f"- **{words.inert(row['title'])}**, {words.inert(_when(row))}, "
            f"{words.inert(row['location'])} :small[{words.inert(_places(row))}]"
            for row in rows[:_PREVIEWED]
        ]
        st.markdown("\n".join(lines) or "Nothing yet: show a session first.")
        try:
            made = upcoming.feed(context.settings, page="inperson")
        except PolarisError as error:
            st.caption(words.inert(error.message))
            return
        st.download_button(
            f"The in-person feed as it is now ({words.counted(made.event_count, 'session')})",
            json.dumps(made.content, indent=2, ensure_ascii=False),
            file_name="upcoming_inperson.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
        )


view.show(
    "Publish sessions",
    "Which coming sessions of Salesforce the website shows, and which districts they belong to.",
    body,
    of_crm=True,
)
