"""One card for each source: how old it is, its last thirty days, and what needs somebody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import streamlit as st

from dashboard import view, words
from dashboard.runs import reports
from dashboard.sources import queries_source_health as queries
from dashboard.sources import words_health
from polaris import status
from polaris.errors import PolarisError
from polaris.nights import schedule

Row = dict[str, Any]
# Source of the ledger -> the adapter that reads it, and which sources of ops.source_freshness are
# of it; every other one is of the files.
_ADAPTERS = {"pathful": "pathful", "roster": "pathful", "csv": "csv", "salesforce": "salesforce"}
_OF = {
    "session_report": "pathful",
    "user_report": "pathful",
    "pathful": "pathful",
    "roster": "roster",
    "salesforce": "salesforce",
}
_WORST = ("page", "stale", "unknown", "fresh", "never")
_IN_A_ROW = 2


@dataclass(frozen=True)
class Facts:
    """What the cards tell beside the age.

    Attributes:
        newest: the last day of the bars.
        days: source -> day -> rows and failed runs.
        offenders: source -> the rules with most open findings.
        unmapped: source -> fields that nothing reads.
        flags: source -> unusual things that nobody acknowledged.
        unjudged: source -> checks that could judge nothing yet.
        calls: the report of the newest run over Salesforce; None for none.
    """

    newest: date
    days: Mapping[str, Mapping[date, Row]]
    offenders: Mapping[str, list[Row]]
    unmapped: Mapping[str, int]
    flags: Mapping[str, int]
    unjudged: Mapping[str, int]
    calls: Row | None = field(default=None)


def by_source(rows: list[Row]) -> dict[str, list[Row]]:
    """The sources of a release under the names of the ledger; each name even where it has none."""
    found: dict[str, list[Row]] = {name: [] for name in _ADAPTERS}
    for row in rows:
        found[_OF.get(row["source"], "csv")].append(row)
    return found


def state(rows: list[Row]) -> str:
    """The worst state of a source's parts, but for what never came while another did."""
    states = {"page" if row["severity"] == "page" else row["status"] for row in rows}
    return next((one for one in _WORST if one in states), "never")


def draw(context: view.Context, groups: Mapping[str, list[Row]], facts: Facts) -> None:
    """The cards, two beside each other."""
    adapters = {row["adapter"]: row for row in status.adapters(context.settings)}
    names = list(groups)
    for start in range(0, len(names), _IN_A_ROW):
        boxes = st.columns(_IN_A_ROW)
        for box, name in zip(boxes, names[start : start + _IN_A_ROW], strict=False):
            with box, st.container(border=True, height="stretch", gap="small"):
                _card(context, name, groups[name], adapters.get(_ADAPTERS[name]), facts)


def _card(
    context: view.Context, name: str, rows: list[Row], adapter: Row | None, facts: Facts
) -> None:
    now = state(rows)
    badge = view.status_badge(
        words_health.FRESHNESS[now], words_health.FRESHNESS_KINDS.get(now, "neutral")
    )
    st.markdown(f"**{words.inert(words_health.SOURCES[name])}** {badge}")
    # What to set stands on the page Salesforce.
    reason = str(adapter["reason"]).partition(":")[0] if adapter else words.DASH
    lines = {"Adapter": reason}
    lines |= {"Last success": words.moment(_newest(rows)), "Next": _next(context, name)}
    if name == "salesforce":
        lines |= {"Login ends": _login(context), "Calls of the day": _calls(facts.calls)}
    st.markdown("  \n".join(f"{head}: {words.inert(text)}" for head, text in lines.items()))
    _parts(rows)
    if name in facts.days:
        _bars(facts.days[name], facts.newest, f"health-bars-{name}")
    else:
        st.markdown(":small[No run in the last thirty days.]")
    notes = _notes(name, facts)
    if notes:
        st.markdown("  \n".join(f":small[{line}]" for line in notes))


def _newest(rows: list[Row]) -> Any:
    return max(
        (row["last_success_at"] for row in rows if not words.is_missing(row["last_success_at"])),
        default=None,
    )


def _next(context: view.Context, name: str) -> str:
    if name == "salesforce":
        return _next_night(context)
    return "when somebody brings a file"


def _next_night(context: view.Context) -> str:
    """When the next night is to begin, and in how long; else what is said of it in words."""
    try:
        nights = schedule.of(context.settings)
    except PolarisError:  # what else the page tells does not wait for the decisions
        nights = schedule.Schedule(None, context.settings.schedule)
    now = datetime.now(UTC)
    begins = nights.next_at(now)
    if begins is None:
        return nights.words or "every night; the settings do not say when"
    left = words.duration(60 * ((begins - now).total_seconds() // 60))
    return f"{begins:%a}, {words.moment(begins)}, in {left.removesuffix(' 0 s')}"


def _login(context: view.Context) -> str:
    if context.settings.salesforce.login is None:
        return "no login is set"
    ends = context.settings.alerts.credentials_expire
    if ends is None:
        return "not known; SF_CREDENTIALS_EXPIRE says it"
    left = (ends - context.today).days
    when = f"in {words.counted(left, 'day')}" if left >= 0 else "it has ended"
    return f"{words.day(ends)}, {when}"


def _calls(report: Row | None) -> str:
    try:
        counts = json.loads(report["counts_json"]) if report else {}
    except (TypeError, ValueError):
        counts = {}
    used, allowed = counts.get("calls_used"), counts.get("calls_allowed")
    if not used or not allowed:
        return "not told by the last run"
    return f"{words.percent(100 * used / allowed)} ({used:,} of {allowed:,}) after the last run"


def _parts(rows: list[Row]) -> None:
    """Each report type with its own age."""
    lines = []
    for row in rows:
        what = words.label(row["source"], words.FRESHNESS_SOURCES)
        limit = row["page_hours"] if row["severity"] == "page" else row["warn_hours"]
        if row["status"] == "never":
            text = "never imported"
        elif words.is_missing(row["lag_hours"]):
            text = words_health.FRESHNESS[row["status"]].lower()
        else:
            read = "read up to" if row["cadence"] == "scheduled" else "last file"
            text = f"{read} {_hours(row['lag_hours'])} ago"
            text += "" if words.is_missing(limit) else f", allowed {_hours(limit)}"
        ahead = "; a time of the source lies ahead of the clock" if row["is_clock_ahead"] else ""
        lines.append(f":small[{words.inert(f'{what}: {text}{ahead}')}]")
    if lines:
        st.markdown("  \n".join(lines))


def _hours(hours: float) -> str:
    if hours < 72:
        return words.counted(round(hours), "hour")
    return words.counted(round(hours / 24), "day")


def _notes(name: str, facts: Facts) -> list[str]:
    """What needs somebody, as Markdown."""
    out = []
    flags = facts.flags.get(name, 0)
    if flags:
        out.append(f":material/query_stats: {words.counted(flags, 'unusual thing')}, see below")
    fields = facts.unmapped.get(name, 0)
    if fields:
        out.append(f":material/link_off: {words.counted(fields, 'field')} that nothing here reads")
    for row in facts.offenders.get(name, []):
        change = row["delta_count"] or 0
        trend = f", {change:+,} against the 30 days before" if change else ""
        found = words.counted(row["open_count"], "open finding")
        what = f"{reports.reason(row['rule_code'])}: {found}{trend}"
        out.append(f":material/rule: {words.inert(what)}")
    checks = facts.unjudged.get(name, 0)
    if checks:
        out.append(
            f":material/hourglass_empty: {words.counted(checks, 'check')} not judged yet: "
            "too little history to compare with"
        )
    return out


def _bars(days: Mapping[date, Row], today: date, key: str) -> None:
    first = today - timedelta(days=queries.DAYS - 1)
    values = []
    for number in range(queries.DAYS):
        day = first + timedelta(days=number)
        row = days.get(day, {})
        failed = bool(row.get("failed_count"))
        values.append(
            {
                "Day": f"{day:%b} {day.day}",
                "Rows": int(row.get("row_count") or 0),
                "State": "A run failed" if failed else "Ran well" if row else "No run",
                # A day with a failed run and no rows is seen as well.
                "mark": 0 if failed else None,
            }
        )
    st.vega_lite_chart(spec=_spec() | {"datasets": {"days": values}}, key=key)


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    import altair as alt

    scale = alt.Scale(
        domain=["Ran well", "A run failed", "No run"], range=["#1b5e8c", "#b3261e", "#b8c2cc"]
    )
    tips = [alt.Tooltip("Day:N"), alt.Tooltip("Rows:Q", format=","), alt.Tooltip("State:N")]
    base = alt.Chart(alt.NamedData("days")).encode(
        x=alt.X("Day:N", sort=None, title=None, axis=alt.Axis(labels=False, ticks=False)),
        color=alt.Color("State:N", scale=scale, legend=None),
        tooltip=tips,
    )
    axis = alt.Axis(tickCount=2, format=",d", grid=True)
    bars = base.mark_bar().encode(y=alt.Y("Rows:Q", title=None, axis=axis))
    marks = base.mark_point(shape="triangle-up", filled=True, size=60).encode(y="mark:Q")
    chart = (bars + marks).properties(height=70)
    spec: dict[str, Any] = chart.to_dict()
    return spec
