"""The truth of the sample data, checked by a second reading of the matching rules.

The generator knows who each row is because it wrote the row. Here the written files alone are
read, and the rules of the domain notes are applied to them in the plainest way.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from polaris.demo.names import name_key
from polaris.demo.places import DISTRICTS
from polaris.demo.sources import FULL_FILE, WEEKLY_FILE, YEARLY_FILES, Sources, write_sources

NULLS = {"", "n/a", "na", "nan", "none", "nat"}
DISTRICT_OF = {
    spelling.strip().lower(): district.name
    for district in DISTRICTS
    for spelling in (*district.spellings, district.name)
}


def text(value: Any) -> str:
    """The cell, trimmed; null tokens are empty."""
    plain = "" if value is None else str(value).strip()
    return "" if plain.lower() in NULLS else plain


def user_id(value: Any) -> str:
    plain = text(value)
    return plain[:-2] if plain.endswith(".0") and plain[:-2].isdigit() else plain


def school_key(value: str) -> str:
    key = " ".join(value.lower().split())
    key = key.removesuffix(" school")
    return key.replace(" elementary", " elem").replace(" and ", " & ")


def read_rows(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        encoding = "cp1252" if "_center_" in path.name else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as file:
            return list(csv.DictReader(file))
    import fastexcel

    sheet = fastexcel.read_excel(path).load_sheet(0, dtypes="string")
    return list(sheet.to_arrow().to_pylist())


def read_truth(sources: Sources, name: str) -> list[dict[str, str]]:
    with (sources.folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Matcher:
    """Rules 1 to 7 for roster teachers, in the order of the domain notes."""

    def __init__(self, sources: Sources) -> None:
        self.names: dict[str, set[str]] = defaultdict(set)
        self.places: dict[str, set[str]] = defaultdict(set)
        for roster in sources.rosters:
            for row in read_rows(roster.path):
                cells = {header.lower(): text(value) for header, value in row.items()}
                email = (cells.get("email") or cells.get("teacher email") or "").lower()
                name = cells.get("name") or cells.get("teacher name") or ""
                if email:
                    self.names[email].add(name_key(name))
                    building = cells.get("building") or cells.get("school") or ""
                    self.places[email] |= {roster.district, school_key(building)}
        self.emails = self._profile_emails(sources)
        self.accounts: dict[str, set[str]] = defaultdict(set)
        for key, email in self.emails.items():
            self.accounts[email].add(key)

    @staticmethod
    def _profile_emails(sources: Sources) -> dict[str, str]:
        profiles = {}
        for row in read_rows(sources.user_report):
            key = user_id(row["UserAuthId"])
            if key:
                email = text(row["LoginEmail"]).lower()
                profiles[key] = (
                    email,
                    name_key(text(row["Name"])),
                    text(row["SignUpRole"]).lower(),
                )
        owners: dict[str, set[str]] = defaultdict(set)
        for email, name, role in profiles.values():
            if role == "educator":
                owners[email].add(name)
        return {
            key: email
            for key, (email, _, role) in profiles.items()
            if role == "educator" and email and len(owners[email]) == 1
        }

    def match(self, row: dict[str, Any]) -> str:
        """The roster e-mail of the row's teacher, empty when the rules do not decide."""
        email = self.emails.get(user_id(row["User Auth Id"]), "")
        if email in self.names:
            return email
        key = name_key(text(row["Name"]))
        found = self._having(lambda name: name == key)
        if len(found) > 1:
            district = DISTRICT_OF.get(text(row["District or Company"]).lower(), "?")
            school = school_key(text(row["School"]))
            here = [e for e in found if school in self.places[e] and district in self.places[e]]
            here = here or [e for e in found if {district, school} & self.places[e]]
            return here[0] if len(here) == 1 else ""
        if not found:
            found = self._having(lambda name: ends(name) == ends(key))
        if not found:
            found = self._having(lambda name: is_variant(name, key))
        if len(found) != 1 or self._is_somebody_else(row, found[0]):
            return ""
        return found[0]

    def _is_somebody_else(self, row: dict[str, Any], email: str) -> bool:
        """The teacher has another account, and works at another school than this one."""
        key, school = user_id(row["User Auth Id"]), school_key(text(row["School"]))
        has_account = bool(self.accounts[email] - {key}) and bool(key)
        return has_account and bool(school) and school not in self.places[email]

    def _having(self, fits: Any) -> list[str]:
        return [email for email, names in self.names.items() if any(map(fits, names))]


def ends(key: str) -> tuple[str, str]:
    words = key.split() or [""]
    return words[0], words[-1]


def is_variant(one: str, other: str) -> bool:
    given, _, surname = one.partition(" ")
    given_other, _, surname_other = other.partition(" ")
    short, long = sorted((surname, surname_other), key=len)
    return given == given_other and bool(short) and long.startswith(f"{short} ")


@pytest.fixture(scope="module", params=[0.02, 0.1])
def sources(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write_sources(tmp_path_factory.mktemp("sample"), request.param)


@pytest.mark.parametrize("name", [FULL_FILE, WEEKLY_FILE, *YEARLY_FILES.values()])
def test_the_rules_lead_to_the_same_teacher_as_the_truth(sources: Sources, name: str) -> None:
    matcher = Matcher(sources)
    emails = {
        row["person_id"]: row["roster_emails"] for row in read_truth(sources, "truth_people.csv")
    }
    truth = {
        int(r["row_number"]): r for r in read_truth(sources, "truth_rows.csv") if r["file"] == name
    }
    wanted: dict[int, str] = {}
    found: dict[int, str] = {}
    by_id: dict[str, set[str]] = defaultdict(set)
    ids: dict[int, str] = {}
    for number, row in enumerate(read_rows(sources.folder / name), start=2):
        outcome = (truth[number]["expected_bucket"], truth[number]["expected_reason"])
        if truth[number]["role"] != "Educator" or outcome not in {
            ("created", ""),
            ("unmatched", "teacher"),
        }:
            continue
        email = matcher.match(row)
        found[number] = email
        ids[number] = user_id(row["User Auth Id"])
        if ids[number] and email:
            by_id[ids[number]].add(email)
        is_created = outcome[0] == "created"
        wanted[number] = emails[truth[number]["person_id"]] if is_created else ""
    for number, key in ids.items():
        if len(by_id.get(key, ())) == 1:
            found[number] = next(iter(by_id[key]))
    assert len(found) > 20
    assert {n: (found[n], wanted[n]) for n in found if found[n] != wanted[n]} == {}
