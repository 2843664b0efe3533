"""What is unusual about a whole load, beside what loads before it had (ops.anomalies)."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import words
from dashboard.release import OpenRelease
from dashboard.sources import words_health

_FOUND = """
select rule_code, field, severity, row_count, measured, baseline, threshold, compared_runs, status,
    message, remediation_hint, is_acknowledged, acknowledged_by
from ops.anomalies
where run_id = $run
order by status <> 'flagged', rule_code, field
"""
_FIELDS = {
    "email": "E-mail",
    "phone": "Phone",
    "employer": "Employer",
    "school_affiliation": "School",
}
_WHY_NOT = {
    "insufficient_history": "too few loads before it",
    "too_few_rows": "too few rows",
}


def draw(release: OpenRelease, run_id: str) -> None:
    """The section; nothing where no check of whole loads is about this run."""
    found = release.rows(_FOUND, {"run": run_id})
    flagged = [row for row in found if row["status"] == "flagged"]
    for row in flagged:
        say = st.error if row["severity"] == "error" else st.warning
        known = f"  \nKnown to {words.inert(row['acknowledged_by'])}."
        say(
            sentence(row) + (known if row["is_acknowledged"] else ""),
            icon=":material/query_stats:",
        )
    unjudged = [row for row in found if row["status"] in _WHY_NOT]
    if unjudged:
        reasons = sorted({_WHY_NOT[row["status"]] for row in unjudged})
        st.caption(
            f"{words.counted(len(found) - len(unjudged), 'check')} of the whole load made, "
            f"{len(unjudged)} not: {' or '.join(reasons)} to compare with."
        )
    elif found and not flagged:
        st.caption(
            f"{words.counted(len(found), 'check')} of the whole load: nothing unusual "
            "beside the loads before it."
        )


def sentence(row: dict[str, Any]) -> str:
    """One unusual thing as Markdown: what it is, the figures, and what to look at.

    Args:
        row: of ops.anomalies.
    """
    field = f"{words.label(row['field'], _FIELDS)}: " if row["field"] else ""
    figures = words_health.figures(row)
    return (
        f"**{words.inert(field + row['message'])}** {words.inert(figures)}.  \n"
        f"{words.inert(row['remediation_hint'])} ({words.inert(row['rule_code'])})"
    )
