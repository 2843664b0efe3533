"""Accounts and classes of the sample CRM: the districts and schools of the rosters, companies."""

from __future__ import annotations

from dataclasses import dataclass, field

from polaris.demo.crm_model import (
    ACCOUNT,
    CLASS,
    NOW,
    PREFIXES,
    Maker,
    Record,
    record_id,
    stamp,
)
from polaris.demo.places import COMPANIES, DISTRICTS, OUTSIDE, District, School

# The district accounts of the dossier (§2.12) by the slug of `polaris.demo.places`.
DISTRICT_IDS = {
    "grandview": "0015f00000JU4opAAD",
    "kansas-city-kansas": "0015f00000JU4pVAAT",
    "allen-village": "0015f00000JU9ZEAA1",
    "hickman-mills": "0015f00000JU9ZFAA1",
    "center": "0015f00000KvuZTAAZ",
    "kansas-city-missouri": "0015f00000KxHwVAAV",
    "outside": record_id("001", 700),
}
_CODES = {
    "grandview": "48074",
    "kansas-city-kansas": "48078",
    "allen-village": "48909",
    "hickman-mills": "48072",
    "center": "48080",
    "outside": "00417",
}
# Districts of the CRM that sent no roster.
_STRANGE_DISTRICTS = (
    ("GUADALUPE CENTERS SCHOOLS", "0015f00000JVaPKAA1", "48902"),
    ("Cedar Hollow School District", record_id("001", 701), "00512"),
    ("Stone Ridge USD 211", record_id("001", 702), None),
)
_ALL_SCHOOLS: tuple[School, ...] = tuple(
    school for district in (*DISTRICTS, OUTSIDE) for school in district.schools
)
# Always the same, whatever the scale: the benchmark's students refer to them.
SCHOOL_IDS: tuple[str, ...] = tuple(
    record_id(PREFIXES[ACCOUNT], 1_000 + number) for number in range(len(_ALL_SCHOOLS))
)
ORGANIZATIONS = 381
_FEWEST_ORGANIZATIONS = 24
_TYPES = ("Business", "Business", "Business", "Non-profit", "Government", "Other", "Corporation")
_STREETS = ("Main St", "Oak Ave", "Vine St", "Troost Ave", "State Line Rd")
CITIES = (
    ("Kansas City", "MO", "64108"),
    ("Kansas City", "KS", "66101"),
    ("Grandview", "MO", "64030"),
    ("St. Joseph", "Missouri", "64501"),
    ("Newark", "NJ", "07102"),
)


@dataclass
class Places:
    """The accounts by what they are.

    Attributes:
        districts: account of each district, by slug; also those that sent no roster, by name.
        schools: account of each school, by (district slug, name as Pathful has it).
        district_of: district's name by the id of a school's account; missing without district.
        organizations: companies and such, in the order of `COMPANIES` first.
        classes: (class id, school id).
    """

    districts: dict[str, Record] = field(default_factory=dict)
    schools: dict[tuple[str, str], Record] = field(default_factory=dict)
    district_of: dict[str, str] = field(default_factory=dict)
    organizations: list[Record] = field(default_factory=list)
    classes: list[tuple[str, str]] = field(default_factory=list)

    def district_name(self, slug: str) -> str:
        """The name of a district's account."""
        return str(self.districts[slug]["Name"])


def make_places(make: Maker) -> Places:
    """Districts, schools, organizations and classes."""
    places = Places()
    for district in (*DISTRICTS, OUTSIDE):
        places.districts[district.slug] = make.add(
            ACCOUNT,
            Id=DISTRICT_IDS[district.slug],
            Name=district.name,
            Type="School District",
            School_Code_External_ID__c=_CODES.get(district.slug),
            CreatedDate="2019-08-01T15:00:00.000+0000",
        )
    for name, account_id, code in _STRANGE_DISTRICTS:
        places.districts[name] = make.add(
            ACCOUNT,
            "district_without_roster",
            Id=account_id,
            Name=name,
            Type="School District",
            School_Code_External_ID__c=code,
        )
    _add_schools(make, places)
    _add_organizations(make, places)
    _add_classes(make, places)
    return places


def _add_schools(make: Maker, places: Places) -> None:
    number = 0
    for district in (*DISTRICTS, OUTSIDE):
        for school in district.schools:
            _school(make, places, district, school, number)
            number += 1
    twin = DISTRICTS[0].schools[6]
    again = _bare_school(make, twin.pathful_name, DISTRICT_IDS[DISTRICTS[0].slug], "school_twice")
    places.district_of[str(again["Id"])] = DISTRICTS[0].name
    _bare_school(make, "Riverside Homeschool Group", None, "school_without_district")
    _bare_school(make, "Old Mill Academy", make.lost_id(ACCOUNT), "school_of_unknown_district")


def _school(make: Maker, places: Places, district: District, school: School, number: int) -> None:
    account_id = SCHOOL_IDS[number]
    record = make.add(
        ACCOUNT,
        "same_school_name" if school.pathful_name.startswith("Lincoln") else "",
        Id=account_id,
        Name=school.pathful_name,
        Type="School",
        ParentId=DISTRICT_IDS[district.slug],
        Connector_Account_Name__c=school.building,
        School_Code_External_ID__c=f"{number + 17:05d}",
        BillingCity=make.chance.choice(CITIES)[0],
        BillingState=district.state,
        CreatedDate="2019-08-02T15:00:00.000+0000",
    )
    places.schools[district.slug, school.pathful_name] = record
    places.district_of[account_id] = district.name


def _bare_school(make: Maker, name: str, parent: str | None, trap: str) -> Record:
    return make.add(ACCOUNT, trap, Name=name, Type="School", ParentId=parent)


def _add_organizations(make: Maker, places: Places) -> None:
    chance = make.chance
    names = [spellings[0] for spellings in COMPANIES]
    count = max(_FEWEST_ORGANIZATIONS, round(ORGANIZATIONS * make.crm.scale))
    names += [f"{COMPANIES[n % len(COMPANIES)][0]} Alumni Circle {n:04d}" for n in range(count)]
    for number, name in enumerate(names[:count]):
        # 26 of 100 have no type.
        is_typeless = number % 50 % 4 == 3 or number % 50 == 49
        city, state, postal_code = chance.choice(CITIES)
        record = make.add(
            ACCOUNT,
            "null_type" if is_typeless else "",
            Name=name,
            Type=None if is_typeless else chance.choice(_TYPES),
            Description=chance.choice((None, None, f"{name}: partner since {2010 + number % 15}")),
            BillingStreet=f"{chance.randint(100, 9999)} {chance.choice(_STREETS)}",
            BillingCity=city,
            BillingState=state,
            BillingPostalCode=postal_code,
            BillingCountry="United States",
            LastActivityDate=f"2025-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        )
        places.organizations.append(record)
    _add_odd_organizations(make, places)


def _add_odd_organizations(make: Maker, places: Places) -> None:
    first = places.organizations[2]
    make.add(ACCOUNT, "organization_twice", Name=first["Name"], Type="Business")
    make.add(ACCOUNT, "organization_legal_form", Name=f"{first['Name']}, Inc.", Type="Business")
    lines = "\n".join(f'Visit {number}, with "quotes", commas; and more.' for number in range(40))
    make.add(ACCOUNT, "long_description", Name="Longwinded Partners", Description=lines)
    make.add(ACCOUNT, "words_for_nothing", Name="NA Trading", Type="Business", Description="None")
    gone = make.add(ACCOUNT, "account_deleted", Name="Closed Doors Bakery", Type="Business")
    loser = make.add(ACCOUNT, "account_merged", Name="Bluestem Bakery KC", Type="Business")
    for record, winner in ((gone, None), (loser, places.organizations[3]["Id"])):
        moment = stamp(NOW.replace(day=20))
        record |= {"IsDeleted": "true", "MasterRecordId": winner}
        record |= {"LastModifiedDate": moment, "SystemModstamp": moment}


def _add_classes(make: Maker, places: Places) -> None:
    chance = make.chance
    for (_, name), school in list(places.schools.items()):
        if chance.random() < 0.6:
            record = make.add(
                CLASS,
                Name=f"{name} Class of {2026 + chance.randint(0, 3)}",
                School__c=school["Id"],
                Class_Year_Number__c=chance.choice(("2025.0", "2026.0")),
            )
            places.classes.append((str(record["Id"]), str(school["Id"])))
    school_id = SCHOOL_IDS[0]
    make.add(
        CLASS,
        "class_year_as_text",
        Name="Evening A",
        School__c=school_id,
        Class_Year_Number__c="2025",
    )
    make.add(CLASS, "class_without_year", Name="Evening B", School__c=school_id)
    make.add(
        CLASS,
        "class_of_unknown_school",
        Name="Evening C",
        School__c=make.lost_id(ACCOUNT),
        Class_Year_Number__c="2026.0",
    )
