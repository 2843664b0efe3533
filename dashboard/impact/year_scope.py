"""What the pages about a year share: the choice of a district, the empty year, the months' bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import charts, view, words, words_crm
from dashboard.impact.queries_school_year import ALL

_WIDTH = 240

Row = dict[str, Any]


def district(
    filters: view.Filters, rows: Sequence[Row], others: Mapping[str, str] | None = None
) -> str:
    """All districts, where the reader may see that, or one of them.

    Args:
        filters: of the page.
        rows: of the year, each with `scope_key` and `district_name`.
        others: districts without a row that are offered too, behind the ones with: key -> name.
    """
    options: dict[str | None, str] = {
        one["scope_key"]: one["district_name"] for one in rows if one["scope_key"] != ALL
    }
    without = {key: name for key, name in (others or {}).items() if key not in options}
    options |= {key: f"{name} (nothing yet)" for key, name in without.items()}
    if any(one["scope_key"] == ALL for one in rows) or not options:
        shown: dict[str | None, str] = {None: "All districts", **options}
        return filters.choice("District", "district", shown, width=_WIDTH) or ALL
    first = next(iter(options))
    return filters.choice("District", "district", options, first, width=_WIDTH) or str(first)


def nothing(what: str = "host") -> None:
    """The empty state of a choice that no event fits; `what` is the filter beside the year."""
    view.empty(
        "Nothing took place",
        f"No event of this year, {what} and district is in the release. Choose another year, or "
        f"all {what}s.",
        ":material/event_busy:",
    )


def note_unconfirmed(row: Mapping[str, Any]) -> None:
    """Says whom the numbers of volunteers of a scope leave out, where there is anybody."""
    # A release of an earlier version does not know them.
    count = int(row.get("unconfirmed_volunteer_count") or 0)
    if count:
        st.caption(
            f"Not counted as volunteers yet: {words.counted(count, 'person', 'people')} whom only "
            "Pathful or a sign-up names. Say who they are on the page **Unmatched**, or add them "
            "in Salesforce. Their engagements and hours count."
        )


def month_bars(
    filters: view.Filters,
    months: Sequence[Row],
    year: str,
    measures: Mapping[str | None, str],
    *,
    is_told: bool,
) -> None:
    """The months of a school year: one bar each, of the measure that is chosen.

    Args:
        filters: of the page.
        months: one row per month that had an event, with `month_date`.
        year: August of its first to July of its second half.
        measures: column -> its words; the first is shown at first.
        is_told: whether figures about few students may be shown.
    """
    first = next(iter(measures))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("#### :material/bar_chart: Month by month", width="stretch")
        chosen = filters.choice(
            "Measure", "measure", measures, first, label_visibility="collapsed", width=220
        )
    if not months:
        st.markdown("No month had a completed event.")
        return
    column = chosen or str(first)
    values = {row["month_date"]: bar(row, column, is_told=is_told) for row in months}
    charts.monthly_bars(charts.twelve_months(year, values), measures[column], "months")
    note_few(column, is_told=is_told)


def bar(row: Mapping[str, Any], column: str, *, is_told: bool) -> float:
    """The height of a month's bar; none for a number of students that is withheld."""
    value = row[column] or 0
    withheld = column in words_crm.STUDENT_FIGURES and words_crm.is_withheld(value, is_told=is_told)
    return 0.0 if withheld else float(value)


def note_few(column: str, *, is_told: bool) -> None:
    """Says that small months have no bar."""
    if column in words_crm.STUDENT_FIGURES and not is_told:
        st.caption(f"Months with fewer than {words_crm.LEAST_STUDENTS} students show no bar.")
