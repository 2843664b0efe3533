"""What a run says of its source beside its counts (platform.md 2.9, 6.2).

How new it was, how it answered, by what its content is known; and what people wrote about the run.
What is unusual about a run is told by `run_anomalies`, rule by rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import view, words
from dashboard.runs import reports, run_list

# Within so many seconds a source was as new as it could be.
_AT_ONCE = 60


def draw(context: view.Context, report: reports.Report) -> None:
    """The lines; nothing of what the run does not say."""
    told = [one for one in (_dry(report), _newest(report), _health(report)) if one]
    if report.get("notes") and run_list.may_read_notes(context):
        notes = [words.inert(line) for line in report["notes"].splitlines() if line.strip()]
        told += [f"Noted: {notes[0]}", *notes[1:]] if notes else []
    if told:
        st.markdown("  \n".join(told))
    _hashes(report)


def _dry(report: reports.Report) -> str | None:
    """What the boxes of a run are worth that wrote nothing (platform.md 1.3)."""
    if not report.get("dry_run"):
        return None
    return (
        "A dry run, on a copy: nothing was written, so there are no rows and no findings to open. "
        "The boxes say what an import would do."
    )


def _newest(report: reports.Report) -> str | None:
    seconds = run_list.lag(report)
    if seconds is None:
        return None
    moment = words.inert(words.moment(report["max_source_updated_at"]))
    if abs(seconds) < _AT_ONCE:
        when = "as the run began"
    else:
        way = "before" if seconds > 0 else "after"
        when = f"{run_list.brief(abs(seconds))} {way} the run began"
    # Of an export nothing else is known.
    what = "Exported" if report["source"] == "pathful" else "Newest change in its source:"
    return f"{what} {moment}, {when}"


def _health(report: reports.Report) -> str | None:
    """How Salesforce answered; a file says nothing of it."""
    # Of a run that no release holds its own report says the same.
    found: Mapping[str, Any] = report.get("adapter_health") or report
    if found.get("calls") is None:
        return None
    text = f"{words.counted(int(found['calls']), 'call')} to the source"
    retries = {kind: int(count) for kind, count in (found.get("retries") or {}).items() if count}
    if retries:
        kinds = ", ".join(
            f"{words.inert(kind)} {count:,}" for kind, count in sorted(retries.items())
        )
        text += f", {sum(retries.values()):,} tried again ({kinds})"
    if found.get("calls_allowed"):
        used, allowed = words.number(found.get("calls_used")), words.number(found["calls_allowed"])
        text += f"; {used} of the day's {allowed} used"
    return text


def _hashes(report: reports.Report) -> None:
    hashes = report.get("hashes") or {}
    file = hashes.get("file_sha256") or report.get("file_sha256")
    objects = hashes.get("objects") or {}
    if not file and not objects:
        return
    of = "the file" if file else "each object's fields, as Salesforce described them"
    with st.expander(f"SHA-256 of {of}", icon=":material/fingerprint:"):
        width = max(map(len, objects), default=0)
        lines = [f"{name:{width}}  {value}" for name, value in sorted(objects.items())]
        # With a button that copies it.
        st.code(file or "\n".join(lines), language=None)
