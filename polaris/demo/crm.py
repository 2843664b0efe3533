"""The sample CRM: the world of the rosters and reports once more, as a Salesforce org has it."""

from __future__ import annotations

from polaris.demo.crm_edges import make_edges, make_odd_students
from polaris.demo.crm_history import make_history
from polaris.demo.crm_model import CONTACT, Crm, Maker
from polaris.demo.crm_participations import make_participations
from polaris.demo.crm_people import (
    VOLUNTEERS,
    Cast,
    People,
    make_namesakes,
    make_presenters,
    make_teachers,
)
from polaris.demo.crm_places import SCHOOL_IDS, Places, make_places
from polaris.demo.crm_sessions import Agenda, make_sessions
from polaris.demo.crm_students import REAL_ASSIGNED, REAL_NONE, REAL_ORPHANED, students
from polaris.demo.model import World

# At scale 1 the sample CRM is a tenth of the real one, so that a demo stays quick.
SHARE = 0.1
_FEWEST_STUDENTS, _FEWEST_PLAIN = 145, 16


def student_count(scale: float) -> int:
    """Students at a scale: 14,527 at 1, the real 145,266 at 10."""
    parts = (REAL_ASSIGNED, REAL_ORPHANED, REAL_NONE)
    return max(_FEWEST_STUDENTS, sum(round(part * SHARE * scale) for part in parts))


class Made:
    """The CRM of a world with its parts, for the state of a week later to go on from."""

    def __init__(self, world: World) -> None:
        self.crm = Crm(world.scale, world.seed)
        self.make = Maker(self.crm)
        self.places: Places = make_places(self.make)
        self.people = People(self.make, self.places, world.people)
        self.cast = Cast()
        self._make_people(world)
        self.agenda: Agenda = make_sessions(self.make, self.places)
        make_participations(self.make, self.places, self.cast, self.agenda)
        make_history(self.make, self.places, self.cast)

    def _make_people(self, world: World) -> None:
        cast, people = self.cast, self.people
        cast.ordinary += make_presenters(people, world.people)
        cast.teachers = make_teachers(people, world.people)
        make_namesakes(people, world.people)
        make_edges(people, cast)
        is_volunteer = [r for r in self.crm.of(CONTACT) if r["Contact_Type__c"] == "Volunteer"]
        rest = round(VOLUNTEERS * world.scale) - len(is_volunteer)
        for _ in range(max(_FEWEST_PLAIN, rest)):
            cast.ordinary.append(people.adult(people.name()))
        first, firm = self.places.districts["center"]["Id"], self.places.organizations[0]["Id"]
        self.crm.students = students(
            student_count(world.scale),
            schools=SCHOOL_IDS,
            others=(str(firm), str(first)),
            classes=self.places.classes,
            email=cast.ordinary[-1]["Email"],
            seed=world.seed,
        )
        make_odd_students(people)


def make_crm(world: World) -> Made:
    """The CRM as it is on the logical date; the same for the same world."""
    return Made(world)
