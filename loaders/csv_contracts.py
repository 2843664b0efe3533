"""Files that follow a contract of ours (platform.md §2): from a file to one table ready to land.

What an entity is stands in `ENTITIES` and in the seed map_contract_headers; nothing here knows more
of one than of another.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from loaders.errors import InputError
from loaders.field_counts import counts_json
from loaders.headers import (
    CONTRACT_SEED,
    HeaderMatch,
    ReportContract,
    canonical_form,
    load_contracts,
    match,
)
from loaders.landing import Landed, complete_run, land_file
from loaders.pipeline import open_warehouse
from loaders.prepared import PreparedFile, prepared_fields
from loaders.workbook import Limits, Table, read_table, without_repeated_headers

SCHEMA = "raw_csv"
DEFAULT_SYSTEM = "csv"
HEADER_SEED = CONTRACT_SEED.with_name("map_contract_headers.csv")
# The contracts as they are written down here: platform.md §2.1, VolunteerIngest v1.x.
MAJOR_VERSION = 1
VERSION_COLUMN = "ingest_version"
_SYSTEM = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_VERSION = re.compile(r"[vV]?(\d{1,4})(?:\.\d+)*")


@dataclass(frozen=True)
class Entity:
    """A kind of file.

    Attributes:
        name: in the command, and the table of raw_csv that holds its rows.
        one_of: columns of which a file needs at least one, beside the required ones.
        examples: a good value per column, for `template`; columns without one stay blank there.
    """

    name: str
    one_of: tuple[str, ...] = ()
    examples: Mapping[str, str] = field(default_factory=dict)

    @property
    def contract(self) -> ReportContract:
        """Its columns."""
        return load_contracts(HEADER_SEED)[self.name]


_PERSON = {
    "external_id": "0001",
    "first_name": "Ana",
    "last_name": "Ruiz",
    "email": "ana@example.org",
    "phone": "(816) 555-0123",
}
ENTITIES: Mapping[str, Entity] = {
    entity.name: entity
    for entity in (
        Entity(
            "volunteers",
            one_of=("email", "phone", "alternate_emails", "alternate_phones"),
            examples=_PERSON
            | {"employer": "Acme", "city": "Kansas City", "state_code": "MO"}
            | {"postal_code": "64110", "source_updated_at": "2026-01-31 09:00"},
        ),
        Entity(
            "events",
            examples={
                "external_id": "E-1",
                "title": "Career day",
                "start_at": "2026-03-20 09:30",
                "end_at": "2026-03-20 11:30",
                "event_format": "in person",
                "event_status": "confirmed",
                "capacity": "20",
            },
        ),
        Entity(
            "shifts",
            examples={
                "external_id": "S-1",
                "event_ref": "E-1",
                "start_at": "2026-03-20 09:30",
                "end_at": "2026-03-20 10:30",
                "capacity": "10",
                "role": "speaker",
            },
        ),
        Entity(
            "signups",
            one_of=("email", "volunteer_ref"),
            examples={
                "external_id": "7001",
                "event_ref": "a1B000000000001EAA",
                "email": "ana@example.org",
                "first_name": "Ana",
                "last_name": "Ruiz",
                "rsvp_status": "confirmed",
                "role": "speaker",
            },
        ),
        Entity(
            "students",
            examples={
                "external_id": "0001",
                "first_name": "Kim",
                "last_name": "Ngo",
                "student_id": "100001",
                "grade": "9",
                "graduation_year": "2029",
            },
        ),
        Entity(
            "organizations",
            examples={
                "external_id": "O-1",
                "name": "Acme",
                "organization_type": "business",
                "website": "https://example.org",
            },
        ),
        Entity(
            "affiliations",
            examples={
                "external_id": "A-1",
                "contact_external_id": "0001",
                "organization_external_id": "O-1",
                "role": "employee",
                "is_primary": "true",
                "status": "Current",
                "start_date": "2024-08-15",
            },
        ),
    )
}


@dataclass(frozen=True)
class CsvFile(PreparedFile):
    """A file that has the columns its entity needs; blank rows are part of `arrow`."""


@dataclass(frozen=True)
class CsvLoad:
    """The load row of one file.

    Attributes:
        run_id: the run that lands it.
        load_seq: from `landing.next_load_seq`, taken under the lock.
        landed_at: aware timestamp.
        external_system: where the rows come from if they do not say it themselves.
        rows_run_id: the run that landed these very bytes before (from `previously_landed`);
            None lands the rows.
    """

    run_id: str
    load_seq: int
    landed_at: datetime
    external_system: str
    rows_run_id: str | None = None


def system_name(text: str | None) -> str:
    """The name of a source system as a token; `csv` for none.

    Raises:
        InputError: it is no single word.
    """
    name = (DEFAULT_SYSTEM if text is None else text).strip().lower()
    if not name:
        raise InputError(
            "--source-system is empty; name the system the rows come from, or leave the option "
            f"out for {DEFAULT_SYSTEM}."
        )
    if not _SYSTEM.fullmatch(name):
        raise InputError(
            f"--source-system {text} is no name of a system; use one word of at most 64 letters, "
            "digits, dots, dashes and underscores that begins with a letter or digit."
        )
    return name


def prepare(
    path: Path, entity: Entity, *, strict_headers: bool = False, limits: Limits | None = None
) -> CsvFile:
    """Reads a file and checks its header; writes nothing.

    Args:
        path: CSV (UTF-8 with or without its mark, or Windows-1252) or XLSX.
        entity: what it holds.
        strict_headers: refuse columns that nothing is done with.
        limits: sizes beyond which a file is refused (defaults: `Limits()`).

    Raises:
        InputError: a column is missing, doubled or (strict) unexpected, and one sentence names all;
            or a row follows a newer version of the contract.
    """
    table = read_table(path, limits)
    found = _match(table, entity.contract)
    _refuse_header(table, entity, found, strict=strict_headers)
    _refuse_version(table, entity, found)
    table, repeats = without_repeated_headers(table, found.position.values())
    warnings = list(repeats)
    better = _better_fit(table, entity, found)
    if better is not None:
        names = ", ".join(table.labels[i] for i in found.unmapped if i not in better.unmapped)
        warnings.append(
            f"Its columns fit {_kind(better)} better, which would use {names} too. If it is one, "
            "import it as that."
        )
    if table.encoding not in (None, "utf-8", "utf-8-sig"):
        warnings.append(f"The file is not in UTF-8; it was read as {table.encoding}.")
    if table.cells.num_rows == 0:
        warnings.append("The file has a header but no rows.")
    return CsvFile(**prepared_fields(table, found, warnings=warnings))


def land(home: Path, prepared: CsvFile, load: CsvLoad) -> Landed:
    """Lands the rows and their load row in `home/warehouse.duckdb`, schema raw_csv.

    Raises:
        WarehouseLockedError: another program has the warehouse open.
    """
    load_row = {
        "load_seq": load.load_seq,
        "run_id": load.run_id,
        "rows_run_id": load.rows_run_id or load.run_id,
        "report_type": prepared.report_type,
        "external_system": load.external_system,
        "file_name": prepared.file_name,
        "file_sha256": prepared.file_sha256,
        "row_count": prepared.row_count,
        "landed_at": load.landed_at,
        "present_columns": json.dumps(prepared.present_columns, ensure_ascii=False),
        "unmapped_columns": json.dumps(prepared.unmapped_columns, ensure_ascii=False),
        "field_counts": counts_json(prepared.field_counts),
        "warnings": json.dumps(prepared.warnings, ensure_ascii=False),
    }
    return land_file(home, prepared, load, load_row)


def template(entity: Entity) -> bytes:
    """A file of an entity to begin with: every column under its own name, and one example row.

    Returns:
        CSV in UTF-8 with its mark, so that a spreadsheet opens it with accents intact.
    """
    headers = list(entity.contract.headers)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerow([entity.examples.get(header, "") for header in headers])
    return text.getvalue().encode("utf-8-sig")


def previously_landed(
    warehouse: Path, file_sha256: str, *, report_type: str, external_system: str
) -> str | None:
    """The first run whose complete rows of these very bytes are in raw_csv, or None."""
    if not warehouse.exists():
        return None
    with open_warehouse(warehouse) as connection:
        return complete_run(
            connection,
            SCHEMA,
            report_type,
            {
                "file_sha256": file_sha256,
                "report_type": report_type,
                "external_system": external_system,
            },
        )


@cache
def _form(header: str) -> str:
    """A header without what people vary, dots included (platform.md §2)."""
    return canonical_form(header).replace(".", "")


def _match(table: Table, contract: ReportContract) -> HeaderMatch:
    claims: dict[str, list[int]] = {}
    unmapped: list[int] = []
    for index, header in enumerate(table.headers):
        canonical = contract.canonical_by_form.get(_form(header))
        if canonical is None:
            unmapped.append(index)
        else:
            claims.setdefault(canonical, []).append(index)
    return HeaderMatch(
        contract=contract,
        position={canonical: indexes[0] for canonical, indexes in claims.items()},
        doubled={name: tuple(indexes) for name, indexes in claims.items() if len(indexes) > 1},
        unmapped=tuple(unmapped),
    )


def _refuse_header(table: Table, entity: Entity, found: HeaderMatch, *, strict: bool) -> None:
    """Raises one InputError that names what is missing, doubled and unexpected, apart."""
    faults = []
    if found.missing_required:
        faults.append(f"it lacks the required {found.missing_in_words()}")
    if entity.one_of and not set(entity.one_of) & set(found.present):
        faults.append(f"it needs one of the columns {' or '.join(entity.one_of)}")
    for canonical, positions in found.doubled.items():
        names = " and ".join(f"'{table.headers[i]}' (column {table.letters[i]})" for i in positions)
        faults.append(f"{names} both mean {canonical}")
    if strict and found.unmapped:
        names = ", ".join(table.labels[i] for i in found.unmapped)
        faults.append(f"it has the unexpected columns {names} (--strict-headers)")
    if faults:
        better = _better_fit(table, entity, found)
        if better is not None:
            faults.append(f"it looks like {_kind(better)}")
        raise InputError(
            f"{table.header_place} is no file of {entity.name}: {'; '.join(faults)}. Correct its "
            f"header and import it again.{table.sheet_hint}",
            f"it lacks the required {found.missing_in_words()}"
            if found.missing_required
            else f"its header is not that of {entity.name}",
        )


def _better_fit(table: Table, entity: Entity, found: HeaderMatch) -> HeaderMatch | None:
    """The complete header of another kind of file that takes more of the columns; None without."""
    contracts = [match(table.headers, name) for name in load_contracts()]
    for one in ENTITIES.values():
        other = _match(table, one.contract)
        if one.name != entity.name and (not one.one_of or set(one.one_of) & set(other.present)):
            contracts.append(other)
    fitting = [
        one
        for one in contracts
        if not one.missing_required and len(one.unmapped) < len(found.unmapped)
    ]
    return min(fitting, key=lambda one: len(one.unmapped), default=None)


def _kind(found: HeaderMatch) -> str:
    """Another kind of file in words: a file of events, a session report."""
    name = found.contract.report_type
    return f"a file of {name}" if name in ENTITIES else f"a {name.replace('_', ' ')}"


def _refuse_version(table: Table, entity: Entity, found: HeaderMatch) -> None:
    """Raises InputError where a row names a newer major version than is read here."""
    import pyarrow.compute as pc

    position = found.position.get(VERSION_COLUMN)
    if position is None:
        return
    versions = {
        text.strip() for text in pc.unique(table.cells.column(position)).to_pylist() if text
    }
    read = ((text, _VERSION.fullmatch(text)) for text in versions)
    newer = sorted(text for text, match in read if match and int(match[1]) > MAJOR_VERSION)
    if newer:
        raise InputError(
            f"{table.place} follows version {', '.join(newer)} of the contract of "
            f"{entity.name}, and versions up to {MAJOR_VERSION}.x are read here; export it in that "
            "version, or update this program."
        )
