"""Writes the sample CRM: one parquet file per object, and what is true about it beside."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from loaders.salesforce.objects import OBJECTS, SYSTEM_FIELDS
from polaris.demo import crm_truth
from polaris.demo.crm import make_crm
from polaris.demo.crm_model import CONTACT, Crm
from polaris.demo.crm_truth import Line, Truth
from polaris.demo.crm_weekly import make_week
from polaris.demo.model import World
from polaris.demo.truth import STAGES

if TYPE_CHECKING:
    import pyarrow as pa

TYPES_FILE = "types.json"
# Where this org's describe differs from the usual one: grades are words, too.
_TYPES = {CONTACT: {"Current_Grade__c": "string"}}
FOLDER, WEEKLY_FOLDER = "salesforce", "salesforce_weekly"


def write_crm(folder: Path, world: World) -> tuple[Path, Path]:
    """Writes both states of the CRM and truth_crm_*.csv; the same bytes for the same world.

    Returns:
        The folder of the CRM on the logical date and that of a week later.
    """
    made = make_crm(world)
    week = make_week(made)
    states = (made.crm, week.crm)
    folders = (folder / FOLDER, folder / WEEKLY_FOLDER)
    for path, crm in zip(folders, states, strict=True):
        path.mkdir(parents=True, exist_ok=True)
        (path / TYPES_FILE).write_text(f"{json.dumps(_TYPES)}\n", encoding="utf-8")
        for item in OBJECTS:
            _write_object(path / f"{item.name}.parquet", table_of(crm, item.name))
    truths = [
        Truth(STAGES[0], made.crm, made.places, made.agenda),
        Truth(STAGES[1], week.crm, week.places, week.agenda),
    ]
    for name, lines in {
        "contacts": Truth.contact_lines,
        "participations": Truth.participation_lines,
        "students": Truth.student_lines,
        "events": Truth.event_lines,
        "counts": Truth.count_lines,
    }.items():
        _write_lines(folder, name, chain.from_iterable(lines(truth) for truth in truths))
    _write_lines(folder, "presenters", crm_truth.presenter_lines(made.crm))
    named = dict(zip(STAGES, states, strict=True))
    _write_lines(folder, "traps", crm_truth.trap_lines(named))
    return folders


def table_of(crm: Crm, name: str) -> pa.Table:
    """The records of an object as text columns with explicit nulls, in the order of their ids."""
    import pyarrow as pa

    fields = next(item.fields for item in OBJECTS if item.name == name)
    names = (*SYSTEM_FIELDS, *fields)
    records = crm.of(name)
    table = pa.table({field: pa.array([r[field] for r in records], pa.string()) for field in names})
    if name == CONTACT and crm.students is not None:
        import pyarrow.compute as pc

        moved = pa.array(list(crm.moved_students), pa.string())
        stayed = crm.students.filter(pc.invert(pc.is_in(crm.students["Id"], value_set=moved)))
        later = pa.Table.from_pylist(list(crm.moved_students.values()), schema=stayed.schema)
        table = pa.concat_tables([table, stayed, later])
    return table.sort_by("Id").combine_chunks()


def _write_object(path: Path, table: pa.Table) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table, path)


def _write_lines(folder: Path, name: str, lines: Iterable[Line]) -> None:
    rows = iter(lines)
    first = next(rows)
    with (folder / f"truth_crm_{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(first), lineterminator="\n")
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)
