"""The filter by district, which offers nobody districts that are not theirs."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard import view
from dashboard.release import OpenRelease


def options(release: OpenRelease, values: Mapping[str, str]) -> dict[str | None, str]:
    """What the filter offers: all districts, then `values`, key -> name.

    Who reads a single district sees its name instead, and has nothing to choose.
    """
    own = release.scope.districts
    if len(own) != 1 or set(values) - set(own):
        return view.any_of("All districts", values)
    sql = "select district_name from marts.dim_districts where district_key = $key"
    row = release.row(sql, {"key": own[0]})
    return {None: row["district_name"] if row else "Your district"}
