"""Sessions of the sample CRM over three school years, and those whose date or place is odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from polaris.demo.crm_model import ACCOUNT, NOW, SESSION, Maker, Record, local, stamp, touch
from polaris.demo.crm_places import Places
from polaris.demo.model import LOGICAL_DATE

SESSIONS = 345
_FEWEST_PLAIN = 14
_FIRST_DAY, _LAST_DAY = date(2023, 8, 14), date(2026, 1, 29)
_TYPES = (
    *("Career Jumping", "Career Speaker", "Classroom Activity", "Workplace Visit", "Mentoring"),
    *("College Options", "DIA - Classroom Speaker", "Career Fair", "Financial Literacy", "IGNITE"),
    *("HealthStart", "BFI", "Math Relays", "Client Connected Project", "Campus Visit"),
)
_SKILLS = (
    'PWY-Health, "Skills-Teamwork"',
    "CCE-Interviewing",
    "CSCs-Writing, ACT-Tour",
    None,
    None,
)
_LINK = '<a href="https://signup.example.org/{0}" target="_blank">Sign up</a>'

# Sessions that a date in UTC puts on another day: trap, day, hour and minute on the wall.
_EVENINGS = (
    ("evening_last_of_july", date(2025, 7, 31), 19, 30),
    ("evening_last_of_july", date(2024, 7, 31), 18, 0),
    ("evening_month_end", date(2025, 9, 30), 20, 0),
    ("evening_year_end", date(2025, 12, 31), 18, 30),
    ("evening_before_spring_forward", date(2025, 3, 8), 18, 30),
    ("spring_forward", date(2025, 3, 9), 19, 0),
    ("evening_before_fall_back", date(2025, 11, 1), 19, 30),
    ("fall_back", date(2025, 11, 2), 18, 30),
)
_STATUSES: tuple[tuple[str, str | None], ...] = (
    ("status_null", None),
    ("status_one_l", "Canceled"),
    ("status_postponed", "Postponed"),
    ("status_spaced", " completed "),
    ("status_simulcast", "Simulcast"),
    ("status_no_show", "No Show"),
)
_REASONS = (
    ("cancelled_weather", "Inclement Weather Cancellation"),
    ("cancelled_unmapped", "Speaker could not come"),
)
# Words for a district, and which district of `polaris.demo.places` they mean.
_DISTRICT_WORDS: tuple[tuple[str, str, str | None], ...] = (
    ("district_by_name", "Grandview School District", "grandview"),
    ("district_by_alias", "KCKPS", "kansas-city-kansas"),
    ("district_in_other_case", "hickman mills SCHOOL district", "hickman-mills"),
    ("district_of_no_roster", "Stone Ridge USD 211", "Stone Ridge USD 211"),
    ("district_unknown", "Regional Consortium of Everything", None),
    ("district_substring", "Center for the Arts", None),
)


@dataclass
class Agenda:
    """The sessions by what they are.

    Attributes:
        ordinary: sessions in the past that took place, without a trap.
        planned: sessions to come.
        by_trap: the odd ones.
        districts: slugs or names of the districts a session belongs to, by its id.
    """

    ordinary: list[Record] = field(default_factory=list)
    planned: list[Record] = field(default_factory=list)
    by_trap: dict[str, list[Record]] = field(default_factory=dict)
    districts: dict[str, set[str]] = field(default_factory=dict)


class Planner:
    """Makes sessions; whatever is not said is drawn."""

    def __init__(self, make: Maker, places: Places) -> None:
        self.make = make
        self.places = places
        self.agenda = Agenda()
        self._count = 0

    def session(
        self,
        trap: str = "",
        start: datetime | None = None,
        districts: tuple[str, ...] | None = None,
        **known: str | None,
    ) -> Record:
        """A completed session at a school, an hour or two long.

        Args:
            trap: the edge it stands for.
            start: when; a school morning of the three years otherwise.
            districts: slugs it belongs to; those of its school otherwise.
            known: fields.
        """
        chance = self.make.chance
        self._count += 1
        start = start or self._morning(_FIRST_DAY, _LAST_DAY)
        slug, _ = place = chance.choice([key for key in self.places.schools if key[0] != "outside"])
        kind = chance.choice(_TYPES)
        facts: dict[str, str | None] = {
            "Name": f"{kind} {self._count:04d}",
            "Session_Type__c": kind,
            "Format__c": "In-Person" if chance.random() < 0.9 else "Virtual",
            "Start_Date_and_Time__c": stamp(start),
            "End_Date_and_Time__c": stamp(
                start + timedelta(minutes=chance.choice((45, 60, 90, 120)))
            ),
            "Session_Status__c": "Completed",
            "Location_Information__c": chance.choice(("Gym", "Room 12, west wing", None)),
            "Description__c": chance.choice(("<p>Bring &amp; share</p>", None, None)),
            "Non_Scheduled_Students_Count__c": chance.choice((f"{chance.randint(5, 90)}.0", None)),
            "Legacy_Skills_Needed__c": chance.choice(_SKILLS),
            "Total_Requested_Volunteer_Jobs__c": f"{chance.randint(1, 12)}.0",
            "Available_Slots__c": chance.choice(("0.0", "2.0", "-1.0", None)),
            "Filled_Volunteer_Jobs__c": f"{chance.randint(0, 9)}.0",
            "Session_Host__c": chance.choice(("PREPKC", "PREPKC", None)),
            "Registration_Link__c": chance.choice(
                (_LINK.format(self._count), f"https://signup.example.org/{self._count}", " ", None)
            ),
            "Display_on_Website__c": chance.choice(("true", "false")),
        }
        if districts is None:
            districts = (slug,)
            facts["School__c"] = self.places.schools[place]["Id"]
        record = self.make.add(SESSION, trap, **{**facts, **known})
        self.agenda.districts[str(record["Id"])] = set(districts)
        if trap:
            self.agenda.by_trap.setdefault(trap, []).append(record)
        return record

    def _morning(self, first: date, last: date) -> datetime:
        chance = self.make.chance
        day = first + timedelta(days=chance.randint(0, (last - first).days))
        while day.weekday() > 4 or day.month in {6, 7}:
            day -= timedelta(days=1)
        return local(day, chance.randint(8, 14), chance.choice((0, 15, 30)))

    def plan(self) -> datetime:
        """A school morning to come."""
        return self._morning(LOGICAL_DATE + timedelta(days=5), LOGICAL_DATE + timedelta(days=110))


def make_sessions(make: Maker, places: Places) -> Agenda:
    """All sessions: the odd ones first, then as many ordinary ones as the scale asks for."""
    planner = Planner(make, places)
    _odd_days(planner)
    _odd_words(planner)
    _odd_places(planner)
    _out_of_scope(planner)
    agenda = planner.agenda
    planned = max(3, round(SESSIONS * make.crm.scale * 0.06))
    for number in range(planned):
        status = ("Confirmed", "Published", "Requested")[number % 3]
        start = planner.plan()
        agenda.planned.append(planner.session(start=start, Session_Status__c=status))
    rest = round(SESSIONS * make.crm.scale) - len(make.crm.of(SESSION))
    agenda.ordinary = [planner.session() for _ in range(max(_FEWEST_PLAIN, rest))]
    return agenda


def _odd_days(planner: Planner) -> None:
    for trap, day, hour, minute in _EVENINGS:
        planner.session(trap, local(day, hour, minute))
    start = local(date(2025, 10, 7), 9)
    planner.session(
        "end_before_start", start, End_Date_and_Time__c=stamp(start - timedelta(hours=1))
    )
    planner.session("too_long", start, End_Date_and_Time__c=stamp(start + timedelta(hours=30)))
    planner.session("no_end", start, End_Date_and_Time__c=None)
    for _ in range(2):
        planner.session("same_title_same_start", start, Name="Career Fair, main hall")


def _odd_words(planner: Planner) -> None:
    for trap, status in _STATUSES:
        planner.session(trap, Session_Status__c=status)
    for trap, reason in _REASONS:
        planner.session(trap, Session_Status__c="Cancelled", Cancellation_Reason__c=reason)
    planner.session("type_null", Session_Type__c=None)
    planner.session("type_unknown", Session_Type__c="Hologram Tour")
    planner.session("type_in_other_case", Session_Type__c="career  JUMPING")
    planner.session("format_null", Format__c=None)


def _odd_places(planner: Planner) -> None:
    places = planner.places
    for trap, word, slug in _DISTRICT_WORDS:
        planner.session(trap, districts=(slug,) if slug else (), District__c=word)
    ids = {
        "parent_account_id": str(places.districts["center"]["Id"]),
        "parent_account_short_id": str(places.districts["center"]["Id"])[:15],
        "parent_account_name": places.district_name("center"),
    }
    for trap, value in ids.items():
        planner.session(trap, districts=("center",), Parent_Account__c=value)
    twins = [key for key in places.schools if key[1].startswith("Lincoln")]
    for key in twins:
        school_id = places.schools[key]["Id"]
        planner.session("same_school_name", districts=(key[0],), School__c=school_id)
    lost = planner.make.lost_id(ACCOUNT)
    planner.session(
        "school_unknown", districts=("grandview",), School__c=lost, District__c="Grandview"
    )
    school_id = places.schools[twins[0]]["Id"]
    planner.session(
        "two_districts",
        districts=(twins[0][0], "hickman-mills"),
        School__c=school_id,
        District__c=places.district_name("hickman-mills"),
    )
    for trap in ("unplaced_one_district", "unplaced_two_districts", "unplaced_nobody"):
        planner.session(trap, districts=())


def _out_of_scope(planner: Planner) -> None:
    known: Mapping[str, dict[str, str | None]] = {
        "draft": {"Session_Status__c": "Draft"},
        "connector": {"Session_Type__c": "Connector Session"},
        "no_title": {"Name": None},
        "no_start": {"Start_Date_and_Time__c": None},
    }
    for trap, fields in known.items():
        planner.session(trap, None, None, **fields)
    gone = planner.session("session_deleted")
    touch(gone, NOW - timedelta(days=6), IsDeleted="true")
