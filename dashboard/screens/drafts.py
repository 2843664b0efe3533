"""Draft review: past sessions that are still drafts, and whether they took place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import decide, district_filter, downloads, event_forms, pending, ticking, view, words
from dashboard.decide import BULK_LIMIT
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.sessions import event_state, event_status, queries_drafts, words_events
from dashboard.sessions.queries_drafts import PAGE_SIZE, SORTS, DraftFilter

_LIST_HEIGHT = 640
# Of one height, so that the list below stays under the hand while drafts are ticked.
_BAR_HEIGHT = 168
_RESULTS = "drafts-results"
_GO_TO = "drafts-go-to"
_OPEN = "drafts-open"
_EXPORT = {
    "title": "Title",
    "session_date": "Date",
    "days_past": "Days past",
    "districts": "District",
    "schools": "School",
    "teacher_count": "Teachers",
    "presenter_count": "Presenters",
    "registered_student_count": "Reg. students",
    "attended_student_count": "Att. students",
    "confidence_label": "Confidence",
    "pathful_session_id": "Session ID",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    waiting = pending.standing(context.settings)
    decided = event_state.decided_drafts(waiting)
    counts = queries_drafts.counts(release, decided)
    if not counts:
        view.empty(
            "No draft to review",
            "A session is listed here when its day is over and it is still a draft. "
            "**Import** a Pathful Session Report to bring the newest ones.",
            ":material/task_alt:",
        )
        return
    _cards(counts)
    filters = view.Filters("drafts")
    chosen = _filters(release, filters, decided)
    _results(context, release, waiting)
    total = queries_drafts.count(release, chosen)
    if not total:
        view.empty(
            "No draft fits these filters",
            "Choose another confidence or district, widen the dates, or reset the filters.",
            ":material/task_alt:",
        )
        return
    number = filters.page_number(total, PAGE_SIZE)
    rows = queries_drafts.page(release, chosen, number)
    may_decide = event_forms.may(context, "promote_draft") and not chosen.shows_decided
    bar = st.container(border=True, height=_BAR_HEIGHT) if may_decide else None
    picked = _list(rows, waiting, may_tick=may_decide)
    filters.pager(total, PAGE_SIZE, "draft")
    if bar is not None:
        with bar:
            tagged = event_state.given_presenters(waiting)
            ticked = [rows[position] for position in picked]
            _decide(context, release, chosen, ticked, total=total, tagged=tagged)
    downloads.buttons(
        context.person,
        "Draft_review",
        "drafts",
        lambda: [downloads.sheet_of("Drafts", queries_drafts.export(release, chosen), _EXPORT)],
    )
    wanted = st.session_state.pop(_GO_TO, None)
    if wanted is not None:
        st.switch_page("screens/events.py", query_params={"event": wanted, "tab": "status"})


def _cards(counts: dict[str, int]) -> None:
    for column, (code, label) in zip(st.columns(3), words_events.CONFIDENCE.items(), strict=True):
        column.metric(
            label,
            words.number(counts.get(code, 0)),
            delta=words_events.CONFIDENCE_MEANINGS[code],
            delta_color="off",
            delta_arrow="off",
            icon=words_events.CONFIDENCE_ICONS[code],
            border=True,
        )


def _filters(release: OpenRelease, filters: view.Filters, decided: tuple[str, ...]) -> DraftFilter:
    confidence_box, district_box, start, end, sort_box = st.columns([2.2, 2.4, 1.6, 1.6, 2])
    with confidence_box:
        names = view.any_of("All", words_events.CONFIDENCE)
        confidence = filters.choice("Confidence", "confidence", names)
    with district_box:
        names = district_filter.options(release, queries_drafts.districts(release))
        district = filters.choice("District", "district", names)
    with start:
        first_day = filters.day("From", "from", None)
    with end:
        last_day = filters.day("To", "to", None)
    with sort_box:
        orders: dict[str | None, str] = {name: name for name in SORTS}
        sort = filters.choice("Order", "order", orders, next(iter(SORTS)))
    text_box, switch_box, reset_box = st.columns([5.6, 3, 1.2], vertical_alignment="bottom")
    with text_box:
        text = filters.text("Search", "q", "Title, school, district or session id")
    shows_decided = False
    with switch_box:
        # A status given to a session that is no draft to review is not listed here.
        stored = queries_drafts.count(release, DraftFilter(decided=decided, shows_decided=True))
        if stored:
            shows_decided = filters.flag(
                f"Show the {words.counted(stored, 'stored decision')}", "decided"
            )
    with reset_box:
        filters.reset_button()
    return DraftFilter(
        confidence=confidence,
        district=district,
        first_day=first_day,
        last_day=last_day,
        text=text,
        sort=sort or next(iter(SORTS)),
        decided=decided,
        shows_decided=shows_decided,
    )


def _list(rows: list[dict[str, Any]], waiting: Sequence[Pending], *, may_tick: bool) -> list[int]:
    """The page's drafts; returns the positions that are ticked."""
    import pandas as pd

    stored = event_state.statuses(waiting)
    keys = [row["event_key"] for row in rows]
    frame = pd.DataFrame(rows).assign(
        open="Open",
        title=[words.plain(row["title"]) for row in rows],
        stored=[stored.get(key) for key in keys],
    )

    def opened() -> None:
        click = st.session_state.get(_OPEN)
        if click is not None:
            st.session_state[_GO_TO] = keys[click["row"]]

    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    columns = {
        "open": st.column_config.ButtonColumn(
            "", width=58, type="tertiary", key=_OPEN, on_click=opened, pinned=True
        ),
        "title": text("Title", width=240),
        "session_date": st.column_config.DateColumn("Date", format="MMM D, YYYY", width=100),
        "districts": text("District", width=172),
        "teacher_count": number("Teachers", width=78),
        "presenter_count": number("Presenters", width=88),
        "registered_student_count": number("Reg. students", width=106),
        "attended_student_count": number("Att. students", width=102),
        "confidence_label": text("Confidence", width=160),
    }
    if any(key in stored for key in keys):
        columns["stored"] = text("Will be", width=88)
    return ticking.table(
        frame,
        columns,
        height=min(_LIST_HEIGHT, 38 + 35 * len(rows)),
        key=f"drafts-list-{abs(hash(tuple(keys)))}",
        may_tick=may_tick,
        alt="Drafts to review",
    )


def _decide(
    context: view.Context,
    release: OpenRelease,
    chosen: DraftFilter,
    picked: list[dict[str, Any]],
    *,
    total: int,
    tagged: set[str],
) -> None:
    """Promote or dismiss what is ticked; what will happen is said before it is pressed."""
    text_box, promote_box, dismiss_box = st.columns([7, 2.4, 2.4], vertical_alignment="center")
    with text_box:
        everything = st.checkbox(
            f"All {words.counted(total, 'draft')} of this filter, not only the ticked ones",
            key="drafts-everything",
        )
        rows = queries_drafts.page(release, chosen, None) if everything else picked
        st.markdown(
            _preview(release, rows, tagged)
            if rows
            else "**Did they take place?** Tick drafts in the list, or take everything the filter "
            f"shows, at most {BULK_LIMIT} at once. What will happen is said here first."
        )
    many = words.counted(len(rows), "draft")
    promote_box.button(
        f"Promote {many}",
        key="drafts-promote",
        type="primary",
        icon=":material/task_alt:",
        width="stretch",
        disabled=not rows,
        on_click=_store,
        args=(context, rows, "promote_draft", {}),
    )
    with dismiss_box.popover(
        f"Dismiss {many}", icon=":material/event_busy:", width="stretch", disabled=not rows
    ):
        payload = event_status.dismissal("drafts-dismiss")
        st.button(
            "Dismiss",
            key="drafts-dismiss-go",
            type="primary",
            on_click=_store,
            args=(context, rows, "dismiss_draft", payload),
        )


def _preview(release: OpenRelease, rows: list[dict[str, Any]], tagged: set[str]) -> str:
    """What promoting and dismissing would do, in words; `tagged` get a presenter anyway."""
    effect = queries_drafts.effect(release, [row["event_key"] for row in rows])
    teachers = effect["attended"] + effect["no_show"]
    many = words.counted(len(rows), "session")
    becomes = "becomes" if len(rows) == 1 else "become"
    kept = (
        f" {words.counted(effect['corrected'], 'teacher')} with a correction by staff keep it."
        if effect["corrected"]
        else ""
    )
    alone = [row for row in rows if row["event_key"] not in tagged and not row["presenter_count"]]
    flagged = (
        f" {words.counted(len(alone), 'session')} without a presenter "
        f"{'gets' if len(alone) == 1 else 'get'} the flag "
        f"*{words.FLAG_TYPES['MISSING_PRESENTER']}*."
        if alone
        else ""
    )
    return (
        f"**Promote:** {many} {becomes} Completed.{flagged} "
        f"Of {words.counted(teachers, 'teacher')}, "
        f"**{effect['attended']:,} attended** (students did) and "
        f"**{effect['no_show']:,} no-show** (no student did).{kept}  \n"
        f"**Dismiss:** {many} {becomes} Cancelled, reason Other, and no teacher gets credit."
    )


def _store(
    context: view.Context,
    rows: list[dict[str, Any]],
    action: str,
    payload: dict[str, Any] | None,
) -> None:
    """Stores one decision per draft that is still one; the others are passed over and named."""
    if payload is None:
        decide.refuse("Choose why the drafts are dismissed. Nothing was stored.")
        return
    if decide.is_too_long("The reason is", payload.get("text")):
        return
    if len(rows) > BULK_LIMIT:
        decide.refuse(
            f"{len(rows):,} drafts were chosen, and at most {BULK_LIMIT} can be decided at once. "
            "Nothing was stored. Narrow the filter, or tick fewer."
        )
        return
    decided = set(event_state.decided_drafts(pending.standing(context.settings)))
    open_rows = [row for row in rows if row["event_key"] not in decided]
    if not open_rows:
        decide.refuse("Somebody decided all of these meanwhile. Nothing was stored.")
        return
    lines = [decide.line(action, "event", row["event_key"], payload) for row in open_rows]
    if not event_forms.store(context, lines):
        return
    st.session_state["drafts-everything"] = False
    st.session_state[_RESULTS] = {
        "action": action,
        "stored": [(row["event_key"], row["title"]) for row in open_rows],
        "passed": [row["title"] for row in rows if row["event_key"] in decided],
    }


def _results(context: view.Context, release: OpenRelease, waiting: Sequence[Pending]) -> None:
    """What became of the last bulk decision, with one button that takes all of it back."""
    results = st.session_state.get(_RESULTS)
    if not results:
        return
    mine = {
        item.subject_key: item
        for item in waiting
        if item.subject_type == "event" and item.action == results["action"]
    }
    stored = [(key, title) for key, title in results["stored"] if key in mine]
    if not stored:
        st.session_state.pop(_RESULTS)
        return
    verb = "promoted" if results["action"] == "promote_draft" else "dismissed"
    with st.container(border=True):
        head, undo_box, close_box = st.columns([7, 1.6, 1], vertical_alignment="center")
        passed = (
            f", {len(results['passed']):,} passed over because somebody decided them meanwhile"
            if results["passed"]
            else ""
        )
        head.markdown(
            f"{view.status_badge('Stored', 'open')} "
            f"**{words.counted(len(stored), 'draft')} {verb}**{passed}"
        )
        undo_box.button(
            "Undo all" if len(stored) > 1 else "Undo",
            key="drafts-undo-all",
            icon=":material/undo:",
            on_click=event_forms.send,
            args=(context, [decide.revoke_line(mine[key].decision_id) for key, _ in stored]),
        )
        close_box.button(
            "Close",
            key="drafts-results-close",
            on_click=st.session_state.pop,
            args=(_RESULTS, None),
        )
        with st.expander("Which ones", expanded=len(stored) <= 5):
            lines = [f"- {words.inert(title)}" for _, title in stored]
            lines += [f"- {words.inert(title)} (passed over)" for title in results["passed"]]
            st.markdown("\n".join(lines))


view.show(
    "Draft review",
    "Sessions whose day is over and that are still drafts. Say once whether they took place; "
    "no import changes it.",
    body,
    "view_drafts",
)
