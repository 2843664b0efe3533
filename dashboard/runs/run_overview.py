"""The runs in view at a glance, and a list that keeps up with what goes on (platform.md 6.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboard import view, words
from dashboard.runs import reports
from polaris import ledger
from polaris.settings import Settings

_SECONDS = 30.0


def cards(runs: Sequence[reports.Report]) -> None:
    """How many runs there are, how they ended, where most come from, and what they merged.

    Args:
        runs: those that the filters found, on all pages.
    """
    ends = Counter(words.label(run["status"], words.RUN_STATUSES) for run in runs)
    sources = Counter(words.label(run["source"], words.RUN_SOURCES) for run in runs)
    leading, most = min(sources.items(), key=lambda item: (-item[1], item[0]))
    mix = ", ".join(f"{word} {count:,}" for word, count in ends.most_common())
    good = sum(run["status"] == "succeeded" for run in runs)
    dry = sum(bool(run.get("dry_run")) for run in runs)
    merged = sum(pairs(run)["rows_auto_merged"] for run in runs)
    view.cards(
        [
            ("Runs in view", words.number(len(runs)), None),
            ("Succeeded", words.percent(100 * good / len(runs)), f"{mix}."),
            ("Most come from", leading, f"{most:,} of {len(runs):,} runs."),
            ("Dry runs", words.number(dry), "They publish nothing; the others are for real."),
            (
                "Merged by rule",
                words.number(merged),
                "Pairs of records that nobody had to look at.",
            ),
        ]
    )


def pairs(run: reports.Report) -> dict[str, int]:
    """Pairs of records that a run was the first to have both of, by what the rules made of it."""
    found = (run.get("metrics") or {}).get("dedupe", {}).get("volunteer", {})
    return {name: int(found.get(name) or 0) for name in ("rows_auto_merged", "rows_manual_review")}


def keep_up(settings: Settings) -> None:
    """A switch, on at first, that shows the page anew when a run has begun or ended."""
    if st.toggle(
        "Keep up to date",
        value=True,
        key="runs-keep-up",
        help="Looks every 30 seconds whether a run has begun or ended.",
    ):
        _watch(settings, _state(settings))


@st.fragment(run_every=_SECONDS)
def _watch(settings: Settings, shown: tuple[object, ...]) -> None:
    if _state(settings) != shown:
        st.rerun()


def _state(settings: Settings) -> tuple[object, ...]:
    """What is new as soon as a run begins, gets on or ends."""
    newest = ledger.list_runs(settings, limit=20)
    return tuple((run.run_id, run.status, run.stage) for run in newest)
