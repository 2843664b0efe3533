"""The sample CRM a week later: what a delta has to bring.

=================  ============================================================================
change             right outcome
=================  ============================================================================
late contact       the participation that waited for it belongs to a known person now
status             Scheduled and unknown rows become Attended or No-Show
hours              an attended row without hours gets them
merged             a contact goes into another, both persons' rows are one person's
deleted            a volunteer goes into the bin, the hours stay
undeleted          one comes back: the same person, the same key
type               a volunteer becomes a teacher, the rows stay
session            cancelled because of the weather; another one reverts to Draft
school             a student moves to another school
new                volunteers, a session, its participations, an affiliation
=================  ============================================================================
"""

from __future__ import annotations

import copy
from datetime import timedelta

from polaris.demo.crm import Made
from polaris.demo.crm_edges import delete
from polaris.demo.crm_model import AFFILIATION, CONTACT, NOW, PARTICIPANT, Crm, Record, by_id, touch
from polaris.demo.crm_participations import Seats
from polaris.demo.crm_places import SCHOOL_IDS, Places
from polaris.demo.crm_sessions import Agenda, Planner


class Week:
    """Turns the CRM of today into that of a week later; the one of today stays as it is."""

    def __init__(self, made: Made) -> None:
        later = copy.deepcopy(made)
        self.crm: Crm = later.crm
        self.places: Places = later.places
        self.agenda: Agenda = later.agenda
        self._made = later
        self._moment = NOW + timedelta(days=1)
        self._rows = self.crm.of(PARTICIPANT)
        self._arrive()
        self._attend()
        self._change_people()
        self._change_sessions()
        self._move_a_student()

    def _touch(self, record: Record, trap: str, name: str, **changed: str | None) -> None:
        self._moment += timedelta(minutes=17)
        touch(record, self._moment, **changed)
        self._made.make.trap(f"week_{trap}", name, record)

    def _arrive(self) -> None:
        """Contacts that participations waited for, and a new session with them."""
        made = self._made
        for record in made.cast.late:
            made.people.put(record)
            self._touch(record, "new_contact", CONTACT)
            record["CreatedDate"] = record["SystemModstamp"]
        planner = Planner(made.make, made.places)
        planner.agenda = made.agenda
        session = planner.session("week_new_session", NOW + timedelta(days=3, hours=4))
        seats = Seats(made.make, [])
        rows = [seats.volunteer(session, person, "week_new_row") for person in made.cast.late]
        firm = made.places.organizations[0]["Id"]
        new = made.make.add(
            AFFILIATION,
            "week_new_affiliation",
            npe5__Contact__c=made.cast.late[0]["Id"],
            npe5__Organization__c=firm,
            npe5__Status__c="Current",
        )
        for record in (session, new, *(row for row in rows if row is not None)):
            self._moment += timedelta(minutes=17)
            touch(record, self._moment, CreatedDate=None)
            record["CreatedDate"] = record["SystemModstamp"]

    def _attend(self) -> None:
        traps = self._made.crm.traps
        found = by_id(self._rows)
        waiting = found[traps["scheduled_in_past"][0][1]]
        self._touch(waiting, "attended", PARTICIPANT, Status__c="Attended", Delivery_Hours__c="2.0")
        unknown = found[traps["status_null_row"][0][1]]
        self._touch(unknown, "no_show", PARTICIPANT, Status__c="No-Show", Delivery_Hours__c=None)
        for trap in ("hours_null", "hours_negative"):
            row = found[traps[trap][0][1]]
            self._touch(row, "hours_filled_in", PARTICIPANT, Delivery_Hours__c="3.0")
        student = found[traps["student_scheduled_in_past"][0][1]]
        self._touch(student, "student_attended", PARTICIPANT, Status__c="Attended")

    def _change_people(self) -> None:
        made = self._made
        winner, loser, gone, teacher = made.cast.ordinary[-4:]
        self._touch(loser, "merged", CONTACT)
        kept = (loser["LastModifiedDate"], loser["SystemModstamp"])
        delete(made.make, loser, str(winner["Id"]))
        loser["LastModifiedDate"], loser["SystemModstamp"] = kept
        clusters = self.crm.clusters
        clusters[str(loser["Id"])] = clusters[str(winner["Id"])]
        self._touch(gone, "deleted", CONTACT, IsDeleted="true")
        back = made.cast.by_trap["undeleted_later"][0]
        self._touch(back, "undeleted", CONTACT, IsDeleted="false")
        self._touch(teacher, "type", CONTACT, Contact_Type__c="Teacher")

    def _change_sessions(self) -> None:
        agenda = self._made.agenda
        cancelled, draft = agenda.planned[:2]
        self._touch(
            cancelled,
            "cancelled",
            "Session__c",
            Session_Status__c="Cancelled",
            Cancellation_Reason__c="Inclement Weather Cancellation",
        )
        self._touch(draft, "draft_again", "Session__c", Session_Status__c="Draft")

    def _move_a_student(self) -> None:
        table = self.crm.students
        assert table is not None  # noqa: S101 every CRM has students
        seated = {str(row["Contact__c"]) for row in self._rows}
        # Students are an Arrow table; whoever changes is a plain record of the later state.
        column = table.column("npsp__Primary_Affiliation__c")
        free = (
            place
            for place, (student, school) in enumerate(zip(table.column("Id"), column, strict=True))
            if school.as_py() in SCHOOL_IDS and student.as_py() not in seated
        )
        moved: Record = table.slice(next(free), 1).to_pylist()[0]
        school = moved["npsp__Primary_Affiliation__c"]
        other = next(account for account in SCHOOL_IDS if account != school)
        self._touch(moved, "student_moved", CONTACT, npsp__Primary_Affiliation__c=other)
        self.crm.moved_students[str(moved["Id"])] = moved


def make_week(made: Made) -> Week:
    """The CRM on 2026-02-07."""
    return Week(made)
