"""No-shows: sessions that roster teachers missed, and the way to revise them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import decide, district_filter, downloads, ticking, view, words
from dashboard.release import OpenRelease
from dashboard.teachers import queries_no_shows, queries_progress
from dashboard.teachers import teacher_overrides as overrides
from dashboard.teachers.queries_no_shows import BOTH, MISSED, PAGE_SIZE, REVISED, NoShowFilter
from dashboard.teachers.teacher_effect import CORRECTABLE

_KINDS: dict[str | None, str] = {MISSED: "Missed", REVISED: "Revised to attended", BOTH: "Both"}
_REASON = "no-shows-reason"
_EVERYTHING = "no-shows-everything"
_UNDO_AT_MOST = 10
# The sheet as districts know it (pathful.md 5.5).
_SHEET = ["School", "Teacher", "Session Date", "Session Title", "Series"]

Row = dict[str, Any]


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    years = queries_progress.years(release)
    default = queries_progress.default_year(years, context.today)
    if default is None:
        view.empty(
            "No teacher roster yet",
            "No-shows are listed for the teachers on a roster. Import one on the **Import** page, "
            "then the Pathful Session Report.",
            ":material/school:",
        )
        return
    filters = view.Filters("no-shows")
    chosen = _filters(release, filters, years, default)
    both = queries_no_shows.rows(release, replace(chosen, kind=BOTH))
    wanted = {MISSED: (True,), REVISED: (False,)}.get(chosen.kind, (True, False))
    rows = [row for row in both if row["is_no_show"] in wanted]
    waiting = overrides.waiting(context)
    _cards(both)
    if not rows:
        view.empty(
            "No no-show here",
            "Nobody missed a session in what the filters show. Cancelled sessions never count.",
            ":material/sentiment_satisfied:",
        )
        _stored(context, release, waiting)
        return
    number = filters.page_number(len(rows), PAGE_SIZE)
    shown = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    picked = _list(shown, waiting, is_pickable=overrides.may_correct(context))
    filters.pager(len(rows), PAGE_SIZE, "no-show" if chosen.kind == MISSED else "session")
    if overrides.may_correct(context):
        _actions(context, rows, [shown[position] for position in picked], waiting)
    _stored(context, release, waiting)
    stem = f"No_Shows_{chosen.year}" + ("" if chosen.period == "year" else f"_{chosen.period}")
    downloads.buttons(context.person, stem, "no-shows", lambda: [_sheet(rows)])


def _filters(
    release: OpenRelease, filters: view.Filters, years: list[str], default: str
) -> NoShowFilter:
    year_box, period_box, district_box, school_box = st.columns([1.3, 1.3, 2.2, 2.6])
    with year_box:
        year = filters.choice("Virtual year", "year", {y: y for y in years}, default) or default
    with period_box:
        names: dict[str | None, str] = {
            row["period"]: words.period_name(row["period"], year)
            for row in queries_progress.periods(release, year)
        }
        period = filters.choice("Period", "period", names, "year") or "year"
    with district_box:
        districts = {
            row["district_key"]: row["district_name"]
            for row in queries_progress.districts(release, year, period)
        }
        district = filters.choice(
            "District", "district", district_filter.options(release, districts)
        )
    with school_box:
        buildings = queries_no_shows.schools(release, year, period, district)
        options = view.any_of("All schools", {one: one for one in buildings})
        building = filters.choice("School", "school", options)
    start, end, kind_box, text_box, reset_box = st.columns(
        [1.3, 1.3, 1.7, 2.6, 1.1], vertical_alignment="bottom"
    )
    with start:
        first_day = filters.day("From", "from", None)
    with end:
        last_day = filters.day("To", "to", None)
    with kind_box:
        kind = filters.choice("Show", "show", _KINDS, MISSED) or MISSED
    with text_box:
        text = filters.text("Search", "q", "Teacher, school, title or series")
    with reset_box:
        filters.reset_button()
    return NoShowFilter(year, period, district, building, first_day, last_day, text=text, kind=kind)


def _cards(rows: list[Row]) -> None:
    missed = [row for row in rows if row["is_no_show"]]
    view.cards(
        [
            ("Missed sessions", words.number(len(missed)), "One for each teacher and session."),
            ("Teachers", words.number(len({row["teacher_key"] for row in missed})), None),
            ("Schools", words.number(len({row["building"] for row in missed})), None),
            (
                "Revised to attended",
                words.number(len(rows) - len(missed)),
                "Missed in the Pathful file, credited by staff; choose them under Show.",
            ),
        ]
    )


def _list(rows: list[Row], waiting: overrides.Waiting, *, is_pickable: bool) -> list[int]:
    """The page's rows; returns the positions that are ticked."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "building": [row["building"] for row in rows],
            "teacher": [words.plain(row["teacher_name"]) for row in rows],
            "session_date": [row["session_date"] for row in rows],
            "title": [words.plain(row["title"]) for row in rows],
            "series": [row["series"] for row in rows],
            "state": [[_state(row, waiting)] for row in rows],
            "note": [_note(row) for row in rows],
        }
    )
    text = st.column_config.TextColumn
    states = {"Missed": "#d9e0e7", "Revised": "#bcd7ea", "Change stored": "#f7dc9a"}
    columns = {
        "building": text("School", width=150),
        "teacher": text("Teacher", width=140),
        "session_date": st.column_config.DateColumn(
            "Session date", format="MMM D, YYYY", width=104
        ),
        "title": text("Session title", width=210),
        "series": text("Series", width=110),
        "state": st.column_config.MultiselectColumn(
            "State", width=104, options=list(states), color=list(states.values())
        ),
        "note": text("Revised because", width=270),
    }
    if all(row["is_no_show"] for row in rows):
        del columns["note"]
    keys = tuple((row["event_key"], row["teacher_key"]) for row in rows)
    return ticking.table(
        frame,
        columns,
        key=f"no-shows-list-{abs(hash(keys))}",
        may_tick=is_pickable,
        alt="No-shows",
    )


def _key(row: Row) -> tuple[str, str]:
    return row["event_key"], row["teacher_key"]


def _state(row: Row, waiting: overrides.Waiting) -> str:
    if _key(row) in waiting:
        return "Change stored"
    return "Missed" if row["is_no_show"] else "Revised"


def _note(row: Row) -> str | None:
    if row["is_no_show"]:
        return None
    when = words.day(words.site_day(row["overridden_at"])) if row["overridden_at"] else words.DASH
    return f"{words.plain(row['override_reason'])} ({words.plain(row['overridden_by'])}, {when})"


def _actions(
    context: view.Context, rows: list[Row], picked: list[Row], waiting: overrides.Waiting
) -> None:
    with st.container(border=True, key="no-shows-actions"):
        st.markdown(
            "**Tick rows to revise them.** A revised session counts as completed for the teacher; "
            "what the Pathful file says stays visible."
        )
        everything = st.checkbox(
            f"All {words.counted(len(rows), 'row')} of this filter, not only the ticked ones",
            key=_EVERYTHING,
        )
        chosen = [row for row in (rows if everything else picked) if _key(row) not in waiting]
        missed = [row for row in chosen if row["is_no_show"]]
        revised = [row for row in chosen if not row["is_no_show"]]
        box, add, back = st.columns([4, 2, 2], vertical_alignment="bottom")
        with box:
            overrides.reason_box("Reason for all of them", _REASON)
        add.button(
            f"Revise {words.counted(len(missed), 'no-show')} to attended",
            key="no-shows-revise",
            type="primary",
            icon=":material/task_alt:",
            disabled=not missed,
            width="stretch",
            on_click=_revise,
            args=(context, missed),
        )
        if any(not row["is_no_show"] for row in rows):
            back.button(
                f"Take {words.counted(len(revised), 'revision')} back",
                key="no-shows-back",
                icon=":material/undo:",
                disabled=not revised,
                width="stretch",
                on_click=_take_back,
                args=(context, revised),
            )
        st.caption(f"At most {decide.BULK_LIMIT} at once.")


def _revise(context: view.Context, rows: list[Row]) -> None:
    fit = [row for row in rows if row["status"] in CORRECTABLE]
    unfit = [row for row in rows if row["status"] not in CORRECTABLE]
    if unfit and len(fit) <= decide.BULK_LIMIT:
        named = ", ".join(sorted({f"{row['title']} ({row['status']})" for row in unfit})[:3])
        decide.refuse(
            f"{words.counted(len(unfit), 'row')} cannot be revised because of the session's "
            f"status: {words.inert(named)}. Nothing was stored; untick them, or correct the "
            "session's status first."
        )
        return
    _send(
        context,
        lambda reason: [
            overrides.line(row["event_key"], row["teacher_key"], "add", reason) for row in fit
        ],
    )


def _take_back(context: view.Context, rows: list[Row]) -> None:
    _send(
        context,
        lambda reason: [decide.revoke_line(row["override_decision_id"], reason) for row in rows],
    )


def _send(context: view.Context, make: Any) -> None:
    reason = overrides.reason_in(_REASON)
    if reason is not None and decide.store(context.settings, context.person, make(reason)):
        st.session_state[_EVERYTHING] = False
        st.session_state[_REASON] = ""


def _stored(context: view.Context, release: OpenRelease, waiting: overrides.Waiting) -> None:
    """What waits for the next build, each with its way back."""
    from dashboard import pending

    mine = list(waiting.values())
    if not mine:
        return
    with st.expander(
        f"{words.counted(len(mine), 'correction')} stored, applied at the next build",
        icon=":material/schedule:",
    ):
        for item in mine[-_UNDO_AT_MOST:]:
            what, button = st.columns([6, 1], vertical_alignment="center")
            what.markdown(
                f"{words.inert(pending.sentence(release, item))}  \n"
                f":small[“{words.inert(item.reason)}”, {words.inert(item.actor)}]"
            )
            with button:
                overrides.undo_button(context, item, f"undo-{item.decision_id}")


def _sheet(rows: list[Row]) -> downloads.Sheet:
    return downloads.Sheet(
        "No-shows",
        _SHEET,
        [
            [row["building"], row["teacher_name"], row["session_date"], row["title"], row["series"]]
            for row in rows
        ],
    )


view.show(
    "No-shows",
    "Sessions that roster teachers signed up for and missed. Cancelled sessions are never here.",
    body,
)
