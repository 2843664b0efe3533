"""Find volunteers: the search over everything known about them, and whom to ask for a session."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import by_name, downloads, view, words, words_crm
from dashboard.release import OpenRelease
from dashboard.sessions import candidate_page
from dashboard.volunteers import (
    person_lists,
    queries_find_volunteers,
    queries_volunteers,
    words_volunteers,
)
from dashboard.volunteers.queries_find_volunteers import PAGE_SIZE, Search

_LOOKS = {"search": "Search everybody", "session": "Candidates for a coming session"}
_WIDTHS = {"wide": "Any of the words", "narrow": "Every one of the words"}
_OPENED = "find-person"
# The columns of the file (salesforce.md 6.4), also when nobody is found.
_HEADS = {
    "first_name": "First name",
    "last_name": "Last name",
    "email": "Email",
    "organization_name": "Organization",
    "job_title": "Title",
    "industry": "Industry",
    "skills": "Skills",
    "local": "Local status",
    "times_volunteered": "Times volunteered",
    "last_volunteer_date": "Last volunteer date",
    "last_non_internal_email_date": "Last non-internal email date",
    "last_email_date": "Last email date",
    "places": "Found in",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    opened = st.session_state.pop(_OPENED, None)
    if opened is not None:
        st.switch_page("screens/volunteers.py", query_params={"person": opened})
    event = st.query_params.get("event")
    if event is not None:
        candidate_page.draw(context, release, event)
        return
    if queries_volunteers.is_empty(release):
        view.empty(
            "No volunteer yet",
            "Load Salesforce on the **Salesforce** page (or `polaris-load salesforce`), "
            "or import a Pathful Session Report on the **Import** page.",
            ":material/travel_explore:",
        )
        return
    filters = view.Filters("find")
    look_box, _ = st.columns([2, 3])
    with look_box:
        look = filters.choice("What", "look", person_lists.options(_LOOKS), "search")
    if look == "session":
        candidate_page.sessions(context, release, filters)
    else:
        _search(context, release, filters)


def _search(context: view.Context, release: OpenRelease, filters: view.Filters) -> None:
    search = _filters(release, filters)
    found = queries_find_volunteers.found(release, search)
    total, kept_out = len(found.keys), found.kept_out
    st.subheader(words.counted(total, "volunteer"), anchor=False)
    if kept_out:
        st.caption(
            f"Not listed: {words.counted(kept_out, 'person', 'people')} who must not be asked "
            "(inactive or on hold, not to be contacted, no e-mail wanted, left out of reports, or "
            "deceased)."
        )
    if total:
        number = filters.page_number(total, PAGE_SIZE)
        _list(shown(context, queries_find_volunteers.people(release, found, number)))
        filters.pager(total, PAGE_SIZE, "volunteer")
    else:
        view.empty(
            "Nobody fits",
            "Try *Any of the words*, fewer words, or reset the filters.",
            ":material/filter_alt_off:",
        )
    downloads.buttons(
        context.person,
        "Find_volunteers",
        "find",
        lambda: [
            downloads.sheet_of(
                "Volunteers",
                shown(context, queries_find_volunteers.people(release, found, None)),
                _HEADS,
            )
        ],
    )


def _filters(release: OpenRelease, filters: view.Filters) -> Search:
    text_box, width_box = st.columns([4, 2])
    with text_box:
        text = filters.text("Search", "q", 'Words, or "several words" in quotation marks')
    with width_box:
        width = filters.choice("Found is who has", "words", person_lists.options(_WIDTHS), "wide")
    local_box, kind_box, everybody_box, reset_box = st.columns(
        [1.6, 2.4, 2.4, 1.1], vertical_alignment="bottom"
    )
    with local_box:
        local = filters.choice("Local", "local", view.any_of("Any", words_volunteers.LOCAL))
    with kind_box:
        named = {
            code: words_crm.event_type(code) for code in queries_find_volunteers.kinds(release)
        }
        kind = filters.choice("Has done", "kind", view.any_of("Any kind of session", named))
    with everybody_box:
        is_everybody = filters.flag("Also who must not be asked", "all")
    with reset_box:
        filters.reset_button()
    st.caption(
        "Looks in names, organizations, skills, job titles, industries, local status, and titles "
        "and kinds of the sessions they were credited for."
    )
    return Search(
        terms=queries_find_volunteers.terms(text),
        is_narrow=width == "narrow",
        local=local,
        kind=kind,
        is_everybody=is_everybody,
    )


def shown(context: view.Context, rows: Any) -> Any:
    """People in words."""
    import pandas as pd

    made = [
        row
        | {
            "name": words_volunteers.full_name(row),
            "email": None if row["email"] is None else context.email(row["email"]),
            "local": words.label(row["local_status"] or "unknown", words_volunteers.LOCAL),
            "places": _places(row["places"]),
            "ask": "Yes" if row["may_be_asked"] else "No",
        }
        for row in person_lists.plain_rows(rows)
    ]
    return pd.DataFrame(made, columns=["person_key", "name", "ask", *_HEADS])


def _places(codes: str | None) -> str | None:
    if not codes:
        return None
    found = codes.split(";")
    return ", ".join(name for code, name in words_volunteers.FOUND_IN.items() if code in found)


def _list(frame: Any) -> None:
    keys = frame["person_key"].tolist()

    def opened() -> None:
        click = st.session_state.get("find-open")
        if click is not None:
            st.session_state[_OPENED] = keys[click["row"]]

    text, day = st.column_config.TextColumn, st.column_config.DateColumn
    view.table(
        frame.assign(open="Open"),
        {
            "open": st.column_config.ButtonColumn(
                "", width=58, type="tertiary", key="find-open", on_click=opened, pinned=True
            ),
            "name": text("Name", width=150),
            "organization_name": text("Organization", width=150),
            "job_title": text("Job title", width=130),
            "email": text("E-mail", width=176),
            "local": text("Local", width=84),
            "times_volunteered": st.column_config.NumberColumn("Times", width=58),
            "last_volunteer_date": day("Last time", format="MMM D, YYYY", width=104),
            "last_non_internal_email_date": day("Last e-mail", format="MMM D, YYYY", width=104),
            "ask": text("Ask", width=46),
            "places": text("Found in", width=130),
        },
        height="content",
        key="find-list",
        alt="Volunteers found",
    )

    def open_(key: str) -> None:
        st.session_state[_OPENED] = key

    by_name.box("find", dict(zip(keys, frame["name"], strict=True)), open_)


view.show(
    "Find volunteers",
    "Search everybody, or see whom to ask for a coming session.",
    body,
    "view_volunteers",
    of_crm=True,
)
