"""Presenters, companies, schools and districts: a person answers once, and it holds.

Resolve, import again, no ticket and the value is set (lesson 20); revoke, and it is gone.
pathful.md 2.3 to 2.5, 3.3 and 3.5; lessons 4, 9, 17 to 25, 38 and 39.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from tests.support import workbooks
from tests.support.scenario import Scenario
from tests.support.stories import (
    Tables,
    begin,
    bucket_of,
    differences,
    forget_everything_built,
    presenter,
    session,
    tables,
    ticket,
)

pytestmark = pytest.mark.slow

ONE = session(1, "One", "2025-10-03", Duration=61)
TWO = session(2, "Two", "2025-11-04", Duration=45)
THREE = session(3, "Three", "2025-12-05", Status="Cancelled")

FIRST = [
    ONE("David Stone", "david", **presenter("Acme, Inc.")),
    ONE("Dave Stone", "dave", **presenter("ACME")),
    TWO("Dave Stone", "dave", **presenter("ACME")),
    ONE("Cher", None, **presenter("IBM Corporation")),
    THREE("Mia Wu", "mia", **presenter("Acme, Inc.")),
    ONE("Ana Ruiz", "ana", School="Centrl High"),
    ONE("Bo Chen", "bo", School="Central High School", District_or_Company="Center"),
    TWO("Kim Poe", "kim", School="PREP-KC", District_or_Company="Hickman Mills R-I"),
]
AGAIN = [row | {"Career Cluster": "Arts"} for row in FIRST]
KEYS = {
    "person_key": "dim_volunteers where pathful_user_id = 'david'",
    "school_key": "dim_schools where school_name = 'Central High'",
    "organization_key": "dim_organizations where organization_name = 'Acme, Inc.'",
    "district_key": "dim_districts where district_code = '48072'",
}
TICKETS = {
    "match_volunteer": ("volunteer", "Dave Stone", "person_key"),
    "match_school": ("school_unresolved", "Centrl High", "school_key"),
    "match_organization": ("organization", "ACME", "organization_key"),
}


@dataclass
class Story:
    scenario: Scenario
    runs: dict[str, str] = field(default_factory=dict)
    after: dict[str, Tables] = field(default_factory=dict)
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def build(self, chapter: str, rows: list[dict[str, Any]]) -> None:
        scenario = self.scenario
        if rows:
            self.runs[chapter] = scenario.pathful(rows, headers=workbooks.SESSION_HEADERS)
        scenario.build()
        self.after[chapter] = tables(scenario)
        self.seen[chapter] = {
            action: ticket(scenario, kind, name) for action, (kind, name, _) in TICKETS.items()
        } | {
            "volunteers": scenario.rows(
                "select first_name, last_name, employer, first_volunteer_date, "
                "last_volunteer_date from marts.dim_volunteers order by all"
            ),
            "participations": scenario.rows(
                """
                select volunteers.last_name, volunteers.pathful_user_id, events.title,
                    participations.status, participations.delivery_hours
                from marts.fct_volunteer_participation as participations
                inner join marts.dim_volunteers as volunteers using (person_key)
                inner join marts.dim_events as events using (event_key)
                order by all
                """
            ),
            "companies": scenario.rows(
                """
                select volunteers.pathful_user_id, organizations.organization_name
                from marts.bridge_volunteer_organizations as affiliations
                inner join marts.dim_volunteers as volunteers
                    on affiliations.person_key = volunteers.person_key
                inner join marts.dim_organizations as organizations
                    on affiliations.organization_key = organizations.organization_key
                order by all
                """
            ),
            "schools": scenario.rows(
                """
                select events.title, schools.school_name, districts.district_name
                from marts.bridge_event_schools as places
                inner join marts.dim_events as events on places.event_key = events.event_key
                inner join marts.dim_schools as schools on places.school_key = schools.school_key
                inner join marts.dim_districts as districts
                    on schools.district_key = districts.district_key
                order by all
                """
            ),
            "districts": scenario.rows(
                """
                select events.title, districts.district_name, districts.is_provisional
                from marts.bridge_event_districts
                inner join marts.dim_events as events using (event_key)
                inner join marts.dim_districts as districts using (district_key)
                order by all
                """
            ),
        }


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    scenario = begin(tmp_path_factory)
    story = Story(scenario)
    scenario.roster(
        [workbooks.roster_row(), workbooks.roster_row(Name="Bo Chen", Email="bo@example.org")]
    )
    story.build("first", FIRST)

    keys = {
        name: scenario.value(f"select {name} from marts.{source}") for name, source in KEYS.items()
    }
    decisions = [
        scenario.decide(action, story.seen["first"][action]["ticket_key"], {key: keys[key]})
        for action, (_, _, key) in TICKETS.items()
    ]
    (district_ticket,) = scenario.rows(
        "select record_key from queues.queue_dq_violations where rule_code = 'provisional_district'"
    )
    decisions.append(
        scenario.decide(
            "match_district", district_ticket[0], {"district_key": keys["district_key"]}
        )
    )
    cher = ticket(scenario, "volunteer", "Cher")["ticket_key"]
    decisions.append(scenario.decide("match_volunteer", cher, {"person_key": keys["person_key"]}))
    story.build("decided", AGAIN)

    for decision in decisions:
        scenario.decide("revoke", decision, subject_type="decision", revokes=decision)
    story.build("revoked", [])
    forget_everything_built(scenario)
    story.build("from nothing", [])
    return story


def test_a_presenter_nobody_knows_is_a_ticket_and_stands_on_the_session(story: Story) -> None:
    """pathful.md 3.3: provisional, with hours; a single word is only a ticket."""
    first = story.seen["first"]
    assert first["participations"] == [
        ("Stone", "dave", "One", "Attended", 2.0),
        ("Stone", "dave", "Two", "Attended", 1.0),
        ("Stone", "david", "One", "Attended", 2.0),
        ("Wu", "mia", "Three", "Canceled", 0.0),
    ]
    assert first["match_volunteer"]["status"] == "pending"
    # Dave and David are near names: suggested, never merged (lesson 9).
    near = json.loads(first["match_volunteer"]["candidates_json"])
    assert near[0]["kind"] == "volunteer"
    assert near[0]["key"] == story.scenario.value(
        f"select person_key from marts.{KEYS['person_key']}"
    )
    assert {bucket_of(story.scenario, story.runs["first"], n) for n in range(2, 7)} == {
        "unmatched/volunteer"
    }
    assert ticket(story.scenario, "volunteer", "Cher")["reason_code"] == "single_word_name"


def test_a_matched_presenter_moves_with_all_sessions_and_stands_on_each_once(story: Story) -> None:
    """Lesson 23: both stood on the first session. The single word is David too."""
    decided = story.seen["decided"]
    assert decided["match_volunteer"]["status"] == "resolved"
    assert decided["participations"] == [
        ("Stone", "david", "One", "Attended", 2.0),
        ("Stone", "david", "Two", "Attended", 1.0),
        ("Wu", "mia", "Three", "Canceled", 0.0),
    ]
    people = {(*row[:2], *row[3:]) for row in decided["volunteers"]}
    assert ("David", "Stone", date(2025, 10, 3), date(2025, 11, 4)) in people
    assert len(people) == len(story.seen["first"]["volunteers"]) - 1
    again = story.runs["decided"]
    assert {bucket_of(story.scenario, again, n) for n in (2, 6)} == {"unmatched/volunteer"}
    assert {bucket_of(story.scenario, again, n) for n in (3, 4, 5)} == {"updated"}


def test_a_company_is_matched_for_everybody_who_bears_it_and_near_ones_only_suggest(
    story: Story,
) -> None:
    """Lessons 17, 18, 19 and 22."""
    first, decided = story.seen["first"], story.seen["decided"]
    assert ("dave", "ACME") in first["companies"]
    suggested = json.loads(first["match_organization"]["candidates_json"])
    assert suggested[0]["key"] == story.scenario.value(
        f"select organization_key from marts.{KEYS['organization_key']}"
    )
    assert decided["match_organization"]["status"] == "resolved"
    assert decided["match_organization"]["resolved_by"] == "steward@example.org"
    assert "ACME" not in {company for _, company in decided["companies"]}
    assert ("david", "Acme, Inc.") in decided["companies"]


def test_a_listed_company_was_never_a_question(story: Story) -> None:
    """Cher is matched to David, whose second company is on the list."""
    assert ("david", "IBM") in story.seen["decided"]["companies"]
    assert not story.scenario.rows(
        "select 1 from queues.queue_unmatched "
        "where unmatched_type = 'organization' and attempted_organization ilike 'ibm%'"
    )


def test_a_school_is_looked_up_in_its_district_and_a_decision_holds_for_the_string(
    story: Story,
) -> None:
    """Lessons 20 and 24."""
    first, decided = story.seen["first"], story.seen["decided"]
    assert first["schools"] == [
        ("One", "Central High School", "Center School District"),
        ("One", "Centrl High", "Hickman Mills School District"),
    ]
    assert json.loads(first["match_school"]["candidates_json"])[0]["kind"] == "school"
    assert decided["match_school"]["status"] == "resolved"
    assert ("One", "Central High", "Hickman Mills School District") in decided["schools"]
    assert "Centrl High" not in {school for _, school, _ in decided["schools"]}


def test_a_district_spelling_is_provisional_until_it_is_matched(story: Story) -> None:
    """Lesson 38: by key, and no presenter's company ever is a district (lesson 39)."""
    assert ("Two", "Hickman Mills R-I", True) in story.seen["first"]["districts"]
    assert ("Two", "Hickman Mills School District", False) in story.seen["decided"]["districts"]
    for chapter in story.seen.values():
        assert not {"Acme, Inc.", "ACME"} & {name for _, name, _ in chapter["districts"]}


def test_no_ticket_comes_back_after_the_import_that_follows_an_answer(story: Story) -> None:
    for action in TICKETS:
        first, decided = story.seen["first"][action], story.seen["decided"][action]
        assert decided["ticket_key"] == first["ticket_key"]
        assert decided["occurrence_count"] == 2


def test_what_is_revoked_is_as_if_it_had_not_been_decided(story: Story) -> None:
    for fact in ("participations", "companies", "schools", "districts", "volunteers"):
        assert story.seen["revoked"][fact] == story.seen["first"][fact], fact
    for action in TICKETS:
        assert story.seen["revoked"][action]["status"] == "pending", action


def test_a_rebuild_gives_the_same(story: Story) -> None:
    assert differences(story.after["revoked"], story.after["from nothing"]) == {}
