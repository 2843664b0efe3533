"""Every column that the CRM feeds says who decides about it (salesforce.md 4.1, 4.2)."""

from __future__ import annotations

import csv
from typing import Any

import pytest
import yaml

from polaris.settings import PROJECT_ROOT

# Entity -> its table, and the columns that nobody decides about, with what they are.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "volunteer": (
        "dim_volunteers",
        {
            "person_key": "our key",
            "consent_signed_at": "no source sends it",
            "photo_release": "no source sends it",
            "staff_notes": "called notes by decisions and by the seed",
        },
    ),
    "event": (
        "dim_events",
        {
            "event_key": "our key",
            "source": "which system it is from",
            "pathful_session_id": "id of a virtual session",
            "import_source": "which import it is from",
            "external_system": "which system a file's event is from",
            "external_id": "its id there",
            "host_organization_key": "about session_host; only a file names an organization",
            "virtual_link": "only a file says it",
            "first_seen_run_id": "our ledger",
            "last_seen_run_id": "our ledger",
            "is_time_known": "about start_at",
            "is_status_manual": "about status",
            "imported_status": "about status",
            "status_decision_id": "about status",
            "is_corrected": "about the corrections",
            "cancellation_set_by": "about cancellation_reason",
            "cancellation_set_at": "about cancellation_reason",
        },
    ),
    "student": (
        "dim_students",
        {
            "student_key": "our key",
            "is_active": "nothing says otherwise yet",
            "enrollment_date": "only a file says it",
            "graduation_date": "only a file says it",
        },
    ),
}
# What the seed names of these entities that is no column of the table.
ELSEWHERE: dict[str, set[str]] = {
    "volunteer": {"notes"},
    "event": {"district_links", "total_student_count", "classroom_count", "rotation_count"},
    "student": set(),
}


def owned() -> dict[str, set[str]]:
    """Entity -> the fields of which the seed knows the owner."""
    fields: dict[str, set[str]] = {}
    seed = PROJECT_ROOT / "seeds" / "rule_field_ownership.csv"
    with seed.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            fields.setdefault(row["entity"], set()).add(row["field"])
    return fields


def columns(table: str) -> set[str]:
    """The columns of a table by its contract."""
    for file in sorted((PROJECT_ROOT / "models" / "marts").rglob("*.yml")):
        content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        for model in content.get("models") or []:
            if model["name"] == table:
                return {column["name"] for column in model["columns"]}
    raise AssertionError(f"{table} has no contract")


@pytest.mark.parametrize("entity", TABLES)
def test_every_column_has_an_owner_or_a_reason_why_not(entity: str) -> None:
    table, ownerless = TABLES[entity]
    found = columns(table)
    assert len(found) > 15
    assert sorted(found - owned()[entity] - ownerless.keys()) == []
    assert sorted(ownerless.keys() - found) == []


@pytest.mark.parametrize("entity", TABLES)
def test_an_owned_field_is_a_column_or_stands_elsewhere(entity: str) -> None:
    table, ownerless = TABLES[entity]
    assert sorted(owned()[entity] - columns(table)) == sorted(ELSEWHERE[entity])
    assert owned()[entity].isdisjoint(ownerless)
