"""Roster: who is tracked in each district and year, who has no Pathful account, what to change."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import district_filter, downloads, pending, ticking, view, words
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.stepper import steps
from dashboard.teachers import queries_roster, roster_bulk, roster_import, roster_panel
from dashboard.teachers.queries_roster import PAGE_SIZE, RosterFilter
from dashboard.words_people import deactivation
from polaris import access

_LIST_HEIGHT = 640
_STATUSES = {"active": "Active", "inactive": "Inactive", "protected": "Protected"}
_ACCOUNTS = {"none": "Without account", "linked": "With account"}
_EXPORT = {
    "building": "Building",
    "teacher_name": "Name",
    "email": "Email",
    "grade": "Grade",
    "district_name": "District",
    "academic_year": "Academic Year",
    "target_sessions": "Target Sessions",
    "completed_sessions": "Completed Sessions",
    "is_active": "Active",
    "deactivation_source": "Inactive because",
    "deactivation_reason": "Reason",
    "pathful_user_id": "Pathful User ID",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    years = queries_roster.years(release)
    if not years:
        view.empty(
            "No roster yet",
            "The roster says whose progress is tracked. Import one for each district and year.",
            ":material/groups:",
        )
        roster_import.draw(context, release, None, None, is_open=True)
        return
    filters = view.Filters("roster", opened="teacher")
    chosen = _filters(context, release, filters, years)
    counts = queries_roster.counts(release, chosen.district, chosen.year)
    _cards(counts)
    _below_cards(context, counts, filters, chosen)
    _protected(release, chosen, filters)
    total = queries_roster.count(release, chosen)
    if total:
        _found(context, release, chosen, filters, total)
    else:
        view.empty(
            "No teacher fits these filters",
            "Choose another district, year or status, or reset the filters.",
            ":material/filter_alt_off:",
        )
    roster_import.draw(context, release, chosen.district, chosen.year)


def _filters(
    context: view.Context, release: OpenRelease, filters: view.Filters, years: list[str]
) -> RosterFilter:
    district_box, year_box, status_box, account_box = st.columns([3, 1.6, 1.6, 2])
    with district_box:
        known = queries_roster.roster_districts(release)
        names = district_filter.options(release, known)
        district = filters.choice("District", "district", names)
        if len(names) == 1:  # an import is of a district, whoever chose it
            district = next(iter(known), None)
    with year_box:
        current = queries_roster.academic_year(context.today)
        options: dict[str | None, str] = {one: one for one in years}
        year = filters.choice(
            "Academic year", "year", options, current if current in years else years[0]
        )
    with status_box:
        status = filters.choice("Status", "status", view.any_of("All", _STATUSES), "active")
    with account_box:
        account = filters.choice("Pathful account", "account", view.any_of("All", _ACCOUNTS))
    building_box, text_box, reset_box = st.columns([3, 4, 1.2], vertical_alignment="bottom")
    with building_box:
        found = queries_roster.buildings(release, district)
        schools = view.any_of("All schools", {one: one for one in found})
        building = filters.choice("School", "building", schools)
    with text_box:
        text = filters.text("Search", "q", "Name, e-mail, school or Pathful user id")
    with reset_box:
        filters.reset_button()
    return RosterFilter(
        district=district,
        year=year,
        status=status,
        building=building,
        account=account,
        text=text,
    )


def _sources(counts: dict[str, Any]) -> str:
    return ", ".join(
        f"{number:,} {deactivation(source).lower()}" for source, number in counts["sources"]
    )


def _cards(counts: dict[str, Any]) -> None:
    view.cards(
        [
            ("Active", words.number(counts["active_count"]), "Only they count for progress."),
            ("Inactive", words.number(counts["inactive_count"]), _sources(counts) or None),
            (
                "Protected",
                words.number(counts["protected_count"]),
                "Deactivated by staff, and named again by the newest roster.",
            ),
            (
                "Without Pathful account",
                words.number(counts["no_account_count"]),
                "Active teachers whom no Pathful sign-up is matched to.",
            ),
        ]
    )


def _below_cards(
    context: view.Context, counts: dict[str, Any], filters: view.Filters, chosen: RosterFilter
) -> None:
    sources = _sources(counts)
    may_match = access.may_decide(context.person.role, "match_teacher")
    with st.container(horizontal=True, gap="small"):
        if sources:
            st.caption(f"Inactive: {words.inert(sources)}")
        if may_match and counts["no_account_count"] and chosen.account is None:
            st.button(
                "Match teachers without account",
                key="roster-matching",
                type="tertiary",
                icon=":material/link:",
                on_click=filters.put,
                args=("account", "none"),
            )


def _protected(release: OpenRelease, chosen: RosterFilter, filters: view.Filters) -> None:
    """The data-quality flag of protected teachers: what it means and what to do."""
    scope = RosterFilter(district=chosen.district, year=chosen.year, status="protected")
    count = queries_roster.count(release, scope)
    rule = queries_roster.protected_rule(release)
    if not count or rule is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/shield: **{words.counted(count, 'protected teacher')}.** "
            f"{words.inert(rule['message'])} {words.inert(rule['remediation_hint'])}",
            width="stretch",
        )
        if chosen.status != "protected":
            st.button(
                "Show them",
                key="roster-protected",
                on_click=filters.put,
                args=("status", "protected"),
            )


def _found(
    context: view.Context,
    release: OpenRelease,
    chosen: RosterFilter,
    filters: view.Filters,
    total: int,
) -> None:
    number = filters.page_number(total, PAGE_SIZE)
    rows = queries_roster.page(release, chosen, number)
    stored = _stored(context)
    keys = [row["roster_key"] for row in rows]
    key = st.query_params.get("teacher") or keys[0]
    table_box, panel = st.columns([7, 5], gap="medium")
    with table_box:
        may_set = access.may_decide(context.person.role, "set_target_sessions")
        matching = chosen.account == "none"
        picked = _list(rows, key, stored, matching=matching, may_tick=may_set)
        filters.pager(total, PAGE_SIZE, "teacher")
        if may_set:
            ticked = [keys[position] for position in picked]
            roster_bulk.draw(context, release, chosen, ticked, total)
        downloads.buttons(
            context.person,
            _stem(release, chosen),
            "roster",
            lambda: [_sheet(queries_roster.export(release, chosen))],
        )
    with panel, st.container(border=True):
        then = steps("teacher", key, keys)
        row = queries_roster.teacher(release, key)
        if row is None:
            st.markdown("This roster row is not in the release. Choose another one in the list.")
        else:
            roster_panel.draw(context, release, row, stored.get(key, []), then)


def _stored(context: view.Context) -> dict[str, list[Pending]]:
    """Waiting decisions by roster row."""
    found: dict[str, list[Pending]] = {}
    for item in pending.standing(context.settings):
        if item.subject_type == "roster_teacher" and item.action != "report_issue":
            found.setdefault(item.subject_key, []).append(item)
    return found


def _stem(release: OpenRelease, chosen: RosterFilter) -> str:
    names = queries_roster.roster_districts(release)
    # Who sees one district exports that one, whatever the filter says.
    of_all = next(iter(names.values())) if len(names) == 1 else "All districts"
    district = names.get(chosen.district or "", of_all)
    return f"{district}_Roster_{chosen.year}"


def _account(row: dict[str, Any]) -> str:
    if row["has_account"]:
        return "Yes"
    likely = row["likely_ticket_count"]
    return f"No, {words.counted(likely, 'likely ticket')}" if likely else "No"


def _status(row: dict[str, Any], stored: list[Pending]) -> str:
    """The teacher's state after the next build, and that it is stored where a decision waits."""
    if roster_panel.stored_activity(stored) is not None:
        state = "Active" if roster_panel.is_active(row, stored) else "Inactive"
    else:
        state = "Active" if row["is_active"] else deactivation(row["deactivation_source"])
    goal = roster_panel.stored_goal(stored)
    if goal is not None:
        state += f" · goal {goal}"
    return state + (" (stored)" if stored else "")


def _list(
    rows: list[dict[str, Any]],
    key: str,
    stored: dict[str, list[Pending]],
    *,
    matching: bool,
    may_tick: bool,
) -> list[int]:
    """The page's teachers; returns the positions that are ticked."""
    import pandas as pd

    keys = [row["roster_key"] for row in rows]
    frame = pd.DataFrame(
        {
            "open": ["\N{BLACK RIGHT-POINTING TRIANGLE}" if one == key else "Open" for one in keys],
            "name": [words.plain(row["teacher_name"]) for row in rows],
            "building": [words.plain(row["building"]) for row in rows],
            "target": [row["target_sessions"] for row in rows],
            "completed": [row["completed_sessions"] for row in rows],
            "account": [_account(row) for row in rows],
            "status": [_status(row, stored.get(row["roster_key"], [])) for row in rows],
        }
    )
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    columns = {
        "open": view.open_column("roster", "teacher", keys),
        "name": text("Name", width=130),
        "building": text("School", width=120),
        "target": number("Target", width=60),
        "completed": number("Done", width=56, help="Completed sessions of the virtual year"),
        "account": text("Pathful account", width=150 if matching else 104),
    }
    if not matching:
        columns["status"] = text("Status", width=120)
    return ticking.table(
        frame,
        columns,
        height=min(_LIST_HEIGHT, 38 + 35 * len(rows)),
        key=f"roster-list-{abs(hash(tuple(keys)))}",
        may_tick=may_tick,
        alt="Roster teachers",
    )


def _sheet(frame: Any) -> downloads.Sheet:
    frame = frame.assign(
        deactivation_source=[
            None if words.is_missing(one) else deactivation(one)
            for one in frame["deactivation_source"].astype(object)
        ]
    )
    return downloads.sheet_of("Roster", frame, _EXPORT)


view.show(
    "Roster",
    "Whose progress is tracked, district by district and year by year.",
    body,
    "view_roster",
)
