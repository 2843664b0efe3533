"""What the command line prints: results on standard output, everything else on standard error.

Much of it was read from files: a heading may hold what a terminal takes for a command. Only the
colours written here reach it; `printable` shows everything else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from polaris.errors import GateFailed, Paused, PolarisError
from polaris.report import gate_sentence, row_text

_COLOURS = {"good": "32", "warning": "33", "bad": "31;1"}
_ROWS_SHOWN = 5
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
# Steers a terminal, ends a line, or turns the order of what is read.
_SHOWN = (
    {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
    | {code: f"\\u{code:04x}" for code in _DIRECTIONS}
    | dict.fromkeys(map(ord, "\t\n\v\f\r\x85\u2028\u2029"), " ")
)
# What JSON may hold as it is and a terminal obeys.
_OF_JSON = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}


def printable(text: str) -> str:
    """A text on one line without control characters: white space is a space, others their code."""
    return text.translate(_SHOWN)


def print_json(result: Any) -> None:
    """One JSON document on standard output."""
    text = json.dumps(result, indent=2, default=str, ensure_ascii=False)
    sys.stdout.write(text.translate(_OF_JSON) + "\n")


def print_lines(lines: Iterable[tuple[str, str]]) -> None:
    """Lines of (style, text) on standard output; coloured on a terminal."""
    colours = sys.stdout.isatty()
    for style, text in lines:
        sys.stdout.write(f"{_styled(style, text, colours)}\n")


def print_table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table on standard output; what is missing is an em dash."""
    cells = [["—" if value is None else printable(str(value)) for value in row] for row in rows]
    widths = [
        max(len(header), *(len(row[index]) for row in cells)) if cells else len(header)
        for index, header in enumerate(headers)
    ]
    for row in [list(headers), *cells]:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")


def say(text: str) -> None:
    """A remark on standard error."""
    sys.stderr.write(f"{printable(text)}\n")


def fail(error: PolarisError, *, as_json: bool) -> int:
    """Tells what went wrong and returns the exit code.

    Args:
        error: its message goes to standard error, with the rows behind it where they are known.
        as_json: also prints {status, error, …} on standard output.
    """
    style, text = "bad", f"Error: {error.message}"
    if isinstance(error, Paused):
        style, text = "warning", error.message
    sys.stderr.write(f"{_styled(style, text, sys.stderr.isatty())}\n")
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


def _styled(style: str, text: str, colours: bool) -> str:
    colour = _COLOURS.get(style) if colours else None
    return f"\x1b[{colour}m{printable(text)}\x1b[0m" if colour else printable(text)
