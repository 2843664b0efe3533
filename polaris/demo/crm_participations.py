"""Who took part in the sessions of the sample CRM, with the rows that a naive import gets wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from polaris.demo.crm_model import CONTACT, NOW, PARTICIPANT, SESSION, Maker, Record, touch
from polaris.demo.crm_people import Cast
from polaris.demo.crm_places import Places
from polaris.demo.crm_sessions import Agenda

VOLUNTEER_ROWS, STUDENT_ROWS = 2_018, 4_900
# 537 of 20,180 rows name somebody whom the CRM does not give us.
_LOST_SHARE = 537 / 20_180
_PAST = (
    *(("Attended",) * 60), *(("Completed",) * 6), "Successfully Completed", "ATTENDED ", "attended",
    *(("No-Show",) * 6), "no show", *(("Cancelled",) * 5), "Canceled", "Declined",
    "Volunteer canceling due to snow", "Confirmed", "Simulcast",
)  # fmt: skip
_STUDENT_PAST = (*(("Attended",) * 14), "Absent", "Excused", "No Show", "Registered")
_HOURS = (*(("1.0", "1.5", "2.0", "3.25") * 4), None, None, "0.0")
_FEWEST_ROWS = 40


class Seats:
    """Puts people into sessions, nobody twice into one unless that is the trap."""

    def __init__(self, make: Maker, students: list[tuple[str, str | None]]) -> None:
        self.make = make
        self.students = students
        self._taken: set[tuple[str, str]] = set()

    def volunteer(
        self, session: Record | str, contact: Record | str, trap: str = "", **known: str | None
    ) -> Record | None:
        """A row for a volunteer, attended unless said otherwise; None when they sit there."""
        session_id, contact_id = _id(session), _id(contact)
        cluster = self.make.crm.clusters.get(contact_id, contact_id)
        if not trap and (session_id, cluster) in self._taken:
            return None
        self._taken.add((session_id, cluster))
        facts: dict[str, str | None] = {
            "Participant_Type__c": "Volunteer",
            "Status__c": "Attended",
            "Delivery_Hours__c": "1.5",
            "Age_Group__c": self.make.chance.choice(("Grades 6-8", None)),
            "Title__c": self.make.chance.choice(("Speaker", None)),
        }
        return self._row(trap, contact_id, session_id, facts | known)

    def student(
        self, session: Record | str, contact_id: str, trap: str = "", **known: str | None
    ) -> Record | None:
        """A row for a student, attended unless said otherwise."""
        session_id = _id(session)
        if not trap and (session_id, contact_id) in self._taken:
            return None
        self._taken.add((session_id, contact_id))
        facts: Record = {"Participant_Type__c": "Student", "Status__c": "Attended"}
        return self._row(trap, contact_id, session_id, facts | known)

    def _row(
        self, trap: str, contact_id: str, session_id: str, facts: dict[str, str | None]
    ) -> Record:
        number = len(self.make.crm.of(PARTICIPANT)) + 1
        name = f"SP-{number:06d}"
        named: Record = {"Name": name, "Contact__c": contact_id, "Session__c": session_id}
        return self.make.add(PARTICIPANT, trap, **named | facts)


def _id(record: Record | str) -> str:
    return record if isinstance(record, str) else str(record["Id"])


def make_participations(make: Maker, places: Places, cast: Cast, agenda: Agenda) -> None:
    """All rows: the odd ones first, then ordinary ones until the scale has its number."""
    table = make.crm.students
    assert table is not None  # noqa: S101 the students are made first
    ids, schools = (table.column(n).to_pylist() for n in ("Id", "npsp__Primary_Affiliation__c"))
    seats = Seats(make, list(zip(ids, schools, strict=True)))
    _odd_volunteers(seats, cast, agenda)
    _odd_hours_and_statuses(seats, cast, agenda)
    _odd_students(seats, places, agenda)
    _duplicates(seats, cast, agenda)
    _fill(seats, cast, agenda)
    _roll_up(make)


def _odd_volunteers(seats: Seats, cast: Cast, agenda: Agenda) -> None:
    """Rows of odd people and in odd sessions."""
    make, plain = seats.make, agenda.ordinary
    for number, (trap, records) in enumerate(sorted(cast.by_trap.items())):
        if trap in {"count_without_rows", "count_of_zero", "other_type", "nameless"}:
            continue
        for place, record in enumerate(records):
            seats.volunteer(plain[(number + place) % len(plain)], record, f"of_{trap}")
    for trap, sessions in sorted(agenda.by_trap.items()):
        for session in sessions:
            for person in make.chance.sample(cast.ordinary, 2):
                seats.volunteer(session, person, f"in_{trap}", Delivery_Hours__c="2.0")
    first, second = plain[0], cast.ordinary[0]
    short = {"Contact__c": _id(second)[:15], "Session__c": _id(first)[:15]}
    row = seats.volunteer(first, second, "short_ids")
    if row is not None:
        row |= short
    seats.volunteer(plain[1], cast.late[0], "before_the_contact")
    seats.volunteer(plain[2], make.lost_id(CONTACT), "unknown_person")
    seats.volunteer(plain[2], cast.ordinary[2], "nobody", Contact__c=None)
    seats.volunteer(make.lost_id(SESSION), cast.ordinary[1], "unknown_event")
    deleted = seats.volunteer(plain[3], cast.ordinary[2], "row_deleted")
    if deleted is not None:
        touch(deleted, NOW - timedelta(days=4), IsDeleted="true")
    for kind in ("Presenter", "Teacher", None):
        seats.volunteer(plain[4], cast.ordinary[3], "other_kind", Participant_Type__c=kind)


def _odd_hours_and_statuses(seats: Seats, cast: Cast, agenda: Agenda) -> None:
    plain, people = agenda.ordinary, cast.ordinary
    hours: dict[str, str | None] = {
        "hours_zero": "0.0",
        "hours_negative": "-2.0",
        "hours_thirty": "30.0",
        "hours_null": None,
    }
    for number, (trap, value) in enumerate(hours.items()):
        seats.volunteer(plain[5], people[number + 4], trap, Delivery_Hours__c=value)
    statuses: dict[str, str | None] = {
        "scheduled_in_past": "Scheduled",
        "confirmed_is_no_credit": "Confirmed",
        "simulcast_is_no_credit": "Simulcast",
        "credited_in_capitals": " ATTENDED",
        "status_null_row": None,
        "status_unknown_row": "Perhaps",
    }
    for number, (trap, status) in enumerate(statuses.items()):
        seats.volunteer(plain[6], people[number + 4], trap, Status__c=status)
    snapshot = {"Email__c": "old.address@volunteers.example.org", "Title__c": "Former title"}
    seats.volunteer(plain[7], people[4], "snapshot", **snapshot)


def _odd_students(seats: Seats, places: Places, agenda: Agenda) -> None:
    """Students who place a session, and who have no school themselves."""
    make, plain = seats.make, agenda.ordinary
    by_district: dict[str, list[str]] = {}
    for contact_id, school in seats.students:
        district = places.district_of.get(school or "")
        if district:
            by_district.setdefault(district, []).append(contact_id)
    slugs = {places.district_name(s): s for s in places.districts if " " not in s}
    one, two = sorted(by_district, key=lambda name: (-len(by_district[name]), name))[:2]
    for trap, names in (("unplaced_one_district", [one]), ("unplaced_two_districts", [one, two])):
        session = agenda.by_trap[trap][0]
        for name in names:
            for contact_id in by_district[name][:3]:
                seats.student(session, contact_id, f"in_{trap}")
            agenda.districts[_id(session)].add(slugs[name])
    homeless = [contact_id for contact_id, school in seats.students if school is None]
    seats.student(plain[0], homeless[0], "student_without_school")
    seats.student(plain[1], make.lost_id(CONTACT), "unknown_student")
    seats.student(make.lost_id(SESSION), homeless[1], "unknown_event_of_student")
    merged = next(record_id for _, record_id in make.crm.traps["student_merged"])
    seats.student(plain[2], merged, "row_of_merged_student")
    seats.student(
        plain[2], make.crm.merged[merged], "row_of_merged_student", Status__c="Registered"
    )
    for status in ("Attended", "Registered"):
        seats.student(plain[3], homeless[2], "duplicate_student", Status__c=status)
    seats.student(agenda.by_trap["draft"][0], homeless[3], "student_in_draft")
    seats.student(plain[4], homeless[4], "student_scheduled_in_past", Status__c="Scheduled")


def _duplicates(seats: Seats, cast: Cast, agenda: Agenda) -> None:
    plain, people = agenda.ordinary, cast.ordinary
    session, person = plain[8], people[5]
    seats.volunteer(
        session, person, "duplicate_status", Status__c="Scheduled", Delivery_Hours__c=None
    )
    seats.volunteer(session, person, "duplicate_status", Status__c="Attended")
    session, person = plain[9], people[6]
    for hours in ("1.0", "2.5", None):
        seats.volunteer(session, person, "duplicate_hours", Delivery_Hours__c=hours)
    for record in cast.by_trap["one_person_twice"][:2]:
        seats.volunteer(plain[10], record, "duplicate_contacts")
    loser = cast.by_trap["merged"][0]
    for record in (loser, cast.by_trap["merge_winner"][0]):
        seats.volunteer(plain[11], record, "duplicate_by_merge")


def _fill(seats: Seats, cast: Cast, agenda: Agenda) -> None:
    make, chance = seats.make, seats.make.chance
    rows = make.crm.of(PARTICIPANT)
    for record in cast.ordinary:
        # Presenters and others come at least once.
        seats.volunteer(chance.choice(agenda.ordinary), record, "", **_past(seats))
    for session in agenda.planned:
        for record in chance.sample(cast.ordinary, 3):
            seats.volunteer(session, record, Status__c="Scheduled", Delivery_Hours__c=None)
    lost = [make.lost_id(CONTACT) for _ in range(12)]
    for _ in _missing(rows, "Volunteer", round(VOLUNTEER_ROWS * make.crm.scale)):
        session = chance.choice(agenda.ordinary)
        person: Record | str = chance.choice(cast.ordinary)
        if chance.random() < _LOST_SHARE:
            person = chance.choice(lost)
        seats.volunteer(session, person, "", **_past(seats))
    for _ in _missing(rows, "Student", round(STUDENT_ROWS * make.crm.scale)):
        session = chance.choice(agenda.ordinary)
        contact_id, _ = chance.choice(seats.students)
        seats.student(session, contact_id, Status__c=chance.choice(_STUDENT_PAST))


def _missing(rows: list[Record], kind: str, wanted: int) -> Iterator[int]:
    """Goes on until there are as many rows of a kind as wanted, at least a few new ones."""
    first, start = sum(row["Participant_Type__c"] == kind for row in rows), len(rows)
    wanted = max(wanted, first + _FEWEST_ROWS)
    for number in range(5 * wanted):
        if first + len(rows) - start >= wanted:
            return
        yield number


def _past(seats: Seats) -> dict[str, str | None]:
    chance = seats.make.chance
    return {"Status__c": chance.choice(_PAST), "Delivery_Hours__c": chance.choice(_HOURS)}


def _roll_up(make: Maker) -> None:
    """What the CRM itself counts on a contact: rows attended, whatever they are worth."""
    counts: dict[str, int] = {}
    for row in make.crm.of(PARTICIPANT):
        if row["Participant_Type__c"] == "Volunteer" and row["Status__c"] == "Attended":
            contact_id = str(row["Contact__c"])
            counts[contact_id] = counts.get(contact_id, 0) + 1
    for contact in make.crm.of(CONTACT):
        count = counts.get(str(contact["Id"]))
        if count:
            contact["Number_of_Attended_Volunteer_Sessions__c"] = f"{count}.0"
            contact["First_Volunteer_Date__c"] = "2023-10-02"
            contact["Last_Volunteer_Date__c"] = "2025-12-11"
