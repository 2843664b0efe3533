"""Before a match is confirmed: the ticket and its match side by side, and what will move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import decide, view, words
from dashboard.decide import Waiting
from dashboard.release import OpenRelease
from dashboard.teachers import queries_progress
from dashboard.unmatched import queries_unmatched
from dashboard.unmatched import queries_unmatched_preview as queries
from dashboard.unmatched import ticket as tickets
from dashboard.words_people import heading
from polaris import access

PARAM = "match"
_AFTER = "ticket-after"
_KINDS = {
    "teacher": "The teacher",
    "volunteer": "The presenter",
    "school": "The school",
    "organization": "The company",
}
_PLACES = {"moves": "Moves", "both": "On both: once", "off": "Stays off", "own": ""}
_TABLE_HEIGHT = 320


def open_for(ticket_key: str, key: str, after: str | None) -> None:
    """Opens the preview of matching a ticket; for a button. `after` is the ticket that follows."""
    st.session_state[_AFTER] = after
    st.query_params["ticket"] = ticket_key
    st.query_params[PARAM] = key


def close() -> None:
    """Back to the ticket; for a button."""
    st.query_params.pop(PARAM, None)


def draw(context: view.Context, release: OpenRelease, waiting: dict[str, Waiting]) -> None:
    """The preview that the address names, in place of the list."""
    ticket = queries_unmatched.ticket(release, st.query_params.get("ticket", ""))
    kind = decide.MATCHES[ticket["unmatched_type"]][2] if _fits(ticket) and ticket else None
    person = queries.target(release, kind, st.query_params[PARAM]) if kind else None
    if ticket is None or kind is None or person is None:
        view.empty(
            "This match cannot be shown",
            "The ticket, or what it would be matched to, is not in this release: a newer one may "
            "have settled it. Go back to the list and open the ticket again.",
            ":material/link_off:",
        )
        st.button("Back to the list", icon=":material/arrow_back:", on_click=close)
        return
    st.subheader(
        f"Match {heading(tickets.title(ticket))} with {heading(person['name'])}?",
        anchor=False,
    )
    if kind in {"teacher", "volunteer"}:
        _people(context, release, (ticket, person, kind), waiting)
    else:
        _places(context, release, (ticket, person, kind), waiting)


def _fits(ticket: dict[str, Any] | None) -> bool:
    return ticket is not None and ticket["unmatched_type"] in decide.MATCHES


def _confirm(
    context: view.Context, ticket: dict[str, Any], key: str, waiting: dict[str, Waiting]
) -> None:
    """Confirm and Cancel, or why there is nothing to confirm."""
    decided = waiting.get(ticket["ticket_key"])
    status = decided.status if decided is not None else ticket["status"]
    action = decide.MATCHES[ticket["unmatched_type"]][0]
    may = access.may_decide(context.person.role, action)
    if status != "pending":
        who = decided.actor if decided is not None else ticket["resolved_by"]
        said = words.label(status, words.TICKET_STATUSES).lower()
        st.warning(
            f"This ticket is {said} already{f' by {words.inert(who)}' if who else ''}. "
            "Undo that first.",
            icon=":material/info:",
        )
    with st.container(horizontal=True, gap="small"):
        if may and status == "pending":
            st.button(
                "Confirm match",
                type="primary",
                icon=":material/link:",
                shortcut="Alt+M",
                key="preview-confirm",
                on_click=_store,
                args=(context, decide.match_line(ticket, key)),
            )
        st.button(
            "Cancel",
            icon=":material/arrow_back:",
            shortcut="Esc",
            key="preview-cancel",
            on_click=close,
        )


def _store(context: view.Context, line: dict[str, Any]) -> None:
    if not decide.store(context.settings, context.person, [line]):
        return
    close()
    view.go("ticket", st.session_state.pop(_AFTER, None))()


_Pair = tuple[dict[str, Any], dict[str, Any], str]


def _people(
    context: view.Context, release: OpenRelease, pair: _Pair, waiting: dict[str, Waiting]
) -> None:
    ticket, person, kind = pair
    sessions = queries.sessions(release, kind, ticket["ticket_key"], person["key"])
    _sides(context, pair)
    places = [one["place"] for one in sessions]
    moves, both, own = (places.count(place) for place in ("moves", "both", "own"))
    cards: list[tuple[str, Any, str | None]] = [
        ("Sessions that move", words.number(moves), "They are on the ticket only."),
        ("Already on both", words.number(both), "Each of them counts once."),
        ("Sessions after", words.number(moves + both + own), "Different sessions."),
    ]
    progress = []
    if kind == "teacher":
        progress = queries.progress(release, ticket["ticket_key"], person["key"], context.today)
        cards += _progress_cards(context, progress)
    view.cards(cards)
    if places.count("off"):
        off = words.counted(places.count("off"), "session")
        st.caption(f"Staff took this person off {off} before; a match does not bring that back.")
    if kind == "teacher":
        _progress_note(context, progress)
    _confirm(context, ticket, person["key"], waiting)
    left, right = st.columns(2, gap="medium")
    with left:
        _sessions_of_ticket([one for one in sessions if one["place"] != "own"], kind)
    with right:
        mine = [one for one in sessions if one["place"] in {"own", "both"}]
        _sessions_of_person(mine, words.inert(person["name"]))


def _sides(context: view.Context, pair: _Pair) -> None:
    ticket, person, kind = pair
    place = "School" if kind == "teacher" else "Company"
    theirs = {
        "Name": ticket["attempted_name"],
        "E-mail": context.email(ticket["attempted_email"]),
        place: ticket["attempted_school" if kind == "teacher" else "attempted_organization"],
        "District": ticket["attempted_district"] if kind == "teacher" else None,
        "Pathful user id": ticket["pathful_user_id"],
    }
    mine = {
        "Name": person["name"],
        "E-mail": context.email(person["email"]),
        place: person["place"],
        "District": person["district"],
        "Pathful user id": person["pathful_user_id"],
    }
    names = [name for name in theirs if theirs[name] or mine[name]]
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        st.markdown(f":small[The ticket · {tickets.kind_name(ticket)}]")
        st.markdown(_lines(names, theirs, {}))
    with right, st.container(border=True, height="stretch"):
        note = " · known only from Pathful" if person["is_provisional"] else ""
        st.markdown(f":small[{_KINDS[kind]} it is matched to{note}]")
        st.markdown(_lines(names, mine, theirs))


def _lines(names: Sequence[str], values: dict[str, Any], others: dict[str, Any]) -> str:
    """One line per field; the word "same" where both sides agree."""
    lines = []
    for name in names:
        same = _folded(values[name]) == _folded(others.get(name)) != ""
        mark = "\N{EN SPACE}:blue[:material/check: same]" if same else ""
        lines.append(f"**{name}**\N{EN SPACE}{words.inert(values[name])}{mark}")
    return "  \n".join(lines)


def _folded(value: Any) -> str:
    return "" if value is None else " ".join(str(value).casefold().split())


def _progress_cards(
    context: view.Context, progress: list[dict[str, Any]]
) -> list[tuple[str, Any, str | None]]:
    row = _current(context, progress)
    if row is None:
        return []
    target = row["target_sessions"]
    return [
        (
            f"Completed in {row['virtual_year']}",
            f"{row['completed_before']} \N{RIGHTWARDS ARROW} {row['completed_after']}",
            f"Goal: {words.counted(target, 'session')}. Sessions attended up to today.",
        ),
        (
            "Planned",
            f"{row['planned_before']} \N{RIGHTWARDS ARROW} {row['planned_after']}",
            "Signed up for a future session.",
        ),
    ]


def _current(context: view.Context, progress: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The roster row of the current virtual year, else of the newest one."""
    years = [row["virtual_year"] for row in progress]
    year = queries_progress.default_year(years, context.today)
    return next((row for row in progress if row["virtual_year"] == year), None)


def _progress_note(context: view.Context, progress: list[dict[str, Any]]) -> None:
    """What the match does to the goal, in each year and district it changes."""
    current = _current(context, progress)
    changed = [row for row in progress if row == current or _is_changed(row)]
    if not changed:
        st.caption("This teacher is on no active roster, so no goal changes.")
    for row in changed:
        before, after = (
            view.status_badge(words.PROGRESS_WORDS[row[name]], words.PROGRESS_KINDS[row[name]])
            for name in ("status_before", "status_after")
        )
        where = f"{words.inert(row['district_name'])}, {words.inert(row['virtual_year'])}"
        counts = ""
        if row != current:
            counts = (
                f" · completed {row['completed_before']} \N{RIGHTWARDS ARROW} "
                f"{row['completed_after']} of {row['target_sessions']}"
            )
        if before == after:
            st.markdown(f"{where}: stays {after}{counts}")
        else:
            st.markdown(f"{where}: {before} \N{RIGHTWARDS ARROW} {after}{counts}")


def _is_changed(row: dict[str, Any]) -> bool:
    return any(
        row[f"{name}_before"] != row[f"{name}_after"] for name in ("completed", "planned", "status")
    )


def _sessions_of_ticket(rows: list[dict[str, Any]], kind: str) -> None:
    st.markdown(f"**Sessions of the ticket** :small[{len(rows):,}]")
    if not rows:
        st.markdown("No session with a date. The match holds for every later import.")
        return
    columns = {"place": st.column_config.TextColumn("What happens", width=106)}
    _session_table(rows, "ticket_attendance" if kind == "teacher" else None, columns, "the ticket")


def _sessions_of_person(rows: list[dict[str, Any]], name: str) -> None:
    st.markdown(f"**Sessions of {name}** :small[{len(rows):,}]")
    if not rows:
        st.markdown("No session yet.")
        return
    _session_table(rows, "own_attendance", {}, "the person")


def _session_table(
    rows: list[dict[str, Any]], attendance: str | None, more: dict[str, Any], alt: str
) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "date": [one["session_date"] for one in rows],
            "title": [words.plain(one["title"]) for one in rows],
            "status": [one["status"] for one in rows],
            "attendance": [
                words.label(one[attendance], words.ATTENDANCE) if attendance else None
                for one in rows
            ],
            "place": [_PLACES[one["place"]] for one in rows],
        }
    )
    columns: dict[str, Any] = {
        "date": st.column_config.DateColumn("Date", format="MMM D, YYYY", width=100),
        "title": st.column_config.TextColumn("Session", width=174),
        "status": st.column_config.TextColumn("Status", width=84),
    }
    if attendance:
        columns["attendance"] = st.column_config.TextColumn("Attendance", width=84)
    view.table(
        frame,
        columns | more,
        height=min(_TABLE_HEIGHT, 38 + 35 * len(rows)),
        alt=f"Sessions of {alt}",
    )


def _places(
    context: view.Context, release: OpenRelease, pair: _Pair, waiting: dict[str, Waiting]
) -> None:
    ticket, place, kind = pair
    answered = queries.answered(release, ticket["ticket_key"])
    own = queries.own_numbers(release, kind, place["key"])
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        st.markdown(f":small[The ticket · {tickets.kind_name(ticket)}]")
        st.markdown(f"**{words.inert(tickets.title(ticket))}**  \n{_beside(ticket)}")
    with right, st.container(border=True, height="stretch"):
        st.markdown(f":small[{_KINDS[kind]} it is matched to]")
        facts = [place["district"], place["place"]]
        noun = "teacher" if kind == "school" else "presenter"
        numbers = (
            f"{words.counted(int(own['people_count'] or 0), noun)} and "
            f"{words.counted(int(own['session_count'] or 0), 'session')} today"
        )
        known = " · ".join(words.inert(one) for one in facts if one)
        st.markdown(
            f"**{words.inert(place['name'])}**  \n{known + ' · ' if known else ''}{numbers}"
        )
    people = "Presenters answered" if kind == "organization" else "Open teachers who name it"
    count = answered["ticket_count" if kind == "organization" else "teacher_ticket_count"]
    view.cards(
        [
            ("Tickets answered", words.number(answered["ticket_count"]), None),
            (people, words.number(count), None),
            ("Sessions", words.number(answered["session_count"]), "Different sessions with it."),
            ("Rows of the report", words.number(answered["row_count"] or 0), None),
        ]
    )
    st.caption(
        "The spelling is remembered: every later import that uses it is matched by itself."
        + ("" if kind == "organization" else " Teacher tickets stay open, with the right school.")
    )
    _confirm(context, ticket, place["key"], waiting)


def _beside(ticket: dict[str, Any]) -> str:
    where = tickets.place(ticket)
    rows = words.counted(int(ticket["affected_row_count"] or 0), "row")
    return f"{words.inert(where)} · {rows}" if where else rows
