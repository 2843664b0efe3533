"""Completeness: scores, fields, samples and who sees whom in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard import downloads
from dashboard.quality import completeness_samples as samples
from tests.support import fake_release
from tests.support.dashboard_app import (
    act_as,
    add_rows,
    everything,
    is_closed,
    metrics,
    open_page,
    text_of,
)


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    return page_home


@pytest.fixture
def release(home: Path) -> Path:
    return fake_release.publish(home)


def test_the_page_says_the_scores_the_fields_and_whom_to_look_at(release: Path) -> None:
    app = open_page("completeness")
    assert metrics(app)["Health score"] == "68.00 %"
    kinds, fields, sample, odd = (table.value for table in app.dataframe)
    assert kinds["kind"].tolist() == ["Volunteers", "Sessions"]
    assert kinds["score"].tolist() == [55.56, 90.0]
    assert fields["field"].tolist() == ["First name", "E-mail", "Date of birth", "Photo release"]
    assert fields["share"].tolist() == [100.0, 66.67, 0.0, 11.11]
    assert fields["counts"].tolist() == [*["Yes"] * 3, "No, switched off in the settings"]
    assert set(sample["key"]) == {"p-maya", "p-leo", "p-iris"}
    assert odd["odd"].tolist() == ["No e-mail and no phone, Less than half of the fields"]
    assert odd["missing"].tolist() == ["Date of birth, E-mail"]
    labels = {button.label for button in app.download_button}
    assert labels == {"Export CSV", "Export XLSX", "Export JSON"}


def test_an_organization_has_its_own_scores_and_records(release: Path) -> None:
    app = open_page("completeness", organization="o-acme")
    assert metrics(app)["Health score"] == "75.00 %"
    kinds, fields, sample = (table.value for table in app.dataframe)
    assert kinds["kind"].tolist() == ["Volunteers"]
    assert fields["total"].tolist() == [2, 2]
    assert sample["key"].tolist() == ["p-maya"]
    assert "Nothing odd was found" in text_of(app)


def test_a_viewer_is_shown_no_record_of_a_student(
    release: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = {"completeness_pct": 10.0, "stratum": "critical", "stratum_place": 1}
    field = {"completeness_key": "x", "entity_type": "student", "field": "dob", "is_enabled": True}
    counts = {"with_value_count": 1, "total_count": 9, "rate_pct": 11.11, "status": "critical"}
    add_rows(home, "ops.field_completeness", [field | counts])
    one = {"entity_type": "student", "record_key": "s-secret", "record_count": 9, "edge_count": 0}
    add_rows(home, "ops.completeness_samples", [record | one])
    assert "s-secret" in everything(open_page("completeness", kind="student"))
    act_as(monkeypatch, "viewer")
    app = open_page("completeness", kind="student")
    assert "s-secret" not in everything(app)
    assert app.dataframe[1].value["field"].tolist() == ["Date of birth"]
    assert not app.download_button
    act_as(monkeypatch, "district_admin", "d-hickman")
    assert is_closed(open_page("completeness"))


def test_before_any_record_nothing_is_called_poor(home: Path) -> None:
    fake_release.publish(home, fake_release.EMPTY_NAME, empty=True)
    app = open_page("completeness")
    assert "Nothing to measure yet" in text_of(app)
    assert not app.metric


@pytest.mark.parametrize(
    ("total", "asked", "shown"),
    [
        *((4, None, 4), (99, None, 10), (100, None, 20), (999, None, 29), (1000, None, 50)),
        *((500, 3, 10), (500, 30, 30), (500, 80, 50), (12, 50, 12)),
    ],
)
def test_a_sample_is_as_large_as_fits_or_as_asked(
    total: int, asked: int | None, shown: int
) -> None:
    assert samples.size(total, asked) == shown


def _record(number: int, stratum: str, odd: str | None = None) -> dict[str, Any]:
    return {
        "record_key": f"{stratum}-{number}",
        "stratum": stratum,
        "stratum_place": number,
        "edge_cases": odd,
        "edge_place": number if odd else None,
    }


def test_a_sample_is_good_middling_and_poor_with_a_fifth_of_odd_ones_at_most() -> None:
    rows = [_record(n, "good", "long_ago") for n in range(101, 140)]
    for stratum, odd in (("good", None), ("warning", None), ("critical", "less_than_half")):
        rows += [_record(n, stratum, odd) for n in range(1, 51)]
    picked = samples.chosen(rows, 50)
    assert len({row["record_key"] for row in picked}) == 50
    assert sum(row["edge_cases"] == "long_ago" for row in picked) == 10
    plain = [row["stratum"] for row in picked if row["edge_cases"] != "long_ago"]
    assert [plain.count(name) for name in ("good", "warning", "critical")] == [12, 16, 12]
    assert samples.chosen(list(reversed(rows)), 50) == picked
    few = [row for row in rows if row["stratum"] == "warning"]
    assert len(samples.chosen(few, 30)) == 30


def test_json_keeps_numbers_and_nulls_and_says_what_it_is_of() -> None:
    sheet = downloads.Sheet("Fields", ["Field", "Share"], [["=E-mail", 66.67], ["Phone", None]])
    made = json.loads(downloads.as_json([sheet], {"release": "r1"}))
    assert made["about"] == {"release": "r1"}
    assert made["Fields"] == [
        {"Field": "=E-mail", "Share": 66.67},
        {"Field": "Phone", "Share": None},
    ]
