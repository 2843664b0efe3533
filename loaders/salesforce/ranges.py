"""Halves what is too much for the CRM at once, by the ids of the records."""

from __future__ import annotations

from dataclasses import dataclass

from loaders.salesforce.client import Client
from loaders.salesforce.statements import to_18
from loaders.salesforce.windows import Window

# So often a range is halved; what is too much even then has another reason than its size.
MOST_HALVINGS = 6
# The digits of an id in the order in which the CRM compares them.
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PREFIX, _LENGTH = 3, 15


@dataclass(frozen=True)
class Range:
    """Records by their ids.

    Attributes:
        first: lowest id there was when it was asked for.
        last: highest.
        lower: first id of the range; None for no bound, so that none is left out at the end.
        upper: the first id beyond it; None for no bound.
        halvings: how often it was halved.
    """

    first: str
    last: str
    lower: str | None = None
    upper: str | None = None
    halvings: int = 0

    def condition(self) -> str:
        """What a query asks of the ids; empty for all."""
        parts = [f"Id >= '{self.lower}'"] if self.lower else []
        parts += [f"Id < '{self.upper}'"] if self.upper else []
        return " AND ".join(parts)

    def halves(self) -> tuple[Range, Range] | None:
        """The two halves; None when it cannot be, or should not be, halved again."""
        low, high = _number(self.lower or self.first), _number(self.upper or self.last)
        if self.halvings >= MOST_HALVINGS or high - low < 2:
            return None
        middle = _id(self.first[:_PREFIX], (low + high) // 2)
        times = self.halvings + 1
        return (
            Range(self.first, self.last, self.lower, middle, times),
            Range(self.first, self.last, middle, self.upper, times),
        )


def whole(client: Client, name: str, window: Window) -> Range | None:
    """The range of everything in a window; None when it has no records."""
    first, last = (_end(client, name, window, order) for order in ("ASC", "DESC"))
    return None if first is None or last is None else Range(first, last)


def _end(client: Client, name: str, window: Window, order: str) -> str | None:
    query = f"SELECT Id FROM {name}{window.condition()} ORDER BY Id {order} LIMIT 1"
    found = client.get(client.path("queryAll"), f"an id of {name}", {"q": query})["records"]
    return str(found[0]["Id"]) if found else None


def _number(record_id: str) -> int:
    value = 0
    for digit in record_id[_PREFIX:_LENGTH]:
        value = value * len(_DIGITS) + _DIGITS.index(digit)
    return value


def _id(prefix: str, number: int) -> str:
    digits = ""
    for _ in range(_LENGTH - _PREFIX):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return to_18(prefix + digits)
