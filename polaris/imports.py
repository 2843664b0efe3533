"""The import commands: Pathful reports and teacher rosters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from polaris import ledger
from polaris.errors import BadInput, NotReady
from polaris.import_run import Source, run_import, take_over
from polaris.progress import Progress
from polaris.report import Report
from polaris.settings import Settings
from polaris.workplace import Workplace

if TYPE_CHECKING:
    from loaders.pathful import PathfulFile
    from loaders.roster import RosterFile

MODES = ("full", "semester", "six_month", "custom")
_AUTUMN = 8  # the autumn semester begins on the first of August (pathful.md §4.8)
_SIX_MONTHS = timedelta(days=180)


@dataclass(frozen=True)
class PathfulOptions:
    """Options of the `pathful` command (interface.md §2).

    Attributes:
        mode: full, semester, six_month or custom.
        since: first session date that counts; only with custom.
        exported_at: when Pathful wrote the file (aware); None when unknown.
        dry_run: works on a scratch copy.
        build: False lands only.
        virtual_year: as 2023-2024; of the old sheet of sessions, whose days may have no year.
    """

    mode: str = "full"
    since: date | None = None
    exported_at: datetime | None = None
    dry_run: bool = False
    build: bool = True
    virtual_year: str | None = None


@dataclass(frozen=True)
class RosterOptions:
    """Options of the `roster` command; years as `YYYY-YYYY`.

    Attributes:
        district: whose roster this is, by name or a known other name.
        academic_year: consecutive years.
        virtual_year: the same as the academic year when not given.
        target_sessions: where a row has none; None for the default.
        allow_large_deactivation: land although many teachers would be deactivated.
        dry_run: works on a scratch copy.
        build: False lands only.
    """

    district: str
    academic_year: str
    virtual_year: str | None = None
    target_sessions: int | None = None
    allow_large_deactivation: bool = False
    dry_run: bool = False
    build: bool = True


def import_pathful(
    settings: Settings,
    files: Sequence[Path],
    options: PathfulOptions,
    progress: Progress,
    *,
    adapter: str = "pathful",
) -> list[Report]:
    """Imports Session Reports and User Reports: one report per file, in the order given.

    `adapter` is what read the files, and what must be enabled.

    Raises:
        BadInput: an option or a file is wrong; nothing was landed.
        GateFailed: the gate refused; nothing was published.
        Locked: another run holds the warehouse.
        NotReady: the adapter is disabled.
        PolarisError: anything else that has a sentence.
    """
    from loaders import landing, pathful

    require_adapter(settings, adapter)
    cutoff = cutoff_date(options, settings.logical_date)
    year = school_year(options.virtual_year, "--virtual-year") if options.virtual_year else None
    landed_at = datetime.now(UTC)  # one for the command: its files know of each other
    _require_past(options.exported_at, landed_at)

    def land(place: Workplace, prepared: PathfulFile, run_id: str) -> str | None:
        landed = landing.previously_landed(place.work.warehouse, prepared.file_sha256, cutoff)
        earlier = take_over(place, _of_the_year(settings, landed, year))
        load = landing.PathfulLoad(
            run_id=run_id,
            load_seq=landing.next_load_seq(place.work.warehouse),
            landed_at=landed_at,
            import_mode=options.mode,
            cutoff_date=cutoff,
            exported_at=options.exported_at,
            rows_run_id=earlier,
        )
        landing.land_pathful(place.work.home, prepared, load)
        return earlier

    start = ledger.RunStart(
        source="pathful",
        adapter=adapter,
        command="pathful",
        triggered_by=settings.user,
        dry_run=options.dry_run,
        params={
            "mode": options.mode,
            "cutoff_date": cutoff,
            "exported_at": options.exported_at,
            "build": options.build,
            **({"virtual_year": year} if year else {}),
        },
    )

    prepare = partial(pathful.prepare, virtual_year=year)
    source = Source(prepare=prepare, check=lambda place, prepared: None, land=land)
    return run_import(settings, files, start, source, build=options.build, progress=progress)


def _of_the_year(settings: Settings, landed: str | None, year: str | None) -> str | None:
    """The run that landed these bytes, unless for another year, which makes other rows of them."""
    run = ledger.get_run(settings, landed) if landed and year else None
    if run is None:
        return None if year else landed
    return landed if json.loads(run.ingest_params_json).get("virtual_year") == year else None


def import_roster(
    settings: Settings,
    file: Path,
    options: RosterOptions,
    progress: Progress,
    *,
    adapter: str = "pathful",
) -> Report:
    """Imports a teacher roster and returns its report; raises as `import_pathful` does."""
    from loaders import landing, roster
    from polaris import roster_guard
    from polaris.district_names import unlisted_district

    require_adapter(settings, adapter)
    scope = _roster_scope(options)
    virtual_year = school_year(options.virtual_year or options.academic_year, "--virtual-year")
    unlisted = unlisted_district(scope["district_name"])

    def prepare(path: Path) -> RosterFile:
        prepared = roster.prepare(path)
        return replace(prepared, warnings=(*prepared.warnings, *unlisted))

    def check(place: Workplace, prepared: RosterFile) -> None:
        if not options.allow_large_deactivation:
            roster_guard.check(place.work.warehouse, prepared, **scope)

    def land(place: Workplace, prepared: RosterFile, run_id: str) -> str | None:
        warehouse = place.work.warehouse
        earlier = take_over(
            place, landing.previously_landed_roster(warehouse, prepared.file_sha256, **scope)
        )
        load = landing.RosterLoad(
            run_id=run_id,
            load_seq=landing.next_load_seq(warehouse),
            landed_at=datetime.now(UTC),
            virtual_year=virtual_year,
            target_sessions=options.target_sessions,
            rows_run_id=earlier,
            **scope,
        )
        landing.land_roster(place.work.home, prepared, load)
        return earlier

    start = ledger.RunStart(
        source="roster",
        adapter=adapter,
        command="roster",
        triggered_by=settings.user,
        dry_run=options.dry_run,
        params=scope
        | {
            "virtual_year": virtual_year,
            "target_sessions": options.target_sessions,
            "allow_large_deactivation": options.allow_large_deactivation,
            "build": options.build,
        },
    )
    source = Source(prepare=prepare, check=check, land=land)
    reports = run_import(settings, [file], start, source, build=options.build, progress=progress)
    return reports[0]


def _roster_scope(options: RosterOptions) -> dict[str, str]:
    """The district and the year of a roster, after looking at the options."""
    scope = {
        "district_name": " ".join(options.district.split()),
        "academic_year": school_year(options.academic_year, "--academic-year"),
    }
    if not scope["district_name"]:
        raise BadInput("--district is empty; give the district's name.")
    if options.target_sessions is not None and options.target_sessions < 0:
        raise BadInput("--target-sessions may not be negative.")
    return scope


def _require_past(exported_at: datetime | None, now: datetime) -> None:
    if exported_at is not None and exported_at > now:
        raise BadInput(
            f"--exported-at {exported_at:%Y-%m-%d %H:%M %Z} lies in the future; every later "
            "report would count as older. Give the time at which the file was written."
        )


def cutoff_date(options: PathfulOptions, today: date) -> date | None:
    """The first session date that counts, None for all (pathful.md §4.8).

    Raises:
        BadInput: the mode is unknown, or `since` and the mode do not go together.
    """
    if options.mode not in MODES:
        raise BadInput(f"--mode {options.mode} is unknown; it may be: {', '.join(MODES)}.")
    if options.mode == "custom":
        if options.since is None:
            raise BadInput("--mode custom needs --since YYYY-MM-DD.")
        return options.since
    if options.since is not None:
        raise BadInput(f"--since goes with --mode custom, not with --mode {options.mode}.")
    if options.mode == "semester":
        return date(today.year, _AUTUMN if today.month >= _AUTUMN else 1, 1)
    return today - _SIX_MONTHS if options.mode == "six_month" else None


def school_year(text: str, option: str) -> str:
    """A school year written `YYYY-YYYY` with consecutive years.

    Raises:
        BadInput: it is not.
    """
    first, dash, second = text.strip().partition("-")
    digits = all(len(part) == 4 and part.isascii() and part.isdigit() for part in (first, second))
    if not (dash and digits and int(second) == int(first) + 1):
        raise BadInput(f"{option} {text} is no school year; write it as 2025-2026.")
    return f"{first}-{second}"


def require_adapter(settings: Settings, adapter: str) -> None:
    """Refuses when importing, or this adapter, is switched off.

    Raises:
        NotReady: it is.
    """
    if not settings.importer_enabled:
        raise NotReady("Importing is switched off on this machine (IMPORTER_ENABLED is false).")
    if adapter not in settings.adapters:
        raise NotReady(
            f"The adapter {adapter} is switched off on this machine "
            f"(IMPORTER_ADAPTERS is {','.join(settings.adapters)})."
        )
