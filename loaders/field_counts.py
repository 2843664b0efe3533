"""How many of the rows that land say something in each field, as they came (platform.md §6.2).

Counted while the rows are in memory, so that no build has to read them for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class FieldCount:
    """One field of a file, or of an object of the CRM.

    Attributes:
        field: the source's own name; None where the source has no such field.
        target: what it is to us; None where nothing takes it.
        rows: of the source.
        values: those with a value; a cell without text is none, 0 is one.
    """

    field: str | None
    target: str | None
    rows: int
    values: int


def counts_json(counts: Iterable[FieldCount]) -> str:
    """What a load row says of its fields: a JSON list of {field, target, rows, values}."""
    return json.dumps([asdict(one) for one in counts], ensure_ascii=False)
