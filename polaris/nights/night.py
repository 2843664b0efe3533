"""What a night was: its steps and what they came to, as the summary tells it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from polaris import report
from polaris.errors import EXIT_OK

SUCCESS, FAILED, SKIPPED = "Success", "FAILED", "Skipped"


@dataclass(frozen=True)
class NightlyOptions:
    """Options of the `nightly` command.

    Attributes:
        weekly: also what is read once a week, with a longer overlap and a look for deletions.
        dry_run: do all of it on a copy, keep nothing and tell nobody.
    """

    weekly: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Step:
    """What came of one step.

    Attributes:
        name: what it did; no file names, for people put names into those.
        status: Success, FAILED or Skipped.
        seconds: how long it took.
        records: rows read; None where nothing is counted.
        message: a sentence with ids and counts only.
        run_id: the run of its own it had in the ledger.
        exit_code: of the command it stands for.
    """

    name: str
    status: str
    seconds: float = 0.0
    records: int | None = None
    message: str = ""
    run_id: str | None = None
    exit_code: int = EXIT_OK


@dataclass
class Night:
    """A night as its summary tells it; times in UTC, no names or addresses of people.

    `error` is for the ledger alone: what dbt or the gate says may name rows.
    """

    run_id: str
    weekly: bool
    started_at: datetime
    finished_at: datetime | None = None
    status: str = "running"
    exit_code: int = EXIT_OK
    release: str | None = None
    error: str | None = field(default=None, repr=False)
    steps: list[Step] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    open_work: dict[str, dict[str, int]] = field(default_factory=dict)
    pending_decisions: int = 0
    warnings: list[str] = field(default_factory=list)
    watermarks: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    dry_run: bool = False
    # Of a dry run, whose files and runs nobody can look at afterwards.
    reports: list[dict[str, Any]] = field(default_factory=list)

    @property
    def failed(self) -> list[Step]:
        """The steps that failed."""
        return [step for step in self.steps if step.status == FAILED]

    @property
    def sub_runs(self) -> list[str]:
        """The runs of its steps, each once: the objects of the CRM share one."""
        return list(dict.fromkeys(step.run_id for step in self.steps if step.run_id))

    def as_json(self) -> dict[str, Any]:
        """The summary as data."""
        return {
            "run_id": self.run_id,
            "status": self.status,
            "source": "nightly",
            "weekly": self.weekly,
            "started_at": report.instant(self.started_at),
            "finished_at": report.instant(self.finished_at),
            "duration_seconds": report.duration(self.started_at, self.finished_at),
            "release": self.release,
            "steps": [vars(step) for step in self.steps],
            "runs": self.sub_runs,
            **self.totals,
            "open_work": self.open_work,
            "pending_decisions": self.pending_decisions,
            "warnings": self.warnings,
            "watermarks": self.watermarks,
            "deliveries": self.deliveries,
            **({"dry_run": True, "reports": self.reports} if self.dry_run else {}),
        }


def since(began: float) -> float:
    """Seconds since a moment of the monotonic clock."""
    return round(time.monotonic() - began, 3)
