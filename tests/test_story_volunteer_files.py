"""Volunteers by file, again, changed, wrong and twice: the golden files of platform.md 8.1.

What each file does is told by its figures, and who they are then by the marts. Every file is landed
before one build: a run counts in the light of what had landed by then.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.scenario import Scenario
from tests.support.stories import begin

pytestmark = pytest.mark.slow

Row = dict[str, str]
OPENED = "2025-10-01T12:00:00Z"
LATER = "2025-10-05T12:00:00Z"


def row(
    external_id: str, name: str, email: str, phone: str, *, at: str = OPENED, notes: str = ""
) -> Row:
    """A row of a golden file; e-mails are of example.org."""
    first, _, last = name.rpartition(" ")
    return {
        "external_id": external_id,
        "first_name": first,
        "last_name": last,
        "email": f"{email}@example.org" if email and "-at-" not in email else email,
        "phone": phone,
        "notes": notes,
        "source_updated_at": at,
    }


VALID = [
    row("vol-001", "Eleanor Rigby", "eleanor.rigby", "+14155550101"),
    row("vol-002", "Maxwell Edison", "maxwell.e", "+14155550102"),
    row("vol-003", "Prudence Jones", "prudence", ""),
]
CHANGED = [
    row("vol-001", "Eleanor Rigby", "eleanor.rigby+update", "+14155550999", at=LATER),
    row("vol-002", "Maxwell Edison", "maxwell.e", "+14155550192", at=LATER),
    row("vol-003", "Prudence Jones", "prudence.jones", "", at=LATER),
]
INVALID = [
    row("vol-bad-001", "Charlie Brown", "", ""),
    row("vol-bad-002", "Lucy Pelt", "lucy-at-example.com", "+1555"),
    row("vol-bad-003", "Peppermint Patty", "", "4155555104"),
]
DUPLICATES = [
    row("vol-dup-001", "Samantha Stone", "sam.stone", "+14155552101"),
    row("vol-dup-002", "Sammy Stone", "sam.stone", "+14155552101"),
]
DUPLICATE_SKIP = [
    row("dup-001", "Dolly Hopkins", "dolly", "+14155552201"),
    row("dup-002", "Dolly Hopkins", "dolly", "+14155552201"),
]
SEED = [
    row("vol-surv-001", "Jordan Parker", "jordan", "+14155552001", notes="Likes mornings"),
    row("vol-surv-002", "Taylor Nash", "taylor", "+14155552002", notes="Robotics"),
]
UPDATES = [
    row(
        "vol-surv-001",
        "Jordan Parker",
        "jordan.parker",
        "+14155552999",
        at=LATER,
        notes="Afternoons",
    ),
    row("vol-surv-002", "Taylor Nash", "taylor", "", at=LATER, notes="Robotics and chess"),
]
# One row, as it was: an import of a part says nothing of the others.
SUBSET = VALID[:1]


@dataclass
class Story:
    scenario: Scenario
    runs: dict[str, str]
    waited: dict[str, str] = field(default_factory=dict)

    def findings(self, external_id: str) -> dict[str, str]:
        """Rule -> state of a row's findings."""
        return dict(
            self.scenario.rows(
                "select rule_code, status from queues.queue_dq_violations "
                f"where external_id = '{external_id}'"
            )
        )

    def report(self, name: str) -> dict[str, Any]:
        counts = self.scenario.value(
            f"select counts_json from ops.import_runs where run_id = '{self.runs[name]}'"
        )
        return dict(json.loads(counts))

    def person_of(self, external_id: str) -> str:
        return str(
            self.scenario.value(
                "select entity_id from ops.external_id_map where external_system = 'legacy_csv' "
                f"and external_id = '{external_id}'"
            )
        )

    def volunteer(self, external_id: str, *columns: str) -> tuple[Any, ...]:
        (found,) = self.scenario.rows(
            f"select {', '.join(columns)} from marts.dim_volunteers "
            f"where person_key = '{self.person_of(external_id)}'"
        )
        return found

    def changes(self, run: str) -> set[tuple[Any, ...]]:
        return set(
            self.scenario.rows(
                "select maps.external_id, field_name, old_value, new_value "
                "from ops.change_log as changes inner join ops.external_id_map as maps "
                "on changes.entity_id = maps.entity_id "
                f"where changes.run_id = '{self.runs[run]}' and change_source = 'importer'"
            )
        )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    scenario = begin(tmp_path_factory)
    files = {
        "valid": VALID,
        "replay": VALID,
        "subset": SUBSET,
        "changed": CHANGED,
        "changed again": CHANGED,
        "late": VALID[1:],
        "invalid": INVALID,
        "duplicates": DUPLICATES,
        "duplicate skip": DUPLICATE_SKIP,
        "seed": SEED,
        "updates": UPDATES,
    }
    runs = {name: scenario.csv("volunteers", rows) for name, rows in files.items()}
    scenario.build()
    story = Story(scenario, runs)
    story.waited = story.findings("vol-bad-002")
    # One correction of the row, made for one of its findings.
    (finding,) = scenario.rows(
        "select violation_key from queues.queue_dq_violations "
        "where external_id = 'vol-bad-002' and rule_code = 'VOL_EMAIL_FORMAT'"
    )
    scenario.decide(
        "dq_fix",
        finding[0],
        {"email": "lucy@example.org", "phone": "4155555105"},
        subject_type="violation",
    )
    scenario.build()
    return story


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory, story: Story) -> Story:
    """After `valid` alone, two who share a contact with others; the story before is over."""
    del story
    scenario = begin(tmp_path_factory)
    files = {
        "valid": VALID,
        "email_vs_phone": [
            row("vol-004", "Ella Rivers", "eleanor.rigby", "+14155550777"),
            row("vol-005", "Max Shadows", "max.shadows", "+14155550102"),
        ],
    }
    runs = {name: scenario.csv("volunteers", rows) for name, rows in files.items()}
    scenario.build()
    return Story(scenario, runs)


@pytest.mark.parametrize(
    ("run", "expected", "diff"),
    [
        ("valid", {"created": 3}, "created"),
        ("replay", {"skipped/unchanged": 3}, "none"),
        ("subset", {"skipped/unchanged": 1}, "none"),
        ("changed", {"updated": 3}, "updated"),
        ("changed again", {"skipped/unchanged": 3}, "none"),
        ("late", {"skipped/older_version": 2}, "none"),
        ("invalid", {"created": 2, "invalid/VOL_CONTACT_REQUIRED": 1}, "created"),
        ("duplicates", {"created": 2}, "created"),
        ("duplicate skip", {"created": 2}, "created"),
        ("seed", {"created": 2}, "created"),
        ("updates", {"updated": 2}, "updated"),
    ],
)
def test_every_file_has_its_figures(
    story: Story, run: str, expected: dict[str, int], diff: str
) -> None:
    """IMP-33: the same input again creates and updates nothing, and the run says so."""
    assert story.scenario.buckets(story.runs[run]) == expected
    report = story.report(run)
    assert report["idempotency"] == {"diff": diff}
    # The same numbers by the platform's names (platform.md 2.9); every row is somewhere.
    parts = ("staging", "dq", "clean", "core")
    _staging, dq, clean, core = (report["metrics"][part]["volunteers"] for part in parts)
    assert core["rows_created"] == report["rows_created"]
    assert core["skips"]["by_reason"] == {
        key.split("/")[1]: count
        for key, count in expected.items()
        if "/" in key and not key.endswith("/unchanged")
    }
    assert sum(core["skips"]["by_type"].values()) == core["skips"]["total_skipped"]
    assert clean["rows_considered"] == dq["rows_validated"]
    assert (report["rows_created"] + report["rows_updated"] > 0) is (diff != "none")


def test_seen_again_moves_only_the_last_time(story: Story) -> None:
    """IMP-30c. The part of a file that came again moved its own row alone."""
    landed = dict(story.scenario.rows("select run_id, landed_at from raw_csv.loads"))
    seen = {
        found[0]: found[1:]
        for found in story.scenario.rows(
            "select external_id, run_id, first_seen_at, last_seen_at, is_active "
            "from ops.external_id_map where external_system = 'legacy_csv'"
        )
    }
    first = (story.runs["valid"], landed[story.runs["valid"]])
    assert seen["vol-001"] == (*first, landed[story.runs["changed again"]], True)
    assert seen["vol-002"] == (*first, landed[story.runs["late"]], True)


def test_a_changed_file_gives_the_new_values_and_the_log_tells_the_old(story: Story) -> None:
    columns = ("email", "phone_e164")
    assert story.volunteer("vol-001", *columns) == (
        "eleanor.rigby+update@example.org",
        "+14155550999",
    )
    assert story.volunteer("vol-003", *columns) == ("prudence.jones@example.org", None)
    assert story.changes("changed") == {
        (
            "vol-001",
            "email",
            "eleanor.rigby@example.org",
            "eleanor.rigby+update@example.org",
        ),
        ("vol-001", "phone_e164", "+14155550101", "+14155550999"),
        ("vol-002", "phone_e164", "+14155550102", "+14155550192"),
        ("vol-003", "email", "prudence@example.org", "prudence.jones@example.org"),
    }
    for replay in ("replay", "subset", "changed again", "late"):
        assert story.changes(replay) == set(), replay


def test_an_address_that_was_changed_stays_as_a_secondary_one(story: Story) -> None:
    """platform.md 4.11, L-21; the primary one is the newest, tag and all."""
    assert story.scenario.rows(
        "select value, is_primary from marts.dim_contact_points "
        f"where person_key = '{story.person_of('vol-001')}' order by value"
    ) == [
        ("+14155550101", False),
        ("+14155550999", True),
        ("eleanor.rigby+update@example.org", True),
        ("eleanor.rigby@example.org", False),
    ]


def test_wrong_rows_wait_and_a_bare_number_is_right(story: Story) -> None:
    """R-07: an address and a number that are none, a row without either; 415… is a number."""
    assert story.waited == {"VOL_EMAIL_FORMAT": "open", "VOL_PHONE_E164": "open"}
    assert story.findings("vol-bad-001") == {"VOL_CONTACT_REQUIRED": "open"}
    assert story.volunteer("vol-bad-003", "phone_e164") == ("+14155555104",)
    assert story.scenario.rows(
        "select row_number, skip_type, skip_reason, record_key from ops.import_skips "
        f"where run_id = '{story.runs['invalid']}'"
    ) == [(2, "missing_required_field", "VOL_CONTACT_REQUIRED", "vol-bad-001")]


def test_one_correction_fixes_every_finding_of_the_row_that_it_mends(story: Story) -> None:
    """IMP-22b: none of them disappears."""
    assert story.findings("vol-bad-002") == {
        "VOL_EMAIL_FORMAT": "fixed",
        "VOL_PHONE_E164": "fixed",
    }
    assert story.volunteer("vol-bad-002", "email", "phone_e164") == (
        "lucy@example.org",
        "+14155555105",
    )


@pytest.mark.parametrize(
    "ids", [("vol-dup-001", "vol-dup-002"), ("dup-001", "dup-002")], ids=["nickname", "equal"]
)
def test_one_person_in_two_rows_keeps_both_ids(story: Story, ids: tuple[str, str]) -> None:
    one, other = map(story.person_of, ids)
    assert one == other
    assert story.scenario.rows(
        "select decision, match_type from queues.queue_duplicate_pairs "
        f"where left_person_key = '{one}'"
    ) == [("auto_merged", "combined")]


def test_a_blank_takes_nothing_away(story: Story) -> None:
    """platform.md 4.11 (1): a value beats none at any place."""
    assert story.volunteer("vol-surv-002", "phone_e164") == ("+14155552002",)
    assert story.changes("updates") == {
        ("vol-surv-001", "email", "jordan@example.org", "jordan.parker@example.org"),
        ("vol-surv-001", "phone_e164", "+14155552001", "+14155552999"),
    }


def test_a_shared_contact_alone_merges_nobody(strangers: Story) -> None:
    """R-05, R-06: another first name with the same e-mail, another name with the same number."""
    ids = [f"vol-00{number}" for number in range(1, 6)]
    assert len({strangers.person_of(one) for one in ids}) == 5
    assert strangers.report("email_vs_phone")["rows_created"] == 2
    assert (
        strangers.scenario.value(
            "select count(*) from queues.queue_duplicate_pairs "
            "where decision in ('auto_merged', 'accepted')"
        )
        == 0
    )
