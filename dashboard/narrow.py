"""Tables whose columns have widths: they fit a tablet as they fit a wide window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What a tablet has for a table with boxes to tick; what is beyond is taken from each column alike.
_TABLET, _LEAST = 830, 44
_FIXED = {"button", "date", "multiselect"}


def narrowed(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns, no wider together than a tablet: Streamlit widens alike, but narrows nothing.

    Dates, buttons and badges keep their width, for cut they say nothing. Where a column has no
    width, all stay as they are.
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
    while (beyond := sum(widths.values()) - _TABLET) > 0:
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
