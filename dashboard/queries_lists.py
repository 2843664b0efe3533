"""What list queries share: conditions that may be left out, and one page of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

IN_DISTRICT = (
    "event_key in (select event_key from marts.bridge_event_districts"
    " where district_key = $district)"
)


def given(conditions: Mapping[str, tuple[str, Any]]) -> tuple[list[str], dict[str, Any]]:
    """The clauses whose value is given, and their parameters.

    Args:
        conditions: parameter -> (clause with `$parameter`, value; None leaves it out).
    """
    chosen = {name: value for name, (_, value) in conditions.items() if value is not None}
    return [conditions[name][0] for name in chosen], chosen


def worded(text: str, *columns: str) -> tuple[list[str], dict[str, Any]]:
    """Clauses by which every word of a search stands in one of the columns, and their parameters.

    Case and diacritics do not matter.

    Args:
        text: as typed; without a word it finds everything.
        columns: SQL of each.
    """
    said = f"strip_accents(lower(concat_ws(' ', {', '.join(columns)})))"
    params = {f"word_{i}": word for i, word in enumerate(text.split())}
    return [f"contains({said}, strip_accents(lower(${name})))" for name in params], params


def one_page(
    sql: str, params: Mapping[str, Any], number: int | None, size: int
) -> tuple[str, dict[str, Any]]:
    """The query cut to one page (1 is the first), and its parameters; None leaves all of it.

    The query must end with its order.
    """
    if number is None:
        return sql, dict(params)
    start = (number - 1) * size
    return f"{sql} limit $size offset $start", {**params, "size": size, "start": start}
