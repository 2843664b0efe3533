"""Where the pages of a query job wait on disk, so that a killed run is not for nothing.

`job.json` names the job, what it asked for, the pages that are here whole, and the place of the
next one. It is replaced after each page, so it never names a page that is not there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from loaders.salesforce.windows import Window

# An older job is not worth going on with: its rows are stale and its results will soon be gone.
_OLDEST = timedelta(hours=24)


@dataclass(frozen=True)
class Page:
    """One page of results on disk."""

    name: str
    rows: int


@dataclass(frozen=True)
class Job:
    """A query job and how far it was read.

    Attributes:
        key: what was asked for, but for the upper bound of the window.
        job_id: in the CRM.
        query: as sent.
        upper: the upper bound of its window (ISO).
        run_id: the run that made it.
        made_at: when (ISO).
        locator: of the next page; empty for the first.
        is_complete: whether every page is here.
        pages: those that are here.
    """

    key: str
    job_id: str
    query: str
    upper: str
    run_id: str
    made_at: str
    locator: str = ""
    is_complete: bool = False
    pages: tuple[Page, ...] = ()

    @property
    def rows(self) -> int:
        """The rows of the pages that are here."""
        return sum(page.rows for page in self.pages)


class Spool:
    """The folder of one object; nobody but the owner may look into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)

    def kept(self, key: str) -> Job | None:
        """A job of an earlier run that asked for the same and can be gone on with."""
        try:
            told = json.loads((self.folder / "job.json").read_text(encoding="utf-8"))
            job = Job(**{**told, "pages": tuple(Page(**page) for page in told["pages"])})
            age = datetime.now(UTC) - datetime.fromisoformat(job.made_at)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        here = all((self.folder / page.name).is_file() for page in job.pages)
        return job if job.key == key and age < _OLDEST and here else None

    def keep(self, job: Job) -> None:
        """Writes down how far a job is, in one step."""
        temporary = self.folder / ".job.json.new"
        temporary.write_text(json.dumps(asdict(job)), encoding="utf-8")
        temporary.replace(self.folder / "job.json")

    def page(self, number: int) -> Path:
        """Where a page belongs."""
        return self.folder / f"page-{number:06}.csv"

    def clear_job(self) -> None:
        """Forgets the job and its pages."""
        (self.folder / "job.json").unlink(missing_ok=True)
        for path in self.folder.glob("*page-*"):
            path.unlink()

    def remove(self) -> None:
        """Removes the folder: what it held has landed."""
        shutil.rmtree(self.folder, ignore_errors=True)


def key_of(object_name: str, fields: tuple[str, ...], window: Window, place: str) -> str:
    """What a job asks for, as one hash; the upper bound of the window is not part of it.

    Args:
        object_name: in the API.
        fields: requested.
        window: of the object.
        place: the organization and the version of its API.
    """
    parts = [object_name, fields, window.mode, str(window.lower), window.limit, place]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def with_page(job: Job, page: Page, locator: str) -> Job:
    """The job after one more page; without a locator it was the last."""
    done = not locator
    return replace(job, pages=(*job.pages, page), locator=locator, is_complete=done)
