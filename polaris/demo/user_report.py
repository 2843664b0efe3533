"""The User Report: profiles of the people in the sessions among many other users."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from polaris.demo.model import EDUCATOR, PARENT, PROFESSIONAL, STUDENT, Cell, Person, stream
from polaris.demo.names import FAR_SURNAMES, GIVEN_NAMES, name_key
from polaris.demo.places import BY_SLUG

HEADERS = (
    "UserAuthId",
    "SignUpRole",
    "Name",
    "LoginEmail",
    "NotificationEmail",
    "School",
    "District or Company",
    "JobTitle",
    "GradeCluster",
    "Skills",
    "City",
    "State",
    "PostalCode",
    "JoinDate",
    "LastLoginDate",
    "LoginCount",
    "CountOfDaysLoggedInLast30Days",
    "LastSessionDate",
    "ActiveSubscriptionType",
    "ActiveSubscriptionName",
    "Affiliations",
)
ROWS = 54_367
_OTHER_ROLES = (EDUCATOR, PROFESSIONAL, PARENT, "Administrator", "District Admin", "", STUDENT)
_OTHER_WEIGHTS = (13, 12, 2, 0.4, 0.2, 0.1, 72)
_CITIES = (
    ("Kansas City", "MO", "64108"),
    ("Kansas City", "KS", "66101"),
    ("Grandview", "MO", "64030"),
    ("Overland Park", "KS", "66204"),
    ("Springfield", "MA", "01103"),
    ("Newark", "NJ", "07102"),
)
_NEWEST = date(2026, 1, 20)


def user_rows(people: list[Person], scale: float, seed: int) -> list[list[Cell]]:
    """Rows of the User Report; 54,367 at scale 1.

    A profile that was rewritten stands twice, its valid row last. Ids are unique otherwise.
    """
    chance = stream(seed, "users")
    superseded = list(_superseded(chance, people))
    known = [row for person in people for row in _known(chance, person)]
    strangers = [_namesake(chance, p) for p in people if p.kind.profile == "stranger"]
    others = max(20, round(ROWS * scale) - len(superseded) - len(known) - len(strangers))
    rows = known + strangers + [_other(chance, number) for number in range(others)]
    chance.shuffle(rows)
    return superseded + rows


def _superseded(chance: random.Random, people: list[Person]) -> Iterator[list[Cell]]:
    """Earlier rows of rewritten profiles: they carry a colleague's address."""
    teachers = [person for person in people if person.kind.name == "plain"]
    for person in people:
        if person.kind.profile == "twice":
            yield _row(chance, person, person.user_ids[0], chance.choice(teachers).email)


def _known(chance: random.Random, person: Person) -> Iterator[list[Cell]]:
    emails = person.profile_emails
    if person.role in {STUDENT, PARENT}:
        emails = ("",)
    for user_id, email in zip(person.user_ids, emails, strict=False):
        yield _row(chance, person, user_id, email)


def _row(chance: random.Random, person: Person, user_id: str, email: str) -> list[Cell]:
    name = person.name.plain()
    if person.kind.name == "shared_email_nickname":
        name = f"{person.name.nicknames[0]} {person.name.surname}"
    elif person.kind.name == "unknown_one_word":
        name = person.name.given
    works_at = BY_SLUG[person.district].name if person.district else person.company[0]
    school = person.school.pathful_name if person.school else ""
    return _cells(chance, user_id, person.role, name, email=email, school=school, works_at=works_at)


def _namesake(chance: random.Random, person: Person) -> list[Cell]:
    user_id = str(chance.randint(6_000_000, 6_999_999))
    email = f"{'.'.join(name_key(person.name.plain()).split())}@far.example.org"
    school, district = "Faraway Middle School", "Faraway Unified"
    name = person.name.plain()
    return _cells(chance, user_id, EDUCATOR, name, email=email, school=school, works_at=district)


def _other(chance: random.Random, number: int) -> list[Cell]:
    """A user whom no session of ours knows; a few have no id."""
    role = chance.choices(_OTHER_ROLES, _OTHER_WEIGHTS)[0]
    given, surname = chance.choice(GIVEN_NAMES)[0], chance.choice(FAR_SURNAMES)
    name = f"{given} {surname}"
    email = f"{name_key(name).replace(' ', '.')}{number}@users.example.org"
    if role == STUDENT or chance.random() < 0.03:
        email = chance.choice(("", "", "nan", "None"))
    user_id = str(8_000_000 + number) if number % 900 else ""
    works_at = f"{surname} Works" if role == PROFESSIONAL else "Faraway Unified"
    school = "" if role == PROFESSIONAL else "Faraway Middle School"
    return _cells(chance, user_id, role, name, email=email, school=school, works_at=works_at)


def _cells(
    chance: random.Random,
    user_id: str,
    role: str,
    name: str,
    *,
    email: str,
    school: str,
    works_at: str,
) -> list[Cell]:
    city, state, postal_code = chance.choice(_CITIES)
    joined = _NEWEST - timedelta(days=chance.randint(30, 1500))
    seen = _NEWEST - timedelta(days=chance.randint(0, 400))
    is_number = user_id.isdigit() and not user_id.startswith("0") and chance.random() < 0.15
    spelled_role = role.lower() if chance.random() < 0.01 else role
    return [
        int(user_id) if is_number else user_id,
        f"{spelled_role} " if chance.random() < 0.01 else spelled_role,
        name,
        email,
        email if chance.random() < 0.8 else "",
        school,
        works_at,
        chance.choice(("Teacher", "Counselor", "", "n/a")) if role == EDUCATOR else "",
        chance.choice(("K-2", "3-5", "6-8", "9-12", "")) if role == EDUCATOR else "",
        chance.choice(("Python; Excel", "Public speaking", "")) if role == PROFESSIONAL else "",
        city,
        state,
        postal_code,
        _date_cell(chance, joined),
        _date_cell(chance, seen),
        chance.choice((0, 1, 5, 40, "12", "")),
        chance.randint(0, 20),
        _date_cell(chance, seen) if chance.random() < 0.5 else chance.choice((None, "n/a")),
        chance.choice(("District", "Free", "")),
        chance.choice(("PREP-KC Network", "")),
        chance.choice(("PREP-KC", "Career Lift", "")),
    ]


def _date_cell(chance: random.Random, day: date) -> Cell:
    form = chance.random()
    if form < 0.6:
        return f"{day.isoformat()} 00:00:00"
    if form < 0.8:
        return datetime(day.year, day.month, day.day)
    return day.isoformat() if form < 0.9 else f"{day:%m/%d/%Y}"
