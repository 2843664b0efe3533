"""Writes the sample sources and the truth beside them into a folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from polaris.demo import traps_file, truth, user_report
from polaris.demo.crm_files import FOLDER, WEEKLY_FOLDER, write_crm
from polaris.demo.model import DEFAULT_SEED, LOGICAL_DATE, SESSION_HEADERS, Cell, Row, World
from polaris.demo.rosters import CSV_ENCODINGS, roster_sheets
from polaris.demo.workbook import write_workbook
from polaris.demo.world import make_world

# The history in the order in which staff would have downloaded it, by first calendar year.
YEARLY_FILES = {
    2022: "session_report_2022-2023.xlsx",
    2023: "session_report_2023-2024.xlsx",
    2024: "session_report_2024-2025.xlsx",
    2025: "session_report_current.xlsx",
}
FULL_FILE = "session_report_full.xlsx"
WEEKLY_FILE = "session_report_weekly.xlsx"
USER_FILE = "user_report.xlsx"
TRAP_FILES = ("session_report_traps.xlsx", "session_report_traps.csv")
MANIFEST = "manifest.json"
_SHEET = "Session Report"


@dataclass(frozen=True)
class RosterSource:
    """A roster file with the options it is imported with."""

    path: Path
    district: str
    academic_year: str


@dataclass(frozen=True)
class Sources:
    """What was written.

    Attributes:
        folder: where everything is; the truth_*.csv too.
        rosters: in the order in which they are imported.
        user_report: the User Report.
        history: yearly Session Reports, oldest first, current one last.
        full: the same rows as the history in one file.
        weekly: the export of a week later.
        traps: Session Reports full of faulty rows.
        crm: one parquet file per object of the sample CRM.
        crm_weekly: the same a week later.
    """

    folder: Path
    rosters: tuple[RosterSource, ...]
    user_report: Path
    history: tuple[Path, ...]
    full: Path
    weekly: Path
    traps: tuple[Path, ...]
    crm: Path
    crm_weekly: Path


def write_sources(folder: Path, scale: float = 1.0, seed: int = DEFAULT_SEED) -> Sources:
    """Makes a world and writes its files: the same bytes for the same scale and seed.

    Args:
        folder: created when missing; files of the same name are replaced.
        scale: 1 is the size of the real history; whole numbers multiply it exactly, and from
            0.01 on every trap is there.
        seed: another seed makes another world.
    """
    folder.mkdir(parents=True, exist_ok=True)
    world = make_world(scale, seed)
    rosters = tuple(_write_rosters(folder, world))
    users = user_report.user_rows(world.people, scale, seed)
    write_workbook(folder / USER_FILE, "User Report", user_report.HEADERS, users)
    parts = _write_sessions(folder, world)
    _write_traps(folder, world)
    _write_truth(folder, world, parts)
    write_crm(folder, world)
    sources = _sources(folder, rosters)
    _write_manifest(sources, world, users=len(users))
    return sources


def _sources(folder: Path, rosters: tuple[RosterSource, ...]) -> Sources:
    return Sources(
        folder=folder,
        rosters=rosters,
        user_report=folder / USER_FILE,
        history=tuple(folder / name for name in YEARLY_FILES.values()),
        full=folder / FULL_FILE,
        weekly=folder / WEEKLY_FILE,
        traps=tuple(folder / name for name in TRAP_FILES),
        crm=folder / FOLDER,
        crm_weekly=folder / WEEKLY_FOLDER,
    )


def _write_rosters(folder: Path, world: World) -> Iterator[RosterSource]:
    for sheet in roster_sheets(world):
        path = folder / sheet.file_name
        encoding = CSV_ENCODINGS.get(sheet.district)
        if encoding:
            _write_csv(path, sheet.headers, sheet.rows, encoding=encoding)
        else:
            write_workbook(path, "Roster", sheet.headers, sheet.rows)
        yield RosterSource(path, sheet.district_name, sheet.academic_year)


def _write_sessions(folder: Path, world: World) -> dict[str, list[Row]]:
    parts = {
        name: [row for row in world.rows if row.session.start_year == year]
        for year, name in YEARLY_FILES.items()
    }
    parts[FULL_FILE] = world.rows
    parts[WEEKLY_FILE] = world.weekly
    for name, rows in parts.items():
        write_workbook(folder / name, _SHEET, SESSION_HEADERS, (row.cells for row in rows))
    return parts


def _write_traps(folder: Path, world: World) -> None:
    rows = [row.cells for row in traps_file.trap_rows(world)]
    workbook, table = (folder / name for name in TRAP_FILES)
    write_workbook(workbook, _SHEET, traps_file.HEADERS, rows)
    _write_csv(table, traps_file.ALIAS_HEADERS, rows, encoding="utf-8-sig")


def _write_csv(
    path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, encoding: str
) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headers)
        for row in rows:
            writer.writerow([_text(cell) for cell in row])


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return "" if cell is None else str(cell)


def _write_truth(folder: Path, world: World, parts: dict[str, list[Row]]) -> None:
    history = truth.gather(world.rows)
    weekly = truth.gather(world.rows, world.weekly)
    stages = dict(zip(truth.STAGES, (history, weekly), strict=True))
    _write_table(folder / "truth_people.csv", truth.people_rows(world))
    _write_table(
        folder / "truth_progress.csv",
        (
            line
            for stage, facts in stages.items()
            for line in truth.progress_rows(world, stage, facts)
        ),
    )
    _write_table(
        folder / "truth_sessions.csv",
        (line for stage, facts in stages.items() for line in truth.session_rows(stage, facts)),
    )
    lines = (
        line
        for name, rows in parts.items()
        for line in truth.row_rows(name, rows, is_weekly=name == WEEKLY_FILE)
    )
    _write_table(folder / "truth_rows.csv", [*lines, *_trap_lines(world)])


def _trap_lines(world: World) -> Iterator[dict[str, object]]:
    for name in TRAP_FILES:
        for row_number, row in enumerate(traps_file.trap_rows(world), start=2):
            yield {
                "file": name,
                "row_number": row_number,
                "person_id": row.person_id,
                "session_id": row.session_id,
                "role": row.cells[7],
                "expected_bucket": row.bucket,
                "expected_reason": row.reason,
                "also_accepted": row.also_accepted,
                "expected_after_history": "",
                "expected_with_crm": f"{row.bucket}/{row.reason}",
                "expected_after_history_with_crm": "",
                "trap": row.trap,
            }


def _write_table(path: Path, lines: Iterable[dict[str, object]]) -> None:
    rows = iter(lines)
    first = next(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(first), lineterminator="\n")
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)


def _write_manifest(sources: Sources, world: World, *, users: int) -> None:
    described = {
        "scale": world.scale,
        "seed": world.seed,
        "logical_date": LOGICAL_DATE.isoformat(),
        "session_rows": len(world.rows),
        "user_rows": users,
        "rosters": [
            {
                "file": roster.path.name,
                "district": roster.district,
                "academic_year": roster.academic_year,
            }
            for roster in sources.rosters
        ],
        "user_report": sources.user_report.name,
        "history": [path.name for path in sources.history],
        "full": sources.full.name,
        "weekly": sources.weekly.name,
        "traps": [path.name for path in sources.traps],
        "crm": sources.crm.name,
        "crm_weekly": sources.crm_weekly.name,
    }
    text = json.dumps(described, indent=2, ensure_ascii=False)
    (sources.folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
