"""One session of Salesforce: on the website or not, and which districts it is linked to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import decide, event_forms, view, words, words_crm
from dashboard.impact import queries_school_year
from dashboard.release import OpenRelease
from dashboard.sessions import publishing_state, queries_publishing
from dashboard.sessions.publishing_state import Stored

Row = Mapping[str, Any]


def draw(context: view.Context, release: OpenRelease, event: Row, waiting: Stored) -> None:
    """The website and the districts; forms for those who may decide, words for everybody."""
    left, right = st.columns(2, gap="large")
    with left:
        _website(context, event, waiting)
    with right:
        _districts(context, release, event, waiting)


def _website(context: view.Context, event: Row, waiting: Stored) -> None:
    key = str(event["event_key"])
    now = bool(event["inperson_page_visible"])
    after = waiting.visible.get(key, now)
    st.markdown("#### Website")
    badge = view.status_badge(*_shown(now))
    if after != now:
        badge += (
            " :material/arrow_forward: " + view.status_badge(*_shown(after)) + " :small[stored]"
        )
    st.markdown(badge)
    if event["status"] not in queries_publishing.PLANNED:
        st.caption(
            "Only sessions that are requested, confirmed or published reach the website, "
            "whatever is set here."
        )
    if not event_forms.may(context, "set_page_visible"):
        return
    label = "Take off the website" if after else "Show on the website"
    st.button(
        label,
        key=f"visible-{key}",
        type="secondary" if after else "primary",
        icon=":material/visibility_off:" if after else ":material/visibility:",
        on_click=event_forms.send,
        args=(context, [visible_line(key, not after)]),
    )


def _shown(is_shown: bool) -> tuple[str, str]:
    return ("On the website", "good") if is_shown else ("Not on the website", "neutral")


def visible_line(event_key: str, visible: bool) -> dict[str, Any]:
    """The decision that shows a session or hides it."""
    return decide.line("set_page_visible", "event", event_key, {"visible": visible})


def _districts(context: view.Context, release: OpenRelease, event: Row, waiting: Stored) -> None:
    key = str(event["event_key"])
    rows = queries_publishing.links(release, key)
    after = publishing_state.districts_after(rows, key, waiting)
    sources = {str(row["district_key"]): row for row in rows}
    names = queries_school_year.districts(release)
    st.markdown("#### Districts")
    if not after:
        st.markdown("No district. Its numbers stand under *No district* until it has one.")
    for district, is_linked in after.items():
        row = sources.get(district)
        name = row["district_name"] if row else names.get(district)
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"link-{key}-{district}"
        ):
            st.markdown(_line(name, row, is_linked), width="stretch")
            if row is not None and is_linked:
                _unlink(context, key, district)
    if event_forms.may(context, "link_district"):
        free = {one: name for one, name in names.items() if not after.get(one)}
        _link(context, key, free)


def _line(name: Any, row: Row | None, is_linked: bool) -> str:
    if row is None:
        return f"**{words.inert(name)}**  \n:small[stored, linked with the next build]"
    why = words.label(row["attribution_source"], words_crm.ATTRIBUTION)
    if not is_linked:
        return f"~~{words.inert(name)}~~  \n:small[stored, taken off with the next build]"
    return f"**{words.inert(name)}**  \n:small[{words.inert(why)}]"


def _unlink(context: view.Context, event_key: str, district: str) -> None:
    if not event_forms.may(context, "unlink_district"):
        return
    line = decide.line("unlink_district", "event", event_key, {"district_key": district})
    st.button(
        "Unlink",
        key=f"unlink-{event_key}-{district}",
        icon=":material/link_off:",
        on_click=event_forms.send,
        args=(context, [line]),
    )


def _link(context: view.Context, event_key: str, free: Mapping[str, str]) -> None:
    box = f"link-{event_key}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Link a district",
            list(free),
            index=None,
            format_func=lambda one: words.plain(free.get(one)),
            placeholder="Choose a district",
            key=box,
        )

        def link() -> None:
            chosen = st.session_state.get(box)
            if chosen is None:
                decide.refuse("Choose a district first. Nothing was stored.")
                return
            line = decide.line("link_district", "event", event_key, {"district_key": chosen})
            event_forms.store(context, [line], lambda: _emptied(box))

        st.button("Link", key=f"{box}-go", icon=":material/add_link:", on_click=link)


def _emptied(box: str) -> None:
    st.session_state.pop(box, None)
