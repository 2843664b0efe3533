"""Organizations, ties and students by file come into the marts beside those of the CRM.

Children before their parents, the same files again, a renamed organization, a new primary tie
(platform.md 2.3, 2.4, 2.7; docs/adr/0018, 0019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.scenario import Scenario
from tests.support.stories import Tables, begin, differences, tables

pytestmark = pytest.mark.slow
PRAIRIE, OAK, ACME, BOLT = (f"001{name:0>12}AAA" for name in ("prairie", "oak", "acme", "bolt"))
MIA, LEE = (f"003{name:0>12}AAA" for name in ("mia", "lee"))
CRM: dict[str, list[dict[str, str]]] = {
    "Account": [
        {"Id": PRAIRIE, "Name": "Prairie View Schools", "Type": "School District"},
        {"Id": OAK, "Name": "Oak High", "Type": "School", "ParentId": PRAIRIE},
        {"Id": ACME, "Name": "Acme", "Type": "Business"},
        {"Id": BOLT, "Name": "Bolt", "Type": "Business"},
    ],
    "Contact": [
        {"Id": MIA, "FirstName": "Mia", "LastName": "Wu", "Contact_Type__c": "Volunteer"},
        {
            "Id": LEE,
            "FirstName": "Lee",
            "LastName": "Poe",
            "Contact_Type__c": "Student",
            "Local_Student_ID__c": "0042",
            "npsp__Primary_Affiliation__c": OAK,
        },
    ],
    "npe5__Affiliation__c": [
        {
            "Id": "a0y000000000oneAAA",
            "npe5__Contact__c": MIA,
            "npe5__Organization__c": BOLT,
            "npe5__Status__c": "Current",
            "npe5__Primary__c": "true",
        }
    ],
}
TIES = [
    {"external_id": "A-1", "contact_id": "V-1", "organization_id": "O-1", "primary": "yes"},
    {"external_id": "A-2", "contact_id": MIA[:15], "organization_id": "o-2", "primary": "yes"},
    {"external_id": "A-3", "contact_id": LEE, "organization_id": "O-1", "primary": ""},
]
VOLUNTEERS = [{"external_id": "V-1", "first": "Bo", "last": "Lind", "email": "bo.lind@example.org"}]
ORGANIZATIONS = [
    {"external_id": "O-1", "name": "ACME", "type": "company", "description": "By hand."},
    {"external_id": "O-2", "name": "Corner Bakery", "type": "Company", "description": "Bread."},
    {"external_id": "O-3", "name": "", "type": "", "description": ""},
]
STUDENTS = [
    {"external_id": "S-1", "first": "Leigh", "last": "Po", "student_id": "0042", "school": ""},
    {"external_id": "S-2", "first": "Kim", "last": "Ngo", "student_id": "7", "school": "oak high"},
    {"external_id": "S-3", "first": "Ida", "last": "Ray", "student_id": "8", "school": "Nowhere"},
    {"external_id": "S-4", "first": "Kim", "last": "Ngo", "student_id": "7", "school": OAK},
]
STRANGER = {
    "external_system": "salesforce",
    "external_id": MIA[:15],
    "first": "Zed",
    "last": "Quill",
    "email": "zed.quill@example.org",
}
FILES = {"volunteers": VOLUNTEERS, "organizations": ORGANIZATIONS, "students": STUDENTS}


@dataclass
class Story:
    scenario: Scenario
    runs: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, dict[str, int]] = field(default_factory=dict)
    built: dict[str, Tables] = field(default_factory=dict)
    primaries: dict[str, list[str]] = field(default_factory=dict)
    mia: list[tuple[Any, ...]] = field(default_factory=list)

    def build(self, chapter: str) -> None:
        """Builds, and keeps what is compared between chapters."""
        self.scenario.build()
        self.built[chapter] = tables(self.scenario, ("marts",))
        self.buckets |= {
            f"{chapter} {name}": self.scenario.buckets(run) for name, run in self.runs.items()
        }
        self.primaries[chapter] = [
            name
            for (name,) in self.scenario.rows(
                """
                select organization_name from marts.bridge_volunteer_organizations
                inner join marts.dim_organizations using (organization_key)
                inner join marts.dim_volunteers using (person_key)
                where is_primary order by last_name, organization_name
                """
            )
        ]

    def land(self, entity: str, rows: Sequence[Mapping[str, str]], name: str = "") -> None:
        """Lands a file of a contract made of the rows."""
        self.runs[name or entity] = self.scenario.csv(entity, rows, system="legacy")

    def meet(self) -> None:
        """Keeps what is said of the contact whom a file calls otherwise."""
        self.mia += self.scenario.rows(
            "select people.first_name, people.last_name, people.email, violations.status, "
            "(select count(*) from ops.change_log where field_name in ('first_name', 'last_name')) "
            "from marts.dim_volunteers as people "
            "left join queues.queue_dq_violations as violations on rule_code = 'ID_OTHER_NAME' "
            f"where people.salesforce_id = '{MIA}'"
        )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    story = Story(begin(tmp_path_factory))
    story.scenario.salesforce(CRM)
    story.land("affiliations", TIES)
    story.build("ties alone")
    for entity, rows in FILES.items():
        story.land(entity, rows)
    story.build("all")
    for entity, rows in {"affiliations": TIES, **FILES}.items():
        story.land(entity, rows, f"{entity} again")
    story.build("again")
    renamed = [ORGANIZATIONS[1] | {"name": "Corner Bread", "description": "More bread."}]
    story.land("organizations", renamed, "renamed")
    tie = {"external_id": "A-4", "contact_id": MIA, "organization_id": "Acme", "primary": "1"}
    story.land("affiliations", [tie, TIES[0] | {"primary": "no"}], "newer ties")
    story.land("volunteers", [STRANGER], "stranger")
    story.build("renamed")
    story.meet()
    key = story.scenario.value(
        "select violation_key from queues.queue_dq_violations where rule_code = 'ID_OTHER_NAME'"
    )
    story.scenario.decide("dq_suppress", str(key), subject_type="violation", reason="Married.")
    story.scenario.build()
    story.meet()
    return story


def test_a_tie_waits_for_both_its_ends_and_comes_in_by_itself(story: Story) -> None:
    waiting = {"unmatched/aff_contact_missing": 2, "unmatched/aff_org_missing": 1}
    assert story.buckets["ties alone affiliations"] == waiting
    assert story.primaries["ties alone"] == ["Bolt"]
    # A student is no volunteer, so that tie goes on waiting.
    after = {"created": 2, "unmatched/aff_contact_missing": 1}
    assert story.buckets["all affiliations"] == after
    assert story.scenario.rows(
        "select attempted_count, matched_count, unmatched_contact_count, match_rate_pct "
        f"from ops.affiliation_matches where run_id = '{story.runs['affiliations']}'"
    ) == [(3, 2, 1, 66.7)]


def test_a_new_primary_demotes_the_others(story: Story) -> None:
    assert story.primaries["all"] == ["Acme", "Corner Bakery"]
    assert story.primaries["renamed"] == ["Acme"]
    assert story.buckets["renamed newer ties"] == {"created": 1, "updated": 1}


def test_an_organization_that_the_crm_has_gets_no_second_row(story: Story) -> None:
    assert story.scenario.rows(
        "select organization_name, organization_type, salesforce_id, slug, description, "
        "is_provisional from marts.dim_organizations where organization_name <> 'Oak High' "
        "order by organization_name"
    ) == [
        ("Acme", "Business", ACME, "acme", "By hand.", False),
        ("Bolt", "Business", BOLT, None, None, False),
        ("Corner Bread", "Business", None, "corner-bread", "More bread.", False),
    ]
    assert story.buckets["all organizations"] == {"created": 2, "invalid/ORG_NAME_REQUIRED": 1}
    assert story.buckets["renamed renamed"] == {"updated": 1}
    moved = differences(story.built["again"], story.built["renamed"])
    gone, come = moved["marts.dim_organizations"]
    assert {row[0] for row in gone} == {row[0] for row in come}, "a renamed one keeps its key"


def test_a_student_whose_number_the_crm_has_is_that_student(story: Story) -> None:
    assert story.scenario.rows(
        "select first_name, students.salesforce_id is not null, school_assignment, school_name, "
        "is_duplicate from marts.dim_students as students "
        "left join marts.dim_schools using (school_key) order by first_name, is_duplicate"
    ) == [
        ("Ida", False, "missing_school", None, False),
        ("Kim", False, "assigned", "Oak High", False),
        ("Kim", False, "assigned", "Oak High", True),
        ("Lee", True, "assigned", "Oak High", False),
    ]
    assert story.scenario.value("select total_students from ops.student_pipeline_status") == 1
    assert story.buckets["all students"] == {"created": 4}
    assert story.scenario.rows(
        "select rule_code, sub_code, external_id, severity, is_quarantining "
        "from queues.queue_dq_violations where entity_type = 'student' order by rule_code"
    ) == [
        ("REF-401", "REF_SCHOOL_MISSING", "S-3", "warn", False),
        ("STUDENT_ID_DUPLICATE", None, "S-4", "warn", False),
    ]


def test_the_same_files_again_change_nothing(story: Story) -> None:
    assert differences(story.built["all"], story.built["again"]) == {}
    for entity, rows in {"affiliations": TIES, **FILES}.items():
        assert not {"created", "updated"} & story.buckets[f"again {entity} again"].keys()
        assert sum(story.buckets[f"again {entity} again"].values()) == len(rows)


def test_every_record_has_its_row_in_the_id_map(story: Story) -> None:
    assert story.scenario.rows(
        """
        select map.entity_type, map.external_id, map.match_rule,
            coalesce(organizations.organization_name, students.last_name, ties.source)
        from ops.external_id_map as map
        left join marts.dim_organizations as organizations
            on map.entity_id = organizations.organization_key
        left join marts.dim_students as students on map.entity_id = students.student_key
        left join marts.bridge_volunteer_organizations as ties
            on map.entity_id = ties.affiliation_key
        where map.external_system = 'legacy' and map.entity_type <> 'volunteer'
        order by map.external_id
        """
    ) == [
        ("affiliation", "A-1", "own", "csv"),
        ("affiliation", "A-2", "own", "csv"),
        ("affiliation", "A-4", "own", "csv"),
        ("organization", "O-1", "name", "Acme"),
        ("organization", "O-2", "own", "Corner Bread"),
        ("student", "S-1", "student_number", "Poe"),
        ("student", "S-2", "own", "Ngo"),
        ("student", "S-3", "own", "Ray"),
        ("student", "S-4", "own", "Ngo"),
    ]
    assert story.scenario.rows(
        "select entity_id = affiliation_key, is_active from ops.external_id_map "
        "inner join marts.bridge_volunteer_organizations on salesforce_id = external_id "
        "where entity_type = 'affiliation'"
    ) == [(True, True)]


def test_an_id_of_the_crm_does_not_give_somebody_a_strangers_name(story: Story) -> None:
    """platform.md 4.6, step 0: it is that person, whose name stays until somebody looked."""
    assert story.mia == [
        ("Mia", "Wu", "zed.quill@example.org", "open", 0),
        ("Zed", "Quill", "zed.quill@example.org", "suppressed", 2),
    ]
