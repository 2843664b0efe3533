"""What the district lists say about a name, for checks before anything lands (pathful.md §2.4).

The seeds are the lists; dbt resolves districts from the same ones.
"""

from __future__ import annotations

import csv
import difflib
from functools import lru_cache

from polaris.settings import PROJECT_ROOT

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
