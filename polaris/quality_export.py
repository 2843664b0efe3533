"""Findings as a CSV file that can be corrected offline and come back (platform.md IMP-21c, R-22).

A line is one finding with its row: every field of the row's contract as it stands now, stored
corrections included. `row_fingerprint` says whether the row is still the one that was exported.
"""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from polaris import access, config, contract_fields, out_file, quality_rows, quality_search
from polaris.deciding import decision_facts, decisions
from polaris.errors import BadInput
from polaris.export import guarded, log
from polaris.quality_rows import COLUMNS, LAST_SEEN, Fixes, Violation
from polaris.quality_search import Wanted
from polaris.settings import Settings

KEY = "violation_key"
FINGERPRINT = "row_fingerprint"
# Stands for the fingerprint of a row of which something was hidden: it cannot come back.
MASKED = "masked"
ABOUT = (
    KEY,
    FINGERPRINT,
    "entity_type",
    "external_system",
    "external_id",
    "record_key",
    "rule_code",
    "severity",
    "status",
    "field",
    "message",
    "remediation_hint",
    "last_seen_run_id",
)
_NEEDED = f"{' '.join(COLUMNS)} first_seen_run_id catalog_code sub_code is_quarantining"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sheet:
    """An export.

    Attributes:
        columns: its header: `ABOUT`, then the fields of the contracts in it.
        lines: the cells as a spreadsheet gets them, guarded.
        masked_count: lines of which something is hidden.
    """

    columns: Sequence[str]
    lines: Sequence[Sequence[str]]
    masked_count: int


@dataclass(frozen=True)
class Exported:
    """What an export wrote.

    Attributes:
        release: it was read from.
        row_count: findings written.
        total: findings that were wanted.
        path: the file.
    """

    release: str
    row_count: int
    total: int
    path: Path


def cell(text: str) -> str:
    """A text as a cell; `uncell` gives it back.

    An apostrophe goes before what looks like a formula, and before what has such an apostrophe of
    its own.
    """
    is_guard = text.startswith("'") and cell(text[1:]) != text[1:]
    return f"'{text}" if is_guard else guarded(text)


def uncell(text: str) -> str:
    """The text of a cell, without the one apostrophe that guards it (platform.md R-22)."""
    return text[1:] if text.startswith("'") and cell(text[1:]) == text else text


def file_name(now: datetime) -> str:
    """The name of an export made at an instant."""
    return f"dq_violations_export_{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.csv"


def sheet(
    found: Sequence[Mapping[str, Any]],
    fixes: Fixes,
    role: str | None,
    states: Mapping[str, str] | None = None,
) -> Sheet:
    """The findings as a role may see them.

    Args:
        found: rows of `quality_search.rows`: the columns of the queue and `record_violations`.
        fixes: the corrections that stand.
        role: of whoever gets the file.
        states: of findings about which a decision is stored that no release shows yet.
    """
    violations = [(Violation(row), row["record_violations"]) for row in found]
    present = {one.entity for one, _ in violations}
    names: dict[str, None] = {}
    for entity in contract_fields.entities():
        if entity in present:
            names |= dict.fromkeys(contract_fields.fields(entity))
    lines, masked = [], 0
    for one, siblings in violations:
        known = contract_fields.fields(one.entity)
        now = fixes.corrected(one, siblings)
        seen = {name: contract_fields.masked(role, known[name], now[name]) for name in now}
        is_masked = seen != now
        masked += is_masked
        mark = quality_rows.fingerprint(one.entity, now) if known else ""
        about = dict(one.row) | {
            FINGERPRINT: MASKED if is_masked else mark,
            "status": (states or {}).get(one.key, one.row["status"]),
        }
        texts = [about.get(name) for name in ABOUT] + [seen.get(name) for name in names]
        lines.append([_text(value) for value in texts])
    _log.info("exported %d findings, %d of them with hidden values", len(lines), masked)
    return Sheet([*ABOUT, *map(column_of, names)], lines, masked)


def column_of(field: str) -> str:
    """The column of a row's field; the status of an affiliation is not that of a finding."""
    return f"row_{field}" if field in ABOUT else field


def as_csv(made: Sheet) -> bytes:
    """The file: UTF-8 with a byte-order mark, so that a spreadsheet reads the accents."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(made.columns)
    writer.writerows(made.lines)
    return text.getvalue().encode("utf-8-sig")


def most_rows(settings: Settings) -> int:
    """How many findings a file holds at most (platform.md 11.1)."""
    return int(config.value(settings, "export.max_rows"))


def export(settings: Settings, wanted: Wanted, out: Path | None, now: datetime) -> Exported:
    """Writes what is wanted of the current release, the newest first, at most `most_rows`.

    Args:
        settings: where the release and the decisions are.
        wanted: the filters.
        out: the file; None for one of the usual name in the working directory.
        now: the moment, for the name.

    Raises:
        BadInput: nothing is published, or the file cannot be written, or not written over.
        PolarisError: the release or the store cannot be read.
    """
    path = out or Path(file_name(now))
    out_file.check(settings, path, ("csv",))
    with decision_facts.open_release(settings) as release:
        if release.name is None or not release.has(quality_rows.TABLE, _NEEDED):
            raise BadInput("No release with findings is published; run `polaris-load build` first.")
        sql, params = quality_search.count(wanted)
        count = int(release.rows(sql, **params)[0][0])
        names = [*COLUMNS, LAST_SEEN, "record_violations"]
        columns = ", ".join(f"chosen.{name}" for name in names[:-1])
        limit = most_rows(settings)
        sql, params = quality_search.rows(wanted, limit=limit, columns=columns)
        found = [dict(zip(names, row, strict=True)) for row in release.rows(sql, **params)]
        name = release.name
    made = sheet(found, Fixes(decisions.read_all(settings)), access.ADMIN)
    log(settings, "data-quality", "csv", len(made.lines), name)
    try:
        path.write_bytes(as_csv(made))
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from None
    return Exported(name, len(made.lines), count, path)


def _text(value: Any) -> str:
    return "" if value is None else cell(contract_fields.plain(str(value)))
