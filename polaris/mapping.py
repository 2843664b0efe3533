"""How names of sources are mapped to ours, as one version with a checksum (platform.md IMP-70a).

The mapping is git-tracked: the headers of files and the words of picklists in the seeds, the fields
that are asked of the CRM in `loaders.salesforce.objects`. Each home keeps, in `mappings/`, every
mapping it ever ran with, so that a page can say what changed from one to the next; the version
counts them.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from polaris.settings import PROJECT_ROOT, Settings

# (source, object, field or word of theirs, field or meaning of ours)
Row = tuple[str, str, str, str]
_SEEDS = PROJECT_ROOT / "seeds"
_HEADERS = {"map_report_headers": "pathful", "map_contract_headers": "csv"}
# About this product itself, not about what a source says.
_OWN = ("map_audit_actions", "map_audit_fields")


@dataclass(frozen=True)
class Mapping:
    """A mapping that a home ran with.

    Attributes:
        version: 1 for the home's first.
        checksum: SHA-256 of its rows.
        first_used_at: UTC, ISO 8601.
        rows: sorted.
    """

    version: int
    checksum: str
    first_used_at: str
    rows: tuple[Row, ...]


@lru_cache(maxsize=1)
def rows() -> tuple[Row, ...]:
    """The mapping of this state of the project."""
    from loaders.salesforce.objects import OBJECTS, column

    found: list[Row] = []
    for path in sorted(_SEEDS.glob("map_*.csv")):
        if path.stem in _OWN:
            continue
        with path.open(encoding="utf-8", newline="") as file:
            listed = list(csv.reader(file))
        if path.stem in _HEADERS:
            found += _headers(_HEADERS[path.stem], listed)
        else:
            found += [
                ("words", path.stem.removeprefix("map_"), line[0], " | ".join(line[1:]))
                for line in listed[1:]
            ]
    found += [
        ("salesforce", item.name, field, column(field)) for item in OBJECTS for field in item.fields
    ]
    return tuple(sorted(found))


def _headers(source: str, listed: list[list[str]]) -> list[Row]:
    head, *lines = listed
    kind, ours, theirs = (head.index(name) for name in ("report_type", "canonical", "header"))
    return [
        ("roster" if line[kind] == "roster" else source, line[kind], line[theirs], line[ours])
        for line in lines
    ]


@lru_cache(maxsize=1)
def checksum() -> str:
    """SHA-256 of the rows."""
    return hashlib.sha256(json.dumps(rows(), ensure_ascii=False).encode()).hexdigest()


def used(settings: Settings, *, keep: bool) -> dict[str, str | int]:
    """Version and checksum of the mapping that runs now.

    Args:
        settings: whose home.
        keep: whether a new one is kept; a dry run writes nothing.

    Returns:
        {mapping_version, mapping_checksum}.
    """
    known = sorted(_folder(settings).glob("*.json"))
    for path in known:
        number, _, short = path.stem.partition("-")
        if checksum().startswith(short):
            return {"mapping_version": int(number), "mapping_checksum": checksum()}
    version = 1 + max((int(path.stem.partition("-")[0]) for path in known), default=0)
    if keep:
        _keep(settings, version)
    return {"mapping_version": version, "mapping_checksum": checksum()}


def _keep(settings: Settings, version: int) -> None:
    content = {
        "version": version,
        "checksum": checksum(),
        "first_used_at": datetime.now(UTC).isoformat(),
        "rows": rows(),
    }
    _folder(settings).mkdir(parents=True, exist_ok=True)
    path = _folder(settings) / f"{version:04d}-{checksum()[:12]}.json"
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    temporary.write_text(json.dumps(content, ensure_ascii=False, indent=0), encoding="utf-8")
    temporary.replace(path)


def kept(settings: Settings) -> list[Mapping]:
    """Every mapping the home ran with, the newest first."""
    found = []
    for path in sorted(_folder(settings).glob("*.json"), reverse=True):
        content = json.loads(path.read_text(encoding="utf-8"))
        listed: tuple[Row, ...] = tuple((one[0], one[1], one[2], one[3]) for one in content["rows"])
        found.append(
            Mapping(content["version"], content["checksum"], content["first_used_at"], listed)
        )
    return found


def changes(before: tuple[Row, ...], after: tuple[Row, ...]) -> list[tuple[str, Row, str]]:
    """What differs: (added, removed or changed, the row as it is or was, its target before)."""
    old = {row[:3]: row[3] for row in before}
    new = {row[:3]: row[3] for row in after}
    found: list[tuple[str, Row, str]] = []
    for key in sorted(old.keys() | new.keys()):
        if key not in old:
            found.append(("added", (*key, new[key]), ""))
        elif key not in new:
            found.append(("removed", (*key, old[key]), old[key]))
        elif old[key] != new[key]:
            found.append(("changed", (*key, new[key]), old[key]))
    return found


def _folder(settings: Settings) -> Path:
    return settings.home / "mappings"
