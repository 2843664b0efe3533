"""Fills the history to its exact size: traps first, then ordinary sessions around them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from polaris.demo.builder import Builder, Casting
from polaris.demo.crm_people import known_presenters
from polaris.demo.model import (
    COMPLETED,
    CONFIRMED,
    DEFAULT_SEED,
    DRAFT,
    EDUCATOR,
    HISTORY_END,
    PARENT,
    PROFESSIONAL,
    PUBLISHED,
    REQUESTED,
    STUDENT,
    Person,
    Row,
    World,
    scaled,
    stream,
)
from polaris.demo.names import FAR_SURNAMES, GIVEN_NAMES
from polaris.demo.people import make_people
from polaris.demo.places import OTHER_PARTNERS, UNKNOWN_STATUSES
from polaris.demo.traps import lay_traps
from polaris.demo.weekly import make_weekly

# PREP-KC rows at scale 1, by role and status.
ROWS: dict[tuple[str, str], int] = {
    (EDUCATOR, COMPLETED): 17_287,
    (EDUCATOR, DRAFT): 2_300,
    (EDUCATOR, PUBLISHED): 480,
    (EDUCATOR, CONFIRMED): 280,
    (EDUCATOR, REQUESTED): 176,
    (PROFESSIONAL, COMPLETED): 2_613,
    (PROFESSIONAL, DRAFT): 148,
    (PROFESSIONAL, PUBLISHED): 92,
    (PROFESSIONAL, CONFIRMED): 61,
    (PROFESSIONAL, REQUESTED): 15,
    (STUDENT, COMPLETED): 4_158,
    (STUDENT, DRAFT): 300,
    (STUDENT, PUBLISHED): 50,
    (STUDENT, CONFIRMED): 20,
    (STUDENT, REQUESTED): 5,
    (PARENT, COMPLETED): 10,
}
OTHER_PARTNER_ROWS = 2_000
SESSIONS = {COMPLETED: 7_300, DRAFT: 1_300, PUBLISHED: 262, CONFIRMED: 150, REQUESTED: 110}
# Rows written twice: the very same, and with another attendance.
_EXACT_REPEATS = {EDUCATOR: 100, STUDENT: 40, PROFESSIONAL: 16}
_OTHER_COUNT_REPEATS = 40
_FIRST_DAY = date(2022, 8, 3)
_LAST_DAY = date(2026, 5, 29)
# Sessions per school day, by month; years grow.
_MONTHS = {1: 8, 2: 11, 3: 10, 4: 11, 5: 7, 6: 1, 7: 1, 8: 4, 9: 9, 10: 11, 11: 10, 12: 7}
_YEARS = {2022: 6, 2023: 8, 2024: 10, 2025: 11}


class Calendar:
    """Draws school days."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        span = (_LAST_DAY - _FIRST_DAY).days + 1
        days = [_FIRST_DAY + timedelta(days=number) for number in range(span)]
        self._days = [day for day in days if day.weekday() < 5]
        self._past = [day for day in self._days if day <= HISTORY_END]
        self._future = [day for day in self._days if day > HISTORY_END + timedelta(days=2)]
        self._recent = [day for day in self._past if day >= date(2025, 10, 1)]
        self._weights = {
            id(days): [_weight(day) for day in days]
            for days in (self._past, self._future, self._recent)
        }

    def past(self) -> date:
        """A day up to the end of the history."""
        return self._draw(self._past)

    def for_status(self, status: str) -> date:
        """A day on which a session of that status makes sense."""
        luck = self._chance.random()
        if status == COMPLETED:
            return self.past()
        if status == DRAFT:
            return self.past() if luck < 0.92 else self._draw(self._future)
        share = {PUBLISHED: 0.55, CONFIRMED: 0.75, REQUESTED: 0.7}[status]
        return self._draw(self._future if luck < share else self._recent)

    def _draw(self, days: list[date]) -> date:
        return self._chance.choices(days, self._weights[id(days)])[0]


def _weight(day: date) -> float:
    start_year = day.year if day.month >= 8 else day.year - 1
    return _MONTHS[day.month] * _YEARS[start_year]


def make_world(scale: float, seed: int = DEFAULT_SEED) -> World:
    """People, the history and the weekly export; the same for the same scale and seed."""
    people = make_people(scale, seed)
    in_crm = known_presenters(people)
    for person in people:
        person.is_in_crm = person.person_id in in_crm
    chance = stream(seed, "sessions")
    build = Builder(chance, Casting(people, stream(seed, "casting")))
    calendar = Calendar(stream(seed, "calendar"))
    parents = [person for person in people if person.role == PARENT]
    lay_traps(build, calendar.past, scale, parents)
    repeats = _repeat_counts(scale)
    _fill(build, calendar, scale, repeats)
    _respell(build)
    repeated = _repeat_rows(build, repeats)
    rows = _in_order([*build.rows, *repeated, *_other_partners(build, calendar, scale, people)])
    weekly = make_weekly(build, rows, scale)
    sizes = Counter(row.role for row in rows)
    return World(scale, seed, people, rows, weekly, sizes)


def _repeat_counts(scale: float) -> Counter[str]:
    counts = Counter({role: scaled(count, scale) for role, count in _EXACT_REPEATS.items()})
    counts["other_count"] = scaled(_OTHER_COUNT_REPEATS, scale)
    return counts


def _fill(build: Builder, calendar: Calendar, scale: float, repeats: Counter[str]) -> None:
    """Ordinary sessions until every role and status has its rows."""
    used = Counter((row.role, row.status) for row in build.rows)
    for role in _EXACT_REPEATS:
        used[role, COMPLETED] += repeats[role]
    used[EDUCATOR, COMPLETED] += repeats["other_count"]
    left = {cell: round(count * scale) - used[cell] for cell, count in ROWS.items()}
    if not float(scale).is_integer():
        # Small worlds are made of traps: everybody still comes once in each of their styles.
        left[EDUCATOR, COMPLETED] = max(left[EDUCATOR, COMPLETED], build.casting.waiting() + 10)
        owed = build.casting.waiting(PROFESSIONAL)
        left[PROFESSIONAL, COMPLETED] = max(left[PROFESSIONAL, COMPLETED], owed + 2)
    taken = Counter({row.session.truth_id: row.session.status for row in build.rows}.values())
    for status, count in SESSIONS.items():
        need = {
            role: max(0, left.get((role, status), 0)) for role in (EDUCATOR, PROFESSIONAL, STUDENT)
        }
        sessions = min(round(count * scale) - taken[status], need[EDUCATOR])
        _fill_status(build, calendar, status, max(1, sessions), need)


def _fill_status(
    build: Builder, calendar: Calendar, status: str, count: int, need: dict[str, int]
) -> None:
    chance = build.chance
    educators = _spread(chance, need[EDUCATOR], count, at_least=1, most=14)
    professionals = _spread(chance, need[PROFESSIONAL], count, at_least=0, most=3)
    classes = max(1, round(need[STUDENT] / 9))
    students = _spread(chance, need[STUDENT], min(classes, count), at_least=0, most=30)
    chance.shuffle(professionals)
    students += [0] * (count - len(students))
    chance.shuffle(students)
    for index in range(count):
        session = build.session(calendar.for_status(status), status)
        taken: list[Person] = []
        home = build.casting.district()
        for number in range(educators[index]):
            elsewhere = number and chance.random() < 0.12
            pool = build.casting.district() if elsewhere else home
            _take(build, pool, taken)
        for pool, size in ((PROFESSIONAL, professionals[index]), (STUDENT, students[index])):
            for _ in range(size):
                _take(build, pool, taken)
        build.fill(session, taken)


def _take(build: Builder, pool: str, taken: list[Person]) -> None:
    """Adds somebody of a pool; in a world too small for that, nobody."""
    person = build.casting.pick(pool, taken)
    if person is not None:
        taken.append(person)


def _spread(chance: random.Random, total: int, bins: int, *, at_least: int, most: int) -> list[int]:
    """Splits ``total`` into ``bins`` parts, a few of them large."""
    parts = [min(at_least, max(0, total - index)) for index in range(bins)]
    rest = total - sum(parts)
    most = max(most, -(-total // bins) + at_least)
    while rest > 0:
        index = int(bins * chance.random() ** 1.6)
        if parts[index] < most:
            parts[index] += 1
            rest -= 1
    return parts


def _respell(build: Builder) -> None:
    """Partner, role and status in other case and with spaces mean the same."""
    chance = build.chance
    variants: tuple[tuple[int, Callable[[str], str]], ...] = (
        (10, lambda _: chance.choice(("prep-kc ", " PREP-KC", "Prep-KC"))),
        (7, lambda role: chance.choice((f"{role} ", role.upper(), role.lower()))),
        (3, lambda status: chance.choice((f" {status}", status.upper(), status.lower()))),
    )
    for column, respell in variants:
        for row in chance.sample(build.rows, max(2, len(build.rows) // 150)):
            row.cells[column] = respell(str(row.cells[column]))
            row.trap = row.trap or "other_case"


def _repeat_rows(build: Builder, counts: Counter[str]) -> list[Row]:
    """Rows that stand twice: the second is no second participation."""
    chance = build.chance
    repeated = []
    for role in _EXACT_REPEATS:
        choices = [row for row in build.rows if row.role == role and _is_repeatable(row)]
        for row in chance.sample(choices, counts[role]):
            copy = replace(row, cells=list(row.cells), is_repeat=True, trap="exact_repeat")
            row.trap = "exact_repeat"
            repeated.append(copy)
    choices = [r for r in build.rows if r.role == EDUCATOR and _is_repeatable(r) and r.attended]
    for row in chance.sample(choices, counts["other_count"]):
        copy = replace(row, cells=list(row.cells), trap="repeat_other_count")
        row.trap = "repeat_other_count"
        absent = copy if chance.random() < 0.5 else row
        absent.cells[14], absent.attended = 0, 0
        repeated.append(copy)
    return repeated


def _is_repeatable(row: Row) -> bool:
    return (
        row.status == COMPLETED
        and row.trap == ""
        and row.session.trap == ""
        and row.is_decided
        and row.bucket()[0] != "skipped"
    )


def _other_partners(
    build: Builder, calendar: Calendar, scale: float, people: list[Person]
) -> list[Row]:
    """Sessions of other organisations; some of our teachers take part, without credit."""
    chance = build.chance
    ours = [p for p in people if p.kind.name == "plain"]
    total = scaled(OTHER_PARTNER_ROWS, scale)
    start = len(build.rows)
    while len(build.rows) - start < total:
        status = chance.choice((COMPLETED, COMPLETED, COMPLETED, DRAFT, PUBLISHED, "Other"))
        day = calendar.past()
        if status == "Other":
            status = chance.choice(UNKNOWN_STATUSES)
        partner = OTHER_PARTNERS[(len(build.rows) - start) % len(OTHER_PARTNERS)]
        session = build.session(day, status, partner=partner)
        size = min(chance.randint(1, 5), total - (len(build.rows) - start))
        for person in chance.sample(ours, size):
            row = build.add(session, person, trap="other_partner")
            if chance.random() > 0.05:
                _make_stranger(chance, row)
    return [build.rows.pop() for _ in range(total)][::-1]


def _make_stranger(chance: random.Random, row: Row) -> None:
    row.person = None
    row.role = chance.choice((EDUCATOR, EDUCATOR, PROFESSIONAL, STUDENT))
    row.cells[5] = str(chance.randint(7_000_000, 7_999_999))
    row.cells[6] = f"{chance.choice(GIVEN_NAMES)[0]} {chance.choice(FAR_SURNAMES)}"
    row.cells[7] = row.role
    row.cells[8], row.cells[9], row.cells[18] = None, "Elsewhere Unified", "IA"


def _in_order(rows: list[Row]) -> list[Row]:
    """By day and session as an export has it; undated last, a repeat after its first row."""
    return sorted(rows, key=lambda row: row.order)
