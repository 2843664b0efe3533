"""Source health: how old each source is, what is unusual, and who was told of it."""

from __future__ import annotations

import sqlite3
from typing import Any

import streamlit as st

from dashboard import downloads, queries_overview, view, words
from dashboard.runs import anomaly_panel, queries_trends
from dashboard.sources import queries_source_health, sample, source_cards, words_health
from polaris import freshness, ledger
from polaris.alerting import alert_log, alert_send, alerts

Row = dict[str, Any]
_DELIVERIES_SHOWN = 50


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    told = alerts.standing(context.settings, ledger.utc_now())
    newest = queries_trends.newest_day(release, context.today)
    unusual = queries_source_health.unusual(release, newest)
    groups = source_cards.by_source(queries_overview.sources(release))
    open_flags = anomaly_panel.not_known(context, unusual)
    _summary(groups, told, open_flags)
    _alerts(told)
    if any(one.alert_type == "freshness" for one in told):
        sample.old(context.settings)
    flags: dict[str, int] = {}
    for row in open_flags:
        flags[row["source"]] = flags.get(row["source"], 0) + 1
    unjudged = queries_source_health.unjudged(release)
    facts = source_cards.Facts(
        newest=newest,
        days=queries_source_health.run_days(release, newest),
        offenders=queries_source_health.offenders(release),
        unmapped=queries_source_health.unmapped(release),
        flags=flags,
        unjudged=unjudged,
        calls=queries_source_health.last_calls(release),
    )
    st.markdown("#### Sources")
    if freshness.has_own_clock(release.published_at, context.today):
        st.caption(f"Hours count back from the end of {words.day(context.today)}, as the rules do.")
    source_cards.draw(context, groups, facts)
    _waiting(queries_source_health.waiting(release))
    st.markdown("#### Unusual in the last thirty days")
    anomaly_panel.draw(context, unusual)
    _deliveries(context)
    downloads.buttons(
        context.person, "Source_health", "source_health", lambda: _sheets(told, unusual)
    )


def _summary(groups: dict[str, list[Row]], told: list[alerts.Alert], open_flags: list[Row]) -> None:
    states = [source_cards.state(rows) for rows in groups.values()]
    read = [one for one in states if one != "never"]
    view.cards(
        [
            ("Sources up to date", f"{states.count('fresh'):,} of {len(read):,}", None),
            (
                "To look at now",
                words.number(sum(one.severity == "page" for one in told)),
                "What calls somebody at once.",
            ),
            (
                "To look at soon",
                words.number(sum(one.severity != "page" for one in told)),
                "What warns.",
            ),
            (
                "Unusual, not acknowledged",
                words.number(len(open_flags)),
                "Of the last thirty days; each is below.",
            ),
        ]
    )


def _alerts(told: list[alerts.Alert]) -> None:
    if not told:
        st.success("Nothing is wrong among what could be judged.", icon=":material/task_alt:")
        return
    import pandas as pd

    frame = pd.DataFrame(
        {
            "severity": [words.label(one.severity, words_health.SEVERITIES) for one in told],
            "what": [words.label(one.alert_type, words_health.ALERTS) for one in told],
            "source": [words.label(one.source, words_health.SOURCES) for one in told],
            "message": [one.message for one in told],
            "measured": [one.measured for one in told],
            "threshold": [one.threshold for one in told],
            "since": [words.moment(one.first_seen_at) for one in told],
            "link": [f"/{one.link}" for one in told],
        }
    )
    text = st.column_config.TextColumn
    figure = st.column_config.NumberColumn
    st.markdown("#### To look at")
    view.table(
        frame,
        {
            "severity": text("When", width=60),
            "what": text("What", width=120),
            "source": text("Source", width=120),
            "message": text("Message", width=430),
            "measured": figure("Is", width=75, format="localized"),
            "threshold": figure("Allowed", width=75, format="localized"),
            "since": text("Since", width=180),
            "link": st.column_config.LinkColumn("", display_text="Open", width=60),
        },
        height="content",
        key="health-alerts",
        alt="What somebody should look at",
    )


def _waiting(row: Row) -> None:
    ages = {
        "less than a day": row["day_count"],
        "one to two days": row["two_days_count"],
        "more than two days": row["longer_count"],
    }
    total = sum(ages.values())
    if total:
        parts = ", ".join(f"{count:,} {age}" for age, count in ages.items() if count)
        verb = "waits" if total == 1 else "wait"
        pairs = words.counted(total, "pair")
        st.markdown(
            f"{pairs} of records {verb} for an answer, since the younger record came: {parts}."
        )


def _deliveries(context: view.Context) -> None:
    channels = alert_send.channels(context.settings)
    names = ", ".join(words_health.CHANNELS[name] for name in channels)
    st.markdown("#### Who was told")
    if not channels:
        st.markdown(
            "Nobody is told yet: `POLARIS_ALERT_RECIPIENTS`, `POLARIS_ALERT_SLACK_URL` and "
            "`POLARIS_ALERT_WEBHOOK_URL` on the server say who. The same thing is told at most "
            "once in six hours."
        )
    else:
        st.caption(f"Told by: {names}. The same thing at most once in six hours.")
    try:
        rows = alert_log.newest(context.settings, ledger.utc_now())[:_DELIVERIES_SHOWN]
    except sqlite3.Error as error:
        st.error(f"The log cannot be read ({type(error).__name__}).", icon=":material/error:")
        return
    if not rows:
        st.markdown("Nothing was sent in the last thirty days.")
        return
    import pandas as pd

    frame = pd.DataFrame(
        {
            "when": [words.moment(one.delivered_at) for one in rows],
            "channel": [words.label(one.channel, words_health.CHANNELS) for one in rows],
            "status": [words.label(one.status, words_health.DELIVERIES) for one in rows],
            "what": [words.label(one.alert_type, words_health.ALERTS) for one in rows],
            "source": [words.label(one.source, words_health.SOURCES) for one in rows],
            "reason": [one.why_not for one in rows],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "when": text("When", width=190),
            "channel": text("By", width=90),
            "status": text("", width=150),
            "what": text("What", width=170),
            "source": text("Source", width=150),
            "reason": text("Why not", width=300),
        },
        height="content",
        key="health-deliveries",
        alt="Who was told",
    )


def _sheets(told: list[alerts.Alert], unusual: list[Row]) -> list[downloads.Sheet]:
    return [
        downloads.Sheet(
            "To look at",
            ["When", "What", "Source", "Message", "Is", "Allowed", "Since", "Run"],
            [
                [
                    words.label(one.severity, words_health.SEVERITIES),
                    words.label(one.alert_type, words_health.ALERTS),
                    words.label(one.source, words_health.SOURCES),
                    one.message,
                    one.measured,
                    one.threshold,
                    one.first_seen_at,
                    one.run_id,
                ]
                for one in told
            ],
        ),
        downloads.Sheet(
            "Unusual",
            ["Rule", "Source", "Field", "What", "Figures", "Landed", "Run", "Known to", "Why"],
            [
                [
                    row["rule_code"],
                    words.label(row["source"], words_health.SOURCES),
                    row["field"],
                    row["message"],
                    words_health.figures(row),
                    row["landed_at"],
                    row["run_id"],
                    row["acknowledged_by"],
                    row["acknowledged_reason"],
                ]
                for row in unusual
            ],
        ),
    ]


view.show(
    "Source health",
    "How old each source is, what is unusual, and who was told.",
    body,
    "view_health",
)
