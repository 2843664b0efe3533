"""Decisions about findings of the data-quality rules (platform.md §3.4, §6.1).

The logical date is 2026-03-10. Ana's row A-1 has three findings.
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loaders.headers import load_contracts
from polaris import contract_fields, quality_rows
from polaris.build import BuildOptions
from polaris.commands.applying import build_stored
from polaris.deciding import decisions
from polaris.deciding.actions import catalogue
from polaris.errors import Locked
from polaris.settings import Settings
from tests.support import fake_release_quality as fake
from tests.support.deciding import Decide, Line, line, refused, revoke, show_in_release

FIX = line("dq_fix", fake.BAD_EMAIL, email="ana@example.org")
SUPPRESS = line("dq_suppress", fake.CRM, "A number from abroad")
LEAVE = line("dq_wont_fix", fake.NO_CONTACT, "She has neither")


def test_a_row_of_a_file_is_ours_whatever_system_it_names(published: Path, decide: Decide) -> None:
    row = {"External ID": "C-1", "First": "Ana", "E-mail": "ana at example"}
    found = next(one for one in fake.rows() if one["violation_key"] == fake.BAD_EMAIL)
    key = f"{0xFA:032x}"
    named = {"violation_key": key, "external_system": "salesforce", "record_key": "C-1"}
    fake.add(published, [found | named | {"payload_json": json.dumps(row)}])
    (stored,) = decide(line("dq_fix", key, email="ana@example.org"))
    assert stored.subject_key == key


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (line("dq_fix", fake.BAD_EMAIL), "dq_fix needs at least one field"),
        (line("dq_fix", fake.BAD_EMAIL, email=None), "email is not text; a blank text clears it"),
        (line("dq_fix", fake.BAD_EMAIL, email=5), "email is not text"),
        (line("dq_fix", fake.BAD_EMAIL, email="ana@gmial"), "email is no e-mail address"),
        (line("dq_fix", fake.BAD_EMAIL, email="a@x.org; b@x.org"), "email is no e-mail address"),
        (line("dq_fix", fake.BAD_EMAIL, phone="555-0101"), "phone is no phone number"),
        (line("dq_fix", fake.BAD_EMAIL, phone="+1-800-FLOWERS"), "phone is no phone number"),
        (line("dq_fix", fake.MINOR, dob="25/12/1990"), "dob is no date written YYYY-MM-DD"),
        (line("dq_fix", fake.MINOR, dob="0015-02-03"), "dob is no date"),
        (line("dq_fix", fake.MINOR, student_flag="maybe"), "student_flag must be yes or no"),
        (
            line("dq_fix", fake.STUDENT, graduation_year="soon"),
            "graduation_year is no whole number",
        ),
        (line("dq_fix", fake.EVENT, start_at="Monday"), "start_at is no time written"),
        (line("dq_fix", fake.BAD_EMAIL, colour="red"), "of the kind volunteer takes no colour"),
        (line("dq_fix", fake.BAD_EMAIL, external_id="A-9"), "takes no external_id"),
        (line("dq_fix", fake.EVENT, email="x@example.org"), "of the kind event takes no email"),
        (line("dq_fix", fake.BAD_EMAIL, **{"a b": "x"}), "it names a field that is none"),
        (line("dq_fix", fake.BAD_EMAIL, employer="x" * 501), "employer is longer than 500"),
        (line("dq_fix", fake.BAD_EMAIL, employer="a\x00"), "control character U+0000"),
        (line("dq_fix", fake.BAD_EMAIL, email="ana@gmial.con "), "nothing changes: email"),
        (line("dq_fix", fake.BAD_EMAIL, dob="2015-02-03"), "nothing changes: dob"),
        (line("dq_fix", fake.BAD_EMAIL, alternate_phones=""), "nothing changes: alternate_phones"),
        (line("dq_fix", fake.CRM, phone="816"), "Salesforce owns this record; correct it there"),
        (line("dq_fix", fake.PATHFUL, Date="2026-01-01"), "Pathful owns this row"),
        (line("dq_fix", "no-such", email="x@example.org"), "there is no violation no-such"),
        (line("dq_fix", fake.SET_ASIDE, email="x@example.org"), "is suppressed, and dq_fix needs"),
        (line("dq_fix", fake.DONE, email="x@example.org"), "is fixed, and dq_fix needs it"),
        (line("dq_suppress", fake.CRM), "dq_suppress needs a reason"),
        (line("dq_suppress", fake.CRM, " "), "dq_suppress needs a reason"),
        (line("dq_suppress", fake.CRM, "x", expires_at="2026-03-10"), "must be after 2026-03-10"),
        (line("dq_suppress", fake.CRM, "x", expires_at="2025-12-31"), "must be after 2026-03-10"),
        (line("dq_suppress", fake.CRM, "x", expires_at="soon"), "is no date written YYYY-MM-DD"),
        (line("dq_suppress", fake.CRM, "x", expires_at="2026-02-30"), "is no date written"),
        (line("dq_suppress", fake.CRM, "x", until="2026-06-30"), "takes no until"),
        (line("dq_wont_fix", fake.CRM), "dq_wont_fix needs a reason"),
        (line("dq_wont_fix", fake.LEFT, "x"), "is wont_fix, and dq_wont_fix needs it to be open"),
        (line("dq_reopen", fake.CRM), "is open, and dq_reopen needs it to be suppressed or"),
        (line("dq_reopen", fake.DONE), "is fixed, and dq_reopen needs"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    settings: Settings, decide: Decide, bad: Line, words: str
) -> None:
    assert words in refused(decide, bad)
    assert decisions.read_all(settings) == []


def test_no_refusal_repeats_what_was_typed(decide: Decide) -> None:
    said = refused(decide, line("dq_fix", fake.BAD_EMAIL, email="mary.miller", phone="12345"))
    assert "mary" not in said
    assert "12345" not in said


def test_one_correction_is_about_the_row_and_a_blank_clears(decide: Decide) -> None:
    payload = {"email": "ana@example.org", "phone": "(816) 555-0142", "notes": ""}
    (stored,) = decide(line("dq_fix", fake.BAD_EMAIL, **payload))
    assert stored.payload == payload
    # The other findings of the row know what it says now.
    assert "nothing changes: phone" in refused(
        decide, line("dq_fix", fake.BAD_PHONE, phone="(816) 555-0142")
    )
    assert "nothing changes: notes" in refused(decide, line("dq_fix", fake.MINOR, notes=" "))
    decide(line("dq_fix", fake.BAD_PHONE, phone="816 555 0199"))
    decide(revoke(stored.decision_id))
    decide(line("dq_fix", fake.MINOR, email="ana@example.org"))


@pytest.mark.parametrize(
    ("first", "state"),
    [(FIX, "fix_pending"), (SUPPRESS, "suppressed"), (LEAVE, "wont_fix")],
)
def test_each_state_is_left_by_taking_the_decision_back(
    settings: Settings, decide: Decide, first: Line, state: str
) -> None:
    key = first["subject_key"]
    (stored,) = decide(first)
    again = line("dq_wont_fix", key, "x")
    assert f"violation {key} is {state} by {first['action']} of jordan" in refused(decide, again)
    if "reason" in first:
        assert "needs a reason" in refused(decide, revoke(stored.decision_id))
    decide(revoke(stored.decision_id, "A mistake"))
    decide(again)


def test_a_finding_is_suppressed_reopened_and_left(decide: Decide) -> None:
    decide(SUPPRESS)
    assert "is suppressed by dq_suppress" in refused(decide, SUPPRESS)
    decide(line("dq_reopen", fake.CRM))
    decide(line("dq_wont_fix", fake.CRM, "Nobody answers"))
    decide(line("dq_reopen", fake.CRM))
    decide(SUPPRESS)


def test_the_release_is_right_once_it_shows_the_decision(
    settings: Settings, decide: Decide
) -> None:
    """A correction that did not help leaves the finding open, and it is corrected again."""
    decide(FIX)
    decide(line("dq_fix", fake.BAD_EMAIL, email="anna@example.org"))  # before any build
    show_in_release(settings)
    decide(line("dq_suppress", fake.BAD_EMAIL, "The rule is too strict", expires_at="2026-03-11"))
    fixed = "update queues.queue_dq_violations set status = 'fixed'"
    show_in_release(settings, f"{fixed} where violation_key = '{fake.BAD_PHONE}'")
    assert "is fixed" in refused(decide, line("dq_fix", fake.BAD_PHONE, phone="816 555 0199"))


def test_two_people_cannot_both_settle_one_finding(decide: Decide) -> None:
    assert "earlier in this batch" in refused(decide, LEAVE, LEAVE)
    both = [line("dq_fix", fake.BAD_EMAIL, employer=name) for name in ("Acme", "Beta")]
    assert len(decide(*both)) == 2  # one after the other is fine


@pytest.mark.parametrize("role", ["viewer", "district_admin", "district_viewer", "teacher"])
def test_only_admins_and_stewards_decide_about_findings(
    settings: Settings, decide: Decide, role: str
) -> None:
    lines = [FIX, SUPPRESS, LEAVE, line("dq_reopen", fake.SET_ASIDE)]
    for one in lines:
        assert f"the role {role} may not {one['action']}" in refused(decide, one, role=role)
    assert len(decisions.refusals(settings)) == len(lines)
    assert len(decide(*lines, role="data_steward")) == len(lines)


def test_a_districts_ticket_stays_one_of_its_record(decide: Decide) -> None:
    """match_district names the record, the other decisions the finding."""
    match = line("match_district", "k-district", district_key="d-hickman")
    (stored,) = decide(match)
    assert stored.subject_type == "ticket"
    assert "is resolved by match_district" in refused(decide, match)
    assert "is pending, and dq_wont_fix needs it to be open" in refused(
        decide, line("dq_wont_fix", "k-district", "x")
    )
    assert "is open, and match_district needs it to be pending" in refused(
        decide, line("match_district", "v-district", district_key="d-hickman")
    )


def test_a_release_without_the_queue_says_what_is_lacking(decide: Decide, published: Path) -> None:
    import duckdb

    with duckdb.connect(str(published)) as connection:
        connection.execute("alter table queues.queue_dq_violations drop column entity_type")
    assert "run `polaris-load build` first" in refused(decide, LEAVE)


def test_every_field_people_may_correct_is_one_of_a_contract() -> None:
    contracts = load_contracts(contract_fields.HEADERS_FILE)
    kinds = set(contract_fields._CHECKS) | {"text"}
    written_by_the_loader = {"external_system", "external_id", "ingest_version", "ingested_at"}
    with contract_fields.FIELDS_FILE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert row["kind"] in kinds
        assert not row["sensitivity"] or row["sensitivity"] in contract_fields._READERS
        assert row["label"]
    for entity in contract_fields.entities():
        named = list(contract_fields.fields(entity))
        assert len(named) == sum(row["entity_type"] == entity for row in rows)
        columns = list(contracts[f"{entity}s"].headers)
        assert named == [name for name in columns if name not in written_by_the_loader]
    # A sign-up is corrected where it was made: no model reads a correction of one.
    assert {f"{entity}s" for entity in contract_fields.entities()} == set(contracts) - {"signups"}


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (
            "admin",
            {"E-mail": "ana@gmial.con", "Birthdate": "2/3/2015", "Address": "12 Elm Street"}
            | {"T-shirt": "L", "Notes": "=HYPERLINK(1)", "Mobile": "+1 (816) 555-01"},
        ),
        (
            "data_steward",
            {"E-mail": "ana@gmial.con", "Birthdate": "****-**-**", "Address": "hidden"}
            | {"T-shirt": "hidden", "Notes": "=HYPERLINK(1)", "Mobile": "+1 (816) 555-01"},
        ),
        (
            "viewer",
            {"E-mail": "a***@gmial.con", "Birthdate": "****-**-**", "Address": "hidden"}
            | {"T-shirt": "hidden", "Notes": "hidden", "Mobile": "***5501"},
        ),
        ("nobody", {"E-mail": "a***@gmial.con", "Birthdate": "****-**-**", "Address": "hidden"}),
    ],
)
def test_each_role_reads_of_a_row_what_it_may(role: str, seen: dict[str, str]) -> None:
    payload = next(
        row["payload_json"] for row in fake.rows() if row["violation_key"] == fake.BAD_EMAIL
    )
    shown = dict(contract_fields.shown(role, "volunteer", payload))
    assert {name: shown[name] for name in seen} == seen
    assert shown["First"] == "Ana"
    assert shown["External ID"] == "A-1"


def test_what_the_models_made_of_a_row_is_masked_like_the_row() -> None:
    made = '{"email_normalized": "ana@x.org", "phone_e164": "+18165550142", "dob": "2015-02-03"}'
    assert contract_fields.shown("viewer", "volunteer", made) == [
        ("email_normalized", "a***@x.org"),
        ("phone_e164", "***0142"),
        ("dob", "****-**-**"),
    ]
    student = '{"first_name": "Sol", "email": "sol@x.org", "grade": "7"}'
    assert contract_fields.shown("data_steward", "student", student) == [
        ("first_name", "hidden"),
        ("email", "hidden"),
        ("grade", "7"),
    ]
    codes = '{"session_id": "1009", "row_number": 12}'
    assert contract_fields.shown("viewer", "session_row", codes) == [
        ("session_id", "1009"),
        ("row_number", "12"),
    ]
    for broken in (None, "", "no json", "[1]"):
        assert contract_fields.shown("admin", "volunteer", broken) == []
        assert contract_fields.values("volunteer", broken) == {}


def test_the_fingerprint_tells_a_changed_row() -> None:
    now: dict[str, Any] = {"email": "a@x.org", "phone": "1"}
    first = quality_rows.fingerprint("volunteer", now)
    for same in (now | {"dob": " "}, now | {"colour": "red"}, now | {"email": " a@x.org "}):
        assert quality_rows.fingerprint("volunteer", same) == first
    for other in (now | {"phone": "2"}, {"email": "a@x.org"}):
        assert quality_rows.fingerprint("volunteer", other) != first
    assert quality_rows.fingerprint("student", now) != first


def test_the_actions_ask_for_what_the_interface_says() -> None:
    actions = catalogue()
    assert actions["dq_suppress"].needs_reason
    assert actions["dq_wont_fix"].needs_reason
    assert not actions["dq_fix"].needs_reason
    assert all(actions[name].is_revocable for name in actions if name.startswith("dq_"))


@pytest.mark.parametrize(
    ("seen", "read", "now"),
    [
        ("2026-03-01", {}, {"email": "ana@example.org", "phone": "(816) 555-0142"}),
        ("2026-03-20", {}, {"email": "ana@example.org", "phone": "(816) 555-0142"}),
        (
            "2026-03-20",
            {"email": None, "phone": None, "employer": None},
            {"email": "new@example.org", "phone": "12"},
        ),
        (
            "2026-03-20",
            {"email": "ana@example.org", "phone": "+18165550142", "employer": "Acme"},
            {"email": "ana@example.org", "phone": "(816) 555-0142", "employer": "Acme"},
        ),
        (
            "2026-03-20",
            {"email": "new@example.org", "phone": "+18165550199", "employer": None},
            {"email": "new@example.org", "phone": "12"},
        ),
    ],
)
def test_a_correction_counts_until_the_source_changed_the_field(
    seen: str, read: dict[str, str | None], now: dict[str, str]
) -> None:
    """As the models apply it: what landed after the correction may have mended the field itself."""
    landed = {"email": "new@example.org", "phone": "12", "employer": "Acme"}
    moment = datetime.fromisoformat(seen).replace(tzinfo=UTC)
    violation = quality_rows.Violation(
        {"violation_key": "v", "entity_type": "volunteer", "last_seen_at": moment}
        | {"payload_json": json.dumps(landed), "normalized_json": json.dumps(read)}
    )
    cells = {"email": "ana@example.org", "phone": "(816) 555-0142", "employer": ""}
    made = decisions.Decision(
        1, "d", datetime(2026, 3, 10, tzinfo=UTC), "jo", "admin", "dq_fix", "violation", "v", cells,
        None, None,
    )  # fmt: skip
    assert quality_rows.Fixes([made]).corrected(violation, []) == now


def test_a_build_that_cannot_be_done_says_that_the_decisions_are_stored(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise they are sent again, and then refused as saying nothing new."""

    def taken(*_: object) -> None:
        raise Locked("The warehouse is taken.")

    monkeypatch.setattr("polaris.build.build", taken)
    with pytest.raises(Locked) as caught:
        build_stored(settings, BuildOptions(), {"decisions": ["d-1"]})
    assert caught.value.message == (
        "The warehouse is taken. What was decided is stored; `polaris-load build` applies it."
    )
    assert caught.value.result == {"decisions": ["d-1"]}
