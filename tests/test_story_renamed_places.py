"""Schools, districts and companies that the CRM renames, moves or merges keep key and history.

What reports, rosters and people said under an old name or an old key goes on meaning the same
thing (salesforce.md 1.13, 2.12, 2.16; pathful.md 2.3 to 2.5).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support import workbooks
from tests.support.scenario import Scenario
from tests.support.stories import (
    Tables,
    begin,
    differences,
    forget_everything_built,
    presenter,
    session,
    tables,
    ticket,
)

pytestmark = pytest.mark.slow


def _id(prefix: str, name: str) -> str:
    return f"{prefix}{name:0>12}AAA"


PRAIRIE, STONE, HILL = (_id("001", name) for name in ("prairie", "stone", "hill"))
OAK, ELM, ASH, ASPEN = (_id("001", name) for name in ("oak", "elm", "ash", "aspen"))
ACME, WEST, BOLT = (_id("001", name) for name in ("acme", "west", "bolt"))
VOLUNTEER, PUPIL = _id("003", "volunteer"), _id("003", "pupil")


def _account(record: str, name: str, kind: str, **fields: str) -> dict[str, str]:
    return {"Id": record, "Name": name, "Type": kind, **fields}


def _school(record: str, name: str, district: str, **fields: str) -> dict[str, str]:
    return _account(record, name, "School", ParentId=district, **fields)


def _event(number: str, **fields: str) -> dict[str, str]:
    return {
        "Id": _id("a0x", number),
        "Name": f"Session {number}",
        "Session_Type__c": "Career Speaker",
        "Session_Status__c": "Completed",
        "Start_Date_and_Time__c": "2025-10-03T15:00:00.000Z",
        **fields,
    }


FIRST: dict[str, list[dict[str, str]]] = {
    "Account": [
        _account(PRAIRIE, "Prairie View Schools", "School District"),
        _account(STONE, "Stone Creek Schools", "School District"),
        _account(HILL, "Hill Schools", "School District"),
        _school(OAK, "Oak Elementary", PRAIRIE),
        _school(ELM, "Elm Middle", PRAIRIE),
        _school(ASH, "Ash High", PRAIRIE),
        _school(ASPEN, "Aspen High", PRAIRIE),
        _account(ACME, "Acme", "Business"),
        _account(WEST, "Acme West", "Business"),
        _account(BOLT, "Bolt", "Business"),
    ],
    "Contact": [
        {"Id": VOLUNTEER, "FirstName": "Mia", "LastName": "Wu", "Contact_Type__c": "Volunteer"},
        {
            "Id": PUPIL,
            "FirstName": "Lee",
            "LastName": "Poe",
            "Contact_Type__c": "Student",
            "npsp__Primary_Affiliation__c": ASPEN,
        },
    ],
    "npe5__Affiliation__c": [
        {
            "Id": _id("a0y", "one"),
            "npe5__Contact__c": VOLUNTEER,
            "npe5__Organization__c": BOLT,
            "npe5__Status__c": "Current",
        }
    ],
    "Session__c": [
        _event("one", School__c=OAK),
        _event("two", School__c=ASPEN),
        _event("three", District__c="Prairie View Schools"),
        _event("four", District__c="Hill Schools"),
    ],
}
AFTER = {
    "Account": [
        _account(PRAIRIE, "Prairie View USD 9", "School District"),
        _account(HILL, "Hill Schools", "School District", IsDeleted="true", MasterRecordId=STONE),
        _school(OAK, "Oak Academy", PRAIRIE),
        _school(ELM, "Elm Middle", STONE),
        _school(ASPEN, "Aspen High", PRAIRIE, IsDeleted="true", MasterRecordId=ASH),
        _account(WEST, "Acme West", "Business", IsDeleted="true", MasterRecordId=ACME),
        _account(BOLT, "Volt", "Business"),
        # A newcomer takes the name that the renamed school gave up, in another district.
        _school(_id("001", "newcomer"), "Oak Elementary", STONE),
    ]
}

ONE = session(1, "One", "2025-10-03", District_or_Company="Prairie View Schools")
TWO = session(2, "Two", "2025-11-04", District_or_Company="Prairie View USD 9")
REPORT = [
    ONE("Ana Ruiz", "ana", School="Oak Elementary"),
    ONE("Bo Chen", "bo", School="Elm Middle"),
    ONE("Kim Poe", "kim", School="Aspn"),
    ONE("Sol Ray", "sol", School="Only Pathful"),
    ONE("Ed Fox", "ed", **presenter("Bolt")),
    ONE("Flo Day", "flo", **presenter("Acme Wst")),
]
# The same people under the old names, and others under the new ones.
REPORT_AFTER = [
    *REPORT,
    TWO("Ana Ruiz", "ana", School="Oak Academy"),
    TWO("Bo Chen", "bo", School="Elm Middle", District_or_Company="Stone Creek Schools"),
    TWO("Gus Hay", "gus", **presenter("Volt")),
]
ROSTER = [
    workbooks.roster_row(Building="Oak Elementary"),
    workbooks.roster_row(Name="Bo Chen", Email="bo.chen@example.org", Building="Elm Middle"),
]
HILL_ROSTER = [workbooks.roster_row(Name="Cy Low", Email="cy.low@example.org", Building="Fir")]
# Table -> its rows' columns that a rename, move or merge must lead along.
FACTS = {
    "bridge_event_schools": "event_key, school_key",
    "bridge_event_districts": "event_key, district_key",
    "fct_teacher_roster": "teacher_key, district_key, is_active, target_sessions",
    "dim_students": "student_key, school_key",
    "dim_volunteers": "person_key, organization_key",
    "bridge_volunteer_organizations": "person_key, organization_key",
    "fct_district_inputs": "district_key, data_type, input_value",
}


@dataclass
class Story:
    scenario: Scenario
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    facts: dict[str, dict[str, set[tuple[Any, ...]]]] = field(default_factory=dict)
    built: dict[str, Tables] = field(default_factory=dict)

    def build(self, chapter: str) -> None:
        self.scenario.build()
        self.keys[chapter] = dict(
            self.scenario.rows(
                """
                select salesforce_id, school_key from marts.dim_schools
                where salesforce_id is not null
                union all
                select salesforce_id, district_key from marts.dim_districts
                where salesforce_id is not null
                union all
                select salesforce_id, organization_key from marts.dim_organizations
                where salesforce_id is not null
                """
            )
        )
        self.facts[chapter] = {
            table: set(self.scenario.rows(f"select {columns} from marts.{table}"))
            for table, columns in FACTS.items()
        }
        self.built[chapter] = tables(self.scenario)

    def names(self, table: str, where: str = "true") -> set[str]:
        kind = table.removeprefix("dim_").removesuffix("s")
        return {
            name
            for (name,) in self.scenario.rows(
                f"select {kind}_name from marts.{table} where {where}"
            )
        }


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    scenario = begin(tmp_path_factory)
    story = Story(scenario)
    scenario.salesforce(FIRST)
    scenario.roster(ROSTER, "Prairie View Schools")
    scenario.roster(HILL_ROSTER, "Hill Schools")
    scenario.pathful(REPORT, headers=workbooks.SESSION_HEADERS)
    story.build("landed")

    _decide(scenario, story.keys["landed"])
    story.build("before")

    scenario.salesforce(AFTER)
    scenario.pathful(REPORT_AFTER, headers=workbooks.SESSION_HEADERS)
    scenario.roster(
        [*ROSTER[1:], workbooks.roster_row(Building="Oak Academy")], "Prairie View USD 9"
    )
    story.build("after")
    forget_everything_built(scenario)
    story.build("from nothing")
    return story


def _decide(scenario: Scenario, keys: dict[str, str]) -> None:
    """Everything that may be said about a place, each about one that goes away."""
    school = ticket(scenario, "school_unresolved", "Aspn")["ticket_key"]
    scenario.decide("match_school", school, {"school_key": keys[ASPEN]})
    company = ticket(scenario, "organization", "Acme Wst")["ticket_key"]
    scenario.decide("match_organization", company, {"organization_key": keys[WEST]})
    person = scenario.value("select person_key from marts.dim_volunteers where last_name = 'Wu'")
    scenario.decide("edit_person", person, {"organization_key": keys[WEST]}, subject_type="person")
    event = scenario.value("select event_key from marts.dim_events where title = 'Session one'")
    scenario.decide("link_district", event, {"district_key": keys[HILL]}, subject_type="event")
    number = {"school_year": "2025-2026", "data_type": "p2t_completed", "value": 12}
    scenario.decide("set_district_input", keys[HILL], number, subject_type="district")
    roster_key = scenario.value(
        "select roster_key from marts.fct_teacher_roster where email = 'cy.low@example.org'"
    )
    for action, payload in (
        ("deactivate_teacher", {"category": "left", "notes": ""}),
        ("set_target_sessions", {"target_sessions": 4}),
    ):
        scenario.decide(action, roster_key, payload, subject_type="roster_teacher")


def test_a_place_keeps_its_key_whatever_the_crm_calls_it(story: Story) -> None:
    before, after = story.keys["before"], story.keys["after"]
    for record in (PRAIRIE, STONE, OAK, ELM, ASH, ACME, BOLT):
        assert after[record] == before[record], record
    assert {HILL, ASPEN, WEST}.isdisjoint(after)
    assert "Oak Academy" in story.names("dim_schools", f"salesforce_id = '{OAK}'")
    assert "Prairie View USD 9" in story.names("dim_districts")
    assert {"Volt"} == story.names("dim_organizations", f"salesforce_id = '{BOLT}'")


def test_facts_and_answers_stay_and_those_of_a_merged_place_are_its_winners(story: Story) -> None:
    keys = story.keys["before"]
    winners = {keys[HILL]: keys[STONE], keys[ASPEN]: keys[ASH], keys[WEST]: keys[ACME]}
    assert len(winners) == len(set(winners) - set(winners.values())) == 3
    for table, before in story.facts["before"].items():
        led = {tuple(winners.get(value, value) for value in row) for row in before}
        about = {row[0] for row in led}
        assert about, table
        # What the later files say of others is not about this.
        assert {row for row in story.facts["after"][table] if row[0] in about} == led, table
    touched = {
        table
        for table, rows in story.facts["before"].items()
        for row in rows
        if set(row) & set(winners)
    }
    assert touched == set(FACTS)


def test_a_key_that_went_away_says_where_to(story: Story) -> None:
    keys = story.keys["before"]
    aliases = {
        former: (key, reason)
        for former, key, reason in story.scenario.rows(
            "select former_key, key, reason from ops.place_aliases"
        )
    }
    assert aliases[keys[HILL]] == (keys[STONE], "merged")
    assert aliases[keys[ASPEN]] == (keys[ASH], "merged")
    assert aliases[keys[WEST]] == (keys[ACME], "merged")
    dimensions = set(story.keys["after"].values())
    assert {key for key, _ in aliases.values()} >= {keys[OAK], keys[BOLT], keys[PRAIRIE]}
    assert not set(aliases) & dimensions


def test_texts_with_the_old_and_the_new_name_mean_the_one_place(story: Story) -> None:
    """No second school, district or company appears next to the renamed one."""
    schools = story.scenario.rows(
        "select school_name, salesforce_id from marts.dim_schools order by all"
    )
    assert schools == [
        ("Ash High", ASH),
        ("Elm Middle", ELM),
        ("Fir", None),
        ("Oak Academy", OAK),
        ("Oak Elementary", _id("001", "newcomer")),
        ("Only Pathful", None),
    ]
    assert not story.names("dim_districts", "is_provisional")
    companies = story.names("dim_organizations")
    assert "Volt" in companies
    assert not companies & {"Bolt", "Acme West"}
    keys = story.keys["after"]
    taught = story.scenario.rows(
        """
        select events.title, places.school_key
        from marts.bridge_event_schools as places
        inner join marts.dim_events as events using (event_key)
        where events.source = 'pathful'
        """
    )
    assert {("One", keys[OAK]), ("Two", keys[OAK]), ("One", keys[ELM]), ("Two", keys[ELM])} <= set(
        taught
    )
    homes = story.scenario.rows("select email, school_key from marts.dim_teachers")
    assert ("ana.ruiz@example.org", keys[OAK]) in homes
    assert ("bo.chen@example.org", keys[ELM]) in homes


def test_a_rebuild_from_what_landed_gives_the_same(story: Story) -> None:
    assert differences(story.built["after"], story.built["from nothing"]) == {}
