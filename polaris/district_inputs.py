"""The numbers staff enter for a district and school year, which no source sends.

What they are called stands in the seed `ref_district_inputs`, which dbt reads too
(salesforce.md §6.2).
"""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache

from polaris.settings import PROJECT_ROOT

INPUTS_FILE = PROJECT_ROOT / "seeds" / "ref_district_inputs.csv"
FIRST_YEAR = 2020


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Kind of number -> its name, in the order of the report."""
    with INPUTS_FILE.open(encoding="utf-8", newline="") as file:
        return {row["data_type"]: row["input_name"] for row in csv.DictReader(file)}


def years(today: date) -> list[str]:
    """The school years numbers are taken for, newest first: the next one is the last."""
    this = today.year if today.month >= 8 else today.year - 1
    return [f"{first}-{first + 1}" for first in range(this + 1, FIRST_YEAR - 1, -1)]
