"""Memberships, tasks, e-mails and cases of the sample CRM."""

from __future__ import annotations

from dataclasses import dataclass

from polaris.demo.crm_model import (
    ACCOUNT,
    AFFILIATION,
    CASE,
    CONTACT,
    EMAIL,
    NOW,
    PREFIXES,
    SESSION,
    TASK,
    Maker,
    Record,
    record_id,
    touch,
)
from polaris.demo.crm_people import Cast
from polaris.demo.crm_places import Places

AFFILIATIONS, TASKS, EMAILS, CASES = 5_000, 900, 700, 60
_FEWEST = 30
STAFF = "coordinator@prepkc.example.org"
_ROLES = ("Employee", "Board member", "Volunteer", None)
_STATUSES = ("Current", "Current", "Current", "Past", "former", "Pending", "Alumni")


@dataclass
class _Log:
    """What the makers of this module share."""

    make: Maker
    places: Places
    cast: Cast

    def affiliation(
        self, contact: str, account: str, trap: str = "", **known: str | None
    ) -> Record:
        chance = self.make.chance
        number = len(self.make.crm.of(AFFILIATION)) + 1
        facts: dict[str, str | None] = {
            "Name": f"AF-{number:06d}",
            "npe5__Contact__c": contact,
            "npe5__Organization__c": account,
            "npe5__Role__c": chance.choice(_ROLES),
            "npe5__Primary__c": "false",
            "npe5__Status__c": "Current",
            "npe5__StartDate__c": f"{chance.randint(2016, 2024)}-0{chance.randint(1, 9)}-01",
        }
        return self.make.add(AFFILIATION, trap, **{**facts, **known})

    def task(self, trap: str = "", **known: str | None) -> Record:
        chance = self.make.chance
        facts: dict[str, str | None] = {
            "Subject": chance.choice(("Called about spring", "Thank-you note", "Email: dates")),
            "Description": chance.choice(("Left a message.", "<p>Will come &amp; speak</p>", None)),
            "Type": chance.choice(("Email", "Call", "Status_Update", None)),
            "Status": "Completed",
            "ActivityDate": f"2025-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            "WhoId": str(chance.choice(self.cast.ordinary)["Id"]),
        }
        return self.make.add(TASK, trap, **{**facts, **known})

    def mail(self, trap: str = "", to: str | None = None, **known: str | None) -> Record:
        chance = self.make.chance
        person = chance.choice(self.cast.ordinary)
        number = len(self.make.crm.of(EMAIL)) + 1
        day = f"2025-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        facts: dict[str, str | None] = {
            "Subject": chance.choice(("Your visit", "Re: Career day", "Directions")),
            "TextBody": "See you at the front desk.\nThank you!",
            "MessageDate": f"{day}T0{chance.randint(0, 9)}:15:00.000+0000",
            "FromAddress": STAFF,
            "ToAddress": to or address_of(person),
            "RelatedToId": str(person["Id"]),
            "Incoming": "false",
            "Status": "3",
            "MessageIdentifier": f"<{number}@mail.example.org>",
            "ThreadIdentifier": f"<thread{number // 3}@mail.example.org>",
        }
        return self.make.add(EMAIL, trap, **{**facts, **known})


def address_of(record: Record) -> str:
    """Any address of a contact; the staff's when it has none."""
    return record["Email"] or record["npe01__WorkEmail__c"] or STAFF


def make_history(make: Maker, places: Places, cast: Cast) -> None:
    """Everything that hangs on contacts beside their participations."""
    log = _Log(make, places, cast)
    _affiliations(log)
    _tasks(log)
    _mails(log)


def _affiliations(log: _Log) -> None:
    make, chance = log.make, log.make.chance
    _odd_affiliations(log)
    for record in log.cast.ordinary:
        account = record["npsp__Primary_Affiliation__c"]
        if account:
            log.affiliation(str(record["Id"]), account, npe5__Primary__c="true")
        if chance.random() < 0.3:
            other = str(chance.choice(log.places.organizations)["Id"])
            status = chance.choice(_STATUSES)
            end = "2024-06-30" if status in {"Past", "former"} else None
            person = str(record["Id"])
            log.affiliation(person, other, npe5__Status__c=status, npe5__EndDate__c=end)
    table = make.crm.students
    assert table is not None  # noqa: S101 the students are made first
    columns = (table.column(n).to_pylist() for n in ("Id", "npsp__Primary_Affiliation__c"))
    known = log.places.district_of
    placed = [pair for pair in zip(*columns, strict=True) if pair[1] in known]
    total = max(_FEWEST, round(AFFILIATIONS * make.crm.scale) - len(make.crm.of(AFFILIATION)))
    for number in range(total):
        contact, account = placed[number % len(placed)]
        log.affiliation(contact, account, npe5__Role__c="Student")


def _odd_affiliations(log: _Log) -> None:
    make, places = log.make, log.places
    people = [str(record["Id"]) for record in log.cast.ordinary]
    firms = [str(record["Id"]) for record in places.organizations]
    log.affiliation(people[0], firms[0], "past_without_end", npe5__Status__c="Past")
    log.affiliation(people[1], firms[0], "current_without_start", npe5__StartDate__c=None)
    log.affiliation(people[2], firms[1], "primary_as_boolean", npe5__Primary__c="true")
    ended = {"npe5__Status__c": "Past", "npe5__EndDate__c": "2022-05-31"}
    log.affiliation(people[3], firms[2], "two_for_one_pair", **ended)
    log.affiliation(people[3], firms[2], "two_for_one_pair", npe5__StartDate__c="2023-01-09")
    log.affiliation(people[4], firms[3], "pending", npe5__Status__c="Pending")
    school = next(iter(places.schools.values()))["Id"]
    log.affiliation(people[5], str(school), "volunteer_at_school")
    district = places.districts["center"]["Id"]
    log.affiliation(people[6], str(district), "volunteer_at_district")
    log.affiliation(people[7], firms[4][:15], "short_organization_id")
    log.affiliation(make.lost_id(CONTACT), firms[0], "unknown_contact")
    log.affiliation(people[0], make.lost_id(ACCOUNT), "unknown_organization")
    teacher = str(log.cast.teachers[0]["Id"])
    log.affiliation(teacher, str(school), "teacher_at_school")
    gone = log.affiliation(people[1], firms[5], "affiliation_deleted")
    touch(gone, NOW.replace(day=25), IsDeleted="true")


def _tasks(log: _Log) -> None:
    make = log.make
    sessions = make.crm.of(SESSION)
    log.task("task_on_lead", WhoId=record_id(PREFIXES["Lead"], 4_711))
    log.task("task_of_nobody", WhoId=None)
    log.task("task_of_unknown", WhoId=make.lost_id(CONTACT))
    log.task("task_without_date", ActivityDate=None)
    log.task("task_with_session", WhatId=sessions[0]["Id"])
    log.task("task_as_html", Description="<div>Asked for <b>two</b>&nbsp;slots<br/>in May</div>")
    log.task("task_of_teacher", WhoId=log.cast.teachers[0]["Id"])
    log.task("task_of_merged", WhoId=log.cast.by_trap["merged"][0]["Id"])
    for _ in range(max(_FEWEST, round(TASKS * make.crm.scale))):
        log.task(WhatId=make.chance.choice((None, None, make.chance.choice(sessions)["Id"])))


def _mails(log: _Log) -> None:
    make, people = log.make, log.cast.ordinary
    case = make.add(CASE, "case", ContactId=people[0]["Id"])
    make.add(CASE, "case_of_nobody")
    for _ in range(max(3, round(CASES * make.crm.scale))):
        make.add(CASE, ContactId=make.chance.choice(people)["Id"])
    five = "; ".join(address_of(record) for record in people[:5])
    log.mail("five_recipients", five, RelatedToId=None)
    html = "<html><body><p>Hello,</p><p>see you <b>soon</b></p></body></html>"
    log.mail("html_only", TextBody=None, HtmlBody=html)
    log.mail("on_a_case", STAFF, RelatedToId=case["Id"], ParentId=case["Id"])
    log.mail("on_an_account", RelatedToId=people[2]["AccountId"])
    log.mail("incoming", STAFF, FromAddress=address_of(people[3]).upper(), Incoming="true")
    log.mail("mail_without_date", MessageDate=None)
    household = log.cast.by_trap["household_email"][0]
    log.mail("to_a_household", address_of(household), RelatedToId=None)
    log.mail("to_strangers", "nobody@elsewhere.example.org", RelatedToId=None)
    log.mail("to_staff_only", STAFF, RelatedToId=None)
    for _ in range(max(_FEWEST, round(EMAILS * make.crm.scale))):
        log.mail()
