"""A backfill in windows: each lands on its own, and what is left is read another time (IMP-72b).

What has been read stands in the load rows, nowhere else: a window counts once its load row has
landed, and no longer when a refusal of the gate took that back. A run goes on with what the runs of
the same command before it have read, back to the last one that succeeded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders.salesforce.objects import SObject
from loaders.salesforce.windows import Part, parts
from polaris import ledger
from polaris.errors import BadInput, Paused
from polaris.salesforce_results import FIGURES
from polaris.settings import Settings

if TYPE_CHECKING:
    from loaders.salesforce.client import Client
    from polaris.workplace import Workplace

LABEL = "backfill"
DEFAULT = timedelta(days=30)
_MOST = 1000
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
# The options that make two runs the same command.
_SAME = ("objects", "cadence", "since", "window_hours")


@dataclass(frozen=True)
class Plan:
    """The windows of a run, the oldest first.

    Attributes:
        parts: what each asks for; one that asks for everything where there are no windows.
        read: name of an object -> the parts that an earlier run has read of it.
        begun_by: the earliest of the runs that this one goes on with; None for none.
    """

    parts: tuple[Part | None, ...] = (None,)
    read: Mapping[str, frozenset[Part]] | None = None
    begun_by: str | None = None

    def left(self, items: Sequence[SObject], part: Part | None) -> list[SObject]:
        """Those of the objects of which a part has still to be read."""
        read = self.read or {}
        return [item for item in items if part is None or part not in read.get(item.name, ())]

    def words(self, number: int) -> str:
        """What stands before a stage: which window it is, from 0 on; nothing without windows."""
        return f"window {number + 1} of {len(self.parts)}: " if len(self.parts) > 1 else ""

    def warnings(self, items: Sequence[SObject]) -> list[str]:
        """What a person should know of the windows before."""
        skipped = sum(1 for part in self.parts if not self.left(items, part))
        if self.begun_by is None or not self.read:
            return []
        return [
            f"Went on with what run {self.begun_by} had begun: {skipped} of {len(self.parts)} "
            "windows had been read and were not read again."
        ]


def length_of(text: str) -> timedelta:
    """The length of a window as it is given: 30d, 2w or 12h.

    Raises:
        BadInput: it is none.
    """
    told = re.fullmatch(r"([1-9]\d{0,3})([hdw])", text.strip().lower())
    if told is None:
        raise BadInput(f"--window {text} is no length; write it as 30d, 2w or 12h.")
    return timedelta(**{_UNITS[told[2]]: int(told[1])})


def chosen(
    since: datetime | None, window: timedelta | None, *, limit: int | None, label: str | None
) -> timedelta | None:
    """The length of the windows of a run; None where it has none.

    Raises:
        BadInput: a window was given without --since, with --limit, or makes too many windows.
    """
    if since is None:
        if window is not None:
            raise BadInput("--window parts what --since reads; give --since too.")
        return None
    if limit is not None:
        if window is not None:
            raise BadInput("--window and --limit do not go together: a canary needs no windows.")
        return None
    if window is None and label != LABEL:
        return None
    found = window or DEFAULT
    count = (datetime.now(UTC) - since) // found + 1
    if count > _MOST:
        raise BadInput(
            f"That makes {count:,} windows, more than {_MOST:,}; give a longer --window or a later "
            "--since."
        )
    return found


def planned(
    place: Workplace, run_id: str, since: datetime, window: timedelta, client: Client
) -> Plan:
    """The windows of a run that has been written into the ledger, and which of them are read.

    Args:
        place: with the ledger, and what has landed.
        run_id: the run.
        since: where the first window begins.
        window: how long each is.
        client: asked for the time, after a login.
    """
    from loaders.salesforce.errors import SalesforceError

    try:
        client.login()
    except SalesforceError:
        return Plan((Part(since.astimezone(UTC)),))  # each object will say why
    made = parts(since, client.now(), window)
    before = _unfinished(place.settings, run_id)
    landed = _landed(place.work.warehouse, before)
    read = {
        name: frozenset(part for part in made if _is_within(part, spans))
        for name, spans in landed.items()
    }
    return Plan(made, {name: found for name, found in read.items() if found}, (*before, None)[0])


def pause(settings: Settings, run: ledger.Run) -> None:
    """Asks a backfill at work to end after its window.

    Raises:
        BadInput: it is not at work, or reads no windows.
    """
    if run.status != "running":
        raise BadInput(f"Run {run.run_id} is not at work any more; it is {run.status}.")
    if not run.stage.startswith("window "):
        raise BadInput(
            f"Run {run.run_id} reads no windows now ({run.stage}), so there is no place to pause "
            f"it at; `polaris-load runs cancel {run.run_id}` stops it."
        )
    settings.locks.mkdir(parents=True, exist_ok=True)
    _file(settings, run.run_id).touch()


def pause_if_asked(settings: Settings, run_id: str, plan: Plan, number: int) -> None:
    """Ends the run in the ledger before a window, if somebody asked for it.

    Raises:
        Paused: somebody did; what landed stays.
    """
    file = _file(settings, run_id)
    if number == 0 or not file.exists():
        return
    file.unlink(missing_ok=True)
    words = (
        f"Paused after window {number} of {len(plan.parts)}, as asked; the same command "
        "goes on with the next one. What it read is landed; the next build publishes it."
    )
    ledger.finish_run(settings, run_id, "cancelled", error_summary=words)
    raise Paused(words)


def forget_pause(settings: Settings, run_id: str) -> None:
    """Removes the wish to pause a run that has ended."""
    _file(settings, run_id).unlink(missing_ok=True)


def together(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The figures of each object over all its windows, in the order they first came."""
    found: dict[str, dict[str, Any]] = {}
    for result in results:
        before = found.get(result["object"])
        found[result["object"]] = result if before is None else _sum(before, result)
    return list(found.values())


def _sum(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    total = {name: before[name] + after[name] for name in (*FIGURES, "calls")}
    total |= {name: (before[name] or 0) + (after[name] or 0) for name in ("seconds", "retries")}
    total["seconds"] = round(total["seconds"], 3)
    known = {name: after[name] or before[name] for name in ("mode", "transport", "watermark")}
    warnings = list(dict.fromkeys([*before["warnings"], *after["warnings"]]))
    return {**after, **total, **known, "warnings": warnings}


def _unfinished(settings: Settings, run_id: str) -> list[str]:
    """Runs of the same command since the last one that succeeded, the oldest first."""
    wanted = _options(ledger.get_run(settings, run_id))
    found: list[str] = []
    for run in ledger.list_runs(settings, source="salesforce"):
        if run.run_id == run_id or run.dry_run or _options(run) != wanted:
            continue
        if run.status == "succeeded":
            break
        found.insert(0, run.run_id)
    return found


def _options(run: ledger.Run | None) -> dict[str, Any]:
    params = json.loads(run.ingest_params_json) if run is not None else {}
    return {name: params.get(name) for name in _SAME}


def _landed(warehouse: Path, run_ids: Sequence[str]) -> dict[str, list[tuple[datetime, datetime]]]:
    """Name of an object -> the stretches that runs have read and landed of it."""
    import duckdb

    from loaders.pipeline import open_warehouse

    found: dict[str, list[tuple[datetime, datetime]]] = {}
    if not run_ids or not warehouse.exists():
        return found
    with open_warehouse(warehouse) as connection:
        try:
            rows = connection.execute(
                "select object_name, epoch_us(window_from), epoch_us(window_to) "
                "from raw_salesforce.loads "
                "where mode = 'since' and list_contains(?, run_id) order by load_seq",
                [list(run_ids)],
            ).fetchall()
        except duckdb.CatalogException:
            return found
    for name, *ends in rows:
        first, last = (datetime.fromtimestamp(end / 1_000_000, UTC) for end in ends)
        found.setdefault(name, []).append((first, last))
    return found


def _is_within(part: Part, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    """Whether a part was read whole; the last one never was, for time goes on."""
    return part.upper is not None and any(
        first <= part.lower and part.upper <= last for first, last in spans
    )


def _file(settings: Settings, run_id: str) -> Path:
    return settings.locks / f"pause-{run_id}"
