"""Files that follow a contract of ours (platform.md §2): from a file to one table ready to land.

What an entity is stands in `ENTITIES` and in the header seed it names; nothing here knows more of
one than of another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from loaders.errors import InputError
from loaders.headers import (
    CONTRACT_SEED,
    HeaderMatch,
    ReportContract,
    canonical_form,
    load_contracts,
)
from loaders.landing import Landed, complete_run, land_file
from loaders.pipeline import open_warehouse
from loaders.prepared import PreparedFile, prepared_fields
from loaders.workbook import Limits, Table, read_table

SCHEMA = "raw_csv"
DEFAULT_SYSTEM = "csv"
_SYSTEM = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


@dataclass(frozen=True)
class Entity:
    """A kind of file.

    Attributes:
        name: in the command, and the table of raw_csv that holds its rows.
        header_seed: which headers mean which column.
        one_of: columns of which a file needs at least one, beside the required ones.
    """

    name: str
    header_seed: Path
    one_of: tuple[str, ...] = ()

    @property
    def contract(self) -> ReportContract:
        """Its columns."""
        return load_contracts(self.header_seed)[self.name]


ENTITIES: Mapping[str, Entity] = {
    entity.name: entity
    for entity in (
        Entity(
            "signups",
            CONTRACT_SEED.with_name("map_signup_headers.csv"),
            one_of=("email", "volunteer_ref"),
        ),
    )
}
# Named by the interface, read by a later version.
PLANNED = ("volunteers", "events", "shifts", "students", "organizations", "affiliations")


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
    name = (text or DEFAULT_SYSTEM).strip().lower()
    if not _SYSTEM.fullmatch(name):
        raise InputError(
            f"--source-system {text} is no name of a system; use letters, digits and underscores."
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
        InputError: a column is missing, doubled or (strict) unexpected; one sentence names all.
    """
    table = read_table(path, limits)
    found = _match(table, entity.contract)
    _refuse_header(table, entity, found, strict=strict_headers)
    warnings = []
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
        "warnings": json.dumps(prepared.warnings, ensure_ascii=False),
    }
    return land_file(home, prepared, load, load_row)


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
        raise InputError(
            f"{table.path.name} is no file of {entity.name}: {'; '.join(faults)}. Correct its "
            "header and import it again."
        )
