"""What is asked of one object, and what is known while it is being read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from loaders.pipeline import WAREHOUSE
from loaders.salesforce.describing import Described
from loaders.salesforce.errors import SalesforceError
from loaders.salesforce.lander import Lander
from loaders.salesforce.objects import SObject
from loaders.salesforce.records import Known
from loaders.salesforce.spool import Job
from loaders.salesforce.windows import Ask, Window

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Task:
    """One object to take.

    Attributes:
        home: POLARIS_HOME.
        run_id: the run.
        load_seq: of its load, if it gets that far.
        item: the object.
        ask: what the run wants.
        lander: of the run.
        told: called with the rows so far and the rows expected.
    """

    home: Path
    run_id: str
    load_seq: int
    item: SObject
    ask: Ask
    lander: Lander
    told: Told = lambda done, total: None

    @property
    def warehouse(self) -> Path:
        """The file with what landed before."""
        return self.home / WAREHOUSE

    def spool(self, suffix: str = "") -> Path:
        """The folder where its pages wait."""
        return self.home / "spool" / "salesforce" / f"{self.item.table}{suffix}"


@dataclass(frozen=True)
class Start:
    """Where the meters of a client stood when an object began."""

    at: datetime
    calls: int
    bytes: int
    retries: int


@dataclass
class Reading:
    """An object while it is being read.

    Attributes:
        before: what earlier loads left.
        described: what the CRM shows of it; a field it then refuses is taken out.
        window: what is asked for; the one of an earlier run's job when that is gone on with.
        start: where the meters of the client stood.
        transport: `rest` or `bulk`.
        job: the query job, if there was one.
        expected: about how many rows will come; None before it was asked.
        asked: the job that was made before anything is read, or why it could not be.
        warnings: sentences for the report.
    """

    before: Known
    described: Described
    window: Window
    start: Start
    transport: str = "rest"
    job: Job | None = None
    expected: int | None = None
    asked: Job | SalesforceError | None = None
    warnings: list[str] = field(default_factory=list)

    def query(self, name: str, ids: str = "") -> str:
        """The query of the object, or of those of its records whose ids fit a condition."""
        where = self.window.where()
        if ids:
            where += f"{' AND' if where else ' WHERE'} {ids}"
        return f"SELECT {','.join(self.described.requested)} FROM {name}{where}"

    def go_on_with(self, job: Job) -> None:
        """Takes the window of a job that an earlier run made."""
        upper, window = datetime.fromisoformat(job.upper), self.window
        moves = None if window.watermark is None else upper
        self.window = Window(window.mode, window.lower, upper, window.limit, moves)
        self.warnings.append(
            f"Went on with the job that run {job.run_id} had begun; what changed after "
            f"{upper:%Y-%m-%d %H:%M} UTC comes with the next run."
        )
