"""Both states of the sample CRM as it was written, read back from its files."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

from loaders.salesforce.objects import OBJECTS
from polaris.demo.crm_files import FOLDER, WEEKLY_FOLDER, write_crm
from polaris.demo.crm_model import with_check
from polaris.demo.world import make_world

Records = dict[str, dict[str, dict[str, str | None]]]


class Sample:
    """Both states of a written CRM, read back from its files."""

    def __init__(self, folder: Path, scale: float) -> None:
        self.folder, self.scale = folder, scale
        self.world = make_world(scale)
        write_crm(folder, self.world)
        self.tables = {
            item.name: pq.read_table(folder / FOLDER / f"{item.name}.parquet") for item in OBJECTS
        }
        self.now, self.later = self.read(FOLDER), self.read(WEEKLY_FOLDER)

    def read(self, state: str) -> Records:
        """The records of a state by object and id."""
        return {
            item.name: {
                str(record["Id"]): record
                for record in pq.read_table(
                    self.folder / state / f"{item.name}.parquet"
                ).to_pylist()
            }
            for item in OBJECTS
        }

    def truth(self, name: str, stage: str = "") -> list[dict[str, str]]:
        """A truth file, one stage of it or all."""
        with (self.folder / f"truth_crm_{name}.csv").open(encoding="utf-8", newline="") as file:
            return [row for row in csv.DictReader(file) if not stage or row["stage"] == stage]

    def of_trap(self, trap: str, name: str = "") -> list[dict[str, str | None]]:
        """The records that stand for an edge."""
        return [
            self.now[row["object"]][row["record_id"]]
            for row in self.truth("traps", "history")
            if row["trap"] == trap and name in {"", row["object"]}
        ]


def local_date(text: str | None) -> str:
    """The day on the wall in Kansas City."""
    moment = datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%S.%f%z")
    return moment.astimezone(ZoneInfo("America/Chicago")).date().isoformat()


def whole(text: str | None) -> str:
    """An id in its 18 characters."""
    return with_check(text) if text and len(text) == 15 else str(text)
