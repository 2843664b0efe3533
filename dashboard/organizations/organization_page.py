"""One organization: its years, its people and their sessions."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import streamlit as st

from dashboard import crm_definitions, downloads, view, words, words_crm, words_people
from dashboard.charts import PROGRESS_COLORS
from dashboard.organizations import queries_organizations
from dashboard.release import OpenRelease
from dashboard.volunteers import person_lists, words_volunteers

_ROWS_AT_ONCE = 20
_OPENED = "organization-opened"
_YEARS_IN_CHART = 10
_MEMBER_HEADS = {
    "name": "Name",
    "email": "Email",
    "role": "Role",
    "status": "Membership",
    "start_date": "From",
    "end_date": "To",
    "event_count": "Sessions",
    "volunteer_hours": "Hours",
    "last_event_date": "Last time",
}
_EVENT_HEADS = {
    "session_date": "Date",
    "title": "Session",
    "kind": "Kind",
    "status": "Status",
    "volunteer_count": "Volunteers",
    "volunteer_names": "Who",
}


def draw(context: view.Context, release: OpenRelease, key: str, year: str, mode: str) -> None:
    """The page of one organization in a school year (or `all`), in one way of counting."""
    opened = st.session_state.pop(_OPENED, None)
    if opened is not None:
        page, param, value = opened
        st.switch_page(f"screens/{page}.py", query_params={param: value})
    st.button(
        "Back to the list", icon=":material/arrow_back:", on_click=view.go("organization", None)
    )
    found = queries_organizations.organization(release, key)
    if found is None:
        key = queries_organizations.key_of_today(release, key)
        found = queries_organizations.organization(release, key)
    if found is None:
        view.empty(
            "This organization is not in the release",
            "It may have been mapped to another one. Go back to the list and search for it.",
            ":material/domain_disabled:",
        )
        return
    _head(found)
    years = queries_organizations.by_year(release, key, mode)
    _cards(release, next((row for row in years if row["school_year"] == year), None), mode)
    _chart([row for row in years if row["school_year"] != "all"])
    people = _member_table(context, queries_organizations.members(release, key, year))
    sessions = _event_table(queries_organizations.events(release, key, *_window(year)))
    named = "all years" if year == "all" else year
    people_tab, sessions_tab = st.tabs(["People", "Sessions of its people"])
    with people_tab:
        st.caption(f"Everybody with a membership, now or before; sessions and hours of {named}.")
        _members(people)
    with sessions_tab:
        st.caption(
            f"Sessions in {named} at which somebody with a membership, now or before, was "
            "credited. The numbers above count by what you chose under *Whose work counts*."
        )
        _events(sessions)
    downloads.buttons(
        context.person,
        f"{found['organization_name']}_{year}",
        "organization",
        lambda: [
            downloads.sheet_of("People", people, _MEMBER_HEADS),
            downloads.sheet_of("Sessions", sessions, _EVENT_HEADS),
        ],
    )


def _window(year: str) -> tuple[date, date]:
    if year == "all":
        return date(1900, 1, 1), date(2200, 1, 1)
    return date(int(year[:4]), 8, 1), date(int(year[:4]) + 1, 7, 31)


def _head(found: dict[str, Any]) -> None:
    st.subheader(words_people.heading(found["organization_name"]), anchor=False)
    where = ", ".join(part for part in (found["city"], found["state_code"]) if part)
    facts = [found["organization_type"] or "Type not known", where]
    if found["last_activity_date"]:
        facts.append(f"last activity {words.day(found['last_activity_date'])}")
    badges = []
    if found["is_deleted"]:
        badges.append(view.status_badge("Deleted in Salesforce", "bad"))
    if found["is_provisional"]:
        badges.append(view.status_badge("From a report, not in Salesforce", "open"))
    if found["is_filed"]:
        badges.append(view.status_badge("From a file, not in Salesforce", "open"))
    facts.append(found["website"] or "")
    st.markdown(" ".join([*badges, " · ".join(words.inert(fact) for fact in facts if fact)]))
    if found["description"]:
        st.caption(words.inert(found["description"]))


def _cards(release: OpenRelease, row: dict[str, Any] | None, mode: str) -> None:
    metrics = crm_definitions.catalogue(release)
    code = "ORG-VERIFIED" if mode == "verified" else "ORG-FULL"
    if row is None:
        st.info(
            "Nobody of it volunteered in this year. Choose another year, or count everybody who "
            "was ever a member.",
            icon=":material/info:",
        )
        return
    rank = words.DASH if words.is_missing(row["hours_rank"]) else f"{int(row['hours_rank']):,}."
    view.cards(
        [
            ("Place by hours", rank, crm_definitions.hint(metrics, code)),
            (
                "Volunteers",
                words.number(row["volunteer_count"]),
                crm_definitions.hint(metrics, "M20"),
            ),
            (
                "Sessions",
                words.number(row["event_count"]),
                f"{row['in_person_event_count']:,} in person, {row['virtual_event_count']:,} "
                "virtual.",
            ),
            (
                "Volunteer hours",
                words_crm.hours(row["volunteer_hours"]),
                f"{words_crm.hours(row['strict_volunteer_hours'])} recorded, the rest by the "
                f"length of the session; {words_crm.hours(row['attributed_hours'])} of them are "
                "given to this organization alone.",
            ),
            (
                "Presenter hours",
                words_crm.hours(row["virtual_volunteer_hours"]),
                "Of presenters, from how long the sessions were; not in the hours.",
            ),
            ("Latest session", words.day(row["latest_event_date"]), None),
        ]
    )


def _chart(years: list[dict[str, Any]]) -> None:
    """Hours per school year, of volunteers and of presenters."""
    if not years:
        return
    parts = [
        {"School year": row["school_year"], "Kind": kind, "Hours": float(row[name] or 0)}
        for row in sorted(years, key=lambda row: str(row["school_year"]))[-_YEARS_IN_CHART:]
        for kind, name in (
            ("Volunteers", "volunteer_hours"),
            ("Presenters", "virtual_volunteer_hours"),
        )
    ]
    st.vega_lite_chart(spec=_bars() | {"datasets": {"years": parts}}, key="organization-years")


@lru_cache(maxsize=1)
def _bars() -> dict[str, Any]:
    import altair as alt

    colors = [PROGRESS_COLORS["Achieved"], PROGRESS_COLORS["In progress"]]
    chart = (
        alt.Chart(alt.NamedData("years"))
        .mark_bar(stroke="#ffffff", strokeWidth=1, size=38)
        .encode(
            x=alt.X("School year:N", title=None, axis=alt.Axis(labelAngle=0, ticks=False)),
            y=alt.Y("Hours:Q", title="Hours", axis=alt.Axis(tickCount=4, grid=True)),
            color=alt.Color(
                "Kind:N",
                scale=alt.Scale(domain=["Volunteers", "Presenters"], range=colors),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=["School year:N", "Kind:N", alt.Tooltip("Hours:Q", format=",.2f")],
        )
        .properties(height=190)
        .configure_view(stroke=None)
    )
    spec: dict[str, Any] = chart.to_dict()
    return spec


def _member_table(context: view.Context, rows: Any) -> Any:
    import pandas as pd

    made = [
        row
        | {
            "name": words_volunteers.full_name(row),
            "email": words.plain(context.email(row["email"])),
            "role": words.plain(row["role"]),
            "status": f"{words.plain(row['status'])}{', primary' if row['is_primary'] else ''}",
        }
        for row in person_lists.plain_rows(rows)
    ]
    return pd.DataFrame(made, columns=["person_key", *_MEMBER_HEADS])


def _event_table(rows: Any) -> Any:
    import pandas as pd

    made = [
        row | {"kind": words_crm.event_type(row["event_type"])}
        for row in person_lists.plain_rows(rows)
    ]
    return pd.DataFrame(made, columns=["event_key", *_EVENT_HEADS])


def _opener(name: str, page: str, param: str, keys: list[str]) -> Any:
    key = f"organization-open-{name}"

    def opened() -> None:
        click = st.session_state.get(key)
        if click is not None:
            st.session_state[_OPENED] = (page, param, keys[click["row"]])

    return st.column_config.ButtonColumn(
        "", width=58, type="tertiary", key=key, on_click=opened, pinned=True
    )


def _members(frame: Any) -> None:
    if not len(frame):
        st.markdown("Nobody is known to belong to it.")
        return
    text, number, day = (
        st.column_config.TextColumn,
        st.column_config.NumberColumn,
        st.column_config.DateColumn,
    )
    view.table(
        frame.assign(open="Open"),
        {
            "open": _opener("people", "volunteers", "person", frame["person_key"].tolist()),
            "name": text("Name", width=190),
            "email": text("E-mail", width=190),
            "role": text("Role", width=140),
            "status": text("Membership", width=130),
            "start_date": day("From", format="MMM D, YYYY", width=106),
            "end_date": day("To", format="MMM D, YYYY", width=106),
            "event_count": number("Sessions", width=80),
            "volunteer_hours": number("Hours", format="localized", width=80),
            "last_event_date": day("Last time", format="MMM D, YYYY", width=106),
        },
        height="content" if len(frame) <= _ROWS_AT_ONCE else 760,
        key="organization-people",
        alt="People of this organization",
    )


def _events(frame: Any) -> None:
    if not len(frame):
        st.markdown("No session of its people in this year.")
        return
    text = st.column_config.TextColumn
    view.table(
        frame.assign(open="Open"),
        {
            "open": _opener("sessions", "events", "event", frame["event_key"].tolist()),
            "session_date": st.column_config.DateColumn("Date", format="MMM D, YYYY", width=110),
            "title": text("Session", width=320),
            "kind": text("Kind", width=160),
            "status": text("Status", width=110),
            "volunteer_count": st.column_config.NumberColumn(
                "People", width=90, help="Everybody credited, also who is not confirmed yet."
            ),
            "volunteer_names": text("Who", width=300),
        },
        height="content" if len(frame) <= _ROWS_AT_ONCE else 760,
        key="organization-sessions",
        alt="Sessions of its people",
    )
