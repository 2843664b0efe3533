"""Tables fit a tablet, and a wide window as before."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.narrow import LAPTOP, TABLET, narrowed, text_width

_column = st.column_config


def widths(columns: dict[str, Any]) -> list[int]:
    found = narrowed(columns).values()
    return [one["width"] if isinstance(one, dict) else one.config["width"] for one in found]


def test_a_wide_table_gives_of_every_column_alike_but_of_dates_and_buttons() -> None:
    columns = {
        "open": _column.ButtonColumn("", width=58, key="o"),
        "day": _column.DateColumn("Date", width=100),
        "title": _column.TextColumn("Title", width=500),
        "school": _column.TextColumn("School", width=400),
        "count": _column.NumberColumn("Rows", width=60),
    }
    found = widths(columns)
    assert found[:2] == [58, 100]
    assert found[4] == 44  # a figure stays legible
    assert 500 - found[2] == 400 - found[3] > 0
    assert sum(found) <= 830
    assert columns["title"]["width"] == 500


def test_what_fits_and_what_has_no_width_stays_as_it_is() -> None:
    narrow = {"a": _column.TextColumn("A", width=400), "b": _column.TextColumn("B", width=430)}
    assert widths(narrow) == [400, 430]
    free = {"a": _column.TextColumn("A", width=900), "b": "B"}
    assert narrowed(free) == free


def test_a_table_that_says_more_has_more_room() -> None:
    columns = {"a": _column.TextColumn("A", width=700), "b": _column.TextColumn("B", width=500)}
    assert sum(widths(columns)) <= TABLET
    found = narrowed(columns, LAPTOP).values()
    assert [one["width"] for one in found] == [699, 499]


def test_a_text_needs_the_room_of_its_letters() -> None:
    """A browser's figures are beside the list of runs (tests/browser)."""
    assert text_width("") < text_width("ill") < text_width("one") < text_width("WMM")
    assert text_width("\N{CJK UNIFIED IDEOGRAPH-6E2F}" * 3) > text_width("WMM")
