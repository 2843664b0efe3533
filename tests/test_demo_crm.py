"""The sample CRM: every edge of the real one is in it, at every scale, and its truth holds."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from loaders.salesforce.objects import OBJECTS, SYSTEM_FIELDS
from polaris.demo.crm import student_count
from polaris.demo.crm_files import FOLDER, write_crm
from polaris.demo.crm_model import PREFIXES, record_id, with_check
from polaris.demo.crm_places import DISTRICT_IDS, SCHOOL_IDS
from polaris.demo.crm_students import record_ids, sizes_of, students
from polaris.demo.places import DISTRICTS
from polaris.demo.world import make_world
from tests.support.crm_sample import Sample, local_date, whole

SCALES = (0.01, 1)
REFERENCES = {
    ("Account", "ParentId"): "Account",
    ("Class__c", "School__c"): "Account",
    ("Contact", "AccountId"): "Account",
    ("Contact", "MasterRecordId"): "Contact",
    ("Contact", "npsp__Primary_Affiliation__c"): "Account",
    ("Contact", "Class__c"): "Class__c",
    ("npe5__Affiliation__c", "npe5__Contact__c"): "Contact",
    ("npe5__Affiliation__c", "npe5__Organization__c"): "Account",
    ("Session__c", "School__c"): "Account",
    ("Session_Participant__c", "Contact__c"): "Contact",
    ("Session_Participant__c", "Session__c"): "Session__c",
    ("Task", "WhoId"): "Contact",
    ("Task", "WhatId"): "Session__c",
    ("EmailMessage", "ParentId"): "Case",
    ("Case", "ContactId"): "Contact",
}


@pytest.fixture(scope="module", params=SCALES)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return Sample(tmp_path_factory.mktemp("crm"), request.param)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return Sample(tmp_path_factory.mktemp("small"), 0.02)


def test_the_same_seed_writes_the_same_bytes(small: Sample, tmp_path: Path) -> None:
    write_crm(tmp_path, make_world(0.02))

    def digests(folder: Path) -> dict[str, str]:
        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*")
            if path.is_file()
        }

    again, before = digests(tmp_path), digests(small.folder)
    assert len(again) > 20
    assert again == before


def test_another_seed_makes_other_people(small: Sample, tmp_path: Path) -> None:
    write_crm(tmp_path, make_world(0.02, seed=7))
    other = pq.read_table(tmp_path / FOLDER / "Contact.parquet")
    assert not other.equals(small.tables["Contact"])


def test_every_object_has_its_fields_as_text(sample: Sample) -> None:
    for item in OBJECTS:
        table = sample.tables[item.name]
        assert table.column_names == [*SYSTEM_FIELDS, *item.fields], item.name
        assert set(table.schema.types) == {pa.string()}, item.name
        assert table.num_rows > 0, item.name
        for field in SYSTEM_FIELDS:
            assert table[field].null_count == 0, (item.name, field)
        assert "" not in table.column(item.fields[0]).to_pylist()


def test_ids_are_valid_and_unique(sample: Sample) -> None:
    everywhere: list[str] = []
    for name, table in sample.tables.items():
        ids = table["Id"].to_pylist()
        everywhere += ids
        assert {text[:3] for text in ids} == {PREFIXES[name]}, name
        assert all(with_check(text[:15]) == text for text in ids), name
    assert len(everywhere) == len(set(everywhere))
    folded = {text[:15].lower() for text in everywhere}
    assert len(folded) < len(everywhere), "some ids differ in the case of a letter only"


def test_ids_by_the_column_are_ids_one_by_one() -> None:
    import numpy as np

    numbers = [0, 61, 62, 1_000_003, 20_000_000]
    found = record_ids("003", np.array(numbers))
    assert found == [record_id("003", number) for number in numbers]
    assert with_check("0015f00000JUL8C") == "0015f00000JUL8CAAX"
    assert all(with_check(account[:15]) == account for account in DISTRICT_IDS.values())


def test_references_lead_somewhere_except_where_planned(sample: Sample) -> None:
    lost: Counter[tuple[str, str]] = Counter()
    for (name, field), target in REFERENCES.items():
        known = sample.now[target]
        for record in sample.now[name].values():
            if record[field] is not None and whole(record[field]) not in known:
                lost[name, field] += 1
    assert lost.keys() == {
        ("Account", "ParentId"),
        ("Class__c", "School__c"),
        ("Contact", "npsp__Primary_Affiliation__c"),
        ("npe5__Affiliation__c", "npe5__Contact__c"),
        ("npe5__Affiliation__c", "npe5__Organization__c"),
        ("Session__c", "School__c"),
        ("Session_Participant__c", "Contact__c"),
        ("Session_Participant__c", "Session__c"),
        ("Task", "WhoId"),
    }
    orphans = lost.pop(("Contact", "npsp__Primary_Affiliation__c"))
    statuses = Counter(row["status"] for row in sample.truth("students", "history"))
    assert orphans == statuses["missing_school"] + statuses["excluded"]
    contacts = lost.pop(("Session_Participant__c", "Contact__c"))
    assert 3 <= contacts <= 0.05 * len(sample.now["Session_Participant__c"])
    assert all(count <= 3 for count in lost.values()), lost


def test_nobody_can_be_written_to_or_called(sample: Sample) -> None:
    for state in (sample.now, sample.later):
        for name, records in state.items():
            text = " ".join(str(v) for r in records.values() for v in r.values() if v is not None)
            domains = set(re.findall(r"@([\w.-]+)", text)) | set(re.findall(r"//([\w.-]+)", text))
            assert {
                domain.lower() for domain in domains if "example.org" not in domain.lower()
            } == set(), name
            if name == "Contact":
                phones = {
                    str(record[field])
                    for record in records.values()
                    for field in ("Phone", "MobilePhone", "HomePhone", "npe01__WorkPhone__c")
                    if record[field]
                }
                assert len(phones) > 20
                real = {p for p in phones if not re.search(r"555[\s.-]?01\d\d$", p)}
                assert real == {"nan", "12"}


# --- what the real CRM has (salesforce.md, appendix A) --------------------------------------------


@pytest.mark.parametrize("scale", [0.01, 1, 10])
def test_students_are_a_partition(scale: float) -> None:
    count = student_count(scale)
    sizes = sizes_of(count)
    assert sizes.total == count
    assert min(sizes.assigned, sizes.orphaned, sizes.none) > 0
    if scale == 10:
        assert (sizes.assigned, sizes.orphaned, sizes.none) == (27_771, 496, 116_999)


def test_as_many_students_as_the_real_crm_has_are_made_by_the_column() -> None:
    table = students()
    assert table.num_rows == 145_266 == len(set(table["Id"].to_pylist()))
    affiliations = table["npsp__Primary_Affiliation__c"]
    assert affiliations.null_count == 116_999
    schools = pa.array([*SCHOOL_IDS, SCHOOL_IDS[0][:15]])
    known = pc.sum(pc.is_in(affiliations.drop_null(), value_set=schools)).as_py()
    first_is_short = len(affiliations[0].as_py()) == 15
    assert known + (first_is_short and affiliations[0].as_py() not in schools.to_pylist()) == 27_771
    names = pc.utf8_is_upper(table["LastName"])
    assert 0.09 < pc.mean(names.cast(pa.int8())).as_py() < 0.13


def test_written_students_have_the_status_that_the_truth_gives_them(sample: Sample) -> None:
    truth = sample.truth("students", "history")
    counts = Counter(row["status"] for row in truth)
    sizes = sizes_of(student_count(sample.scale))
    assert counts["assigned"] == sizes.assigned
    assert counts["no_affiliation"] == sizes.none
    assert counts["missing_school"] >= 1
    assert (counts["not_a_school"], counts["excluded"]) == (2, 1)
    for row in truth:
        account = whole(sample.now["Contact"][row["contact_id"]]["npsp__Primary_Affiliation__c"])
        assert (account in SCHOOL_IDS) == (row["status"] == "assigned")
        assert row["school_account_id"] == (account if row["status"] == "assigned" else "")


def test_proportions_are_those_of_the_real_crm(sample: Sample) -> None:
    firms = [
        record
        for record in sample.now["Account"].values()
        if record["Type"] not in {"Household", "School District", "School"}
    ]
    typeless = sum(record["Type"] is None for record in firms) / len(firms)
    assert 0.2 < typeless < 0.32
    adults = [r for r in sample.now["Contact"].values() if r["Contact_Type__c"] == "Volunteer"]
    placed = [r for r in adults if r["MailingCountry"]]
    bare = sum(r["MailingStreet"] is None for r in placed) / len(placed)
    assert 0.7 < bare < 0.92
    if sample.scale == 1:
        sizes = {name: len(records) for name, records in sample.now.items()}
        assert len(sample.truth("students", "history")) == 14_527
        assert 1_250 <= len(adults) <= 1_300
        assert 380 <= len(firms) <= 400
        assert sizes["Session__c"] == 345
        kinds = Counter(
            r["Participant_Type__c"] for r in sample.now["Session_Participant__c"].values()
        )
        assert (kinds["Volunteer"], kinds["Student"]) == (2_018, 4_900)
        assert sizes["npe5__Affiliation__c"] == 5_000


def test_districts_and_schools_are_those_of_the_rosters(sample: Sample) -> None:
    accounts = sample.now["Account"]
    for district in DISTRICTS:
        account = accounts[DISTRICT_IDS[district.slug]]
        assert (account["Name"], account["Type"]) == (district.name, "School District")
        names = {
            r["Name"] for r in accounts.values() if r["ParentId"] == DISTRICT_IDS[district.slug]
        }
        assert names == {school.pathful_name for school in district.schools}
    assert len(sample.of_trap("district_without_roster")) == 3
    assert len(sample.of_trap("school_without_district")) == 1


def test_accounts_have_their_edges(sample: Sample) -> None:
    assert len(sample.of_trap("null_type")) > 5
    one, other = sample.of_trap("same_school_name", "Account")
    assert one["Name"] == other["Name"]
    assert one["ParentId"] != other["ParentId"]
    (long,) = sample.of_trap("long_description")
    assert len(str(long["Description"])) > 255
    assert "\n" in str(long["Description"])
    (loser,) = sample.of_trap("account_merged")
    assert loser["IsDeleted"] == "true"
    assert loser["MasterRecordId"] in sample.now["Account"]


def test_contacts_have_their_edges(sample: Sample) -> None:
    assert [r["Contact_Type__c"] for r in sample.of_trap("blank_type")] == [None]
    (four,) = sample.of_trap("four_emails")
    fields = ("Email", "npe01__HomeEmail__c", "npe01__WorkEmail__c", "npe01__AlternateEmail__c")
    spellings = {str(four[field]) for field in fields}
    assert len(spellings) == 4
    assert len({text.strip().lower() for text in spellings}) == 1
    (phone,) = sample.of_trap("only_phone")
    assert not any(phone[field] for field in fields)
    assert phone["MobilePhone"]
    mother, daughter = sample.of_trap("household_email")
    assert mother["Email"] == daughter["Email"]
    assert mother["FirstName"] != daughter["FirstName"]
    first, second = sample.of_trap("merged")
    assert first["MasterRecordId"] in {r["Id"] for r in sample.of_trap("merge_winner")}
    assert second["MasterRecordId"] == first["Id"]
    assert all(r["IsDeleted"] == "true" for r in sample.of_trap("deleted", "Contact"))
    assert [r["Contact_Type__c"] for r in sample.of_trap("type_changed")] == ["Teacher"]
    loud = sample.of_trap("all_caps")
    assert loud
    assert all(str(r["LastName"]).isupper() for r in loud)
    grades = {r["Current_Grade__c"] for r in sample.now["Contact"].values()}
    assert {"K", "12.0", "13", "n/a", None} <= grades
    shared = {
        r["Email"] for r in sample.now["Contact"].values() if r["Contact_Type__c"] == "Student"
    }
    adults = {
        r["Email"] for r in sample.now["Contact"].values() if r["Contact_Type__c"] != "Student"
    }
    assert {text for text in shared & adults if text and text != "None"}


def test_sessions_have_their_edges(sample: Sample) -> None:
    sessions = list(sample.now["Session__c"].values())
    statuses = {r["Session_Status__c"] for r in sessions}
    assert {None, "Canceled", "Postponed", "Draft", "Completed"} <= statuses
    assert {None, "Hologram Tour", "Connector Session"} <= {r["Session_Type__c"] for r in sessions}
    placeless = [
        r for r in sessions if not (r["School__c"] or r["District__c"] or r["Parent_Account__c"])
    ]
    assert len(placeless) == 3
    evenings = 0
    for row in sample.truth("events", "history"):
        start = sample.now["Session__c"][row["session_id"]]["Start_Date_and_Time__c"]
        assert row["session_date"] == (local_date(start) if start else "")
        evenings += bool(start) and str(start)[:10] != row["session_date"]
    assert evenings >= 7
    days = {row["session_date"] for row in sample.truth("events", "history")}
    assert {"2025-07-31", "2024-07-31", "2025-12-31", "2025-03-09", "2025-11-02"} <= days


def test_participations_have_their_edges(sample: Sample) -> None:
    rows = list(sample.now["Session_Participant__c"].values())
    assert {"0.0", "-2.0", "30.0", None} <= {r["Delivery_Hours__c"] for r in rows}
    (short,) = sample.of_trap("short_ids")
    assert (len(str(short["Contact__c"])), len(str(short["Session__c"]))) == (15, 15)
    (early,) = sample.of_trap("before_the_contact")
    assert early["Contact__c"] not in sample.now["Contact"]
    assert early["Contact__c"] in sample.later["Contact"]
    (waiting,) = sample.of_trap("scheduled_in_past")
    start = sample.now["Session__c"][str(waiting["Session__c"])]["Start_Date_and_Time__c"]
    assert (waiting["Status__c"], str(start) < "2026-01-31") == ("Scheduled", True)
    outcomes = Counter(row["outcome"] for row in sample.truth("participations", "history"))
    assert sum(outcomes.values()) == len(rows)
    assert outcomes["duplicate"] >= 6
    assert outcomes.keys() == {
        "kept", "duplicate", "deleted", "other_type", "unknown_event", "unknown_person",
        "out_of_scope_event",
    }  # fmt: skip


def test_memberships_and_messages_have_their_edges(sample: Sample) -> None:
    (past,) = sample.of_trap("past_without_end")
    assert (past["npe5__Status__c"], past["npe5__EndDate__c"]) == ("Past", None)
    assert [r["npe5__StartDate__c"] for r in sample.of_trap("current_without_start")] == [None]
    one, other = sample.of_trap("two_for_one_pair")
    for field in ("npe5__Contact__c", "npe5__Organization__c"):
        assert one[field] == other[field]
    assert "true" in {r["npe5__Primary__c"] for r in sample.now["npe5__Affiliation__c"].values()}
    assert str(sample.of_trap("task_on_lead")[0]["WhoId"]).startswith("00Q")
    assert str(sample.of_trap("five_recipients")[0]["ToAddress"]).count(";") == 4
    (html,) = sample.of_trap("html_only")
    assert (html["TextBody"], bool(html["HtmlBody"])) == (None, True)
    (mail,) = sample.of_trap("on_a_case")
    assert mail["ParentId"] in sample.now["Case"]
