"""Makes sessions and rows: who comes, under which spelling, with which cells."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from polaris.demo.model import (
    COMPLETED,
    DRAFT,
    EDUCATOR,
    PARTNER,
    PROFESSIONAL,
    STUDENT,
    Cell,
    Person,
    Row,
    Session,
    Style,
)
from polaris.demo.places import BY_SLUG, DISTRICTS, SERIES, TITLES, WORK_BASED_LEARNING
from polaris.demo.spelling import spell

BLANKS: tuple[Cell, ...] = (None, None, None, "", " ", "nan", "None", "n/a", "N/A")
_DATE_FORMS = ("text", "native", "timed", "iso", "date", "us", "us_time", "offset")
_DATE_WEIGHTS = (58, 20, 10, 3, 3, 3, 2, 1)
_TIMES = ("08:30:00", "09:15:00", "10:00:00", "11:00:00", "13:05:00", "14:30:00")
# Told apart, or found again, by their school: it stands in each row, spelled alike.
_STEADY = (
    "namesake",
    "two_accounts",
    "unknown_namesakes",
    "unknown_teacher_namesake",
    "unknown_no_id",
    "unknown_mixed_ids",
    "unknown_longer_surname",
)


class Casting:
    """Decides who comes to a session; everybody comes at least once in each of their styles."""

    def __init__(self, people: Iterable[Person], chance: random.Random) -> None:
        self._chance = chance
        self._pools: dict[str, list[Person]] = {}
        self._weights: dict[str, list[float]] = {}
        self._decks: dict[str, list[Person]] = {}
        for person in people:
            if person.styles:
                pool = person.district if person.role == EDUCATOR else person.role
                self._pools.setdefault(pool, []).append(person)
        for pool, members in self._pools.items():
            total = 0.0
            running = self._weights.setdefault(pool, [])
            for person in members:
                total += person.activity
                running.append(total)
            if pool != STUDENT:
                deck = [p for p in members for _ in range(_appearances(p))]
                chance.shuffle(deck)
                self._decks[pool] = deck

    def plain(self, count: int, district: str = "") -> list[Person]:
        """Teachers without a trap of their own."""
        slugs = [district] if district else [d.slug for d in DISTRICTS]
        slug = self._chance.choices(slugs, [BY_SLUG[s].teachers for s in slugs])[0]
        members = [p for p in self._pools[slug] if p.kind.name == "plain"]
        return self._chance.sample(members, min(count, len(members)))

    def waiting(self, pool: str = "") -> int:
        """Appearances still owed, in one pool or among all educators."""
        if pool:
            return len(self._decks.get(pool, ()))
        return sum(len(self._decks.get(slug, ())) for slug in BY_SLUG)

    def district(self) -> str:
        """Where the next session's educators come from."""
        owed = [slug for slug in BY_SLUG if self._decks.get(slug)]
        if owed:
            return self._chance.choices(owed, [len(self._decks[slug]) for slug in owed])[0]
        return self._chance.choices(DISTRICTS, [d.teachers for d in DISTRICTS])[0].slug

    def pick(self, pool: str, taken: list[Person]) -> Person | None:
        """Somebody who is not in the session yet; None when there is nobody left."""
        for index, person in enumerate(self._decks.get(pool, ())):
            if _fits(person, taken):
                return self._decks[pool].pop(index)
        members = self._pools[pool]
        for _ in range(12):
            person = self._chance.choices(members, cum_weights=self._weights[pool])[0]
            if _fits(person, taken):
                return person
        return next((person for person in members if _fits(person, taken)), None)


def _appearances(person: Person) -> int:
    # Six sessions in four school years: two of them fall into one year.
    return 6 if person.kind.name == "id_learns_name" else len(person.styles)


def _fits(person: Person, taken: list[Person]) -> bool:
    return all(
        other is not person and not (person.group and person.group == other.group)
        for other in taken
    )


class Builder:
    """Makes sessions and their rows, in order."""

    def __init__(self, chance: random.Random, casting: Casting) -> None:
        self.chance = chance
        self.casting = casting
        self.rows: list[Row] = []
        self._sessions = 0
        self._next_id = 2_100_000

    def session(self, day: date | None, status: str, **known: Any) -> Session:
        """A session of its own; whatever is not ``known`` is drawn."""
        chance = self.chance
        self._sessions += 1
        self._next_id += chance.randint(1, 9)
        title, cluster = chance.choice(TITLES)
        form = chance.choices(_DATE_FORMS, _DATE_WEIGHTS)[0]
        session = Session(
            truth_id=f"T{self._sessions:06d}",
            session_id=str(self._next_id),
            title=title,
            day=day,
            status=status,
            date_form=form,
            time=chance.choice(_TIMES) if form in {"timed", "iso", "us_time", "offset"} else "",
            duration=chance.choice((60, 60, 60, 45, 30, 61, "60", "45.0", "n/a", None)),
            cluster=cluster if chance.random() < 0.9 else chance.choice(("", "n/a", None)),
            learning=chance.choice((*WORK_BASED_LEARNING, None)),
            series=chance.choice((*SERIES, None, None, None)),
            id_form=chance.choices(("text", "number", "decimal"), (80, 15, 5))[0],
        )
        session.registered, session.attended = self._student_counts(status)
        return replace(session, **known)

    def unique_title(self) -> str:
        """A title that no other session has."""
        return f"{self.chance.choice(TITLES)[0]}, group {self._sessions + 1}"

    def _student_counts(self, status: str) -> tuple[Cell, Cell]:
        chance = self.chance
        registered = chance.randint(8, 120)
        if status == COMPLETED:
            came = chance.randint(registered // 2, registered)
            return chance.choice(((registered, came), (str(registered), f"{came}.0")))
        if status == DRAFT:
            return chance.choice(
                ((0, 0), (registered, 0), (registered, registered // 2), ("n/a", None))
            )
        return chance.choice(((registered, 0), (registered, "n/a"), (None, None)))

    def add(
        self, session: Session, person: Person, came: bool | None = None, trap: str = ""
    ) -> Row:
        """Writes a person into a session.

        Args:
            session: where.
            person: who.
            came: for educators of a session that took place; None draws (seven of eight come).
            trap: what truth_rows.csv calls it.
        """
        style = self._style(person, session)
        if came is None:
            came = self.chance.random() < 0.875
        happened = session.status == COMPLETED
        attended = int(came) if person.role == EDUCATOR and happened else None
        cells = session_cells(session)
        cells[5], cells[6] = self._id_cell(person, style), self._name(person, style)
        cells[7] = person.role
        cells[8], cells[9], cells[18] = self._places(person, style, session)
        cells[13], cells[14] = self._educator_counts(person, attended, happened=happened)
        row = Row(
            cells,
            session,
            person,
            person.role,
            session.status,
            style.is_decided,
            attended,
            trap=trap,
        )
        row.is_partner = session.partner == PARTNER
        self.rows.append(row)
        return row

    def fill(self, session: Session, people: Sequence[Person], trap: str = "") -> list[Row]:
        """Writes several people into a session."""
        return [self.add(session, person, trap=trap) for person in people]

    def _style(self, person: Person, session: Session) -> Style:
        styles = person.styles
        number = person.appearances % len(styles)
        if person.kind.name == "id_learns_name":
            number = int(session.start_year in person.years_seen)
        person.appearances += 1
        person.years_seen.add(session.start_year)
        return styles[number]

    def _id_cell(self, person: Person, style: Style) -> Cell:
        if style.account is None:
            return self.chance.choice(BLANKS)
        user_id = person.user_ids[style.account]
        if style.id_form == "decimal":
            return f"{user_id}.0"
        is_number = style.id_form == "number" or self.chance.random() < 0.1
        return int(user_id) if is_number and not user_id.startswith("0") else user_id

    def _name(self, person: Person, style: Style) -> str:
        return spell(person.name, self.chance.choice(style.spellings), self.chance)

    def _places(self, person: Person, style: Style, session: Session) -> tuple[Cell, Cell, Cell]:
        chance = self.chance
        if person.role == PROFESSIONAL:
            return chance.choice(BLANKS), chance.choice(person.company), chance.choice(("MO", "KS"))
        district = BY_SLUG[person.district]
        if style.place == "none":
            return None, chance.choice(BLANKS), district.state
        spelling = chance.choice(district.spellings)
        if style.place == "district":
            return chance.choice(BLANKS), spelling, district.state
        school = self._school(person, session)
        if not person.kind.name.startswith(_STEADY):
            slip = chance.random()
            if slip < 0.02:
                school = chance.choice(BLANKS)
            elif slip < 0.025 and person.role == EDUCATOR:
                school = "PREP-KC"
            elif slip < 0.05:
                school = f"{school} "
            if chance.random() < 0.03:
                return school, chance.choice(BLANKS), district.state
        return school, spelling, district.state

    def _school(self, person: Person, session: Session) -> Cell:
        year = f"{session.start_year}-{session.start_year + 1}"
        for district, roster_year, school in person.roster_places:
            if roster_year == year and district == person.district:
                return school.pathful_name
        return person.school.pathful_name if person.school else None

    def _educator_counts(
        self, person: Person, attended: int | None, *, happened: bool
    ) -> tuple[Cell, Cell]:
        chance = self.chance
        if person.role == EDUCATOR and attended:
            return 1, chance.choice((1, 1, 1, "1", "1.0"))
        if person.role == EDUCATOR:
            return 1, chance.choice(
                (0, 0, "0", "n/a", "n/a", None) if happened else ("n/a", 0, None)
            )
        if person.role == PROFESSIONAL and happened:
            return 1, 1
        return "n/a", "n/a"


def session_cells(session: Session) -> list[Cell]:
    """The cells that every row of a session repeats; the person's are left empty."""
    cells: list[Cell] = [None] * 19
    cells[0] = id_cell(session)
    cells[1], cells[2], cells[3] = session.title, date_cell(session), session.status
    cells[4], cells[10] = session.duration, session.partner
    cells[11], cells[12] = session.registered, session.attended
    cells[15], cells[16], cells[17] = session.cluster, session.learning, session.series
    return cells


def id_cell(session: Session) -> Cell:
    """The session id as this export spells it."""
    if not session.session_id.isdigit() or session.id_form == "text":
        return session.session_id or None
    return int(session.session_id) if session.id_form == "number" else f"{session.session_id}.0"


def date_cell(session: Session) -> Cell:
    """The date as this export spells it; ``offset`` writes UTC, on the next day after 18:00."""
    day, time = session.day, session.time
    if day is None:
        return None
    start = datetime.fromisoformat(f"{day.isoformat()}T{time or '00:00:00'}")
    if session.date_form == "native":
        return start
    if session.date_form == "offset" and time:
        # Central time: six hours behind UTC in winter, five in summer.
        hours = 5 if _is_summer_time(day) else 6
        return f"{start + timedelta(hours=hours):%Y-%m-%dT%H:%M:%S}+00:00"
    patterns = {
        "iso": "%Y-%m-%dT%H:%M:%S",
        "date": "%Y-%m-%d",
        "us": "%m/%d/%Y",
        "us_time": "%m/%d/%Y %H:%M:%S",
    }
    return start.strftime(patterns.get(session.date_form, "%Y-%m-%d %H:%M:%S"))


def _is_summer_time(day: date) -> bool:
    from zoneinfo import ZoneInfo

    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("America/Chicago"))
    return bool(noon.dst())
