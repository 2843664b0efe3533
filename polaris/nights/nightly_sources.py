"""The sources of a night, each landed on its own: what fails stops nobody else."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from polaris import report
from polaris.errors import (
    EXIT_BAD_INPUT,
    EXIT_FAILURE,
    EXIT_LOCKED,
    EXIT_NOT_READY,
    PolarisError,
    is_stop,
)
from polaris.nights.night import FAILED, SKIPPED, SUCCESS, Night, Step, since
from polaris.nights.nightly_inbox import KINDS, Waiting, misplaced, put_away, waiting
from polaris.progress import Progress
from polaris.settings import Settings

_KINDS = {EXIT_BAD_INPUT: "refused", EXIT_LOCKED: "locked out", EXIT_NOT_READY: "not ready"}
# A file that found its adapter off or the warehouse taken waits for the next night.
_STAYS = {EXIT_NOT_READY, EXIT_LOCKED}
_NO_RUN = "it had no run"
REFUSED = "The gate refused the file; nothing of it was kept. Correct it and import it again."
_NOTHING = (
    "No source is configured: there is no Salesforce login (SF_ variables) and no folder "
    "inbox/nightly; docs/nightly.md says how to set one up."
)


@dataclass(frozen=True)
class Read:
    """A file that was read, with its step and its import report."""

    item: Waiting
    step: Step
    result: report.Report


def read_sources(settings: Settings, night: Night, progress: Progress) -> list[Read]:
    """Lands what every source has and returns the files; a source that fails stops no other."""
    files = waiting(settings)
    if files is not None and (beside := misplaced(settings)):
        words = f"Files outside the folders {', '.join(KINDS)} of inbox/nightly: {beside}."
        night.warnings.append(words)
    if not settings.importer_enabled:
        text = "Importing is switched off (IMPORTER_ENABLED is false)."
        night.steps.append(Step("sources", SKIPPED, message=text))
        return []
    has_crm = "salesforce" in settings.adapters
    if not has_crm and files is None:
        night.steps.append(Step("sources", SKIPPED, message=_NOTHING))
    read = [_file(settings, item, progress) for item in files or ()]
    night.steps += [found.step for found in read]
    if files is not None and not files:
        night.steps.append(Step("files", SKIPPED, message="No file waits in inbox/nightly."))
    if has_crm:
        night.steps += _salesforce(settings, night, progress)
    return read


def _file(settings: Settings, item: Waiting, progress: Progress) -> Read:
    step, result = _tried(f"{item.kind} file", lambda: item.land(settings, progress))
    if step.status == FAILED and step.run_id is None and step.exit_code not in _STAYS:
        # Its name may be anybody's, so the place is told; the file there bears the night's id.
        step = replace(step, message=step.message.replace(_NO_RUN, f"see {_failed(item)}"))
    if step.exit_code == EXIT_NOT_READY:
        step = replace(step, status=SKIPPED)
    return Read(item, step, result)


def put_away_all(
    settings: Settings, night: Night, files: Sequence[Read], refused: Collection[str]
) -> None:
    """Moves the files out of the inbox, each with its report beside it.

    Only now, when it is known what became of them: a night that is killed reads them again, which
    lands nothing twice. A file that found its adapter off or the warehouse taken stays.
    """
    for read in files:
        if read.step.exit_code in _STAYS:
            continue
        result = dict(read.result)
        if read.step.run_id in refused:
            result |= {"status": "failed", "error": REFUSED}
        folder = "done" if result["status"] == "succeeded" else "failed"
        try:
            put_away(settings, read.item, night.run_id, folder, result)
        except OSError as error:
            night.warnings.append(
                f"A {read.item.kind} file could not be moved out of the inbox "
                f"({type(error).__name__}); it will be read again."
            )


def _salesforce(settings: Settings, night: Night, progress: Progress) -> list[Step]:
    """Reads the CRM; one step per object, for each of them may fail alone."""
    from polaris.salesforce import SalesforceOptions, import_salesforce

    cadence = "weekly" if night.weekly else "daily"
    options = SalesforceOptions(cadence=cadence, build=False)
    whole, found = _tried("salesforce", lambda: import_salesforce(settings, options, progress))
    objects = found.get("objects") or []
    if not objects:
        return [whole]
    if not any(item["extracted"] or not item["error"] for item in objects):
        words = f"{_cause(objects[0])}, no object could be read; {_see(whole.run_id)}"
        return [replace(whole, status=FAILED, message=words)]
    return [
        Step(
            name=f"salesforce {item['object']}",
            status=FAILED if item["error"] else SUCCESS,
            seconds=item["seconds"] or 0.0,
            records=item["extracted"],
            message=_object_words(item, whole.run_id),
            run_id=whole.run_id,
        )
        for item in objects
    ]


def _object_words(item: dict[str, Any], run_id: str | None) -> str:
    if item["error"]:
        return f"{_cause(item)}; {_see(run_id)}"
    words = f"{item['inserted']:,} new, {item['updated']:,} changed, {item['deleted']:,} deleted"
    more = len(item["warnings"])
    return f"{words}; {more} warnings in run {run_id}" if more else words


def _cause(item: dict[str, Any]) -> str:
    """Why an object could not be read, in two or three words that hold no secret and no row."""
    return str(item.get("cause") or "not readable")


def _see(run_id: str | None) -> str:
    return f"see `polaris-load runs show {run_id}`" if run_id else _NO_RUN


def _failed(item: Waiting) -> str:
    return f"its report in inbox/nightly/failed/{item.kind}, under this night's id"


def _tried(name: str, work: Callable[[], report.Report]) -> tuple[Step, dict[str, Any]]:
    """Runs a source and says what came of it; its words about rows stay in its own report."""
    began = time.monotonic()
    try:
        result = work()
    except PolarisError as error:
        known = error.result[0] if isinstance(error.result, list) and error.result else {}
        run_id = known.get("run_id")
        kind = _KINDS.get(error.exit_code, "failed")
        words = f"{kind}: {error.hint}" if error.hint else kind
        words = f"{words}; {_see(run_id)}"
        step = Step(name, FAILED, since(began), None, words, run_id, error.exit_code)
        return step, known | {"status": "failed", "error": error.message}
    except Exception as error:  # a defect in one source must not stop the others
        if is_stop(error):
            raise
        words = f"a defect: {type(error).__name__}; {_NO_RUN}"
        step = Step(name, FAILED, since(began), None, words, exit_code=EXIT_FAILURE)
        return step, {"status": "failed", "error": "".join(traceback.format_exception(error))}
    failed = result["status"] != "succeeded"
    step = Step(
        name,
        FAILED if failed else SUCCESS,
        since(began),
        result["rows_processed"] or None,
        f"landed by run {result['run_id']}",
        result["run_id"],
    )
    return step, result
