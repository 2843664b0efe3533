"""What the queries of both year-ends and of impact share: years, scopes, and the events counted.

Names of tables and columns come from this program, never from a person.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.release import OpenRelease

ALL = "all"
NO_DISTRICT = "Unknown"

# Main districts are those of the reference list; the others are spellings nobody has placed.
NAMED = """
    case
        when facts.scope_type = 'all' then 'All districts'
        else coalesce(districts.district_name, 'No district')
    end as district_name,
    facts.scope_type = 'all'
    or (districts.district_key is not null and not coalesce(districts.is_provisional, false))
        as is_main
"""
_SCOPES = """
select facts.*,
{named}
from marts.{table} as facts
left join marts.dim_districts as districts on facts.scope_key = districts.district_key
where {filters}
order by facts.scope_type <> 'all', district_name = 'No district', district_name, facts.scope_key
"""
_DISTRICTS = """
select district_key, district_name
from marts.dim_districts
where not coalesce(is_deleted, false) and (not $only_main or not coalesce(is_provisional, false))
order by district_name, district_key
"""
# The end of a query over the events a year-end counts, for `host` and the parameters of `params`:
# completed ones of the year, of the host, of the district. Whose session host names PREPKC is of
# PREP-KC, as in the marts (salesforce.md 6.2).
COUNTED_EVENTS = """
from marts.dim_events as events
where
    events.status = 'Completed'
    and events.session_date >= $first_day
    and events.session_date < $next_first_day
    and ($host = 'all' or contains(lower(events.session_host), 'prepkc'))
    and (
        $scope = 'all'
        or events.event_key in (
            select event_key from marts.bridge_event_districts where district_key = $scope
        )
        or (
            $scope = 'Unknown'
            and events.event_key not in (
                select event_key from marts.bridge_event_districts where event_key is not null
            )
        )
    )
""".strip()
# Names of the places of the events in `chosen`.
PLACES = """
districts as (
    select event_key, string_agg(district_name, ', ' order by district_name) as district_names
    from marts.bridge_event_districts
    inner join marts.dim_districts using (district_key)
    where event_key in (select event_key from chosen)
    group by event_key
),

schools as (
    select event_key, string_agg(school_name, ', ' order by school_name) as school_names
    from marts.bridge_event_schools
    inner join marts.dim_schools using (school_key)
    where event_key in (select event_key from chosen)
    group by event_key
)
"""


def window(school_year: str) -> tuple[date, date]:
    """Aug 1 and the next Aug 1, which is outside."""
    start = int(school_year[:4])
    return date(start, 8, 1), date(start + 1, 8, 1)


def params(year: str, scope: str) -> dict[str, Any]:
    """The parameters of a year and a district; those of `COUNTED_EVENTS` need `host` too."""
    first, after = window(year)
    return {"first_day": first, "next_first_day": after, "scope": scope}


def years(release: OpenRelease, table: str, column: str) -> list[str]:
    """Years the table has numbers for, newest first."""
    sql = f"select distinct {column} as year from marts.{table} order by year desc"
    return [row["year"] for row in release.rows(sql)]


def scopes(release: OpenRelease, table: str, wanted: dict[str, str]) -> list[dict[str, Any]]:
    """All districts together, where the reader may see that, then each one by name.

    Args:
        release: to read from.
        table: one row per scope, with `scope_type` and `scope_key`.
        wanted: columns of the table and the value each must have.
    """
    filters = " and ".join(f"facts.{name} = ${name}" for name in wanted)
    return release.rows(
        _SCOPES.format(named=NAMED.strip("\n"), table=table, filters=filters), wanted
    )


def districts(release: OpenRelease, *, only_main: bool = False) -> dict[str, str]:
    """Every district the reader may see: key -> name; those nobody has placed are not main."""
    found = release.rows(_DISTRICTS, {"only_main": only_main})
    return {row["district_key"]: row["district_name"] for row in found}
