"""Findings as a CSV file that can be corrected and come back (platform.md §3.4, R-22)."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from polaris import quality_export
from polaris.quality_export import cell, uncell
from polaris.quality_search import Wanted
from polaris.settings import Settings
from tests.support import fake_release_quality as fake
from tests.support.deciding import publish

NOW = datetime(2026, 3, 10, 15, 4, 5, tzinfo=UTC)


@pytest.fixture
def published(settings: Settings) -> Path:
    return publish(settings)


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "text",
    [
        *("", "plain", "+1 816 555 0101", "=1+1", "-5", "@x", "'+1", "''=x", "'quoted", "'"),
        *(" =x", "\t=x", "a'b", "'''", "'\t", "0042", "x\ny"),
    ],
)
def test_a_cell_comes_back_as_it_was(text: str) -> None:
    assert uncell(cell(text)) == text
    assert not cell(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t"))


def test_an_export_names_its_findings_its_rows_and_nothing_twice(
    settings: Settings, published: Path, tmp_path: Path
) -> None:
    exported = tmp_path / "export.csv"
    quality_export.export(settings, Wanted(), exported, NOW)
    lines = lines_of(exported)
    by_key = {one["violation_key"]: one for one in lines}
    assert {one["violation_key"] for one in lines} >= {fake.BAD_EMAIL, fake.BAD_PHONE, fake.CRM}
    assert {one["status"] for one in lines} == {"open"}
    ana = by_key[fake.BAD_EMAIL]
    assert (ana["first_name"], ana["email"], ana["dob"]) == ("Ana", "ana@gmial.con", "2/3/2015")
    assert ana["phone"] == "'+1 (816) 555-01"
    assert ana["notes"] == "'=HYPERLINK(1)"
    assert ana["postal_code"] == "02139"
    assert "T-shirt" not in ana  # no field of the contract
    assert ana["row_fingerprint"] == by_key[fake.BAD_PHONE]["row_fingerprint"]
    assert by_key[fake.CRM]["row_fingerprint"] == ""
    assert exported.read_bytes().startswith(b"\xef\xbb\xbf")
    assert quality_export.file_name(NOW) == "dq_violations_export_20260310T150405Z.csv"


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (Wanted(rule="VOL_PHONE_E164"), {fake.BAD_PHONE}),
        (Wanted(severity="info", entity="volunteer"), {fake.MINOR}),
        (Wanted(entity="event", source="csv"), {fake.EVENT}),
        (Wanted(run=fake.FIRST_RUN), {fake.NO_CONTACT}),
        (Wanted(state="suppressed"), {fake.SET_ASIDE}),
        (Wanted(text="a-1 e-mail"), {fake.BAD_EMAIL}),
        (Wanted(last_day=datetime(2026, 2, 1).date()), {fake.NO_CONTACT}),
        (Wanted(state=None, rule="VOL_NAME_REQUIRED"), {fake.LEFT}),
        (Wanted(rule="VOL_PHONE_E164", decided=((fake.BAD_PHONE, "fix_pending"),)), set()),
        (
            Wanted(state="fix_pending", decided=((fake.BAD_PHONE, "fix_pending"),)),
            {fake.BAD_PHONE},
        ),
        (Wanted(text="gmial"), set()),  # what a role may not read is not searched
    ],
)
def test_an_export_honours_the_filters(
    settings: Settings, published: Path, tmp_path: Path, wanted: Wanted, keys: set[str]
) -> None:
    path = tmp_path / "some.csv"
    done = quality_export.export(settings, wanted, path, NOW)
    assert {one["violation_key"] for one in lines_of(path)} == keys
    assert done.row_count == done.total == len(keys)


def test_an_export_has_five_thousand_lines_at_most(
    settings: Settings, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quality_export.most_rows(settings) == 5_000
    monkeypatch.setattr(quality_export, "most_rows", lambda _: 3)
    done = quality_export.export(settings, Wanted(entity="volunteer"), tmp_path / "x.csv", NOW)
    assert (done.row_count, done.total) == (3, 4)
    assert len(lines_of(tmp_path / "x.csv")) == 3
