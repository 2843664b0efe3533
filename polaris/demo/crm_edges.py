"""The odd contacts of the sample CRM: every one of them stood in the real one (dossier, app. A)."""

from __future__ import annotations

from datetime import timedelta

from polaris.demo.crm_model import CONTACT, NOW, Maker, Record, stamp, touch
from polaris.demo.crm_people import Cast, People
from polaris.demo.crm_students import students
from polaris.demo.names import Name

# One contact each, by what is odd about its fields.
_ODD_FIELDS: dict[str, dict[str, str | None]] = {
    "blank_type": {"Contact_Type__c": None},
    "other_type": {"Contact_Type__c": "Board Member"},
    "only_phone": {"Email": None, "MobilePhone": "(816) 555-0111"},
    "no_contact_point": {"Email": None, "Phone": None, "MobilePhone": None},
    "words_for_nothing": {"Email": "None", "Phone": "nan", "MobilePhone": "(913) 555-0112"},
    "invalid_email": {"Email": "not-an-address"},
    "invalid_phone": {"Phone": "12", "MobilePhone": None},
    "no_first_name": {"FirstName": None},
    "surname_na": {"LastName": "NA"},
    "opted_out": {"HasOptedOutOfEmail": "true", "DoNotCall": "true"},
    "consent_unknown": {"HasOptedOutOfEmail": None, "DoNotCall": None},
    "do_not_contact": {"npsp__Do_Not_Contact__c": "true"},
    "deceased": {"npsp__Deceased__c": "true"},
    "bounced": {"EmailBouncedDate": "2025-11-03T04:05:06.000+0000"},
    "born_in_the_future": {"Birthdate": "2031-05-05"},
    "born_long_ago": {"Birthdate": "1890-05-05"},
    "gender_unmapped": {"Gender__c": "Unlisted word"},
    "race_by_substring": {"Racial_Ethnic_Background__c": "White (non-Hispanic)"},
    "race_with_prefix": {"Racial_Ethnic_Background__c": "AggregateResult Caucasian"},
    "education_unmapped": {"Highest_Level_of_Educational__c": "Guild Diploma"},
    "age_group_unmapped": {"Age_Group__c": "young at heart"},
    "skills_garbage": {
        "Volunteer_Skills_Text__c": f"...; 0; {'very long words about one skill ' * 4}; python",
        "Volunteer_Skills__c": "PYTHON, Excel, ",
    },
    "work_address": {
        "npe01__Work_Address__c": "12 Vine St, Kansas City, MO 64108",
        "npe01__Primary_Address_Type__c": "Work",
        "npe01__WorkPhone__c": "816-555-0113",
    },
    "leading_zero_zip": {
        "MailingStreet": "9 Beacon Way",
        "MailingCity": "Springfield",
        "MailingState": "MA",
        "MailingPostalCode": "01103",
    },
    "formula_sign": {"Volunteer_Recruitment_Notes__c": '=HYPERLINK("http://example.org","x")'},
    "count_without_rows": {"Number_of_Attended_Volunteer_Sessions__c": "3.0"},
    "count_of_zero": {"Number_of_Attended_Volunteer_Sessions__c": "0.0"},
}
_LOUD = (("RONAN", "MCALDEN-O'BRISK"), ("ANNE", "MACFARRIN"))


def make_edges(people: People, cast: Cast) -> None:
    """Everybody who is odd by themselves or beside another."""
    for trap, fields in _ODD_FIELDS.items():
        _keep(cast, trap, people.adult(people.name(), trap, "", **fields))
    for given, surname in _LOUD:
        known = {"FirstName": given, "LastName": surname}
        _keep(cast, "all_caps", people.adult(Name(given, surname), "all_caps", "", **known))
    _keep(cast, "nameless", people.adult(Name("", ""), "nameless", FirstName=None, LastName=None))
    _four_emails(people, cast)
    _households(people, cast)
    _one_person_twice(people, cast)
    _merged(people, cast)
    _gone(people, cast)
    _type_changed(people, cast)
    for _ in range(2):
        cast.late.append(people.draft(people.name()))


def _keep(cast: Cast, trap: str, record: Record) -> Record:
    cast.by_trap.setdefault(trap, []).append(record)
    return record


def _four_emails(people: People, cast: Cast) -> None:
    name = people.name()
    email = people.email(name)
    known: dict[str, str | None] = {
        "Email": email,
        "npe01__HomeEmail__c": email.upper(),
        "npe01__WorkEmail__c": email.title(),
        "npe01__AlternateEmail__c": f" {email} ",
        "npe01__Preferred_Email__c": "Alternate",
    }
    _keep(cast, "four_emails", people.adult(name, "four_emails", "", **known))
    name = people.name()
    empty = {"Email": people.email(name), "npe01__Preferred_Email__c": "Work"}
    _keep(cast, "preferred_empty", people.adult(name, "preferred_empty", "", **empty))


def _households(people: People, cast: Cast) -> None:
    """Two people with one address, two with one telephone: never one person."""
    first = people.name()
    email, account = people.email(first), people.household(first)
    for given in (first.given, f"{first.given}anne"):
        name = Name(given, first.surname)
        record = people.adult(name, "household_email", Email=email, AccountId=account)
        _keep(cast, "household_email", record)
    phone = "(816) 555-0114"
    for _ in range(2):
        name = people.name()
        record = people.adult(name, "household_phone", Email=None, Phone=phone, MobilePhone=None)
        _keep(cast, "household_phone", record)


def _one_person_twice(people: People, cast: Cast) -> None:
    """Two contacts with one address and one name: one person."""
    for number in range(2):
        name = people.name()
        email = people.email(name)
        plain: dict[str, str | None] = {"FirstName": name.given, "LastName": name.surname}
        first = people.adult(name, "one_person_twice", "", Email=email, **plain)
        cluster = people.make.crm.clusters[str(first["Id"])]
        loud = {"FirstName": name.given.upper(), "LastName": name.surname.upper()}
        spelled = loud if number else plain
        again = people.adult(name, "one_person_twice", cluster, Email=email.upper(), **spelled)
        cast.by_trap.setdefault("one_person_twice", []).extend((first, again))


def _merged(people: People, cast: Cast) -> None:
    """A into B into C: the people of A and B are C; their rows still name A and B."""
    name = people.name()
    winner = people.adult(name, "merge_winner", Email=people.email(name))
    cluster = people.make.crm.clusters[str(winner["Id"])]
    master = str(winner["Id"])
    for _ in range(2):
        loser = people.adult(name, "merged", cluster)
        delete(people.make, loser, master)
        master = str(loser["Id"])
        _keep(cast, "merged", loser)
    _keep(cast, "merge_winner", winner)


def _gone(people: People, cast: Cast) -> None:
    for trap in ("deleted", "deleted", "undeleted_later"):
        record = people.adult(people.name(), trap)
        delete(people.make, record)
        _keep(cast, trap, record)


def _type_changed(people: People, cast: Cast) -> None:
    """A teacher who once came as a volunteer: the rows are there, the type is another."""
    fields: dict[str, str | None] = {"Contact_Type__c": "Teacher"}
    record = people.adult(people.name(), "type_changed", "", **fields)
    _keep(cast, "type_changed", record)


def delete(make: Maker, record: Record, winner: str | None = None) -> None:
    """Puts a record into the bin ten days ago, merged into a winner if there is one."""
    moment = NOW - timedelta(days=make.chance.randint(2, 10), seconds=make.chance.randint(0, 9_999))
    touch(record, moment, IsDeleted="true", MasterRecordId=winner)
    if winner:
        make.crm.merged[str(record["Id"])] = winner


def make_odd_students(people: People) -> None:
    """Students whom no count knows: merged, deleted, without a name."""
    make = people.make
    table = make.crm.students
    assert table is not None  # noqa: S101 the students are made first
    whole = table.column("Id").to_pylist()
    extras = students(60, seed=make.crm.seed + 1).slice(40, 3).to_pylist()
    traps = ("student_merged", "student_deleted", "student_nameless")
    for trap, fields in zip(traps, extras, strict=True):
        record: Record = fields | {"Id": make.next_id(CONTACT)}
        make.crm.of(CONTACT).append(record)
        make.trap(trap, CONTACT, record)
        if trap == "student_nameless":
            record |= {"FirstName": None, "LastName": None}
            record["SystemModstamp"] = stamp(NOW - timedelta(days=20))
        else:
            delete(make, record, whole[20] if trap == "student_merged" else None)
