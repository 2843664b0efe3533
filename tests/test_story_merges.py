"""Two records of a volunteer are merged and taken apart again (platform.md 4.12, R-20).

What the marts say after a merge and its undo is what they said before, lists of addresses and
numbers, ids and aliases included; and a pair that was once taken apart is never merged by a rule.
That merges are taken back last one first is told in test_decisions_pairs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.scenario import Scenario
from tests.support.stories import Tables, begin, differences, tables

pytestmark = pytest.mark.slow

ISA, BELLA, OTHER = (f"003{name:0>12}AAA" for name in ("isa", "bella", "other"))
EVENT = f"a0x{'fair':0>12}AAA"
# What tells of decisions themselves, and so remembers the merge and its undo.
TELLS_OF_DECISIONS = {
    "ops.audit_log",
    "ops.change_log",
    "ops.merge_log",
    "queues.queue_duplicate_pairs",
}


def contact(record: str, first: str, email: str, phone: str, **fields: str) -> dict[str, str]:
    return {
        "Id": record,
        "FirstName": first,
        "LastName": "Martinez",
        "Contact_Type__c": "Volunteer",
        "Email": f"{email}@example.org",
        "MobilePhone": phone,
        "Birthdate": "1992-05-11",
        "MailingStreet": "125 Palm St",
        "MailingCity": "Kansas City",
        "MailingState": "MO",
        "MailingPostalCode": "64110",
        "Gender__c": "Female",
        "SystemModstamp": "2025-09-01T00:00:00.000Z",
        **fields,
    }


CRM: dict[str, list[dict[str, str]]] = {
    "Contact": [
        contact(ISA, "Isabella", "isabella", "816-555-0101"),
        contact(
            BELLA,
            "Isabella",
            "bella",
            "913-555-0188",
            Birthdate="1961-11-30",
            MailingPostalCode="64111",
            CreatedDate="2024-06-01T00:00:00.000Z",
            SystemModstamp="2025-10-01T00:00:00.000Z",
        ),
        contact(
            OTHER,
            "Otto",
            "otto",
            "816-555-0103",
            Birthdate="1970-01-01",
            LastName="Poe",
            MailingStreet="9 Oak Ave",
            MailingCity="Liberty",
            MailingPostalCode="64068",
        ),
    ],
    "Session__c": [
        {
            "Id": EVENT,
            "Name": "Career fair",
            "Session_Type__c": "Career Fair",
            "Session_Status__c": "Completed",
            "Start_Date_and_Time__c": "2025-10-03T15:00:00.000Z",
        }
    ],
    "Session_Participant__c": [
        {
            "Id": f"a0y{name:0>12}AAA",
            "Contact__c": record,
            "Session__c": EVENT,
            "Participant_Type__c": "Volunteer",
            "Status__c": "Attended",
            "Delivery_Hours__c": "2",
        }
        for name, record in (("one", BELLA), ("two", OTHER))
    ],
}


@dataclass
class Story:
    scenario: Scenario
    pair_key: str = ""
    built: dict[str, Tables] = field(default_factory=dict)
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def build(self, chapter: str) -> None:
        self.scenario.build()
        self.built[chapter] = tables(self.scenario)
        keys = self.scenario.rows(
            "select external_id, entity_id from ops.external_id_map where entity_type = 'volunteer'"
        )
        self.seen[chapter] = {
            "keys": dict(keys),
            "aliases": self.scenario.rows("select alias_key, person_key from ops.person_aliases"),
            "pair": self.scenario.rows(
                "select decision, is_auto_merge_blocked from queues.queue_duplicate_pairs "
                f"where pair_key = '{self.pair_key}'"
            ),
            "points": self.scenario.rows(
                "select kind, value, is_primary from marts.dim_contact_points "
                f"where person_key = '{dict(keys)[ISA]}' order by kind, value"
            ),
            "log": self.scenario.rows(
                "select decision_type from ops.merge_log "
                f"where pair_key = '{self.pair_key}' order by performed_at"
            ),
            "changes": self.scenario.rows(
                "select field_name, old_value, new_value, change_source, changed_by "
                f"from ops.change_log where entity_id = '{dict(keys)[ISA]}' "
                "order by changed_at, field_name"
            ),
        }


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    scenario = begin(tmp_path_factory)
    story = Story(scenario)
    scenario.salesforce(CRM)
    story.build("before")
    story.pair_key = str(
        scenario.value(
            "select pair_key from queues.queue_duplicate_pairs where decision = 'pending'"
        )
    )
    left = scenario.value("select left_record_key from queues.queue_duplicate_pairs")
    winner = "left" if left == f"salesforce:{BELLA}" else "right"
    merge = scenario.decide(
        "merge", story.pair_key, {"winners": {"email": winner}}, subject_type="pair"
    )
    scenario.decide(
        "edit_person", story.seen["before"]["keys"][ISA], {"notes": "Calls back"},
        subject_type="person",
    )  # fmt: skip
    story.build("merged")
    scenario.decide(
        "revoke", merge, subject_type="decision", revokes=merge, reason="Mother and daughter"
    )
    story.build("undone")
    # Now a rule would merge them: one address, one number, one name and birthday.
    scenario.salesforce(
        {"Contact": [contact(BELLA, "Isabella", "isabella", "816-555-0101",
                             SystemModstamp="2026-01-01T00:00:00.000Z",
                             CreatedDate="2024-06-01T00:00:00.000Z")]}
    )  # fmt: skip
    story.build("alike")
    return story


def test_a_merge_makes_one_person_with_both_lists(story: Story) -> None:
    before, merged = story.seen["before"], story.seen["merged"]
    assert before["keys"][ISA] != before["keys"][BELLA]
    assert merged["keys"][ISA] == merged["keys"][BELLA] == before["keys"][ISA]
    assert merged["aliases"] == [(before["keys"][BELLA], before["keys"][ISA])]
    assert [(value, primary) for kind, value, primary in merged["points"] if kind != "address"] == [
        ("bella@example.org", True),
        ("isabella@example.org", False),
        ("+18165550101", False),
        ("+19135550188", True),
    ]
    assert len(merged["points"]) == 6
    assert merged["pair"] == [("accepted", False)]
    assert len(story.built["merged"]["marts.dim_volunteers"]) == 2


def test_after_the_undo_everything_is_as_it_was(story: Story) -> None:
    """All business columns of every published table; only what tells of decisions remembers."""
    found = differences(story.built["before"], story.built["undone"])
    edited = {"marts.dim_volunteers"}  # the note that was written in between stays
    assert set(found) <= TELLS_OF_DECISIONS | edited
    was, now = found["marts.dim_volunteers"]
    assert len(was) == len(now) == 1
    assert sum(one != other for one, other in zip(was[0], now[0], strict=True)) == 1
    assert "Calls back" in now[0]
    assert story.seen["undone"]["keys"] == story.seen["before"]["keys"]
    assert story.seen["undone"]["aliases"] == []
    assert story.seen["undone"]["points"] == story.seen["before"]["points"]


def test_an_undone_pair_waits_for_a_person_whatever_the_rules_say(story: Story) -> None:
    """R-20: neither the next build nor a load that makes them alike merges them again."""
    assert story.seen["undone"]["pair"] == [("pending", True)]
    assert story.seen["undone"]["log"] == [("manual",), ("undo",)]
    assert story.seen["alike"]["pair"] == [("pending", True)]
    keys = story.seen["alike"]["keys"]
    assert keys[ISA] != keys[BELLA]
    features = story.scenario.value(
        "select features_json from queues.queue_duplicate_pairs "
        f"where pair_key = '{story.pair_key}'"
    )
    told = json.loads(features)
    assert (told["email"], told["phone"], told["name"]) == (1, 1, 1.0)


def test_the_change_log_tells_the_merge_the_note_and_the_undo(story: Story) -> None:
    """What the merge changed, and back: the address that was picked, the CRM's newer ZIP code."""
    merged = [
        ("dob", "1992-05-11", "1961-11-30", "manual_merge"),
        ("email", "isabella@example.org", "bella@example.org", "manual_merge"),
        ("phone_e164", "+18165550101", "+19135550188", "manual_merge"),
        ("postal_code", "64110", "64111", "manual_merge"),
    ]
    note = [("notes", None, "Calls back", "manual_edit")]
    undone = [(name, new, old, "undo_merge") for name, old, new, _ in merged]
    told = [change[:4] for change in story.seen["undone"]["changes"]]
    assert told == merged + note + undone
    assert {change[4] for change in story.seen["undone"]["changes"]} == {"steward@example.org"}
    assert [change[:4] for change in story.seen["merged"]["changes"]] == merged + note


def test_the_newest_change_of_a_field_is_what_the_person_says_today(story: Story) -> None:
    """The log and the marts hear the same words."""
    fields = ("email", "phone_e164", "postal_code", "first_name", "gender", "dob")
    newest = story.scenario.rows(
        f"""
        select entity_id, field_name, new_value from ops.change_log
        where field_name in {fields}
        qualify row_number() over (partition by entity_id, field_name order by changed_at desc) = 1
        """
    )
    assert len(newest) > 2
    for person_key, name, value in newest:
        assert (
            story.scenario.value(
                f"select cast({name} as varchar) from marts.dim_volunteers "
                f"where person_key = '{person_key}'"
            )
            == value
        ), name
