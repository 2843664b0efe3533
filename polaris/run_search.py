"""Looks runs up in the ledger: filters and pages (platform.md 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from polaris import ledger
from polaris.errors import BadInput
from polaris.settings import SITE_ZONE, Settings

PAGE_SIZES = (25, 50, 100)


@dataclass(frozen=True)
class Wanted:
    """Which runs; None means any.

    Attributes:
        source: of the run.
        status: as readers see it.
        first_day: on which it started, in Chicago.
        last_day: likewise, to the end of that day.
        text: a run's id or its beginning, its label, or a part of its source.
        dry_runs: False leaves dry runs out.
    """

    source: str | None = None
    status: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""
    dry_runs: bool = True

    def check(self) -> None:
        """Raises BadInput where no run could fit."""
        if self.status is not None and self.status not in ledger.STATUSES:
            raise BadInput(
                f"--status {self.status} is unknown; it may be: {', '.join(ledger.STATUSES)}."
            )
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise BadInput(f"--from {self.first_day} is after --to {self.last_day}.")

    def fits(self, run: dict[str, Any]) -> bool:
        """Whether a run, as the report of it, is wanted."""
        day = datetime.fromisoformat(str(run["started_at"])).astimezone(SITE_ZONE).date()
        words = self.text.strip().lower()
        return (
            self.source in {None, run["source"]}
            and self.status in {None, run["status"]}
            and (self.first_day is None or day >= self.first_day)
            and (self.last_day is None or day <= self.last_day)
            and (self.dry_runs or not run.get("dry_run"))
            and (
                not words
                or str(run["run_id"]).lower().startswith(words)
                or words in str(run["source"]).lower()
                or words == str(run.get("label") or "").lower()
            )
        )


@dataclass(frozen=True)
class Page:
    """Some of the runs that were found.

    Attributes:
        runs: of this page, newest first.
        first: the place of its first run, from 1; 0 where there is none.
        total: runs on all pages.
    """

    runs: list[ledger.Run]
    first: int
    total: int


def find(settings: Settings, wanted: Wanted, *, number: int = 1, size: int = 25) -> Page:
    """One page of the ledger's runs, newest first.

    Args:
        settings: where the ledger is.
        wanted: which runs.
        number: of the page, from 1.
        size: runs on a page.

    Raises:
        BadInput: no run could fit.
    """
    wanted.check()
    every = ledger.list_runs(settings, status=wanted.status, source=wanted.source)
    fitting = [run for run in every if wanted.fits(_as_report(run))]
    start = (number - 1) * size
    shown = fitting[start : start + size]
    return Page(shown, start + 1 if shown else 0, len(fitting))


def _as_report(run: ledger.Run) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "source": run.source,
        "status": run.status,
        "started_at": run.started_at,
        "dry_run": run.dry_run,
        "label": run.label,
    }
