"""Whose value a merge keeps where nobody chooses: the source that is heard first.

The order of sources is that of `int_people__source_order` (platform.md 4.11): the settings
`priority.*` as they are decided, for that is what the next build obeys. Between two records of one
source the models look further than a release shows, so that is not told beforehand.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from dashboard import words
from dashboard.duplicates import words_duplicates
from polaris import config
from polaris.settings import PROJECT_ROOT, Settings

# A choice of a merge -> its group of fields in the seed.
_GROUPS = {
    "identity": "identity",
    "email": "contact",
    "phone": "contact",
    "dob": "birth",
    "address": "address",
    "gender": "demographics",
    "race_ethnicity": "demographics",
    "education": "demographics",
    "age_group": "demographics",
}
_CRM, _FILES, _SIGNUPS = "salesforce", "csv", "website"

Row = Mapping[str, Any]
# What is set, then the default; smaller is heard first.
Place = tuple[float, float]
Places = Mapping[tuple[str, str], Place]


@lru_cache(maxsize=1)
def _keys() -> dict[tuple[str, str], str]:
    path = PROJECT_ROOT / "seeds" / "rule_survivorship.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["field_group"], row["source"]): row["config_key"]
            for row in csv.DictReader(file)
            if row["config_key"]
        }


def places(settings: Settings) -> Places:
    """How early each source is heard, by group of fields and source.

    Raises:
        PolarisError: the store cannot be reached.
    """
    standing = config.standing(settings)
    return {
        which: (float(standing[key].value), config.listed()[key].default)
        for which, key in _keys().items()
    }


def by_rule(sides: tuple[Row, Row], others: Sequence[Row], known: Places) -> dict[str, str]:
    """Which of two records gives what, for every choice of a merge where that is sure.

    Args:
        sides: left and right, rows of queue_duplicate_records.
        others: every other record of the two persons.
        known: of `places`.

    Returns:
        A key of `words_duplicates.UNITS` -> left or right.
    """
    found = {}
    for unit in _GROUPS:
        left, right, *rest = (_place(unit, one, known) for one in (*sides, *others))
        if left is None or right is None or left == right:
            continue
        if all(place is None or place > min(left, right) for place in rest):
            found[unit] = "left" if left < right else "right"
    return found


def _place(unit: str, record: Row, known: Places) -> Place | None:
    """How early a record is heard about a unit; None where it says nothing about it."""
    if all(words.is_missing(record[name]) for name in words_duplicates.UNITS[unit][1]):
        return None
    if record["source"] == _CRM:
        source = _CRM
    else:
        # The id that int_signups__rows makes of whoever signed up.
        source = _SIGNUPS if str(record["external_id"]).startswith("signup:") else _FILES
    return known[_GROUPS[unit], source]
