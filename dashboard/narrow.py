"""Tables whose columns have widths: they fit a tablet as they fit a wide window."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

# What a tablet has for a table with boxes to tick, and a window of 1280 px for a table.
TABLET, LAPTOP = 830, 1198
# What is beyond is taken from each column alike.
_LEAST = 44
_FIXED = {"button", "date", "multiselect"}
# Pixels of the letters of a table, in Source Sans of 14 px; of any other, which is rather more than
# most need; and what stands around a text in its cell.
_LETTERS = {
    2.8: " ",
    3.7: "ijlI'|,.:;",
    4.4: "f!()[]{}-",
    4.8: "rt/",
    6.1: "cszxvyJ*?",
    7.1: "aekFLY0123456789_+=<>#$",
    7.7: "bhnouACESTVXZ`",
    8.2: "dgpqBKPR",
    9.3: "DGHNOQU&",
    11.6: "mwMW%",
}
_WIDTH = {letter: width for width, letters in _LETTERS.items() for letter in letters}
_OTHER, _AROUND = 14.0, 16


def narrowed(columns: Mapping[str, Any], room: int = TABLET) -> dict[str, Any]:
    """The columns, no wider together than `room`: Streamlit widens alike, but narrows nothing.

    Dates, buttons and badges keep their width, for cut they say nothing. Where a column has no
    width, all stay as they are.

    Args:
        columns: by name, as Streamlit is told.
        room: pixels for all of them; a table that has more than a tablet is moved sideways there.
    """
    configs = {name: _config(column) for name, column in columns.items()}
    widths = {
        name: config["width"]
        for name, config in configs.items()
        if isinstance(config.get("width"), int)
    }
    if len(widths) < len(columns):
        return dict(columns)
    free = [name for name, config in configs.items() if config["type_config"]["type"] not in _FIXED]
    while (beyond := sum(widths.values()) - room) > 0:
        free = [name for name in free if widths[name] > _LEAST]
        if not free:
            break
        less = -(-beyond // len(free))
        widths |= {name: max(_LEAST, widths[name] - less) for name in free}
    return {
        name: {**column, "width": widths[name]} if isinstance(column, Mapping) else column
        for name, column in columns.items()
    }


def _config(column: Any) -> Mapping[str, Any]:
    """What a column says of itself; a heading alone says nothing, a column of buttons wraps it."""
    found = column if isinstance(column, Mapping) else getattr(column, "config", None)
    return found or {}


def text_width(text: str) -> int:
    """Pixels that a head or a cell needs to show a text whole, rather a little more than less."""
    return _AROUND + ceil(sum(_WIDTH.get(letter, _OTHER) for letter in text))
