"""The list of runs: what stands in its columns, how wide they are, and the same for a file.

Its widths follow what is in it: a window of a laptop shows every column whole. A tablet shows the
first ones and is moved sideways for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

import streamlit as st

from dashboard import downloads, view, words
from dashboard.narrow import LAPTOP, TABLET, text_width
from dashboard.runs import reports, run_exclusion, run_overview, run_status, run_waiting
from polaris import access

# In a narrow column; the head says what they are short for.
_SHORT_SOURCES = {"session_report": "Sessions", "user_report": "Users", "roster": "Roster"}
_SOURCE_HELP = "Sessions and Users are the Session Report and the User Report of Pathful."
_STATUS_HELP = "A dry run and a file that a person left out have succeeded, unless it says more."
# Head and what it means; the words of a report, some of them shorter.
_COUNTS = {
    "rows": ("Rows", "All rows that were read. Each is in one of the next boxes."),
    "created": ("New", "Created: they were not known before."),
    "updated": ("Updated", "Known before, and something was different."),
    "back": ("Back", "Came back: they were gone before."),
    "unchanged": ("Same", "Unchanged: read, and nothing was different."),
    "aside": ("Aside", "Set aside, for one of the reasons in the run's report."),
    "unmatched": ("No match", "Unmatched: they wait for a person."),
    "invalid": ("Invalid", "They cannot be used as they are."),
    "unusual": ("Flags", "How many checks found something unusual about the whole load."),
    "merged": (
        "Merged",
        "Pairs of records that a rule merged; this run was the first to have both of them.",
    ),
}
_FRESHNESS_HELP = (
    "How old the newest change in its source was when the run began; of an export of Pathful, how "
    "old the export was. Empty where the source does not say it."
)
_TEXTS: dict[str, tuple[str, str | None]] = {
    "started": ("Started", None),
    "source": ("Source", _SOURCE_HELP),
    "file": ("File", None),
    "status": ("Status", _STATUS_HELP),
    "took": ("Took", None),
    "age": ("Data age", _FRESHNESS_HELP),
}
# What no run of the page has is no column: the room is the others'.
_ALWAYS = ("rows", "created", "updated")
# Pixels that a word on a colour takes beside itself.
_BADGE = 12
# Pixels of the column that opens a run.
_OPEN = 58
# Pixels of the file's name, whose middle may be left out, and the letters that stay.
_FILE_LEAST, _FILE_MOST, _LETTERS_LEAST = 84, 250, 8


def source(run: reports.Report) -> str:
    """Where a run read, in words."""
    return words.label(*_source_code(run))


def _source_code(run: reports.Report) -> tuple[Any, dict[str, str]]:
    if run.get("report_type") and run["source"] == "pathful":
        return run["report_type"], words.REPORT_TYPES
    return run["source"], words.RUN_SOURCES


def _short_source(run: reports.Report) -> str:
    code, labels = _source_code(run)
    return _SHORT_SOURCES.get(code) or words.label(code, labels)


def _files(runs: Sequence[reports.Report], width: int) -> list[str]:
    """The files' names in a column; where one is too long, without what its source says anyway."""
    names = [words.plain(run["file"]) for run in runs]
    if max(map(text_width, names)) > width:
        names = [PurePath(name).stem for name in names]
    return [_shortened(name, width) for name in names]


def _shortened(name: str, width: int) -> str:
    for letters in range(len(name), _LETTERS_LEAST, -1):
        short = words.file_name(name, letters)
        if text_width(short) <= width:
            return short
    return words.file_name(name, _LETTERS_LEAST)


def _status(run: reports.Report) -> str:
    """How a run ended, in full."""
    out = [run_status.word(run), *_kinds(run)]
    return ", ".join(out + [f"{run['unusual']} unusual"] * bool(run.get("unusual")))


def _short_status(run: reports.Report) -> str:
    """The same in a narrow column: what is special about a run that succeeded goes for it."""
    kinds = _kinds(run)
    if not kinds or run["status"] != "succeeded":
        kinds = [run_status.word(run), *kinds]
    return ", ".join(kinds).capitalize()


def _kinds(run: reports.Report) -> list[str]:
    return ["dry run"] * bool(run.get("dry_run")) + ["left out"] * bool(run.get("is_left_out"))


def year(context: view.Context, runs: Sequence[reports.Report]) -> int:
    """The year that a start has without saying so: that of today, or of a newer run."""
    days = [words.site_day(run["started_at"]) for run in runs if run["started_at"]]
    return max([context.today, *days]).year


def _start(value: datetime | None, of_year: int) -> str:
    """`Mar 10, 9:15 AM` in the list's year, else the day: `Mar 10, 2025`."""
    if value is None:
        return words.DASH
    day = words.site_day(value)
    if day.year != of_year:
        return words.day(day)
    without_zone = words.moment(value).rpartition(" ")[0]
    return without_zone.replace(f", {of_year},", ",")


def brief(seconds: float | None) -> str | None:
    """A length of time in one figure: `75 s`, `12 min`, `46 h`, `21 days`; None where unknown."""
    if seconds is None or words.is_missing(seconds):
        return None
    for size, unit, most in ((1, "s", 100), (60, "min", 100), (3600, "h", 48)):
        if round(seconds / size) < most:
            return f"{round(seconds / size)} {unit}"
    return f"{round(seconds / 86_400):,} days"


def lag(run: reports.Report) -> float | None:
    """Seconds from the newest change in its source to the run's start; None where unknown.

    Less than 0 where the source changed while it was read, or its clock is ahead.
    """
    newest, started = run.get("max_source_updated_at"), run["started_at"]
    if newest is None or started is None:
        return None
    return float((started - newest).total_seconds())


def _age(run: reports.Report) -> str:
    seconds = lag(run)
    return brief(None if seconds is None else max(seconds, 0.0)) or ""


def draw(context: view.Context, runs: Sequence[reports.Report], of_year: int) -> None:
    """The table of one page of the list, under the words on its times."""
    st.caption(f"Times are Central Time; those without a year are of {of_year}.")
    frame = _frame(runs)
    run_ids = frame["run_id"].tolist()
    shown = {
        "started": [_start(run["started_at"], of_year) for run in runs],
        "source": [_short_source(run) for run in runs],
        "file": [words.plain(run["file"]) for run in runs],
        "status": [[_short_status(run)] for run in runs],
        "took": [brief(run.get("duration_seconds")) for run in runs],
        "age": [_age(run) for run in runs],
        "waiting": run_waiting.labels(runs),
    }
    frame = frame.assign(open="Open", **shown)
    widths = _widths(frame)
    if "file" in widths:
        frame["file"] = _files(runs, widths["file"])
    columns = {"open": view.open_column("runs", "run", run_ids)}
    for name, width in widths.items():
        columns[name] = (
            run_waiting.column(context, run_ids, width)
            if name == "waiting"
            else _status_column(runs, width)
            if name == "status"
            else _column(name, width)
        )
    view.table(frame, columns, room=LAPTOP, height="content", key="runs-list", alt="Runs")


def _status_column(runs: Sequence[reports.Report], width: int) -> Any:
    """Each status as a word on its colour."""
    colours = {_short_status(run): run_status.colour(run) for run in runs}
    return st.column_config.MultiselectColumn(
        _TEXTS["status"][0],
        width=width,
        help=_STATUS_HELP,
        options=list(colours),
        color=list(colours.values()),
    )


def _column(name: str, width: int) -> Any:
    if name in _COUNTS:
        head, meaning = _COUNTS[name]
        return st.column_config.NumberColumn(head, width=width, help=meaning, format="localized")
    head, said = _TEXTS[name]
    return st.column_config.TextColumn(head, width=width, help=said)


def _widths(frame: Any) -> dict[str, int]:
    """Pixels of each column that is in use, as its head and its cells need; of the file the rest.

    Args:
        frame: the page of the list as it is shown.
    """
    heads = {name: head for name, (head, _) in _TEXTS.items()}
    heads |= {name: head for name, (head, _) in _COUNTS.items()} | {"waiting": run_waiting.HEAD}
    order = ["started", "source", "file", "status", "took", *_COUNTS, "waiting", "age"]
    widths = {}
    for name in order:
        if name in _COUNTS:
            most = int(frame[name].fillna(0).max())
            if not most and name not in _ALWAYS:
                continue
            cells = [words.number(most)]
        else:
            cells = [cell for cell in frame[name].explode() if isinstance(cell, str) and cell]
            if not set(cells) - {words.DASH}:
                continue
        beside = _BADGE if name == "status" else 0
        widths[name] = max(text_width(heads[name]), *(text_width(cell) + beside for cell in cells))
    if "file" in widths:
        others = _OPEN + sum(widths.values()) - widths["file"]
        room = next((one - others for one in (TABLET, LAPTOP) if one - others >= _FILE_LEAST), 0)
        widths["file"] = min(widths["file"], _FILE_MOST, max(_FILE_LEAST, room))
    return widths


_HEADS = {
    "run_id": "Run",
    "started_at": "Started",
    "finished_at": "Finished",
    "by": "Run by",
    "where": "Source",
    "file_name": "File",
    "label": "Label",
    "state": "Status",
    "rows": "Rows",
    "created": "Created",
    "updated": "Updated",
    "back": "Came back",
    "unchanged": "Unchanged",
    "aside": "Set aside",
    "unmatched": "Unmatched",
    "invalid": "Invalid",
    "took_words": "Took",
    "merged": "Merged by rule",
    "review": "Pairs to review",
    "still": "Still to review",
    "unusual": "Unusual",
    "error": "Error",
    "newest": "Newest change in its source",
    "lag_hours": "Hours before the start",
    "rules": "Rules that flagged it",
    "notes": "Notes",
    "sha256": "SHA-256 of the file",
}


def sheet(context: view.Context, runs: Sequence[reports.Report]) -> Any:
    """All runs that were found, for a file; notes for whoever reads why a file is left out."""
    heads = dict(_HEADS)
    if not may_read_notes(context):
        del heads["notes"]
    return downloads.sheet_of("Runs", _frame(runs), heads)


def may_read_notes(context: view.Context) -> bool:
    """Whether a role reads what people wrote about a run: as the reasons of their decisions."""
    return access.may_decide(context.person.role, run_exclusion.ACTION)


def _frame(runs: Sequence[reports.Report]) -> Any:
    import pandas as pd

    rows = [_row(run) for run in runs]
    counts = [*_COUNTS, "review", "still"]
    return pd.DataFrame(rows).astype(dict.fromkeys(counts, "Int64") | {"lag_hours": "Float64"})


def _row(run: reports.Report) -> dict[str, Any]:
    pairs = run_overview.pairs(run)
    seconds, newest = lag(run), run.get("max_source_updated_at")
    return {
        "run_id": run["run_id"],
        "started_at": words.moment(run["started_at"]),
        "finished_at": words.moment(run["finished_at"]),
        "by": run.get("triggered_by"),
        "where": source(run),
        "file_name": run["file"],
        "label": run.get("label"),
        "state": _status(run),
        "took_words": words.duration(run.get("duration_seconds")),
        "rows": run.get("rows_processed"),
        "created": run.get("rows_created"),
        "updated": int(run.get("rows_updated") or 0) - reports.back(run),
        "back": reports.back(run),
        "unchanged": reports.unchanged(run),
        "aside": int(run.get("rows_skipped") or 0) - reports.unchanged(run),
        "unmatched": run.get("rows_unmatched"),
        "invalid": run.get("rows_invalid"),
        "merged": pairs["rows_auto_merged"],
        "review": pairs["rows_manual_review"],
        "still": run["waiting"],
        "newest": None if newest is None else words.moment(newest),
        "lag_hours": None if seconds is None else seconds / 3600,
        "unusual": run.get("unusual"),
        "rules": ", ".join(sorted(set(run.get("anomaly_flags") or []))) or None,
        "notes": run.get("notes"),
        "sha256": run.get("file_sha256"),
        "error": run.get("error_summary"),
    }
