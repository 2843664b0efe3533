"""What staff entered for a district's year, as a release shows it (salesforce.md §6.2)."""

from __future__ import annotations

from typing import Any

from dashboard.release import OpenRelease

_INPUTS = """
select data_type, input_value, decision_id, decided_at, actor
from marts.fct_district_inputs
where district_key = $district and school_year = $year and host = $host
"""


def of_district(
    release: OpenRelease, district_key: str, year: str, host: str
) -> dict[str, dict[str, Any]]:
    """Kind of number -> its row, of one district, school year and host."""
    rows = release.rows(_INPUTS, {"district": district_key, "year": year, "host": host})
    return {row["data_type"]: row for row in rows}
