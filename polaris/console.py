"""What the command line prints: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from polaris.errors import GateFailed, Paused, PolarisError
from polaris.report import gate_sentence, row_text

_COLOURS = {"good": "32", "warning": "33", "bad": "31;1"}
_ROWS_SHOWN = 5


def print_json(result: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(result, indent=2, default=str, ensure_ascii=False) + "\n")


def print_lines(lines: Iterable[tuple[str, str]]) -> None:
    """Lines of (style, text) on standard output; coloured on a terminal."""
    colours = sys.stdout.isatty()
    for style, text in lines:
        sys.stdout.write(f"{_styled(style, text) if colours else text}\n")


def print_table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table on standard output; what is missing is an em dash."""
    cells = [["—" if value is None else str(value) for value in row] for row in rows]
    widths = [
        max(len(header), *(len(row[index]) for row in cells)) if cells else len(header)
        for index, header in enumerate(headers)
    ]
    for row in [list(headers), *cells]:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")


def say(text: str) -> None:
    """A remark on standard error."""
    sys.stderr.write(f"{text}\n")


def fail(error: PolarisError, *, as_json: bool) -> int:
    """Tells what went wrong and returns the exit code.

    Args:
        error: its message goes to standard error, with the rows behind it where they are known.
        as_json: also prints {status, error, …} on standard output.
    """
    style, text = "bad", f"Error: {error.message}"
    if isinstance(error, Paused):
        style, text = "warning", error.message
    say(_styled(style, text) if sys.stderr.isatty() else text)
    for line in _details(error):
        say(line)
    if as_json:
        print_json(failure(error))
    return error.exit_code


def failure(error: PolarisError) -> dict[str, Any]:
    """The JSON of a failure: the run's report, if there is one, with what went wrong."""
    known: dict[str, Any] = {}
    if isinstance(error.result, Mapping):
        known = dict(error.result)
    elif isinstance(error.result, list) and len(error.result) == 1:
        known = dict(error.result[0])
    elif isinstance(error.result, list):
        known = {"reports": error.result}
    status = "cancelled" if isinstance(error, Paused) else "failed"
    return known | {"status": status, "error": error.message}


def _details(error: PolarisError) -> list[str]:
    found: list[Mapping[str, Any]] = []
    if isinstance(error, GateFailed) and error.result:
        found = [
            {"title": gate_sentence(failed), "rows": failed.get("rows", [])}
            for failed in error.result[0]["gate"]["failures"]
        ]
    else:
        found = [
            {"title": f"{node['node']}: {node['message']}", "rows": node["rows"]}
            for node in getattr(error, "nodes", [])
            if node["rows"]
        ]
    lines = []
    for item in found:
        lines.append(f"  {item['title']}")
        lines += [f"    {row_text(row)}" for row in item["rows"][:_ROWS_SHOWN]]
    return lines


def _styled(style: str, text: str) -> str:
    colour = _COLOURS.get(style)
    return f"\x1b[{colour}m{text}\x1b[0m" if colour else text
