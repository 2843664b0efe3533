"""Volunteers and teachers of the sample CRM: Pathful's presenters, roster teachers, others."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from polaris.demo.crm_model import ACCOUNT, CONTACT, Maker, Record
from polaris.demo.crm_places import CITIES, Places
from polaris.demo.model import EDUCATOR, PROFESSIONAL, Person
from polaris.demo.names import GIVEN_NAMES, Name, name_key

VOLUNTEERS, TEACHERS = 1_264, 150
_FEWEST_TEACHERS = 12
# Kinds of presenters whom the CRM knows by their address, and by nothing but their name.
_BY_EMAIL = frozenset(
    {"pro", "pro_mixed_ids", "pro_two_ids", "pro_nickname", "pro_namesakes", "pro_zero_ids"}
)
_BY_NAME = frozenset({"pro_no_id"})
# No name of Pathful's people can equal these.
_STEMS = ("Aln", "Brisk", "Calder", "Dunmor", "Elst", "Farrin", "Gorham", "Hales", "Inver", "Jess")
_ENDS = ("ach", "bank", "dale", "esk", "fell", "gate", "holm", "leigh", "mere", "ness", "quist")
_SPECIAL = ("McAlden", "MacBrisk", "O'Calder", "Elst-Farrin", "Löfqvist", "Na", "De Kirkmere")
_TITLES = ("Engineer", "Nurse", "Attorney", "Owner", "Project Manager", "Welder", None, None)
_INDUSTRIES = ("NONE",) * 40 + ("Health", "Finance")
_GENDERS = ("Female", "Male", "female", "Non-binary", "NA", "Prefer not to say", None, None)
_ORIGINS = (
    *("White", "White/Caucasian/European American", "Black", "Black or African American"),
    *("Hispanic American/Latino", "Asian", "Asian American/Pacific Islander", "Two or more"),
    *("Prefer not to answer", None, None),
)
_EDUCATION = (
    *("Bachelor's Degree", "Bachelor\N{RIGHT SINGLE QUOTATION MARK}s", "MASTERS", "PhD", "GED"),
    *("Some College", "Associate's Degree", "Prefer not to answer", None, None),
)
_AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+", None, None)
_SKILLS = ("Python", "Excel", "Public speaking", "Welding", "Project management", "Spanish")


@dataclass
class Cast:
    """Who is in the CRM beside the students.

    Attributes:
        ordinary: volunteers without a trap, and presenters.
        by_trap: the volunteers, teachers and others that stand for an edge.
        late: contacts that arrive with the weekly state only.
    """

    ordinary: list[Record] = field(default_factory=list)
    by_trap: dict[str, list[Record]] = field(default_factory=dict)
    teachers: list[Record] = field(default_factory=list)
    late: list[Record] = field(default_factory=list)


def known_presenters(people: Sequence[Person]) -> dict[str, str]:
    """Presenters of Pathful whom the CRM knows, every second of their kind: id → email or name."""
    seen: dict[str, int] = {}
    known = {}
    for person in people:
        kind = person.kind
        if person.role != PROFESSIONAL or kind.name not in _BY_EMAIL | _BY_NAME:
            continue
        number = seen[kind.name] = seen.get(kind.name, -1) + 1
        if number // kind.group % 2 == 0:
            known[person.person_id] = "email" if kind.name in _BY_EMAIL else "name"
    return known


class People:
    """Makes contacts: each adult with what a real record holds, messy where real ones are."""

    def __init__(self, make: Maker, places: Places, people: Sequence[Person]) -> None:
        self.make = make
        self.places = places
        self.chance: random.Random = make.chance
        self._names = {name_key(person.name.plain()) for person in people}
        self._emails = 0
        self._companies = {
            str(record["Name"]).lower(): str(record["Id"]) for record in places.organizations
        }

    def name(self) -> Name:
        """A name that nobody in Pathful's reports and no other contact has."""
        for _ in range(10_000):
            surname = self.chance.choice(_STEMS) + self.chance.choice(_ENDS)
            if self.chance.random() < 0.03:
                surname = self.chance.choice(_SPECIAL)
            name = Name(self.chance.choice(GIVEN_NAMES)[0], surname)
            if name_key(name.plain()) not in self._names:
                self._names.add(name_key(name.plain()))
                return name
        raise ValueError("The scale needs more names than polaris.demo.crm_people can make.")

    def email(self, name: Name) -> str:
        """An address of its own."""
        self._emails += 1
        local = ".".join(name_key(name.plain()).split())
        return f"{local}.{self._emails}@volunteers.example.org"

    def phone(self) -> str:
        """A number of the range kept for invented people, in one of the usual spellings."""
        last = f"01{self.chance.randint(0, 99):02d}"
        area = self.chance.choice(("816", "913", "785", "660"))
        return self.chance.choice(
            (
                f"({area}) 555-{last}",
                f"{area}-555-{last}",
                f"+1 {area} 555 {last}",
                f"{area}.555.{last}",
                f"1{area}555{last}",
            )
        )

    def household(self, name: Name) -> str:
        """A household account."""
        record = self.make.add(ACCOUNT, Name=f"{name.surname} Household", Type="Household")
        return str(record["Id"])

    def adult(self, name: Name, trap: str = "", cluster: str = "", **known: str | None) -> Record:
        """A contact of type Volunteer unless ``known`` says otherwise; put into the CRM."""
        record = self.draft(name, **known)
        self.put(record, trap, cluster)
        return record

    def put(self, record: Record, trap: str = "", cluster: str = "") -> None:
        """Puts a contact into the CRM and notes which person it is."""
        contact_id = str(record["Id"])
        self.make.crm.of(CONTACT).append(record)
        self.make.crm.clusters[contact_id] = cluster or f"C:{contact_id}"
        if trap:
            self.make.trap(trap, CONTACT, record)

    def draft(self, name: Name, **known: str | None) -> Record:
        """A contact that is not in the CRM yet."""
        chance = self.chance
        given, surname = name.given, name.surname
        if chance.random() < 0.11:
            given, surname = given.upper(), surname.upper()
        employer = chance.choice(self.places.organizations)["Id"] if chance.random() < 0.6 else None
        facts: dict[str, str | None] = {
            "Contact_Type__c": "Volunteer",
            "FirstName": given,
            "LastName": surname,
            "Phone": self.phone() if chance.random() < 0.4 else None,
            "MobilePhone": self.phone() if chance.random() < 0.4 else None,
            "npe01__PreferredPhone__c": chance.choice(("Mobile", "Work", "Home", None, None)),
            "npe01__Preferred_Email__c": chance.choice(("Personal", None, None)),
            "npsp__Primary_Affiliation__c": employer,
            "Title": chance.choice(_TITLES),
            "Connector_Industry__c": chance.choice(_INDUSTRIES),
            "DoNotCall": "false",
            "npsp__Do_Not_Contact__c": "false",
            "npsp__Deceased__c": "false",
            "HasOptedOutOfEmail": "true" if chance.random() < 0.04 else "false",
            "npe01__Primary_Address_Type__c": chance.choice(("Home", "Work", None)),
        }
        facts |= self._demographics() | self._address() | self._contact_history()
        if "Email" not in known:
            facts["Email"] = self.email(name)
        if "AccountId" not in known:
            facts["AccountId"] = self.household(name)
        return self.make.blank(CONTACT, **{**facts, **known})

    def company(self, person: Person) -> str | None:
        """The account of a presenter's company, when the CRM has it."""
        return self._companies.get(person.company[0].lower()) if person.company else None

    def _demographics(self) -> dict[str, str | None]:
        chance = self.chance
        born = (
            f"{chance.randint(1950, 2003)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        )
        return {
            "Gender__c": chance.choice(_GENDERS),
            "Racial_Ethnic_Background__c": chance.choice(_ORIGINS),
            "Highest_Level_of_Educational__c": chance.choice(_EDUCATION),
            "Age_Group__c": chance.choice(_AGES),
            "Birthdate": born if chance.random() < 0.3 else None,
            "Volunteer_Skills_Text__c": chance.choice(("; ".join(chance.sample(_SKILLS, 2)), None)),
            "Volunteer_Skills__c": chance.choice((", ".join(chance.sample(_SKILLS, 2)), None)),
            "Volunteer_Interests__c": chance.choice(("Mentoring;Career Speaker", None, None)),
        }

    def _address(self) -> dict[str, str | None]:
        # 82 of 100 addresses are a country and nothing else.
        if self.chance.random() < 0.82:
            return {"MailingCountry": "United States"}
        city, state, postal_code = self.chance.choice(CITIES)
        return {
            "MailingStreet": f"{self.chance.randint(100, 9999)} Elm St\nApt 4",
            "MailingCity": city,
            "MailingState": state,
            "MailingPostalCode": postal_code,
            "MailingCountry": "United States",
        }

    def _contact_history(self) -> dict[str, str | None]:
        chance = self.chance
        day = f"2025-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        return {
            "Last_Activity_Date__c": day,
            "Last_Email_Message__c": day if chance.random() < 0.5 else None,
            "Last_Non_Internal_Email_Activity__c": day if chance.random() < 0.3 else None,
            "Last_Mailchimp_Email_Date__c": day if chance.random() < 0.2 else None,
        }


def make_presenters(people: People, everybody: Sequence[Person]) -> Iterator[Record]:
    """A contact for each presenter of Pathful whom the CRM knows."""
    crm = people.make.crm
    crm.found_by = known_presenters(everybody)
    for number, person in enumerate(p for p in everybody if p.person_id in crm.found_by):
        email = person.profile_emails[0] if person.profile_emails else None
        known: dict[str, str | None] = {"npsp__Primary_Affiliation__c": people.company(person)}
        if crm.found_by[person.person_id] == "name":
            pass
        elif number % 8 == 5:
            known |= {"Email": None, "npe01__WorkEmail__c": email}
            known |= {"npe01__Preferred_Email__c": "Work"}
        else:
            known["Email"] = email.upper() if email and number % 8 == 2 else email
        record = people.adult(person.name, "presenter", person.person_id, **known)
        crm.presenters[person.person_id] = str(record["Id"])
        yield record


def make_namesakes(people: People, everybody: Sequence[Person]) -> None:
    """Volunteers who are nobody's presenter: two of one name, one under a nickname."""
    known = people.make.crm.found_by
    free = [p for p in everybody if p.kind.name in _BY_NAME and p.person_id not in known]
    for person in free[:1]:
        for _ in range(2):
            people.adult(person.name, "two_namesakes")
    for person in [p for p in free[1:] if p.name.nicknames][:1]:
        near = Name(person.name.nicknames[0], person.name.surname)
        people.adult(near, "near_name")


def make_teachers(people: People, everybody: Sequence[Person]) -> list[Record]:
    """Teachers of the CRM: two of three stand on a roster with the same address."""
    make, chance, places = people.make, people.chance, people.places
    count = max(_FEWEST_TEACHERS, round(TEACHERS * make.crm.scale))
    rostered = [p for p in everybody if p.role == EDUCATOR and p.kind.name == "plain"]
    found: list[Record] = []
    for person in chance.sample(rostered, min(len(rostered), count * 2 // 3)):
        school = (
            places.schools.get((person.district, person.school.pathful_name))
            if person.school
            else None
        )
        record = people.adult(
            person.name,
            "teacher_of_roster",
            person.person_id,
            **_teacher_fields(person.email.upper() if len(found) % 5 == 0 else person.email),
            npsp__Primary_Affiliation__c=school["Id"] if school else None,
        )
        found.append(record)
    while len(found) < count:
        name = people.name()
        school = chance.choice(list(places.schools.values()))
        fields = _teacher_fields(f"teacher{len(found)}@staff.example.org")
        record = people.adult(
            name, "teacher_off_roster", "", **fields, npsp__Primary_Affiliation__c=school["Id"]
        )
        found.append(record)
    return found


def _teacher_fields(email: str) -> dict[str, str | None]:
    return {"Contact_Type__c": "Teacher", "Email": email, "AccountId": None, "Title": "Teacher"}
