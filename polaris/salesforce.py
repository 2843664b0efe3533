"""The `salesforce` command: takes the objects of the CRM, then builds and publishes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from loaders.salesforce.objects import BY_NAME, OBJECTS, SObject
from loaders.salesforce.windows import Ask
from polaris import ledger, report
from polaris.errors import BadInput, Locked, NotReady, PolarisError
from polaris.progress import Progress
from polaris.settings import Settings

if TYPE_CHECKING:
    from loaders.salesforce.client import Client
    from loaders.salesforce.errors import SalesforceError
    from loaders.salesforce.records import Marks
    from loaders.salesforce.taking import Taken
    from loaders.salesforce.tasks import Task
    from polaris.workplace import RunProgress, Workplace

CADENCES = ("daily", "weekly")
_NOT_INSTALLED = (
    "The Salesforce client is not installed on this machine; install it with: "
    "pip install 'polaris-warehouse[salesforce]'"
)


@dataclass(frozen=True)
class SalesforceOptions:
    """Options of the `salesforce` command (interface.md §2).

    Attributes:
        objects: names in the API; empty for those of the cadence.
        cadence: `daily`, or `weekly`: every object, and a check of which records are still there.
        full: everything instead of changes.
        since: changes from this moment on (aware).
        limit: at most so many records of each object.
        label: written on the run and its loads.
        build: False lands only.
    """

    objects: tuple[str, ...] = ()
    cadence: str = "daily"
    full: bool = False
    since: datetime | None = None
    limit: int | None = None
    label: str | None = None
    build: bool = True


def not_ready(settings: Settings) -> str | None:
    """Why the CRM cannot be read from this machine, None when it can."""
    if settings.salesforce.login is None:
        return settings.salesforce.lacking
    if find_spec("simple_salesforce") is None:
        return _NOT_INSTALLED
    return None


def import_salesforce(
    settings: Settings, options: SalesforceOptions, progress: Progress
) -> report.Report:
    """Lands what changed in the CRM, then builds, gates and publishes.

    An object that fails leaves the others alone: they land and are published, and the report says
    `partially_failed`.

    Raises:
        BadInput: an option is wrong.
        GateFailed: the gate refused; nothing was published.
        Locked: another run holds the warehouse.
        NotReady: the adapter is off, not configured or not installed.
        PolarisError: no object could be read, or the build failed.
    """
    from loaders import landing
    from polaris.build import BuildOptions, build_runs
    from polaris.dbt_run import started
    from polaris.workplace import RunProgress, open_workplace, recorded

    items = chosen(options)
    _require(settings)
    with open_workplace(settings, dry_run=False) as place:
        run_id = ledger.start_run(settings, _start(settings, options, items))
        told = RunProgress(settings, [run_id], progress)
        try:
            with recorded(settings, [run_id]):
                landing.discard_incomplete(place.work.warehouse)
                with started(place.work, place.target) if options.build else nullcontext() as dbt:
                    _take_all(place, run_id, items, options, told)
                    if not options.build:
                        return _landed_only(place, run_id)
                    building = BuildOptions(generic_tests=False, landed=("raw_salesforce",))
                    return build_runs(place, [run_id], building, progress, dbt)[0]
        except PolarisError as error:
            if error.result is None:
                error.result = [_report(settings, run_id)]
            raise


def ping(settings: Settings) -> dict[str, Any]:
    """Logs in and asks for the limits; writes nothing.

    Returns:
        {status, login, instance, api_version, calls_used, calls_allowed, clock_skew_seconds}.

    Raises:
        NotReady: as `import_salesforce`.
        PolarisError: the login was refused, or the CRM cannot be reached.
    """
    from loaders.salesforce.errors import SalesforceError

    _require(settings)
    client = _client(settings)
    try:
        instance = client.login()
        daily = client.get(client.path("limits/"), "the limits")["DailyApiRequests"]
    except SalesforceError as error:
        raise PolarisError(error.message) from None
    allowed = int(daily["Max"])
    return {
        "status": "succeeded",
        "login": client.credentials.kind,
        "instance": client.credentials.redirect_to or instance,
        "api_version": client.credentials.version,
        "calls_used": allowed - int(daily["Remaining"]),
        "calls_allowed": allowed,
        "clock_skew_seconds": round(client.skew.total_seconds()),
    }


def chosen(options: SalesforceOptions) -> tuple[SObject, ...]:
    """The objects a run takes, in our order.

    Raises:
        BadInput: an option is wrong or does not go with another.
    """
    if options.cadence not in CADENCES:
        raise BadInput(f"--cadence {options.cadence} is unknown; it may be: {', '.join(CADENCES)}.")
    if options.limit is not None and options.limit < 1:
        raise BadInput("--limit must be at least 1.")
    if options.full and options.since is not None:
        raise BadInput("--full and --since do not go together: --full takes everything.")
    if options.since is not None and options.since > datetime.now(UTC):
        raise BadInput(f"--since {options.since:%Y-%m-%d} lies in the future.")
    if options.objects:
        by_name = {name.lower(): item for name, item in BY_NAME.items()}
        unknown = [name for name in options.objects if name.lower() not in by_name]
        if unknown:
            raise BadInput(
                f"--objects names unknown objects: {', '.join(unknown)}; it may name: "
                f"{', '.join(BY_NAME)}."
            )
        wanted = {by_name[name.lower()].name for name in options.objects}
        return tuple(item for item in OBJECTS if item.name in wanted)
    return tuple(item for item in OBJECTS if options.cadence == "weekly" or item.cadence == "daily")


def _require(settings: Settings) -> None:
    from polaris.imports import require_adapter

    # Without a login the adapter is off by default: say what is missing rather than that.
    if settings.importer_enabled and settings.salesforce.login is None:
        raise NotReady(f"Salesforce cannot be read: {settings.salesforce.lacking}.")
    require_adapter(settings, "salesforce")
    why = not_ready(settings)
    if why is not None:
        raise NotReady(why)


def _start(
    settings: Settings, options: SalesforceOptions, items: Sequence[SObject]
) -> ledger.RunStart:
    words = ["salesforce"]
    words += [f"--objects {','.join(item.name for item in items)}"] if options.objects else []
    words += [f"--cadence {options.cadence}"] if options.cadence != "daily" else []
    words += ["--full"] if options.full else []
    words += [f"--since {options.since.isoformat()}"] if options.since else []
    words += [f"--limit {options.limit}"] if options.limit else []
    words += [f"--label {options.label}"] if options.label else []
    return ledger.RunStart(
        source="salesforce",
        adapter="salesforce",
        command=" ".join(words),
        triggered_by=settings.user,
        label=options.label,
        params={
            "objects": [item.name for item in items],
            "cadence": options.cadence,
            "full": options.full,
            "since": options.since,
            "limit": options.limit,
            "build": options.build,
        },
    )


def _client(settings: Settings) -> Client:
    from loaders.salesforce.client import Client, Pace

    access = settings.salesforce
    assert access.login is not None  # noqa: S101 _require saw to it
    pace = Pace(
        first_wait=access.first_wait,
        longest_wait=60 * min(1.0, access.first_wait),
        usage_share=access.usage_share,
        # A server on this machine plays the CRM, at whatever time it likes.
        most_ahead=math.inf if access.login.redirect_to else Pace.most_ahead,
    )
    return Client(access.login, pace)


def _take_all(
    place: Workplace,
    run_id: str,
    items: Sequence[SObject],
    options: SalesforceOptions,
    told: RunProgress,
) -> None:
    """Takes every object and writes down what came of each, as soon as it is known.

    Raises:
        Locked: another program has the warehouse open.
        PolarisError: no object could be read.
    """
    from loaders.errors import WarehouseLockedError
    from loaders.salesforce.errors import LoginRefusedError, QuotaUsedUpError, SalesforceError
    from loaders.salesforce.records import Marks
    from loaders.salesforce.taking import take

    marks = Marks()
    client = _client(place.settings)
    results: list[dict[str, Any]] = []
    stopped: SalesforceError | None = None
    for number, item in enumerate(items):
        told.stage(f"reading {item.name}", number, len(items))
        if stopped is not None:
            results.append(_failed(item, stopped, client.spent.calls, client))
            continue
        calls = client.spent.calls
        try:
            task = _task(place, run_id, item, options, marks)
            results.append(_taken(take(client, replace(task, told=_heard(told, item)))))
        except WarehouseLockedError as error:
            raise Locked(str(error)) from None
        except (LoginRefusedError, QuotaUsedUpError) as error:
            results.append(_failed(item, error, calls, client))
            words = f"Not read, for the run had to stop at {item.name}."
            stopped = SalesforceError(words, cause=error.cause)
        except SalesforceError as error:
            results.append(_failed(item, error, calls, client))
        ledger.note(place.settings, run_id, counts_json=_counts(results, client))
    try:
        marks.land(place.work.home)
    except WarehouseLockedError as error:
        raise Locked(str(error)) from None
    ledger.note(
        place.settings,
        run_id,
        counts_json=_counts(results, client),
        warnings_json=_warnings(client),
    )
    if all(result["error"] for result in results):
        first = results[0]["error"]
        raise PolarisError(
            first if len(results) == 1 or stopped else f"No object could be read. {first}"
        )


def _task(
    place: Workplace, run_id: str, item: SObject, options: SalesforceOptions, marks: Marks
) -> Task:
    from loaders import landing
    from loaders.salesforce.tasks import Task

    return Task(
        home=place.work.home,
        run_id=run_id,
        load_seq=marks.next_load_seq(landing.next_load_seq(place.work.warehouse)),
        item=item,
        ask=Ask(
            cadence=options.cadence,
            full=options.full,
            since=options.since,
            limit=options.limit,
            label=options.label,
            most_missing=place.settings.salesforce.most_missing,
        ),
        marks=marks,
    )


def _heard(told: RunProgress, item: SObject) -> Callable[[int, int], None]:
    """Tells the rows of an object to whoever watches the run."""
    return lambda done, total: told.stage(f"reading {item.name}", done, total)


def _taken(taken: Taken) -> dict[str, Any]:
    load = taken.load
    return {
        "object": load.object_name,
        "mode": load.mode,
        "transport": load.transport,
        "extracted": load.rows_extracted,
        "inserted": load.rows_inserted,
        "updated": load.rows_updated,
        "unchanged": load.rows_unchanged,
        "duplicates": load.rows_duplicate,
        "invalid": taken.invalid,
        "deleted": load.rows_deleted,
        "seconds": round(taken.seconds, 3),
        "calls": load.call_count,
        "retries": load.retry_count,
        "watermark": report.instant(load.watermark),
        "warnings": list(taken.warnings),
        "error": None,
        "cause": None,
    }


def _failed(item: SObject, error: SalesforceError, calls: int, client: Client) -> dict[str, Any]:
    figures = ("extracted", "inserted", "updated", "unchanged", "duplicates", "invalid", "deleted")
    return {
        "object": item.name,
        "mode": None,
        "transport": None,
        **dict.fromkeys(figures, 0),
        "seconds": None,
        "calls": client.spent.calls - calls,
        "retries": None,
        "watermark": None,
        "warnings": [],
        "error": error.message,
        "cause": error.cause,
    }


def _counts(results: Sequence[dict[str, Any]], client: Client) -> dict[str, Any]:
    """The counts of the import report: each record in one bucket (interface.md §2)."""

    def total(key: str) -> int:
        return sum(int(result[key]) for result in results)

    skipped = {"unchanged": total("unchanged"), "duplicate_row": total("duplicates")}
    invalid = {"missing_id": total("invalid")}
    return {
        "objects": list(results),
        "rows_processed": total("extracted") + total("invalid"),
        "rows_created": total("inserted"),
        "rows_updated": total("updated"),
        "rows_skipped": sum(skipped.values()),
        "rows_invalid": sum(invalid.values()),
        "skipped_by_reason": {reason: count for reason, count in skipped.items() if count},
        "invalid_by_reason": {reason: count for reason, count in invalid.items() if count},
        "calls": client.spent.calls,
        "calls_used": client.spent.used,
        "calls_allowed": client.spent.allowed,
        "retries": dict(client.spent.retries),
    }


def _warnings(client: Client) -> list[str]:
    seconds = round(client.skew.total_seconds())
    if abs(seconds) <= 60:
        return []
    way = "ahead of" if seconds > 0 else "behind"
    is_believed = seconds <= client.pace.most_ahead
    what = "windows go by theirs" if is_believed else "that far it is not believed; check both"
    units = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))
    size, unit = next(pair for pair in units if abs(seconds) >= 2 * pair[0])
    off = f"{abs(seconds) / size:,.0f} {unit}"
    return [f"The clock of Salesforce is {off} {way} this machine's; {what}."]


def _landed_only(place: Workplace, run_id: str) -> report.Report:
    """Ends a run that only landed."""
    from polaris.build import write_file

    item = _report(place.settings, run_id)
    status, why = report.final_status(item), report.objects_failed(item)
    ledger.finish_run(place.settings, run_id, status, error_summary=why)
    item = _report(place.settings, run_id)
    ledger.note(place.settings, run_id, counts_json=item)
    write_file(place.settings, run_id, "report.json", item)
    waiting = "Landed, not built: the next build publishes it."
    return item | {"warnings": [*item["warnings"], waiting]}


def _report(settings: Settings, run_id: str) -> report.Report:
    run = ledger.get_run(settings, run_id)
    assert run is not None  # noqa: S101 started by this command
    return report.of_run(run)
