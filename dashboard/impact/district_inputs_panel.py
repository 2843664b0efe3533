"""The numbers staff enter for a district's year: what stands, what waits, and the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import decide, event_forms, pending, view, words, words_crm
from dashboard.impact import queries_inputs
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from polaris import district_inputs

ACTION = "set_district_input"
ALL = "all"
MOST = 30_000

Row = Mapping[str, Any]


def draw(context: view.Context, release: OpenRelease, scope: Row) -> None:
    """The numbers of the year and host that `scope`, a row of the district, is about."""
    district, year, host = (str(scope[name]) for name in ("scope_key", "school_year", "host"))
    entered = queries_inputs.of_district(release, district, year, host)
    waiting = [
        item
        for item in pending.of(context.settings, "district", district)
        if item.payload.get("school_year") == year and (item.payload.get("host") or ALL) == host
    ]
    st.markdown("#### Entered by staff")
    may = event_forms.may(context, ACTION)
    if entered:
        _table(context, entered, waiting, is_told=release.tells_few)
    else:
        st.markdown("Nobody entered a number for this district, year and host.")
    st.caption("These numbers come from no source; they stand beside the others and in no sum.")
    event_forms.waiting(context, release, waiting, "district-inputs")
    years = district_inputs.years(context.today)
    if may and year in years:
        with st.container(border=True, key="district-inputs-form"):
            _form(context, district, year, host)


def _table(
    context: view.Context,
    entered: Mapping[str, Row],
    waiting: Sequence[Pending],
    *,
    is_told: bool,
) -> None:
    may = event_forms.may(context, ACTION)
    gone = {item.revokes for item in waiting}
    after = {str(item.payload.get("data_type")): item for item in waiting if item.revokes is None}
    for data_type, name in district_inputs.names().items():
        row = entered.get(data_type)
        if row is None:
            continue
        becomes = after.get(data_type)
        now = words_crm.students(row["input_value"], is_told=is_told)
        value = f"**{words.inert(name)}** {now}"
        if becomes is not None:
            stored = words_crm.students(becomes.payload.get("value"), is_told=is_told)
            value += f" :material/arrow_forward: {stored} :small[stored]"
        elif row["decision_id"] in gone:
            value = f"~~{value}~~ :small[stored, taken back with the next build]"
        who = f"{words.inert(row['actor'])}, {words.inert(words.moment(row['decided_at']))}"
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"district-input-{data_type}"
        ):
            st.markdown(f"{value}  \n:small[{who}]", width="stretch")
            if may and row["decision_id"] not in gone:
                key = f"district-input-undo-{data_type}"
                event_forms.undo(context, str(row["decision_id"]), key, ACTION)


def _form(context: view.Context, district: str, year: str, host: str) -> None:
    names = district_inputs.names()
    kind_box, value_box = f"input-kind-{district}", f"input-value-{district}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Number of",
            list(names),
            index=None,
            format_func=lambda one: names.get(one, one),
            placeholder="Choose what was counted",
            key=kind_box,
            width=340,
        )
        st.number_input(
            "Number", min_value=0, max_value=MOST, value=None, step=1, key=value_box, width=140
        )

        def enter() -> None:
            kind, value = st.session_state.get(kind_box), st.session_state.get(value_box)
            if kind is None or value is None:
                decide.refuse("Choose what was counted and give the number. Nothing was stored.")
                return
            payload = {"school_year": year, "data_type": kind, "value": int(value)}
            payload |= {} if host == ALL else {"host": host}
            line = decide.line(ACTION, "district", district, payload)
            event_forms.store(context, [line], lambda: _emptied(kind_box, value_box))

        st.button(
            "Enter number",
            key=f"input-go-{district}",
            type="primary",
            icon=":material/edit_note:",
            on_click=enter,
        )


def _emptied(*boxes: str) -> None:
    for box in boxes:
        st.session_state[box] = None
