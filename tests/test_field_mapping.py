"""docs/field-mapping.md says what the seeds, the staging models and the contracts say."""

from __future__ import annotations

from polaris import field_mapping


def test_the_committed_reference_is_what_would_be_made() -> None:
    committed = field_mapping.FILE.read_text(encoding="utf-8")
    assert committed == field_mapping.text(), "run `python -m polaris.field_mapping`"


def test_the_reference_follows_a_field_from_its_source_to_its_column() -> None:
    lines = field_mapping.text().splitlines()
    assert "| `Contact_Type__c` | `contact_type` |" in lines
    assert "| `user_auth_id` | `User Auth Id` |  |" in lines
    assert "| `person_key` | varchar | Our key of the volunteer as a person. |" in lines
    untyped = [line for line in lines if line.endswith("| landed, not typed |")]
    assert len(untyped) < 15, untyped


def test_every_published_column_says_what_it_means() -> None:
    _, _, published = field_mapping.text().partition("\n## Published tables\n")
    cells = [line.split(" | ") for line in published.splitlines() if line.startswith("| `")]
    assert len(cells) > 1_000
    assert not [row[0] for row in cells if not row[2].strip(" |")]
