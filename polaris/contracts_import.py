"""The `csv` command: files that follow a contract of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from polaris import ledger
from polaris.errors import BadInput
from polaris.import_run import Source, run_import, take_over
from polaris.imports import require_adapter
from polaris.progress import Progress
from polaris.report import Report
from polaris.settings import Settings
from polaris.workplace import Workplace

if TYPE_CHECKING:
    from loaders.csv_contracts import CsvFile, Entity


@dataclass(frozen=True)
class CsvOptions:
    """Options of the `csv` command (interface.md §2).

    Attributes:
        source_system: where the rows come from if they do not say it; None for `csv`.
        strict_headers: refuse columns that nothing is done with.
        dry_run: works on a scratch copy.
        build: False lands only.
    """

    source_system: str | None = None
    strict_headers: bool = False
    dry_run: bool = False
    build: bool = True


def import_csv(
    settings: Settings, entity: str, file: Path, options: CsvOptions, progress: Progress
) -> Report:
    """Imports a file of an entity and returns its report.

    Raises:
        BadInput: the entity is none, or the file is wrong; nothing was landed.
        GateFailed: the gate refused; nothing was published.
        Locked: another run holds the warehouse.
        NotReady: the adapter is disabled.
    """
    from loaders import csv_contracts, landing
    from loaders.errors import InputError

    kind = _entity(entity)
    require_adapter(settings, "csv")
    try:
        system = csv_contracts.system_name(options.source_system)
    except InputError as error:
        raise BadInput(error.message) from None

    def prepare(path: Path) -> CsvFile:
        return csv_contracts.prepare(path, kind, strict_headers=options.strict_headers)

    def land(place: Workplace, prepared: CsvFile, run_id: str) -> str | None:
        warehouse = place.work.warehouse
        known = csv_contracts.previously_landed(
            warehouse,
            prepared.file_sha256,
            report_type=prepared.report_type,
            external_system=system,
        )
        earlier = take_over(place, known)
        load = csv_contracts.CsvLoad(
            run_id=run_id,
            load_seq=landing.next_load_seq(warehouse),
            landed_at=datetime.now(UTC),
            external_system=system,
            rows_run_id=earlier,
        )
        csv_contracts.land(place.work.home, prepared, load)
        return earlier

    start = ledger.RunStart(
        source="csv",
        adapter="csv",
        command=f"csv {kind.name}",
        triggered_by=settings.user,
        dry_run=options.dry_run,
        params={
            "entity": kind.name,
            "source_system": system,
            "strict_headers": options.strict_headers,
            "build": options.build,
        },
    )
    source = Source(prepare=prepare, check=lambda place, prepared: None, land=land)
    reports = run_import(settings, [file], start, source, build=options.build, progress=progress)
    return reports[0]


def template(entity: str) -> bytes:
    """A sample file of an entity: its header and one row.

    Raises:
        BadInput: the entity is none.
    """
    from loaders import csv_contracts

    return csv_contracts.template(_entity(entity))


def _entity(name: str) -> Entity:
    from loaders.csv_contracts import ENTITIES

    found = ENTITIES.get(name.strip().lower())
    if found is None:
        raise BadInput(f"csv {name} is unknown; it reads: {', '.join(ENTITIES)}.")
    return found
