"""Teacher rosters: one file per district and academic year, each with its own habits."""

from __future__ import annotations

import random
from dataclasses import dataclass

from polaris.demo.model import ROSTER_YEARS, Cell, Person, World, stream
from polaris.demo.places import BY_SLUG, DISTRICTS, School

# Districts that send CSV instead of a workbook, with the encoding they use.
CSV_ENCODINGS = {"grandview": "utf-8-sig", "center": "cp1252", "allen-village": "utf-8"}
# Districts whose roster says how many sessions each teacher has to reach.
TARGETED = frozenset({"center", "allen-village"})
_TARGETS = {0: "2", 1: "3", 2: "0"}


@dataclass(frozen=True)
class RosterSheet:
    """One roster file before it is written."""

    district: str
    district_name: str
    academic_year: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def file_name(self) -> str:
        """Name of the file, by district and year."""
        ending = "csv" if self.district in CSV_ENCODINGS else "xlsx"
        return f"roster_{self.district}_{self.academic_year}.{ending}"


def target_cell(person: Person, district: str) -> str:
    """Target Sessions as the roster has it; blank where the roster does not say."""
    if district not in TARGETED:
        return ""
    return _TARGETS.get(int(person.person_id[1:]) % 9, "")


def roster_sheets(world: World) -> list[RosterSheet]:
    """Every roster: districts in order, older year first."""
    chance = stream(world.seed, "rosters")
    entries: dict[tuple[str, str], list[tuple[Person, School]]] = {}
    for person in world.people:
        for district, year, school in person.roster_places:
            entries.setdefault((district, year), []).append((person, school))
    return [
        _sheet(chance, district.slug, year, entries[district.slug, year])
        for district in DISTRICTS
        for year in ROSTER_YEARS
    ]


def _sheet(
    chance: random.Random, district: str, year: str, entries: list[tuple[Person, School]]
) -> RosterSheet:
    headers: tuple[str, ...] = ("Building", "Name", "Email", "Grade")
    if district == "allen-village":
        headers = ("School", "Teacher Name", "Teacher Email", "Grade")
    if district in TARGETED:
        headers = (*headers, "Target Sessions")
    if district == "kansas-city-kansas":
        headers = (*headers, "Room")
    rows = [_cells(chance, person, school, district, year) for person, school in entries]
    rows.sort(key=lambda row: (str(row[0]).strip(), str(row[2]).lower()))
    _add_mess(rows)
    width = len(headers)
    return RosterSheet(
        district, BY_SLUG[district].name, year, headers, tuple(tuple(row[:width]) for row in rows)
    )


def _cells(
    chance: random.Random, person: Person, school: School, district: str, year: str
) -> list[Cell]:
    name = person.roster_names[year]
    if district == "center" and year == ROSTER_YEARS[0] and "." not in name:
        name = f"{person.name.surname}, {person.name.given}"
        if person.kind.name == "renamed":
            name = f"{person.name.other_surname}, {person.name.given}"
    email = person.email
    if chance.random() < 0.12:
        email = email.upper() if chance.random() < 0.5 else f" {email.title()}"
    building = f"{school.building} " if chance.random() < 0.05 else school.building
    extra = target_cell(person, district) or chance.choice(("", "", "101"))
    if district in TARGETED:
        extra = target_cell(person, district)
    return [building, name, email, person.grade, extra]


def _add_mess(rows: list[list[Cell]]) -> None:
    """A blank row in the middle and the first teacher a second time, e-mail in other case."""
    first = rows[0]
    again = [first[0], first[1], str(first[2]).strip().swapcase(), first[3], first[4]]
    rows.append(again)
    rows.insert(len(rows) // 2, [""] * 5)
