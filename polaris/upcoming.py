"""The feed of what is to come, which the website and VolunTeach read (salesforce.md §1.9, §4.1).

It is made of the published release alone, so it never shows what did not pass the gate, and one
release on one day gives the same bytes every time.
"""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris import district_names, releases
from polaris.errors import BadInput
from polaris.settings import PROJECT_ROOT, SITE_ZONE, Settings

if TYPE_CHECKING:
    import duckdb

PAGES = ("inperson", "virtual", "all")
_COLUMNS = frozenset(
    {
        *("event_key", "source", "salesforce_id", "title", "event_type", "format", "status"),
        *("session_date", "start_at", "end_at", "is_time_known", "school_key", "location"),
        *("registration_url", "available_slot_count", "filled_volunteer_count"),
        "inperson_page_visible",
    }
)
# A session of the CRM is on a page when it is planned and a person put it there, or it asked for it
# when it first arrived and nobody took it off; a virtual session when it is published. What a file
# brought is on no page: nobody put it there.
_EVENTS = """
    with schools as (select school_key, school_name from marts.dim_schools)
    select
        event_key, salesforce_id, title, event_type, format, session_date,
        if(is_time_known, epoch(start_at), null), if(is_time_known, epoch(end_at), null),
        location, school_name, available_slot_count, filled_volunteer_count, registration_url,
        source
    from marts.dim_events
    left join schools using (school_key)
    where session_date >= $today
        and case
            when source = 'salesforce'
                then inperson_page_visible and list_contains($planned, status)
            when source = 'csv' then false
            else format = 'virtual' and status = 'Published'
        end
        and ($page = 'all' or (format = 'virtual') = ($page = 'virtual'))
        and ($district is null or event_key in (
            select event_key from marts.bridge_event_districts where district_key = $district
        ))
    order by session_date, start_at nulls last, title, event_key
"""
_DISTRICTS = """
    select event_key, list(district_name order by district_name, district_key)
    from marts.bridge_event_districts inner join marts.dim_districts using (district_key)
    where event_key in (select unnest($events))
    group by event_key
"""


@dataclass(frozen=True)
class Feed:
    """The feed of one page, or of one district.

    Attributes:
        release: it was read from.
        content: the JSON object.
    """

    release: str
    content: dict[str, Any]

    @property
    def event_count(self) -> int:
        """How many events it lists."""
        return len(self.content["events"])

    def text(self) -> str:
        """The JSON text, one line per member."""
        return json.dumps(self.content, indent=2, ensure_ascii=False) + "\n"


def feed(settings: Settings, *, page: str = "all", district: str | None = None) -> Feed:
    """What is to come on a page, from the logical date on.

    Args:
        settings: where the releases are, and the day.
        page: inperson, virtual or all.
        district: key, code or name, also a known short one, of the only district to list; None
            for every event.

    Raises:
        BadInput: nothing is published, or page or district are unknown.
    """
    if page not in PAGES:
        raise BadInput(f"--page {page} is unknown; it may be: {', '.join(PAGES)}.")
    path = releases.current_release(settings)
    if path is None:
        raise BadInput(
            releases.pointer_problem(settings)
            or "Nothing is published yet; run `polaris-load build` first."
        )
    import duckdb

    with duckdb.connect(str(path), read_only=True) as connection:
        _check(connection, path.stem)
        known = _district(connection, district) if district is not None else None
        rows = connection.execute(
            _EVENTS,
            {
                "today": settings.logical_date,
                "planned": list(_planned()),
                "page": page,
                "district": known[0] if known else None,
            },
        ).fetchall()
        named = connection.execute(_DISTRICTS, {"events": [row[0] for row in rows]}).fetchall()
        as_of = _freshness(connection)
    districts = dict(named)
    content = {
        "page": page,
        "district": known[1] if known else None,
        "from_date": settings.logical_date.isoformat(),
        "time_zone": str(SITE_ZONE),
        "release": path.stem,
        "published_at": releases.published_at(path.stem).isoformat(),
        "as_of": as_of,
        "event_count": len(rows),
        "events": [_event(row, districts.get(row[0], [])) for row in rows],
    }
    return Feed(path.stem, content)


def write(made: Feed, path: Path) -> None:
    """Writes the feed in one step: whoever reads the file sees the former one or this one.

    Raises:
        BadInput: the file cannot be written there.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(made.text(), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from None


def availability(available: int | None, filled: int | None) -> str | None:
    """Active with free places, archived when all are taken; None where nobody is asked for."""
    if (available or 0) > 0:
        return "active"
    return "archived" if (filled or 0) > 0 else None


def _event(row: tuple[Any, ...], districts: list[str]) -> dict[str, Any]:
    (
        key,
        crm_id,
        title,
        kind,
        form,
        day,
        start,
        end,
        location,
        school,
        free,
        filled,
        link,
        source,
    ) = row
    is_crm = source == "salesforce"
    return {
        "id": key,
        "salesforce_id": crm_id,
        "source": source,
        "title": title,
        "type": kind,
        "format": form,
        "status": availability(free, filled) if is_crm else "active",
        "date": day.isoformat(),
        "start": _local(start),
        "end": _local(end),
        "location": location,
        "school": school,
        "districts": districts,
        "available_slots": free,
        "registration_url": link,
    }


def _local(seconds: float | None) -> str | None:
    """An instant as ISO 8601 at the site's zone."""
    return None if seconds is None else datetime.fromtimestamp(seconds, SITE_ZONE).isoformat()


def _check(connection: duckdb.DuckDBPyConnection, release: str) -> None:
    """A release from before the CRM lacks what the feed needs."""
    found = connection.execute(
        "select column_name from duckdb_columns()"
        " where schema_name = 'marts' and table_name = 'dim_events'"
    ).fetchall()
    if _COLUMNS - {name for (name,) in found}:
        raise BadInput(
            f"The release {release} is older than the feed; run `polaris-load build` first."
        )


def _district(connection: duckdb.DuckDBPyConnection, wanted: str) -> tuple[str, str]:
    """Key and name of the district somebody means: by key, code, name, alias or a name cut short.

    Raises:
        BadInput: no district, or more than one, is meant; the message names those that are near.
    """
    rows = connection.execute(
        "select district_key, district_name, district_code from marts.dim_districts"
        " where district_name is not null order by is_provisional nulls last, district_key"
    ).fetchall()
    text = " ".join(wanted.split()).lower()
    meant = district_names.district(wanted)
    matches = [
        [row for row in rows if row[0] == wanted.strip()],
        [row for row in rows if text and (row[2] or "").lower() == text],
        [row for row in rows if text and district_names.district(row[1]) == meant],
    ]
    begun = [row for row in rows if text and row[1].lower().startswith(f"{text} ")]
    found = next((match for match in matches if match), begun if len(begun) == 1 else None)
    if found:
        return found[0][0], found[0][1]
    if begun:
        several = ", ".join(row[1] for row in begun)
        raise BadInput(
            f"{wanted[:100]!r} may be several districts: {several}; write the whole name."
        )
    names = [row[1] for row in rows]
    known = {district_names.district(name) for name in names}
    near = [n for n in district_names.near(wanted, names) if district_names.district(n) in known]
    advice = "`polaris-load export dim_districts` lists them."
    if near:
        advice = f"did you mean {' or '.join(near)}?"
    raise BadInput(f"There is no district {wanted[:100]!r} in the release; {advice}")


def _freshness(connection: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """When each source last came in; None for one that never did."""
    rows = connection.execute(
        "select source, epoch(last_success_at) from ops.source_freshness order by source"
    ).fetchall()
    return {source: _local(seconds) for source, seconds in rows}


@lru_cache(maxsize=1)
def _planned() -> tuple[str, ...]:
    """The statuses of events that are to come, from the seed that dbt reads too."""
    seed = PROJECT_ROOT / "seeds" / "rule_event_statuses.csv"
    with seed.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return tuple(row["status"] for row in rows if row["is_planned"] == "true")
