"""Words of the page Source health: what an alert, a check and a channel are called."""

from __future__ import annotations

from typing import Any

from dashboard import words

SOURCES = {
    "pathful": "Pathful",
    "roster": "Teacher rosters",
    "csv": "Files of contracts",
    "salesforce": "Salesforce",
    "identity": "Matching of people",
    "build": "Rebuild",
    "nightly": "Night",
}
FRESHNESS = words.FRESHNESS
FRESHNESS_KINDS = {
    "fresh": "good",
    "stale": "open",
    "page": "bad",
    "unknown": "open",
    "never": "neutral",
}
SEVERITIES = {"page": "Now", "warn": "Soon"}
SEVERITY_KINDS = {"page": "bad", "warn": "open"}
ALERTS = {
    "run_failed": "Run failed",
    "run_partially_failed": "Run failed in part",
    "credentials_expired": "Login",
    "rate_limit": "Calls used up",
    "freshness": "Old source",
    "count_mismatch": "Counts disagree",
    "reject": "Rows held back",
    "duplicate": "Duplicates",
    "anomaly": "Unusual load",
    "undo_rate": "Merges undone",
    "queue_size": "Long queue",
    "unmapped_fields": "New fields",
}
DELIVERIES = {
    "sent": "Sent",
    "partly": "Sent to some",
    "failed": "Failed",
    "held": "Held back: too many",
}
CHANNELS = {"email": "Mail", "slack": "Slack", "webhook": "Webhook"}
# What the figures of a check are: a share of rows, or a number of these things.
COUNTED = {
    "SET-504": "rows",
    "SET-505": "new people",
    "SET-508": "pairs",
    "SET-509": "fields",
}


def figures(row: dict[str, Any]) -> str:
    """What a check of ops.anomalies measured and what is usual or allowed, in words."""
    things = COUNTED.get(row["rule_code"])
    usual = row["baseline"]
    if things is None:
        measured = f"{words.percent(100 * row['measured'])} of {row['row_count']:,}"
        allowed = words.percent(100 * _zero(row.get("threshold")))
        usually = words.percent(100 * _zero(usual))
    else:
        measured = f"{words.number(round(row['measured']))} {things}"
        allowed = words.number(round(_zero(row.get("threshold"))))
        usually = words.number(round(_zero(usual)))
    if row["rule_code"] in {"SET-506", "SET-507", "SET-508", "SET-509"}:
        return f"{measured}, allowed {allowed}"
    return f"{measured}, usually {usually}"


def _zero(value: Any) -> float:
    return 0.0 if words.is_missing(value) else float(value)
