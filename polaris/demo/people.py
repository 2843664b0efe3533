"""Invents the people: roster teachers, educators on no roster, professionals, students, parents."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from polaris.demo.kinds import (
    PLAIN,
    PROFESSIONAL_KINDS,
    TEACHER_KINDS,
    UNKNOWN_EDUCATOR_KINDS,
)
from polaris.demo.model import (
    EDUCATOR,
    PARENT,
    PROFESSIONAL,
    ROSTER_YEARS,
    STUDENT,
    Kind,
    Person,
    Style,
    scaled,
    stream,
)
from polaris.demo.names import (
    BUILT_SURNAMES,
    GIVEN_NAMES,
    MIDDLE_NAMES,
    SURNAMES,
    Name,
    name_key,
    strip_marks,
    surname_marks,
)
from polaris.demo.places import BY_SLUG, COMPANIES, DISTRICTS, OUTSIDE, District, School

_DOUBLE = frozenset({"name_hyphen", "surname_short"})
_MARKED = frozenset({"name_folded"})
_NICKNAMED = frozenset(
    {
        "id_learns_name",
        "shared_email_nickname",
        "nickname_only",
        "pro_nickname",
        "pro_nickname_no_id",
    }
)
_GRADES = ("K", "1", "2", "3", "4", "5", "6", "7", "8", "9-12", "", "nan")
_SMALLEST_DISTRICT = 6
_SMALLEST_CLASS = 8
_FEWEST_PLAIN = 5
_STUDENT = Kind("student", 2600, (Style(("exact",)),))
_PARENT = Kind("parent", 8, (Style(("exact",)),))


@dataclass
class Registry:
    """Hands out what nobody else may have: names, user ids, e-mail addresses, person numbers."""

    chance: random.Random
    _marks: set[tuple[str, str]] = field(default_factory=set)
    _emails: set[str] = field(default_factory=set)
    _words: set[str] = field(default_factory=set)
    _next_id: int = 1_040_000
    _next_person: int = 0

    def name(self, kind: str) -> Name:
        """A name that no rule for names can take for another person's."""
        for _ in range(10_000):
            name = self._draw(kind)
            marks = _reserved(name)
            if kind in {"unknown_one_word", "pro_one_word"}:
                if name.given in self._words:
                    continue
                self._words.add(name.given)
            if marks.isdisjoint(self._marks):
                self._marks |= marks
                return name
        raise ValueError("The scale needs more names than the pools of polaris.demo.names hold.")

    def _draw(self, kind: str) -> Name:
        given, *nicknames = self.chance.choice(GIVEN_NAMES)
        while kind in _NICKNAMED and not nicknames:
            given, *nicknames = self.chance.choice(GIVEN_NAMES)
        surname, other = self._surname(), self._surname()
        while kind in _MARKED and strip_marks(surname) == surname:
            surname = self.chance.choice(SURNAMES)
        if kind in _DOUBLE or self.chance.random() < 0.08:
            joint = "-" if kind != "surname_short" and self.chance.random() < 0.5 else " "
            surname = f"{surname}{joint}{self._surname()}"
        middle = self.chance.choice(MIDDLE_NAMES)
        return Name(given, surname, tuple(nicknames), middle, other)

    def _surname(self) -> str:
        pool = SURNAMES if self.chance.random() < 0.45 else BUILT_SURNAMES
        return self.chance.choice(pool)

    def user_id(self) -> str:
        """A user id as Pathful writes it."""
        self._next_id += self.chance.randint(1, 40)
        return str(self._next_id)

    def email(self, name: Name, domain: str) -> str:
        """An address of its own in a domain."""
        local = ".".join(name_key(name.plain()).split())
        address, count = f"{local}@{domain}", 1
        while address in self._emails:
            count += 1
            address = f"{local}{count}@{domain}"
        self._emails.add(address)
        return address

    def person(self, kind: Kind, role: str, name: Name) -> Person:
        """A person with the next number."""
        self._next_person += 1
        styles = kind.styles
        letter = {EDUCATOR: "E", PROFESSIONAL: "V", STUDENT: "S", PARENT: "G"}[role]
        activity = self.chance.lognormvariate(0, 0.8)
        number = f"{letter}{self._next_person:06d}"
        return Person(number, kind, role, name, activity=activity, styles=styles)


def _reserved(name: Name) -> set[tuple[str, str]]:
    surnames = (name.surname, name.other_surname, f"{name.surname} {name.other_surname}")
    marks = set().union(*(surname_marks(surname) for surname in surnames))
    return {(name_key(given), mark) for given in (name.given, *name.nicknames) for mark in marks}


def make_people(scale: float, seed: int) -> list[Person]:
    """Everybody in the sample world, the same for the same scale and seed."""
    registry = Registry(stream(seed, "people"))
    teachers = _teachers(registry, scale)
    unknown = _unknown_educators(registry, scale, teachers)
    professionals = _professionals(registry, scale, teachers)
    return [*teachers, *unknown, *professionals, *_families(registry, scale)]


def _teachers(registry: Registry, scale: float) -> list[Person]:
    chance = registry.chance
    sizes = {d.slug: max(_SMALLEST_DISTRICT, round(d.teachers * scale)) for d in DISTRICTS}
    weights = [district.teachers for district in DISTRICTS]
    people: list[Person] = []
    for kind in TEACHER_KINDS:
        for first in range(0, scaled(kind.people, scale, kind.group), kind.group):
            district = chance.choices(DISTRICTS, weights)[0]
            people += _group(registry, kind, EDUCATOR, f"{kind.name}-{first}", district)
    for district in DISTRICTS:
        present = sum(person.district == district.slug for person in people)
        for _ in range(max(_FEWEST_PLAIN, sizes[district.slug] - present)):
            people += _group(registry, PLAIN, EDUCATOR, "", district)
    for person in people:
        _put_on_rosters(registry, person)
    return people


def _group(
    registry: Registry,
    kind: Kind,
    role: str,
    label: str,
    district: District,
    *,
    name: Name | None = None,
) -> list[Person]:
    """One person, or a pair that shares what the kind says."""
    shares_name = "namesake" in kind.name and kind.group == 2
    name = name or registry.name(kind.name)
    members = []
    for index in range(kind.group):
        own = name if index == 0 or shares_name else registry.name(kind.name)
        person = registry.person(kind, role, own)
        person.group = label if kind.group == 2 else ""
        home = _home(kind, district, index)
        person.district = home.slug
        person.school = _school(registry.chance, kind, home, index)
        accounts = max((style.account or 0) for style in kind.styles) + 1 if kind.styles else 1
        has_id = not kind.styles or any(style.account is not None for style in kind.styles)
        person.user_ids = tuple(registry.user_id() for _ in range(accounts)) if has_id else ()
        members.append(person)
    _add_profiles(registry, kind, members)
    return members


def _home(kind: Kind, district: District, index: int) -> District:
    if kind.name == "namesake_kc":
        return BY_SLUG[("kansas-city-kansas", "kansas-city-missouri")[index]]
    if kind.name == "namesake_districts":
        return DISTRICTS[(DISTRICTS.index(district) + index) % len(DISTRICTS)]
    return OUTSIDE if kind.name == "unknown_outside" else district


def _school(chance: random.Random, kind: Kind, home: District, index: int) -> School:
    if kind.name in {
        "namesake_schools",
        "namesake_emails",
        "namesake_unclear",
        "unknown_namesakes",
    }:
        return [school for school in home.schools if school.is_derivable][index]
    if kind.name == "namesake_same_school":
        return home.schools[0]
    if kind.name in {"two_accounts", "unknown_teacher_namesake"}:
        # Lincoln stands in two districts: its name tells nobody apart.
        known = [school for school in home.schools if school.is_derivable]
        return chance.choice([school for school in known if "Lincoln" not in school.building])
    return chance.choice(home.schools)


def _add_profiles(registry: Registry, kind: Kind, members: list[Person]) -> None:
    """Gives each member the login e-mails the User Report has for their user ids."""
    for person in members:
        own = registry.email(person.name, "mail.example.org")
        work = registry.email(person.name, BY_SLUG[person.district].domain)
        is_teacher = person.role == EDUCATOR
        person.email = work if is_teacher else own
        first = person.email if kind.profile not in {"own", "none", "null"} else own
        person.profile_emails = {
            "none": (),
            "null": (registry.chance.choice(("nan", "None", "", "n/a")),),
            "own_second": (person.email, own),
            "both": (person.email, person.email.upper()),
            "cased": (f" {person.email.upper()} ",),
        }.get(kind.profile, (first,))
    if kind.profile == "shared":
        for person in members:
            person.profile_emails = (members[0].email,)
    if kind.profile == "null":
        for person in members:
            person.profile_emails = members[0].profile_emails


def _put_on_rosters(registry: Registry, person: Person) -> None:
    """Writes a teacher on the rosters of the years in which the district employs them."""
    chance, kind = registry.chance, person.kind.name
    school = person.school or BY_SLUG[person.district].schools[0]
    older, newer = ROSTER_YEARS
    places = [(person.district, older, school), (person.district, newer, school)]
    others = [s for s in BY_SLUG[person.district].schools if s is not school] or [school]
    elsewhere = DISTRICTS[(DISTRICTS.index(BY_SLUG[person.district]) + 2) % len(DISTRICTS)]
    if kind == "left":
        places = places[:1]
    elif kind == "joined":
        places = places[1:]
    elif kind == "moved_school":
        places[0] = (person.district, older, chance.choice(others))
    elif kind == "two_districts":
        places.append((elsewhere.slug, newer, elsewhere.schools[0]))
    elif kind == "moved_district":
        places[0] = (elsewhere.slug, older, elsewhere.schools[-1])
    person.roster_places = places
    person.roster_names = dict.fromkeys(ROSTER_YEARS, _roster_name(chance, person))
    if kind == "renamed":
        person.roster_names[older] = f"{person.name.given} {person.name.other_surname}"
    person.grade = chance.choice(_GRADES)
    if kind == "zero_ids":
        person.user_ids = tuple(f"0{user_id}" for user_id in person.user_ids)


def _roster_name(chance: random.Random, person: Person) -> str:
    name = person.name
    if person.kind.name == "name_middle" and chance.random() < 0.5:
        return f"{name.given} {name.middle} {name.surname}"
    if person.kind.name == "name_suffix" and chance.random() < 0.5:
        return f"{name.plain()} Jr."
    if person.kind.name == "plain" and chance.random() < 0.02:
        return f"Dr. {name.plain()}"
    return name.plain()


def _unknown_educators(registry: Registry, scale: float, teachers: list[Person]) -> list[Person]:
    chance = registry.chance
    models = [person for person in teachers if person.kind.name == "plain"]
    near = [p for p in models if p.name.nicknames and " " not in p.name.surname]
    weights = [district.teachers for district in DISTRICTS]
    people: list[Person] = []
    for kind in UNKNOWN_EDUCATOR_KINDS:
        for first in range(0, scaled(kind.people, scale, kind.group), kind.group):
            district = chance.choices(DISTRICTS, weights)[0]
            name = None
            if kind.name == "unknown_near_name":
                model = near[first % len(near)].name
                name = Name(model.nicknames[0], model.surname)
            elif kind.name == "unknown_longer_surname":
                model = models[first % len(models)].name
                name = Name(model.given, f"{model.surname}er")
            elif kind.name == "unknown_teacher_namesake":
                twin = models[-1 - first % len(models)]
                name = twin.name
                district = DISTRICTS[(DISTRICTS.index(BY_SLUG[twin.district]) + 1) % len(DISTRICTS)]
            label = f"{kind.name}-{first}"
            people += _group(registry, kind, EDUCATOR, label, district, name=name)
    return people


def _professionals(registry: Registry, scale: float, teachers: list[Person]) -> list[Person]:
    chance = registry.chance
    models = [person for person in teachers if person.kind.name in {"plain", "never_id"}]
    people: list[Person] = []
    for kind in PROFESSIONAL_KINDS:
        for first in range(0, scaled(kind.people, scale, kind.group), kind.group):
            namesake = kind.name == "pro_teacher_namesake"
            name = models[first % len(models)].name if namesake else None
            label = f"{kind.name}-{first}"
            members = _group(registry, kind, PROFESSIONAL, label, DISTRICTS[0], name=name)
            company = chance.choice(COMPANIES)
            for person in members:
                person.district, person.school = "", None
                person.company = company if chance.random() < 0.3 else company[:1]
                if chance.random() < 0.05:
                    person.company = ("",)
            if kind.name == "pro" and first < len(COMPANIES[0]):
                members[0].company = COMPANIES[0][first : first + 1]
            if kind.name == "pro_zero_ids":
                members[1].user_ids = (f"0{members[0].user_ids[0]}",)
            people += members
    return people


def _families(registry: Registry, scale: float) -> list[Person]:
    """Students and parents: names may repeat, nobody is looked up by them."""
    chance = registry.chance
    people: list[Person] = []
    for kind, role in ((_STUDENT, STUDENT), (_PARENT, PARENT)):
        for _ in range(max(_SMALLEST_CLASS, scaled(kind.people, scale))):
            given = chance.choice(GIVEN_NAMES)[0]
            person = registry.person(kind, role, Name(given, chance.choice(SURNAMES)))
            district = chance.choice(DISTRICTS)
            person.district, person.school = district.slug, chance.choice(district.schools)
            person.user_ids = (registry.user_id(),)
            people.append(person)
    return people
