"""The shifts of an event: when, what for, how many are wanted, and who signed up for them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import downloads, view, words
from dashboard.release import OpenRelease
from dashboard.sessions.event_view import EventView

_SHIFTS = """
with counted as (
    select
        shift_key,
        count(*) filter (where rsvp_status is distinct from 'cancelled') as signup_count,
        count(*) filter (where is_attended) as attended_count
    from marts.fct_signups
    where event_key = $event and shift_key is not null
    group by shift_key
)

select
    shifts.start_at,
    shifts.end_at,
    shifts.role,
    shifts.capacity,
    coalesce(counted.signup_count, 0) as signup_count,
    coalesce(counted.attended_count, 0) as attended_count,
    shifts.external_id
from marts.dim_shifts as shifts
left join counted using (shift_key)
where shifts.event_key = $event
order by shifts.start_at, shifts.role nulls last, shifts.shift_key
"""
_HEADS = {
    "start": "Start",
    "end": "End",
    "role": "Role",
    "capacity": "Places",
    "signups": "Signed up",
    "attended": "Came",
}


def of_event(release: OpenRelease, event_key: str) -> list[dict[str, Any]]:
    """The shifts of an event, by their start; sign-ups are counted for staff only."""
    return release.rows(_SHIFTS, {"event": event_key})


def draw(shown: EventView) -> None:
    """The shifts, where the event has any."""
    import pandas as pd

    rows = of_event(shown.release, shown.key)
    if not rows:
        return
    st.markdown("#### Shifts")
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    columns: dict[str, Any] = {
        "start": text(_HEADS["start"], width=190),
        "end": text(_HEADS["end"], width=190),
        "role": text(_HEADS["role"], width=160),
        "capacity": number(_HEADS["capacity"], width=80),
    }
    frame = pd.DataFrame(
        {
            "start": [words.moment(row["start_at"]) for row in rows],
            "end": [words.moment(row["end_at"]) if row["end_at"] else None for row in rows],
            "role": [row["role"] for row in rows],
            "capacity": [row["capacity"] for row in rows],
        }
    )
    # Who signed up is not a district's to read, so neither is how many.
    if shown.context.may("view_crm"):
        frame["signups"] = [row["signup_count"] for row in rows]
        frame["attended"] = [row["attended_count"] for row in rows]
        columns |= {name: number(_HEADS[name], width=90) for name in ("signups", "attended")}
    view.table(frame, columns, height="content", key="event-shifts", alt="Shifts")


def sheet(shown: EventView) -> downloads.Sheet:
    """The shifts for an export."""
    rows = [
        (row["start_at"], row["end_at"], row["role"], row["capacity"], row["external_id"])
        for row in of_event(shown.release, shown.key)
    ]
    return downloads.Sheet("Shifts", ["Start", "End", "Role", "Places", "Id in the file"], rows)
