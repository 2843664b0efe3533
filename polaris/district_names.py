"""What the district lists say about a name, for checks before anything lands (pathful.md §2.4).

The seeds are the lists; dbt resolves districts from the same ones.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable
from functools import lru_cache

from polaris.settings import PROJECT_ROOT, Settings

_SEEDS = PROJECT_ROOT / "seeds"


def district(name: str) -> str:
    """One spelling for all names of a district, in lower case."""
    key = _key(name)
    return _listed().get(key, ("", key))[1]


def unlisted_district(name: str) -> tuple[str, ...]:
    """A warning when a district is on no list: a mistyped name would track its teachers twice."""
    known = _listed()
    if _key(name) in known:
        return ()
    near = difflib.get_close_matches(_key(name), known, n=1)
    meant = f" Did you mean {known[near[0]][0]}?" if near else ""
    return (f"{name} is on no district list; it stands as a district of its own.{meant}",)


def is_known(name: str, more: Iterable[str] = ()) -> bool:
    """Whether a name, or another name of it, is on a list or among some more."""
    return _key(name) in _listed() or district(name) in {district(one) for one in more}


def near(name: str, more: Iterable[str] = ()) -> tuple[str, ...]:
    """Names of at most three districts that are spelled like this one, the likeliest first."""
    meant = {key: spelled for key, (spelled, _) in _listed().items()}
    meant |= {_key(one): one for one in more if one}
    whole = {_key(spelled): spelled for spelled in meant.values()}
    found = difflib.get_close_matches(_key(name), meant, n=9)
    names = (whole.get(district(meant[key]), meant[key]) for key in found)
    return tuple(dict.fromkeys(names))[:3]


def published(settings: Settings) -> tuple[str, ...]:
    """The districts of the current release that are more than a name somebody wrote."""
    import duckdb

    from polaris import releases

    path = releases.current_release(settings)
    if path is None:
        return ()
    with duckdb.connect(str(path), read_only=True) as connection:
        try:
            rows = connection.execute(
                "select district_name from marts.dim_districts"
                " where district_name is not null and is_provisional is not true order by 1"
            ).fetchall()
        except duckdb.CatalogException:  # a release without places
            return ()
    return tuple(name for (name,) in rows)


def with_roster(settings: Settings) -> tuple[str, ...]:
    """The districts that a roster was landed for."""
    import duckdb

    if not settings.warehouse.exists():
        return ()
    with duckdb.connect(str(settings.warehouse)) as connection:
        try:
            rows = connection.execute(
                "select distinct district_name from raw_roster.loads order by 1"
            ).fetchall()
        except duckdb.CatalogException:  # no roster yet
            return ()
    return tuple(name for (name,) in rows)


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[str, str]]:
    """Key of each listed name or alias -> (as spelled, key of the district it means)."""
    found: dict[str, tuple[str, str]] = {}
    for seed, column in (("ref_districts", "district_name"), ("map_district_aliases", "alias")):
        with (_SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                found[_key(row[column])] = (row[column], _key(row["district_name"]))
    return found


def _key(name: str) -> str:
    return " ".join(name.split()).lower()
