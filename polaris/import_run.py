"""What every import does with its files, whatever they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from polaris import ledger, publish, report
from polaris.build import BuildOptions, build_runs, write_file
from polaris.dbt_run import started
from polaris.errors import BadInput, Locked, PolarisError
from polaris.progress import Progress
from polaris.settings import SITE_ZONE, Settings
from polaris.withdraw import uses, withdraw
from polaris.workplace import RunProgress, Workplace, open_workplace, recorded


class PreparedFile(Protocol):
    """What a loader says about a file that passed its checks; see `loaders.pathful`."""

    @property
    def file_sha256(self) -> str: ...  # noqa: D102 documented there

    @property
    def content(self) -> bytes: ...  # noqa: D102

    @property
    def report_type(self) -> str: ...  # noqa: D102

    @property
    def row_count(self) -> int: ...  # noqa: D102

    @property
    def unmapped_columns(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def warnings(self) -> tuple[str, ...]: ...  # noqa: D102


P = TypeVar("P", bound=PreparedFile)


@dataclass(frozen=True)
class Source(Generic[P]):
    """How one kind of file is imported.

    Attributes:
        prepare: reads and checks a file; raises `loaders.errors.InputError`.
        check: checks it against what is landed already; raises BadInput.
        land: lands it as a run; returns the run that landed these very bytes before, if any.
    """

    prepare: Callable[[Path], P]
    check: Callable[[Workplace, P], None]
    land: Callable[[Workplace, P, str], str | None]


def run_import(
    settings: Settings,
    files: Sequence[Path],
    start: ledger.RunStart,
    source: Source[P],
    *,
    build: bool,
    progress: Progress,
) -> list[report.Report]:
    """Imports files, each as its own run, with one build for all.

    Every file is checked before the first one lands: one bad file and nothing lands.

    Args:
        settings: where everything is.
        files: at least one.
        start: of each run, but for its file.
        source: what the files are.
        build: False lands only.
        progress: told each step.

    Returns:
        One report per file, in the order given.

    Raises:
        PolarisError: with the failed runs' reports as its `result`.
    """
    from loaders.parts import give_memory_back

    with open_workplace(settings, dry_run=start.dry_run) as place:
        run_ids = [
            ledger.start_run(
                settings,
                replace(start, file_name=file.name, command=f"{start.command} {file.name}"),
            )
            for file in files
        ]
        told = RunProgress(settings, run_ids, progress)
        try:
            with recorded(settings, run_ids):
                prepared = _prepare_all(place, files, run_ids, source, told)
                with started(place.work, place.target) if build else nullcontext() as dbt:
                    _land_all(place, run_ids, prepared, source, told)
                    prepared.clear()
                    give_memory_back()
                    if not build:
                        return [_landed_only(place, run_id) for run_id in run_ids]
                    options = BuildOptions(generic_tests=False, landed=(f"raw_{start.source}",))
                    return build_runs(place, run_ids, options, progress, dbt)
        except PolarisError as error:
            if error.result is None:
                error.result = [_report(settings, run_id) for run_id in run_ids]
            raise


def _prepare_all(
    place: Workplace,
    files: Sequence[Path],
    run_ids: Sequence[str],
    source: Source[P],
    told: RunProgress,
) -> list[P]:
    from loaders import landing
    from loaders.errors import InputError

    landing.discard_incomplete(place.work.warehouse)
    prepared: list[P] = []
    problems: dict[str, InputError | BadInput] = {}
    for number, (file, run_id) in enumerate(zip(files, run_ids, strict=True)):
        told.stage("validating", number, len(files))
        counts: dict[str, object] = {}
        try:
            item = source.prepare(file)
            counts = {"unmapped_columns": item.unmapped_columns}
            ledger.note(
                place.settings,
                run_id,
                file_sha256=item.file_sha256,
                report_type=item.report_type,
                warnings_json=item.warnings,
                counts_json=counts,
            )
            source.check(place, item)
        except (InputError, BadInput) as error:
            problems[run_id] = error
            ledger.note(place.settings, run_id, counts_json=counts | ledger.REFUSED)
        else:
            prepared.append(item)
    if not problems:
        return prepared
    for run_id in run_ids:
        if run_id in problems:
            ledger.finish_run(
                place.settings, run_id, "failed", error_summary=problems[run_id].message
            )
        else:
            why = "Not landed, because another file of the same command is not valid."
            ledger.finish_run(place.settings, run_id, "cancelled", error_summary=why)
    raise BadInput(
        " ".join(error.message for error in problems.values()),
        hint="; ".join(error.hint for error in problems.values() if error.hint) or None,
    )


def _land_all(
    place: Workplace,
    run_ids: Sequence[str],
    prepared: Sequence[P],
    source: Source[P],
    told: RunProgress,
) -> None:
    from loaders.errors import WarehouseLockedError

    for number, (run_id, item) in enumerate(zip(run_ids, prepared, strict=True)):
        told.stage("landing", number, len(prepared))
        if not place.dry_run:
            _archive(place.settings, item)
        try:
            earlier = source.land(place, item, run_id)
        except WarehouseLockedError as error:
            raise Locked(str(error)) from None
        if earlier is not None:
            warnings = [*item.warnings, _again(place.settings, earlier)]
            ledger.note(place.settings, run_id, warnings_json=warnings)


def _again(settings: Settings, earlier: str) -> str:
    """What to say about a file whose very bytes are landed already."""
    run = ledger.get_run(settings, earlier)
    if run is None:
        return f"The same file was landed before, by run {earlier}; it was not landed again."
    when = f"{run.started_at.astimezone(SITE_ZONE):%Y-%m-%d %H:%M %Z}"
    return f"The same file was imported by run {earlier} ({when}); it was not landed again."


def take_over(place: Workplace, earlier: str | None) -> str | None:
    """Takes back the landing of a run that failed before anybody saw it.

    The same file again then counts as if that run had not been, instead of finding all its rows
    there already. A landing that other runs use, or that a release shows, stays.

    Args:
        place: where.
        earlier: the run that landed the very bytes that are to be landed now; None for no run.

    Returns:
        The run whose rows are to be used; None when the rows must land.
    """
    if earlier is None:
        return None
    run = ledger.get_run(place.settings, earlier)
    if run is None or not ledger.never_published(place.settings, run):
        return earlier
    if uses(place.work.warehouse, earlier) > 1:
        return earlier
    withdraw(place.work.warehouse, [earlier])
    return None


def _archive(settings: Settings, item: PreparedFile) -> None:
    """Keeps the bytes that were read, once, under their hash."""
    path = settings.archive / item.file_sha256
    if path.exists() and path.read_bytes() == item.content:
        return
    settings.archive.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(item.content)
    publish.sync(temporary)
    temporary.replace(path)
    publish.sync(settings.archive)


def _landed_only(place: Workplace, run_id: str) -> report.Report:
    """Ends a run that only landed. That it waits for a build is said now and not stored."""
    ledger.finish_run(place.settings, run_id, "succeeded")
    item = _report(place.settings, run_id)
    ledger.note(place.settings, run_id, counts_json=item)
    write_file(place.settings, run_id, "report.json", item)
    waiting = "Landed, not built: the next build counts its rows and publishes them."
    return item | {"warnings": [*item["warnings"], waiting]}


def _report(settings: Settings, run_id: str) -> report.Report:
    run = ledger.get_run(settings, run_id)
    assert run is not None  # noqa: S101 started by this import
    return report.of_run(run)


def parse_instant(text: str, option: str) -> datetime:
    """An instant given on the command line; without a zone it is Chicago's.

    Raises:
        BadInput: it is none.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(
            f"{option} {text} is no time; write it as YYYY-MM-DD HH:MM or ISO 8601."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SITE_ZONE)
