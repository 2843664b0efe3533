"""The truth of the sample CRM: people, hours, districts, and what a week changes."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from polaris.demo.names import name_key
from tests.support.crm_sample import Sample


@pytest.fixture(scope="module", params=[0.01, 0.2])
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return Sample(tmp_path_factory.mktemp("crm"), request.param)


def test_half_of_the_presenters_are_volunteers(sample: Sample) -> None:
    people = {person.person_id: person for person in sample.world.people}
    presenters = sample.truth("presenters")
    known = [person for person in people.values() if person.is_in_crm]
    assert {row["person_id"] for row in presenters} == {person.person_id for person in known}
    assert {row["found_by"] for row in presenters} == {"email", "name"}
    volunteers = [r for r in sample.now["Contact"].values() if r["Contact_Type__c"] == "Volunteer"]
    names = Counter(name_key(f"{r['FirstName'] or ''} {r['LastName'] or ''}") for r in volunteers)
    for row in presenters:
        contact = sample.now["Contact"][row["contact_id"]]
        person = people[row["person_id"]]
        if row["found_by"] == "name":
            assert names[name_key(person.name.plain())] == 1
            continue
        emails = {str(contact[f]).lower() for f in ("Email", "npe01__WorkEmail__c")}
        assert str(person.profile_emails[0]).strip().lower() in emails
    assert 0.35 < len(known) / sum(p.role == "Professional" for p in people.values()) < 0.6


def test_teachers_of_a_roster_have_its_address(sample: Sample) -> None:
    rostered = {person.email for person in sample.world.people if person.is_rostered}
    found = [str(r["Email"]).lower() for r in sample.of_trap("teacher_of_roster")]
    assert len(found) >= 5
    assert set(found) <= rostered
    strangers = [str(r["Email"]).lower() for r in sample.of_trap("teacher_off_roster")]
    assert not set(strangers) & rostered


def test_hours_are_credited_once_per_person_and_session(sample: Sample) -> None:
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in sample.truth("participations", "history"):
        groups[row["group"]].append(row)
        if row["is_credited"] == "False":
            assert float(row["hours"]) == 0
    for rows in groups.values():
        kept = [row for row in rows if row["outcome"] in {"kept", "duplicate"}]
        assert len([row for row in kept if row["outcome"] == "kept"]) == min(1, len(kept))
    by_trap = {row["trap"]: row for row in sample.truth("participations", "history")}
    assert float(by_trap["hours_thirty"]["hours"]) == 30
    assert float(by_trap["hours_negative"]["hours"]) >= 1
    assert by_trap["confirmed_is_no_credit"]["is_credited"] == "False"
    assert by_trap["credited_in_capitals"]["is_credited"] == "True"
    hours = {
        row["hours"]
        for row in sample.truth("participations", "history")
        if row["trap"] == "duplicate_hours" and row["outcome"] == "kept"
    }
    assert hours == {"2.5"}


def test_a_session_belongs_to_the_districts_that_its_words_say(sample: Sample) -> None:
    found = {row["trap"]: row["districts"] for row in sample.truth("events", "history")}
    assert found["district_by_alias"] == "Kansas City Kansas Public Schools"
    assert found["district_unknown"] == found["district_substring"] == ""
    assert found["parent_account_short_id"] == "Center School District"
    assert found["unplaced_nobody"] == ""
    assert found["unplaced_two_districts"].count(";") == found["two_districts"].count(";") == 1
    assert found["unplaced_one_district"]


def test_the_week_changes_little_and_says_so(sample: Sample) -> None:
    for name, before in sample.now.items():
        after = sample.later[name]
        assert before.keys() <= after.keys()
        changed = {key for key, record in after.items() if before.get(key) != record}
        assert len(changed) <= 12, name
        for key in changed:
            moment = str(after[key]["SystemModstamp"])
            assert "2026-02-01" <= moment <= "2026-02-07", (name, key)
    traps = {row["trap"] for row in sample.truth("traps", "weekly") if "week_" in row["trap"]}
    assert traps == {
        "week_attended", "week_no_show", "week_hours_filled_in", "week_student_attended",
        "week_new_contact", "week_new_session", "week_new_row", "week_new_affiliation",
        "week_merged", "week_deleted", "week_undeleted", "week_type", "week_cancelled",
        "week_draft_again", "week_student_moved",
    }  # fmt: skip


def test_after_the_week_merged_people_are_one_and_the_late_one_is_known(sample: Sample) -> None:
    loser = next(r for r in sample.truth("traps", "weekly") if r["trap"] == "week_merged")
    clusters = {row["contact_id"]: row["cluster"] for row in sample.truth("contacts", "weekly")}
    before = {row["contact_id"]: row["cluster"] for row in sample.truth("contacts", "history")}
    record = sample.later["Contact"][loser["record_id"]]
    winner = str(record["MasterRecordId"])
    assert clusters[loser["record_id"]] == clusters[winner]
    assert before[loser["record_id"]] != before[winner]
    moved = next(r for r in sample.truth("traps", "weekly") if r["trap"] == "week_student_moved")
    schools = [
        row["school_account_id"]
        for stage in ("history", "weekly")
        for row in sample.truth("students", stage)
        if row["contact_id"] == moved["record_id"]
    ]
    assert len(set(schools)) == 2
