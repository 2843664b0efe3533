"""The `salesforce` command: takes the objects of the CRM, then builds and publishes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from loaders.salesforce.objects import BY_NAME, OBJECTS, SObject
from loaders.salesforce.windows import Ask, Part
from polaris import ledger, report
from polaris import salesforce_results as outcomes
from polaris import salesforce_windows as windows
from polaris.errors import BadInput, Locked, NotReady, PolarisError
from polaris.progress import Progress
from polaris.settings import Settings

if TYPE_CHECKING:
    from loaders.salesforce.client import Client
    from loaders.salesforce.errors import SalesforceError
    from loaders.salesforce.lander import Lander
    from loaders.salesforce.tasks import Task
    from polaris.workplace import RunProgress, Workplace

CADENCES = ("daily", "weekly")
_NOT_INSTALLED = (
    "The Salesforce client is not installed on this machine; install it with: "
    "pip install 'polaris-warehouse[salesforce]'"
)
_NOT_READ = "Not read, for the run had to stop at"


@dataclass(frozen=True)
class SalesforceOptions:
    """Options of the `salesforce` command (interface.md §2).

    Attributes:
        objects: names in the API; empty for those of the cadence.
        cadence: `daily`, or `weekly`: every object, and a check of which records are still there.
        full: everything instead of changes.
        since: changes from this moment on (aware).
        window: length of the parts that such a reading lands one by one; None for 30 days where it
            is labelled `backfill`, else for no parts.
        limit: at most so many records of each object.
        label: written on the run and its loads.
        build: False lands only.
        dry_run: lands and builds on a scratch copy; the next reading asks the CRM for the same.
    """

    objects: tuple[str, ...] = ()
    cadence: str = "daily"
    full: bool = False
    since: datetime | None = None
    window: timedelta | None = None
    limit: int | None = None
    label: str | None = None
    build: bool = True
    dry_run: bool = False


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
    with open_workplace(settings, dry_run=options.dry_run) as place:
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
    if options.dry_run and not options.build:
        raise BadInput("--dry-run and --no-build do not go together: a dry run builds.")
    if options.since is not None and options.since > datetime.now(UTC):
        raise BadInput(f"--since {options.since:%Y-%m-%d} lies in the future.")
    _window(options)
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


def _window(options: SalesforceOptions) -> timedelta | None:
    given = options.since, options.window
    return windows.chosen(*given, limit=options.limit, label=options.label)


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
    words += [f"--window {options.window / timedelta(hours=1):g}h"] if options.window else []
    words += [f"--limit {options.limit}"] if options.limit else []
    words += [f"--label {options.label}"] if options.label else []
    words += ["--dry-run"] if options.dry_run else []
    window = _window(options)
    return ledger.RunStart(
        source="salesforce",
        adapter="salesforce",
        command=" ".join(words),
        triggered_by=settings.user,
        dry_run=options.dry_run,
        label=options.label,
        params={
            "objects": [item.name for item in items],
            "cadence": options.cadence,
            "full": options.full,
            "since": options.since,
            "limit": options.limit,
            "build": options.build,
            **({"window_hours": window // timedelta(hours=1)} if window else {}),
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
    from loaders.salesforce.lander import Lander

    client = _client(place.settings)
    plan = _plan(place, run_id, options, client)
    results: list[dict[str, Any]] = []

    def note(**more: Any) -> None:
        counts = outcomes.counts(windows.together(results), client)
        ledger.note(place.settings, run_id, counts_json=counts, **more)

    try:
        with Lander(place.work.home) as lander:
            for number, part in enumerate(plan.parts):
                windows.pause_if_asked(place.settings, run_id, plan, number)
                failed = {result["object"] for result in results if result["error"]}
                left = [item for item in plan.left(items, part) if item.name not in failed]
                if not left:
                    continue
                ask = _ask(place, options, part)
                tasks = _tasks(place, run_id, left, ask, lander=lander)
                for result in _take_each(client, tasks, told, plan.words(number)):
                    results.append(result)
                    note()
                lander.flush()
                lander.settle()
    except WarehouseLockedError as error:
        raise Locked(str(error)) from None
    finally:
        windows.forget_pause(place.settings, run_id)
    results = windows.together(results)
    note(warnings_json=[*outcomes.warnings(client), *plan.warnings(items)])
    if all(result["error"] for result in results):
        first, last = results[0]["error"], results[-1]["error"]
        speaks_for_all = len(results) == 1 or last.startswith(_NOT_READ)
        raise PolarisError(first if speaks_for_all else f"No object could be read. {first}")


def _plan(
    place: Workplace, run_id: str, options: SalesforceOptions, client: Client
) -> windows.Plan:
    window = _window(options)
    if options.since is None or window is None:
        return windows.Plan()
    return windows.planned(place, run_id, options.since, window, client)


def _take_each(
    client: Client, tasks: Sequence[Task], told: RunProgress, window: str
) -> Iterator[dict[str, Any]]:
    """What came of each object; the rest is not tried where no other can be read either."""
    from loaders.salesforce.asking import Asking
    from loaders.salesforce.errors import RunEndsError, SalesforceError
    from loaders.salesforce.taking import take

    tasks = [
        replace(task, told=_heard(told, f"{window}reading {task.item.name}")) for task in tasks
    ]
    asking = Asking(client, tasks)
    asking.begin(0)
    tasks[0].lander.warm_up()  # while the CRM answers
    stopped: SalesforceError | None = None
    for number, task in enumerate(tasks):
        told.stage(f"{window}reading {task.item.name}", number, len(tasks))
        calls = client.spent.calls
        try:
            if stopped is not None:
                raise stopped
            reading = asking.of(number)
            yield outcomes.of_taken(take(client, task, reading, partial(asking.begin, number + 1)))
        except RunEndsError as error:
            words = f"{_NOT_READ} {task.item.name}."
            stopped = SalesforceError(words, cause=error.cause)
            yield outcomes.of_failed(task.item, error, calls, client)
        except SalesforceError as error:
            yield outcomes.of_failed(task.item, error, calls, client)


def _ask(place: Workplace, options: SalesforceOptions, part: Part | None) -> Ask:
    return Ask(
        cadence=options.cadence,
        full=options.full,
        since=options.since,
        part=part,
        limit=options.limit,
        label=options.label,
        most_missing=place.settings.salesforce.most_missing,
    )


def _tasks(
    place: Workplace, run_id: str, items: Sequence[SObject], ask: Ask, *, lander: Lander
) -> list[Task]:
    """One for each object; a load that fails does not give its number to another one."""
    from loaders import landing
    from loaders.salesforce.tasks import Task

    first = landing.next_load_seq(place.work.warehouse)
    return [
        Task(place.work.home, run_id, first + number, item, ask, lander)
        for number, item in enumerate(items)
    ]


def _heard(told: RunProgress, stage: str) -> Callable[[int, int], None]:
    """Tells the rows of an object to whoever watches the run."""
    return lambda done, total: told.stage(stage, done, total)


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
    changes = sum(one["inserted"] + one["updated"] + one["deleted"] for one in item["objects"])
    if status == "succeeded" and not changes:
        waiting = "Nothing new was found in Salesforce; this run brings a build nothing."
    return item | {"warnings": [*item["warnings"], waiting]}


def _report(settings: Settings, run_id: str) -> report.Report:
    run = ledger.get_run(settings, run_id)
    assert run is not None  # noqa: S101 started by this command
    return report.of_run(run)
