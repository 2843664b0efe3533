"""Trends: imports, what was held back, duplicates, freshness and sessions by day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import streamlit as st

from dashboard import downloads, view, words
from dashboard.release import OpenRelease
from dashboard.runs import import_comparison, queries_trends, trend_charts

Row = dict[str, Any]

_DAYS_SHOWN = 30
_MOST_DAYS = 731
_HEADS = {
    "day": "Day",
    "source": "Source",
    "run_count": "Runs",
    "failed_count": "Failed",
    "row_count": "Rows",
    "evaluated_count": "Rows checked",
    "created_count": "Created",
    "updated_count": "Updated",
    "skipped_count": "Skipped",
    "unmatched_count": "Unmatched",
    "invalid_count": "Rejected",
    "duplicate_count": "Repeated",
}


def _source(row: Row) -> str:
    return words.label(row["source"], words.RUN_SOURCES)


@dataclass(frozen=True)
class _Chart:
    """One value by day.

    Attributes:
        key: unique on the page; also of its file in the log of exports.
        title: above it, and the head of its column in the file.
        rows: with `day` and the value.
        value: the column of the value.
        series: what each row belongs to.
        as_line: a line for each of the series, else bars on top of each other.
    """

    key: str
    title: str
    rows: list[Row]
    value: str
    series: Callable[[Row], str] = _source
    as_line: bool = False


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    last_run = queries_trends.last_day(release)
    if last_run is None:
        view.empty(
            "No run yet",
            "**Import** a file; from then on this page shows each day.",
            ":material/trending_up:",
        )
        return
    filters = view.Filters("trends")
    boxes = st.tabs(["Day by day", "Compare two imports"])
    with boxes[0]:
        _days(context, release, filters, queries_trends.newest_day(release, context.today))
    with boxes[1]:
        import_comparison.draw(context, release, filters)


def _days(context: view.Context, release: OpenRelease, filters: view.Filters, newest: date) -> None:
    start, end, source_box, reset = st.columns([2, 2, 3, 1.4], vertical_alignment="bottom")
    with start:
        first = filters.day("From", "from", newest - timedelta(days=_DAYS_SHOWN - 1))
    with end:
        last = filters.day("To", "to", newest)
    with source_box:
        known = {
            code: words.label(code, words.RUN_SOURCES) for code in queries_trends.sources(release)
        }
        source = filters.choice("Source", "source", view.any_of("All sources", known))
    with reset:
        filters.reset_button()
    if first is None or last is None or first > last:
        st.error("Choose a first day and a last day after it.", icon=":material/error:")
        return
    if (last - first).days > _MOST_DAYS:
        st.error("Choose at most two years.", icon=":material/error:")
        return
    rows = queries_trends.days(release, first, last, source)
    ages = queries_trends.ages(release, first, last, source)
    sessions = queries_trends.sessions(release, first, last)
    _cards(rows, sessions)
    _draw(context, _charts(rows, ages, sessions), (first, last))
    st.caption("**Download as PNG** above a chart, where the pointer is, saves it as a picture.")
    downloads.buttons(
        context.person,
        f"Trends {first:%Y-%m-%d} to {last:%Y-%m-%d}",
        "trends",
        lambda: _sheets(rows, ages, sessions),
    )


def _cards(rows: list[Row], sessions: list[Row]) -> None:
    def total(name: str) -> int:
        return sum(int(row[name]) for row in rows)

    checked, invalid = total("evaluated_count"), total("invalid_count")
    view.cards(
        [
            ("Runs", words.number(total("run_count")), "Dry runs are left out."),
            ("Failed", words.number(total("failed_count")), None),
            (
                "Rows",
                words.number(total("row_count")),
                "Rows of all files and records of Salesforce.",
            ),
            (
                "Rejected",
                words.percent(100 * invalid / checked) if checked else words.DASH,
                "Rows that an error rule held back, among all but the blank ones.",
            ),
            (
                "Repeated",
                words.number(total("duplicate_count")),
                "Rows that stand twice in their file, or say again who is known.",
            ),
            (
                "Sessions",
                words.number(sum(row["session_count"] for row in sessions)),
                "Sessions on these days, whatever their status.",
            ),
        ]
    )


def _charts(rows: list[Row], ages: list[Row], sessions: list[Row]) -> list[_Chart]:
    """The charts, two beside each other."""
    shares = [
        row | {"share": 100 * row["invalid_count"] / row["evaluated_count"]}
        for row in rows
        if row["evaluated_count"]
    ]
    aged = "Hours since the last success, at the end of the day"
    rejected, percent = "Rows rejected by day", "Rejected rows in percent"
    return [
        _Chart("trend-rows", "Rows imported by day", rows, "row_count"),
        _Chart("trend-freshness", aged, ages, "age_hours", as_line=True),
        _Chart("trend-rejected", rejected, rows, "invalid_count"),
        _Chart("trend-reject-share", percent, shares, "share", as_line=True),
        _Chart("trend-repeated", "Rows repeated by day", rows, "duplicate_count"),
        _Chart("trend-sessions", "Sessions by day", sessions, "session_count", _status),
    ]


def _draw(context: view.Context, charts: list[_Chart], span: tuple[date, date]) -> None:
    for start in range(0, len(charts), 2):
        for box, chart in zip(st.columns(2, gap="medium"), charts[start : start + 2], strict=True):
            with box:
                _chart(context, chart, span)


def _chart(context: view.Context, chart: _Chart, span: tuple[date, date]) -> None:
    """One chart with a file of what it shows, or a sentence where there is nothing to draw."""
    drawn = [
        {
            "Day": f"{row['day']}T00:00:00",
            "What": chart.series(row),
            "Value": float(row[chart.value]),
        }
        for row in chart.rows
    ]
    if not any(one["Value"] for one in drawn):
        st.markdown(f"**{chart.title}**  \nNone on these days.")
        return
    names = sorted({chart.series(row) for row in chart.rows})
    trend_charts.draw(chart.title, drawn, names, span, as_line=chart.as_line, key=chart.key)
    downloads.csv_file(
        context.person,
        "CSV of this chart",
        f"{chart.title} {span[0]:%Y-%m-%d} to {span[1]:%Y-%m-%d}",
        chart.key,
        lambda: downloads.Sheet(
            chart.title,
            ["Day", "Series", chart.title],
            [[row["day"], chart.series(row), _figure(row[chart.value])] for row in chart.rows],
        ),
    )


def _figure(value: Any) -> float:
    """A count whole, a share or an age with two decimals at most."""
    return int(value) if value == int(value) else round(float(value), 2)


def _status(row: Row) -> str:
    return words.plain(row["status"])


def _sheets(rows: list[Row], ages: list[Row], sessions: list[Row]) -> list[downloads.Sheet]:
    aged = {(row["day"], row["source"]): row["age_hours"] for row in ages}
    counted = {(row["day"], row["source"]): row for row in rows}
    return [
        downloads.Sheet(
            "Days",
            [*_HEADS.values(), "Rejected percent", "Hours since the last success"],
            [
                [*_line(key, counted.get(key)), aged.get(key)]
                for key in sorted({*counted, *aged}, key=str)
            ],
        ),
        downloads.Sheet(
            "Sessions",
            ["Day", "Status", "Sessions"],
            [[row["day"], row["status"], row["session_count"]] for row in sessions],
        ),
    ]


def _line(key: tuple[date, str], row: Row | None) -> list[Any]:
    """The counts of a day and source; zeros where there was no run."""
    names = [name for name in _HEADS if name not in {"day", "source"}]
    numbers = [int(row[name]) if row else 0 for name in names]
    share = (
        round(100 * int(row["invalid_count"]) / int(row["evaluated_count"]), 2)
        if row and row["evaluated_count"]
        else None
    )
    return [key[0], words.label(key[1], words.RUN_SOURCES), *numbers, share]


view.show("Trends", "What came, what was held back and how fresh it is.", body, "view_health")
