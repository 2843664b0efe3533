"""Lists whose rows are ticked to decide several at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import view


def table(
    data: Any, columns: Mapping[str, Any], *, key: str, may_tick: bool, **options: Any
) -> list[int]:
    """A `view.table` with boxes to tick; returns the positions that are ticked.

    Where there is nothing to do with ticked rows, `may_tick` is false and there are no boxes. A
    `key` that names the rows makes another page or filter another table, so that ticks never move
    to other rows.
    """
    if not may_tick:
        view.table(data, columns, key=f"{key}-plain", **options)
        return []
    options |= {"on_select": "rerun", "selection_mode": "multi-row"}
    event = view.table(data, columns, key=key, **options)
    return list(event["selection"]["rows"])
