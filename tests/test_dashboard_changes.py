"""What changed about a person, and which rows of a run were not taken over, on the screen."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.volunteers import words_volunteers
from tests.support import fake_release
from tests.support.dashboard_app import act_as, add_rows, open_page, text_of
from tests.support.fake_release_work import LAST_RUN

NOON = datetime(2026, 3, 9, 17, tzinfo=UTC)
HIDDEN = words_volunteers.HIDDEN


def change(name: str, old: str | None, new: str | None, **fields: Any) -> dict[str, Any]:
    return {
        "change_key": name,
        "entity_type": "volunteer",
        "entity_id": "p-iris",
        "field_name": name,
        "old_value": old,
        "new_value": new,
        "change_source": "importer",
        "changed_by": "riley",
        "changed_at": NOON,
        "run_id": LAST_RUN,
        "winner_source": "csv",
        "winner_record_key": "csv:csv:17",
        "metadata": json.dumps({"why": "heard_first"}),
    } | fields


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    return fake_release.publish(page_home)


@pytest.fixture
def changed(release: Path, tmp_path: Path) -> None:
    add_rows(
        tmp_path,
        "ops.change_log",
        [
            change("email", "i@example.org", "iris@example.org"),
            change("dob", "1990-01-01", "1991-01-01", winner_source="salesforce"),
            change(
                "notes",
                None,
                "Calls back",
                change_source="manual_edit",
                winner_source="staff",
                metadata=json.dumps({"why": "said_by_staff"}),
            ),
            change("city", "Olathe", "Mission", entity_id="p-maya"),
        ],
    )
    add_rows(
        tmp_path,
        "ops.merge_log",
        [
            {
                "merge_key": "m",
                "decision_id": "m",
                "pair_key": "h01-h02",
                "left_record_key": "salesforce:003a",
                "right_record_key": "salesforce:003b",
                "left_person_key": "p-iris",
                "right_person_key": "p-iris",
                "decision_type": "manual",
                "performed_by": "jordan",
                "performed_at": datetime(2026, 3, 8, 17, tzinfo=UTC),
                "reason": "Same birthday",
            }
        ],
    )


def told(person: str = "p-iris") -> dict[str, tuple[str, str, str, str, str]]:
    """Field -> what, before, after, who, why."""
    app = open_page("volunteers", person=person, tab="changes")
    frames = [frame.value for frame in app.dataframe if "before" in frame.value.columns]
    rows = [row for frame in frames for row in frame.to_dict("records")]
    names = ("what", "before", "after", "who", "why")
    return {row["field"]: tuple(row[name] for name in names) for row in rows}


@pytest.mark.usefixtures("changed")
def test_a_person_tells_what_changed_by_whom_and_why() -> None:
    found = told()
    assert found["E-mail"] == (
        "Changed by a load",
        "i@example.org",
        "iris@example.org",
        "riley",
        "A file: heard before the others",
    )
    assert found["Date of birth"][1:3] == ("1990-01-01", "1991-01-01")
    assert found["Staff notes"][0::2] == ("Changed by staff", "Calls back", "Said by staff")
    assert found["Records"] == (
        "Records merged",
        "salesforce:003a",
        "salesforce:003b",
        "jordan",
        "Same birthday",
    )
    assert "City" not in found


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize(
    ("role", "email"), [("data_steward", "iris@example.org"), ("viewer", HIDDEN)]
)
def test_what_a_role_may_not_read_is_hidden_in_the_history_too(
    monkeypatch: pytest.MonkeyPatch, role: str, email: str
) -> None:
    act_as(monkeypatch, role)
    found = told()
    assert found["Date of birth"][1:3] == (HIDDEN, HIDDEN)
    assert found["E-mail"][2] == email


def test_a_person_of_whom_nothing_changed_says_so() -> None:
    app = open_page("volunteers", person="p-maya", tab="changes")
    assert "Nothing about this person has changed" in text_of(app)


def test_a_run_lists_what_it_did_not_take_over_by_kind(tmp_path: Path) -> None:
    kinds = {
        3: ("missing_reference", "teacher"),
        5: ("other", "parent_role"),
        8: ("validation_error", "bad_date"),
    }
    add_rows(
        tmp_path,
        "ops.import_skips",
        [
            {
                "run_id": LAST_RUN,
                "row_number": number,
                "skip_type": kind,
                "skip_reason": reason,
                "record_key": f"seq-{number}",
            }
            for number, (kind, reason) in kinds.items()
        ],
    )

    def listed(**query: str) -> Any:
        app = open_page("runs", run=LAST_RUN, **query)
        return next(f.value for f in app.dataframe if "skip_type" in f.value.columns)

    assert listed()["row_number"].tolist() == [3, 5, 8]
    only = listed(skip="validation_error").to_dict("records")
    assert [(row["row_number"], row["skip_type"], row["skip_reason"]) for row in only] == [
        (8, "Breaks a rule", "Date cannot be read")
    ]
